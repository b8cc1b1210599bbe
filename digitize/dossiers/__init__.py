"""Dossiers as the one-stop systems tell them: their states, their terms, and what a telling changes."""
