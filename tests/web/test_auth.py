"""Which key is in a request, and what it may."""

from dataclasses import fields

import pytest

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.directory import Directory, load_directory
from metrone.control.keys import NewKey, create_key, revoke_key
from metrone.control.projects import create_project
from metrone.errors import MetroneError
from metrone.web import auth
from metrone.web.auth import Gate, key_in_request, query_value

A, B = b"metrone_live_" + b"a" * 32, b"metrone_live_" + b"b" * 32
HEADERS = [
    ({b"x-api-key": A}, b"", A),
    ({b"x-api-key": b" " + A + b" "}, b"", A),
    ({b"authorization": b"Bearer " + A}, b"", A),
    ({b"authorization": b"bearer  " + A}, b"", A),
    ({b"authorization": b"Basic " + A}, b"", b""),
    ({}, b"days=3&api_key=" + A, A),
    ({}, b"api_key=metrone%5Flive%5F" + b"a" * 32, A),
    ({}, b"xapi_key=" + A, b""),
    ({}, b"api_key=&api_key=" + A, b""),
    ({b"x-api-key": A, b"authorization": b"Bearer " + B}, b"api_key=" + B, A),
    ({b"authorization": b"Bearer " + A}, b"api_key=" + B, A),
    ({}, b"&" * 5_000 + b"api_key=" + A, A),
    ({}, b"", b""),
]


@pytest.mark.parametrize(("headers", "query", "key"), HEADERS)
def test_key_in_request_takes_the_header_then_bearer_then_the_query(
    headers: dict[bytes, bytes], query: bytes, key: bytes
) -> None:
    assert key_in_request(headers, query) == key.decode()


def test_query_value_decodes_any_bytes() -> None:
    assert query_value(b"a=%ff%00+x&b=\xff", b"a") == "\ufffd\0 x"
    assert query_value(b"a=%ff%00+x&b=\xff", b"b") == "\xff"
    assert query_value(b"a", b"a") == ""


@pytest.fixture
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database.open(Config(data_dir=str(tmp_path_factory.mktemp("control"))))


def test_admit_forgets_a_revoked_key_though_a_thread_was_just_finding_it(db: Database) -> None:
    """A key found in the old directory may not be remembered in the new one's name."""
    project = create_project(db, "P")
    record, key = create_key(db, NewKey(project.id, ["write"]))
    gate = Gate(load_directory(db))
    revoke_key(db, record.id)
    fresh = load_directory(db)

    class Turning(Directory):
        """Shows the gate the new directory just after it looked into this one."""

        def find_key(self, text: str):  # type: ignore[no-untyped-def]
            found = super().find_key(text)
            gate.show(fresh)
            return found

    old = gate.directory
    gate.directory = Turning(*(getattr(old, each.name) for each in fields(old)))
    gate.admit(key, "write", "", 0.0)
    with pytest.raises(MetroneError, match="revoked"):
        gate.admit(key, "write", "", 0.0)


def test_gate_remembers_few_keys(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "_CACHED", 2)
    project = create_project(db, "P")
    keys = [create_key(db, NewKey(project.id, ["write"]))[1] for _ in range(4)]
    gate = Gate(load_directory(db))
    for key in keys * 2:
        gate.admit(key, "write", "", 0.0)
    for number in range(100):
        with pytest.raises(MetroneError):
            gate.admit(f"metrone_live_{number:032x}", "write", "", 0.0)
    assert len(gate._cache) == 2
