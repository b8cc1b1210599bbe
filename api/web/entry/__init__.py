"""Coming in: password, identity provider, second factor."""

from __future__ import annotations

from fastapi import APIRouter

from api.web.entry import login_pages, oidc_pages, password_page, preference_pages, security_pages

ROUTERS: tuple[APIRouter, ...] = (
    login_pages.router,
    oidc_pages.router,
    preference_pages.router,
    password_page.router,
    security_pages.router,
)
"""The pages of this desk, in the order in which they are asked."""
