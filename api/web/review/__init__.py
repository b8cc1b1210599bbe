"""Checking what was read, signing it, and finding it again."""

from __future__ import annotations

from fastapi import APIRouter

from api.web.review import document_page, find_page, job_page, review_page, seal_page, sign_page, step_forms, work_list

ROUTERS: tuple[APIRouter, ...] = (
    work_list.router,
    review_page.router,
    sign_page.router,
    job_page.router,
    find_page.router,
    document_page.router,
    step_forms.router,
    seal_page.router,
)
"""The pages of this desk, in the order in which they are asked."""
