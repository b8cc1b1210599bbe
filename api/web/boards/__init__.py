"""What leaders and operators see: targets, trends, health."""

from __future__ import annotations

from fastapi import APIRouter

from api.web.boards import apology_page, audit_page, drilling, late_page, leadership, operator, target_page

ROUTERS: tuple[APIRouter, ...] = (
    target_page.router,
    leadership.router,
    drilling.router,
    late_page.router,
    apology_page.router,
    operator.router,
    audit_page.router,
)
"""The pages of this desk, in the order in which they are asked."""
