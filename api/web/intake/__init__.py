"""Taking scans in: from the paper on the counter to the document that waits to be read."""

from __future__ import annotations

from fastapi import APIRouter

from api.web.intake import desk_page, dossier_pages

ROUTERS: tuple[APIRouter, ...] = (desk_page.router, dossier_pages.router)
"""The pages of this desk, in the order in which they are asked."""
