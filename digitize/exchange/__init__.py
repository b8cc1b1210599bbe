"""What the national portal and the exchange platforms of provinces are told of dossiers (law: QĐ 468, NQ 01/NQ-CP).

:mod:`facts` is what the register knows, :mod:`rules` what a portal wants (data of ``catalogue/exchange.toml``),
:mod:`wire` the messages under their Vietnamese field names, :mod:`mapping` the way from the one to the other, and
:mod:`answers` what a portal's reply means. Nothing is ever invented: what is not known is absent, and a dossier that
lacks what a portal requires is not sent.
"""
