"""Electronic certified copies of paper originals: chứng thực bản sao điện tử từ bản chính.

Law: NĐ 45/2020/NĐ-CP Art 3(9) and Art 10(3); NĐ 23/2015/NĐ-CP Art 7-22; TT 01/2020/TT-BTP. The stage decides who may
certify what and when, words the attestation and puts it into the archive file, and prints the papers around the act.
It signs nothing and stores nothing: :mod:`digitize.route` composes it with the signing stage.
"""
