"""Signatures: place and wording, one-step and two-step signing, verification.

order.py       what is asked for and what comes out
rules.py       the dated rules of ``catalogue/signing.toml``
keys.py        a PKCS#12 opened once, its key kept loaded
eligibility.py whether a certificate, a key and a clock may sign now
lettering.py   a subset of the Times-metric face, embedded
block.py       the visible block: lines, place, rotation
slot.py        an incremental update with an empty place for the signature
apply.py       sign(): one signature, one new revision
two_step.py    the same with a token at the clerk's machine
timestamps.py  the client of a timestamp authority
pyhanko_made_fit.py  three repairs of the library: a log that tells names, and two slow paths
trust.py       the roots that a verification believes in
anatomy.py     what the bytes of a file say about its signatures
opened.py      a file opened for verification, its signatures found
changes.py     what later revisions did after a signature
judgement.py   one signature graded: integrity, trust, time
verify.py      the report on a file, and the check before release
metadata.py    a detached signature over the confirmed data
"""
