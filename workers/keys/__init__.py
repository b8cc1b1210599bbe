"""Keys that lie elsewhere: on a token, in an HSM, with a remote service.

secret.py    a PIN or password from a file or a descriptor, never from the environment
turns.py     a bounded number at once, first come first served, the counter before the nightly batch
module.py    a PKCS#11 module: made safe for threads, restarted, never carried through a fork
token.py     one token: its few sessions, its PIN tried once, its rest after a failure
pkcs11.py    a signer whose key lies on one or several tokens
csc_wire.py  the requests of the CSC API v2: who asks, how often, which answers end it
csc.py       a signer whose key is held by a CSC service
entries.py   the keyring's file: which key lies where
opening.py   from an entry to a signer
"""
