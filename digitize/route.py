"""The route of a document through ``digitize``: the only place that knows the order of the stages.

    bytes ─ open_scan ─▶ sheets ─ stand_upright ─▶ faithful page ─ working_copy ─▶ recognise ─▶ layout ─▶ Page
                                                                                                   │
          PDF/A-2b ◀─ ArchiveWriter ◀──────────────────────────────────────────────────────────────┤
          kind, fields, secrecy ◀─ understand ◀────────────────────────────────────────────────────┘

Nothing here touches a disk, a network or a clock.
"""
