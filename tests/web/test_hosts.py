"""A page of the project's own name for this server is known; of the name of another it is not (the rest: tests/mcp/test_door)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from metrone.control.keys import KeyRecord
from metrone.errors import MetroneError
from metrone.web.hosts import check_page
from tests.intake.senders import make_project


def test_a_cname_is_a_host_that_the_server_knows() -> None:
    project = replace(make_project(), cname="stats.shop.example")
    made = datetime(2026, 1, 1, tzinfo=UTC)
    key = KeyRecord("key_1", project, "", "", frozenset({"read"}), (), False, made, None, None, None, b"")
    headers = {b"host": b"stats.shop.example", b"origin": b"https://stats.shop.example"}
    check_page(headers, key, "https://metrone.example")
    with pytest.raises(MetroneError):
        check_page({**headers, b"host": b"stats.other.example"}, key, "https://metrone.example")
