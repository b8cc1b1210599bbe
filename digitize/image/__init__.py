"""From the bytes of a scan to faithful pages, and from those to the cleaned copies that recognition reads."""
