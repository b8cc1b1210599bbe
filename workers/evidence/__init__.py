"""The evidence bundle: one ZIP that proves a document or a certified copy to somebody who has nothing of ours."""

from __future__ import annotations

from workers.evidence.bundle import BundleOrder, make_bundle

__all__ = ["BundleOrder", "make_bundle"]
