"""What tests of this room share."""

from collections.abc import Iterator

import pytest

from tests.web.world import World, make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An organisation with a member of each role."""
    made = make_world(tmp_path_factory.mktemp("world"))
    yield made
    made.server.kill()
