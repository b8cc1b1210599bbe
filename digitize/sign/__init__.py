"""Signatures: place and wording, one-step and two-step signing, verification.

order.py       what is asked for and what comes out
rules.py       the dated rules of ``catalogue/signing.toml``
key_signer.py  what follows from a certificate, wherever its key lies
keys.py        a PKCS#12 opened once, its key kept loaded
eligibility.py whether a certificate, a key and a clock may sign now
possession.py  proof that a loaded key belongs to its certificate
lettering.py   a subset of the Times-metric face, embedded
block.py       the visible block: lines, place, rotation
slot.py        an incremental update with an empty place for the signature
apply.py       sign(): one signature, one new revision; sign_untimed(): the key's part of it
two_step.py    the same with a token at the clerk's machine
elsewhere.py   what the file's and the data's signature by a token share
timing.py      a signature without its timestamp, and add_time()
timestamps.py  the client of a timestamp authority
revocation_source.py  what authorities say about revocation: the port, and all that a file needs of it
revocation_http.py  the same over HTTP, within limits
extend.py      levels B-LT and B-LTA: proof and archive timestamps around a signed file
strength.py    how long algorithms are believed in
renewal.py     until when the proof in a file holds, and its renewal
pyhanko_made_fit.py  seven repairs of the library: a log that tells names, and six slow paths
definite_lengths.py  a repair of its parser: which lengths are indefinite
trust.py       the roots that a verification believes in
wording.py     every sentence that a verification can say
anatomy.py     what the bytes of a file say about its signatures
entries.py     entries of PDF dictionaries that may be absent
old_forms.py   two withdrawn forms of signature
opened.py      a file opened for verification, its signatures found
later.py       the rules by which later revisions are compared
description.py title, author and look of the form, before and after a signature
changes.py     what later revisions did after a signature
evidence.py    what speaks about revocation
chain.py       whether a certificate leads to a root, at a moment
revoked.py     whether anybody in a chain was revoked
stamps.py      the timestamps of a signature
judgement.py   one signature graded: integrity, trust, time
verify.py      the report on a file, and the check before release
metadata.py    a detached signature over the confirmed data
"""
