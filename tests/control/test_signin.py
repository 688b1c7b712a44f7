"""One-time links and browser sessions."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.errors import Missing
from metrone.control.projects import Project, create_project
from metrone.control.signin import create_link, end_session, read_session, redeem_link
from metrone.control.tables import browser_sessions, signin_links
from tests.control.racing import race

TICK = timedelta(microseconds=1)


def open_and_redeem(config: Config, token: str, now: datetime) -> str | None:
    with Database.open(config) as db:
        return redeem_link(db, token, now)


def test_redeem_link_gives_one_session_when_used_twice(each_database: Database, now: datetime) -> None:
    project = create_project(each_database, "Shop")
    create_project(each_database, "Other")
    link = create_link(each_database, project.id, now)
    token = redeem_link(each_database, link, now)
    assert token is not None
    session = read_session(each_database, token, now)
    assert session is not None
    assert session.project_ids == (project.id,)
    assert session.expires_at == now + timedelta(days=30)
    assert redeem_link(each_database, link, now) is None


def test_redeem_link_gives_one_session_when_processes_use_it_together(each_config: Config, now: datetime) -> None:
    with Database.open(each_config) as db:
        link = create_link(db, create_project(db, "Shop").id, now)
    tokens = [token for token in race(open_and_redeem, each_config, link, now) if token is not None]
    assert len(tokens) == 1
    with Database.open(each_config) as db:
        assert read_session(db, tokens[0], now) is not None


@pytest.mark.parametrize(
    ("after", "works"), [(timedelta(0), True), (timedelta(hours=24) - TICK, True), (timedelta(1), False)]
)
def test_redeem_link_counts_the_hours_when_it_is_late(
    database: Database, project: Project, now: datetime, after: timedelta, works: bool
) -> None:
    link = create_link(database, project.id, now)
    assert (redeem_link(database, link, now + after) is not None) is works


def test_redeem_link_keeps_the_given_time_when_it_is_short(database: Database, project: Project, now: datetime) -> None:
    link = create_link(database, project.id, now, timedelta(minutes=5))
    assert redeem_link(database, link, now + timedelta(minutes=5)) is None


@pytest.mark.parametrize("text", ["", "x", "x" * 43, "x" * 100_000, "\udc80", "ü", "\0", "' or 1=1 --"])
def test_tokens_mean_nothing_and_write_nothing_when_they_are_not_ours(
    database: Database, project: Project, now: datetime, text: str
) -> None:
    create_link(database, project.id, now)
    before = database.revision()
    assert redeem_link(database, text, now) is None
    assert read_session(database, text, now) is None
    assert database.revision() == before
    end_session(database, text)


def test_link_and_session_are_different_things_when_swapped(
    database: Database, project: Project, now: datetime
) -> None:
    link = create_link(database, project.id, now)
    assert read_session(database, link, now) is None
    token = redeem_link(database, link, now)
    assert token is not None
    assert redeem_link(database, token, now) is None


def test_read_session_ends_when_thirty_days_are_over(database: Database, project: Project, now: datetime) -> None:
    token = redeem_link(database, create_link(database, project.id, now), now)
    assert token is not None
    assert read_session(database, token, now + timedelta(days=30) - TICK) is not None
    assert read_session(database, token, now + timedelta(days=30)) is None


def test_end_session_ends_this_one_only_when_there_are_two(database: Database, project: Project, now: datetime) -> None:
    tokens = [redeem_link(database, create_link(database, project.id, now), now) for _ in range(2)]
    first, second = (token or "" for token in tokens)
    end_session(database, first)
    assert read_session(database, first, now) is None
    assert read_session(database, second, now) is not None


def test_csrf_is_constant_and_the_sessions_own_when_read(database: Database, project: Project, now: datetime) -> None:
    tokens = [redeem_link(database, create_link(database, project.id, now), now) or "" for _ in range(2)]
    one, two = (read_session(database, token, now) for token in tokens)
    assert one is not None
    assert two is not None
    assert len(one.csrf) == 43
    assert one.csrf != two.csrf
    assert one.csrf not in tokens
    assert read_session(database, tokens[0], now) == one


def test_tokens_are_not_in_the_files_when_stored(
    config: Config, database: Database, project: Project, now: datetime
) -> None:
    unused = create_link(database, project.id, now)
    used = create_link(database, project.id, now)
    token = redeem_link(database, used, now)
    assert token is not None
    stored = b"".join(path.read_bytes() for path in Path(config.data_dir).iterdir())
    for secret in (unused, used, token):
        assert secret.encode() not in stored


def test_expired_rows_are_forgotten_when_new_ones_are_made(database: Database, project: Project, now: datetime) -> None:
    redeem_link(database, create_link(database, project.id, now), now)
    create_link(database, project.id, now)
    late = now + timedelta(days=31)
    redeem_link(database, create_link(database, project.id, late), late)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(signin_links)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(browser_sessions)).scalar_one() == 1


def test_create_link_refuses_when_there_is_no_such_project(database: Database, now: datetime) -> None:
    with pytest.raises(Missing):
        create_link(database, "prj_none", now)
