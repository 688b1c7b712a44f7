"""API keys."""

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.keys import (
    KeyRecord,
    NewKey,
    create_key,
    digest_key,
    find_key,
    list_keys,
    normalise_key,
    revoke_key,
    touch_keys,
)
from metrone.control.projects import Project, create_project

HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"metrone_live_{HEX}", f"metrone_live_{HEX}"),
        (f"metrone_test_{HEX}", f"metrone_test_{HEX}"),
        (f"mk_live_{HEX}", f"metrone_live_{HEX}"),
        (f"mk_test_{HEX}", f"metrone_test_{HEX}"),
        (f"metrone_live_{HEX.upper()}", None),
        (f"METRONE_live_{HEX}", None),
        (f"metrone_live_{HEX}\n", None),
        (f" metrone_live_{HEX}", None),
        (f"metrone_live_{HEX[:-1]}", None),
        (f"metrone_live_{HEX}0", None),
        (f"metrone_live_{HEX[:-1]}٣", None),
        (f"metrone_prod_{HEX}", None),
        (f"mk_{HEX}", None),
        ("", None),
    ],
)
def test_normalise_key_gives_the_one_spelling_when_it_is_a_key(text: str, key: str | None) -> None:
    assert normalise_key(text) == key


@given(st.text())
def test_normalise_key_never_fails_when_the_text_is_anything(text: str) -> None:
    assert normalise_key(text) is None


def test_create_key_gives_the_form_that_clients_accept_when_live_or_test(database: Database, project: Project) -> None:
    live, live_key = create_key(database, NewKey(project.id, ["write"]))
    test, test_key = create_key(database, NewKey(project.id, ["write"], is_test=True))
    assert re.fullmatch(r"metrone_live_[0-9a-f]{32}", live_key)
    assert re.fullmatch(r"metrone_test_[0-9a-f]{32}", test_key)
    assert (live.is_test, test.is_test) == (False, True)
    assert live.prefix == live_key[:17]


def test_create_key_gives_what_is_stored_when_read_back(each_database: Database, now: datetime) -> None:
    owner = create_project(each_database, "Shop")
    origins = ["https://B.example:443", "https://a.example", "https://b.example"]
    new = NewKey(owner.id, ["read", "write"], " Pages ", origins, now + timedelta(days=1))
    made, key = create_key(each_database, new)
    assert (made.name, made.scopes, made.project) == ("Pages", frozenset({"read", "write"}), owner)
    assert made.origins == ("https://a.example", "https://b.example")
    assert (made.created_at, made.expires_at) == (now, now + timedelta(days=1))
    assert (made.revoked_at, made.last_used_at) == (None, None)
    assert made.digest == hashlib.sha256(key.encode()).digest() == digest_key(key)
    assert list_keys(each_database, owner.id) == [made]


def test_create_key_leaves_no_key_in_the_files_when_stored(
    config: Config, database: Database, project: Project
) -> None:
    _, key = create_key(database, NewKey(project.id, ["write"]))
    stored = b"".join(path.read_bytes() for path in Path(config.data_dir).iterdir())
    assert key[:17].encode() in stored
    assert key[17:].encode() not in stored
    assert bytes.fromhex(key[13:]) not in stored


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": [""]}, "scopes"),
        ({"scopes": ["write", "root"]}, "scopes"),
        ({"name": ""}, "name"),
        ({"origins": ["example.com"]}, "origins"),
        ({"origins": [f"https://a{n}.example" for n in range(101)]}, "origins"),
        ({"expires_at": datetime.fromisoformat("2026-03-14T15:09:26.535897Z")}, "expires_at"),
    ],
)
def test_create_key_writes_nothing_when_a_value_is_wrong(
    database: Database, project: Project, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        create_key(database, NewKey(**{"project_id": project.id, "scopes": ["write"], **change}))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert list_keys(database) == []


def test_create_key_refuses_when_there_is_no_such_project(database: Database) -> None:
    with pytest.raises(Missing):
        create_key(database, NewKey("prj_none", ["write"]))


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        (["write"], {"write"}),
        (["read"], {"read"}),
        (["write", "read"], {"write", "read"}),
        (["admin"], {"write", "read", "admin"}),
    ],
)
def test_may_holds_only_what_the_scopes_say_when_asked(
    database: Database, project: Project, scopes: list[str], may: set[str]
) -> None:
    record, _ = create_key(database, NewKey(project.id, scopes))
    assert record.scopes == set(scopes)
    assert {scope for scope in ("write", "read", "admin") if record.may(scope)} == may


def test_state_turns_at_the_moment_when_the_key_expires(database: Database, project: Project, now: datetime) -> None:
    end = now + timedelta(hours=1)
    record, _ = create_key(database, NewKey(project.id, ["write"], expires_at=end))
    assert record.state(end - timedelta(microseconds=1)) == "active"
    assert record.state(end) == "expired"
    assert revoke_key(database, record.id).state(now) == "revoked"


def test_revoke_key_keeps_the_first_time_when_called_again(each_config: Config, now: datetime) -> None:
    with Database.open(each_config, lambda: now) as db:
        owner = create_project(db, "Shop")
        first, _ = create_key(db, NewKey(owner.id, ["write"]))
        other, _ = create_key(db, NewKey(owner.id, ["write"]))
        assert revoke_key(db, first.id).revoked_at == now
    with Database.open(each_config, lambda: now + timedelta(days=1)) as db:
        assert revoke_key(db, first.id).revoked_at == now
        assert {key.id: key.revoked_at for key in list_keys(db)} == {first.id: now, other.id: None}


def test_revoke_key_refuses_when_there_is_none(database: Database) -> None:
    with pytest.raises(Missing):
        revoke_key(database, "key_none")


def test_find_key_finds_it_when_given_id_key_or_alias(database: Database, project: Project) -> None:
    create_key(database, NewKey(project.id, ["write"]))
    record, key = create_key(database, NewKey(project.id, ["write"]))
    for text in (record.id, key, key.replace("metrone_", "mk_"), f" {key}\n"):
        assert find_key(database, text) == record
    for text in (key.replace("live", "test"), record.prefix, record.name, "", "\0"):
        with pytest.raises(Missing):
            find_key(database, text)


def test_list_keys_shows_one_projects_keys_when_there_are_two(database: Database, project: Project) -> None:
    other = create_project(database, "Other")
    ours, _ = create_key(database, NewKey(project.id, ["write"]))
    theirs, _ = create_key(database, NewKey(other.id, ["write"]))
    assert list_keys(database, project.id) == [ours]
    assert list_keys(database, other.id) == [theirs]
    assert {key.id for key in list_keys(database)} == {ours.id, theirs.id}


def _last_used(db: Database) -> dict[str, datetime | None]:
    return {key.id: key.last_used_at for key in list_keys(db)}


def test_touch_keys_moves_forward_only_when_called_out_of_order(each_database: Database, now: datetime) -> None:
    owner = create_project(each_database, "Shop")
    made: list[KeyRecord] = [create_key(each_database, NewKey(owner.id, ["write"]))[0] for _ in range(3)]
    one, two, three = (key.id for key in made)
    before = each_database.revision()
    later = now + timedelta(seconds=5)
    touch_keys(each_database, {one: later, two: now})
    touch_keys(each_database, {one: now, two: later, "key_gone": now})
    touch_keys(each_database, {})
    assert _last_used(each_database) == {one: later, two: later, three: None}
    assert each_database.revision() == before
