"""What administrators see and change: units, people, roles, systems, keys, targets, catalogues; with its journal."""

from __future__ import annotations

from fastapi import APIRouter

from api.web.admin import (
    catalogue_pages,
    changes_page,
    client_forms,
    client_pages,
    import_pages,
    key_pages,
    people_forms,
    people_pages,
    roles_page,
    target_forms,
    target_pages,
    unit_forms,
    unit_pages,
)

ROUTERS: tuple[APIRouter, ...] = (
    unit_pages.router,
    unit_forms.router,
    people_pages.router,
    people_forms.router,
    roles_page.router,
    client_pages.router,
    client_forms.router,
    key_pages.router,
    target_pages.router,
    target_forms.router,
    import_pages.router,
    catalogue_pages.router,
    changes_page.router,
)
"""The pages of this desk, in the order in which they are asked."""
