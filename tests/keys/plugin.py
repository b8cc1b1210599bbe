"""One SoftHSM for the whole run: a process loads its module once, so each test takes tokens of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.keys.csc_service import CscDouble, listening
from tests.keys.ring import Ring, make_ring
from tests.keys.softhsm import SoftHsm


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """An HSM without tokens."""
    hsm = SoftHsm(tmp_path_factory.mktemp("softhsm"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
        yield hsm


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory, softhsm: SoftHsm) -> Iterator[Ring]:
    """A keyring with a key of every kind in every adapter."""
    with listening(CscDouble()) as service:
        yield make_ring(tmp_path_factory.mktemp("ring"), softhsm, service, "so-hoa")
