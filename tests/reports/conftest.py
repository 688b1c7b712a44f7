"""The real embedded store and a fresh tiny world for every test of reports."""

import pytest

from metrone.store.embedded import EmbeddedStore
from tests.embedded import open_store
from tests.reports.worlds import World


@pytest.fixture(scope="session")
def store() -> EmbeddedStore:
    return open_store()


@pytest.fixture
def world(store: EmbeddedStore) -> World:
    return World(store)
