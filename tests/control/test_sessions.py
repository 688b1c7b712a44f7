"""Sessions of users: what they may read, how long they last, how they are ended."""

from datetime import datetime, timedelta

import pytest

from metrone.control.db import Database
from metrone.control.orgs import create_org, create_org_project, insert_member
from metrone.control.projects import create_project
from metrone.control.sessions import (
    end_other_sessions,
    end_user_session,
    list_sessions,
    read_user_session,
    start_session,
)
from tests.control.people import make_owner, make_user

TICK = timedelta(microseconds=1)


def test_session_reads_the_projects_of_its_users_organisations(each_database: Database, now: datetime) -> None:
    own = create_project(each_database, "Shop")
    user, _ = make_owner(each_database, now)
    other = make_user(each_database, "bob@other.example", now)
    org = create_org(each_database, "Other", other.actor, now)
    foreign = create_org_project(each_database, org.id, {"name": "Theirs"}, (other.actor, now))
    session = read_user_session(each_database, start_session(each_database, user.id, "Firefox", now), now)
    assert session is not None
    assert session.project_ids == (own.id,)
    assert (session.user_id, len(session.csrf)) == (user.id, 43)
    with each_database.write() as connection:
        insert_member(connection, org.id, user.id, "viewer", now)
    session = read_user_session(each_database, start_session(each_database, user.id, "Firefox", now), now)
    assert session is not None
    assert session.project_ids == (own.id, foreign.id)


@pytest.mark.parametrize(
    ("used_after", "read_after", "lives"),
    [
        ([], timedelta(days=14) - TICK, True),
        ([], timedelta(days=14), False),
        ([timedelta(days=13), timedelta(days=26)], timedelta(days=30) - TICK, True),
        ([timedelta(days=13), timedelta(days=26)], timedelta(days=30), False),
    ],
)
def test_session_ends_when_it_is_old_or_unused(
    database: Database, now: datetime, used_after: list[timedelta], read_after: timedelta, lives: bool
) -> None:
    user, _ = make_owner(database, now)
    token = start_session(database, user.id, "Firefox", now)
    for after in used_after:
        assert read_user_session(database, token, now + after) is not None
    assert (read_user_session(database, token, now + read_after) is not None) is lives


def test_sessions_are_listed_and_ended_by_their_own_user_alone(database: Database, now: datetime) -> None:
    user, _ = make_owner(database, now)
    other = make_user(database, "bob@other.example", now)
    first, second = (start_session(database, user.id, name, now) for name in ("Firefox", "Chrome"))
    foreign = start_session(database, other.id, "Safari", now)
    found = {session.browser: session.id for session in list_sessions(database, user.id, now)}
    assert set(found) == {"Firefox", "Chrome"}
    end_user_session(database, other.id, found["Chrome"])
    assert read_user_session(database, second, now) is not None
    end_user_session(database, user.id, found["Chrome"])
    assert read_user_session(database, second, now) is None
    third = start_session(database, user.id, "Edge", now)
    end_other_sessions(database, user.id, found["Firefox"])
    assert [read_user_session(database, token, now) is None for token in (first, third, foreign)] == [
        False,
        True,
        False,
    ]


def test_reading_a_session_writes_seldom(database: Database, now: datetime) -> None:
    user, _ = make_owner(database, now)
    token = start_session(database, user.id, "Firefox", now)
    before = database.revision()
    read_user_session(database, token, now + timedelta(minutes=14))
    assert list_sessions(database, user.id, now)[0].seen_at == now
    read_user_session(database, token, now + timedelta(minutes=15))
    assert list_sessions(database, user.id, now)[0].seen_at == now + timedelta(minutes=15)
    assert database.revision() == before


@pytest.mark.parametrize("text", ["", "x", "x" * 43, "x" * 100_000, "\udc80", "ü", "\0"])
def test_tokens_mean_nothing_when_they_are_not_ours(database: Database, now: datetime, text: str) -> None:
    assert read_user_session(database, text, now) is None
