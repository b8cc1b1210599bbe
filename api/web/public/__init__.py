"""Pages for anybody: is this file, this code, this result good?"""

from __future__ import annotations

from fastapi import APIRouter

from api.web.public import copy_page, help_page, reference_page, result_page, verify_page

ROUTERS: tuple[APIRouter, ...] = (
    verify_page.router,
    copy_page.router,
    result_page.router,
    help_page.router,
    reference_page.router,
)
"""The pages of this desk, in the order in which they are asked."""
