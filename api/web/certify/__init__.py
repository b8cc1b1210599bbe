"""Certifying copies: from the waiting citizen to the signed copy and the register book."""

from __future__ import annotations

from fastapi import APIRouter

from api.web.certify import books_page, capturing, copy_forms, opening, visit_forms, visit_list, visit_page

ROUTERS: tuple[APIRouter, ...] = (
    visit_list.router,
    opening.router,
    visit_page.router,
    capturing.router,
    copy_forms.router,
    visit_forms.router,
    books_page.router,
)
"""The pages of this desk, in the order in which they are asked."""
