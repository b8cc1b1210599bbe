"""From a cleaned gray picture to words, lines and blocks in reading order."""
