"""Shared links: made, listed, given another password, revoked, and who may enter."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from metrone.control.audit import Actor, list_entries
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.errors import Invalid, Missing
from metrone.control.orgs import create_org_project
from metrone.control.projects import Project, create_project
from metrone.control.shares import (
    FILTERS_CHARS_MAX,
    ORIGINS_MAX,
    PROOF_TTL,
    SHARES_MAX,
    NewShare,
    Share,
    change_share_password,
    create_share,
    list_shares,
    make_proof,
    may_enter,
    revoke_share,
)
from tests.control.people import make_owner

PASSWORD = "violet anchor humming drum"
ANN = Actor("usr_1", "ann@shop.example")
SEGMENT = [["is", "country", ["DE"]]]
HOUR = timedelta(hours=1)


def found(database: Database, project: Project, share: Share) -> Share:
    """The share as it is now."""
    return next(each for each in list_shares(database, project) if each.id == share.id)


def test_share_is_kept_as_it_was_made(each_database: Database, now: datetime) -> None:
    project = create_project(each_database, "Shop")
    new = NewShare("Board", "", PASSWORD, now + HOUR, SEGMENT, True, ["https://Blog.test:443", "https://blog.test"])
    made = create_share(each_database, project, new, (ANN, now))
    assert list_shares(each_database, project) == [made]
    assert (made.name, made.filters, made.origins, made.expires_at) == (
        "Board",
        SEGMENT,
        ("https://blog.test",),
        now + HOUR,
    )
    assert len(made.token) == 32
    assert PASSWORD not in repr(made)
    assert made.password_hash is not None
    assert made.password_hash not in repr(made)
    assert load_directory(each_database).find_share(made.token, now) == made


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"slug": "ab"}, "slug"),
        ({"slug": "Acme"}, "slug"),
        ({"slug": "../x"}, "slug"),
        ({"slug": "a" * 33}, "slug"),
        ({"slug": "acme", "password": PASSWORD}, "password"),
        ({"password": "short"}, "password"),
        ({"origins": ["https://a.test/path"]}, "origins"),
        ({"origins": ["https://a.test; script-src *"]}, "origins"),
        ({"origins": ["*"]}, "origins"),
        ({"origins": [f"https://{number}.test" for number in range(ORIGINS_MAX + 1)]}, "origins"),
        ({"filters": [["is", "page", ["x" * FILTERS_CHARS_MAX]]]}, "filters"),
    ],
)
def test_what_no_share_can_be_is_refused(
    database: Database, project: Project, now: datetime, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_share(database, project, NewShare(**{"name": "Board", **given}), (ANN, now))
    assert refused.value.field == field


def test_share_that_has_expired_is_none(database: Database, project: Project, now: datetime) -> None:
    with pytest.raises(Invalid, match="expired already"):
        create_share(database, project, NewShare("Board", expires_at=now), (ANN, now))
    made = create_share(database, project, NewShare("Board", expires_at=now + HOUR), (ANN, now))
    directory = load_directory(database)
    assert directory.find_share(made.token, now + HOUR - timedelta(microseconds=1)) == made
    assert directory.find_share(made.token, now + HOUR) is None


def test_slug_is_given_once_until_it_is_revoked(database: Database, project: Project, now: datetime) -> None:
    other = create_project(database, "Other")
    made = create_share(database, project, NewShare("Board", "acme"), (ANN, now))
    assert (made.token, made.is_public) == ("acme", True)
    with pytest.raises(Invalid, match="taken"):
        create_share(database, other, NewShare("Board", "acme"), (ANN, now))
    revoke_share(database, project, made.id, (ANN, now))
    assert load_directory(database).find_share("acme", now) is None
    assert create_share(database, other, NewShare("Board", "acme"), (ANN, now)).project_no == other.project_no


def test_project_has_so_many_shares(database: Database, project: Project, now: datetime) -> None:
    for _ in range(SHARES_MAX):
        create_share(database, project, NewShare("Board"), (ANN, now))
    with pytest.raises(Invalid, match=f"at most {SHARES_MAX}"):
        create_share(database, project, NewShare("Board"), (ANN, now))


def test_proof_of_the_password_ends_by_time_and_with_the_password(
    database: Database, project: Project, now: datetime
) -> None:
    made = create_share(database, project, NewShare("Board", password=PASSWORD), (ANN, now))
    other = create_share(database, project, NewShare("Other", password=PASSWORD), (ANN, now))
    proof = make_proof(made, now)
    until, code = proof.split(".")
    later = now + PROOF_TTL - timedelta(seconds=1)
    assert may_enter(made, proof, later)
    wrong = ["", ".", "x.y", until, f"{until}.", f"{until}.{code[:-1]}", f"{until}.{'0' * len(code)}", f"²{until}.é"]
    wrong += [f"{int(until) + 1}.{code}", f"{until}.{code}.", f"0{until}.{code}"]
    assert not any(may_enter(made, each, now) for each in [*wrong, make_proof(other, now)])
    assert not may_enter(made, proof, now + PROOF_TTL)
    change_share_password(database, (project, made.id), "another long password", (ANN, now))
    assert not may_enter(found(database, project, made), proof, now)
    change_share_password(database, (project, made.id), "", (ANN, now))
    assert may_enter(found(database, project, made), "", now)


def test_share_of_another_project_is_not_there(database: Database, project: Project, now: datetime) -> None:
    other = create_project(database, "Other")
    made = create_share(database, project, NewShare("Board"), (ANN, now))
    public = create_share(database, project, NewShare("Open", "open"), (ANN, now))
    with pytest.raises(Missing):
        revoke_share(database, other, made.id, (ANN, now))
    with pytest.raises(Missing):
        change_share_password(database, (other, made.id), PASSWORD, (ANN, now))
    with pytest.raises(Invalid, match="no password"):
        change_share_password(database, (project, public.id), PASSWORD, (ANN, now))
    assert list_shares(database, other) == []
    assert len(list_shares(database, project)) == 2


def test_every_change_is_in_the_audit_log(database: Database, now: datetime) -> None:
    user, org = make_owner(database, now)
    project = create_org_project(database, org.id, {"name": "Shop"}, (user.actor, now))
    made = create_share(database, project, NewShare("Board"), (user.actor, now))
    change_share_password(database, (project, made.id), PASSWORD, (user.actor, now))
    revoke_share(database, project, made.id, (user.actor, now))
    lines = [(entry.action, entry.target) for entry in list_entries(database, org.id)[:3]]
    assert lines == [("share.revoked", "Board"), ("share.password_changed", "Board"), ("share.created", "Board")]
