"""The owner account, passwords and their reset."""

from datetime import datetime, timedelta

import pytest

from metrone.config import Config
from metrone.control.audit import OPERATOR
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.orgs import list_memberships, list_org_projects
from metrone.control.projects import create_project, get_project
from metrone.control.sessions import read_user_session, start_session
from metrone.control.users import (
    NewUser,
    change_password,
    check_signin,
    create_reset,
    create_setup_link,
    drop_second_factor,
    find_user,
    get_user,
    has_account,
    insert_user,
    list_users,
    set_up,
    use_reset,
)
from tests.control.people import HASH, make_owner, ready
from tests.control.racing import race

GOOD = "violet anchor humming drum"


def open_and_set_up(config: Config, tokens: list[str], now: datetime) -> str | None:
    with Database.open(config) as db:
        made = [user for token in tokens if (user := set_up(db, token, ready("ann@shop.example"), now))]
    return made[0].id if made else None


def test_set_up_makes_the_owner_of_every_project_once(each_database: Database, now: datetime) -> None:
    earlier = create_project(each_database, "Shop")
    assert not has_account(each_database)
    tokens = [create_setup_link(each_database, now) or "" for _ in range(2)]
    user = set_up(each_database, tokens[0], NewUser(" Ann@Shop.example ", GOOD).ready(), now)
    assert user is not None
    assert (user.email, user.name, user.has_totp) == ("ann@shop.example", "ann", False)
    assert has_account(each_database)
    (membership,) = list_memberships(each_database, user.id)
    assert membership.role == "owner"
    later = create_project(each_database, "Blog")
    assert list_org_projects(each_database, membership.org.id) == [get_project(each_database, earlier.id), later]
    assert [set_up(each_database, token, ready("eve@evil.example"), now) for token in tokens] == [None, None]
    assert create_setup_link(each_database, now) is None


def test_set_up_makes_one_account_when_processes_race(each_config: Config, now: datetime) -> None:
    with Database.open(each_config) as db:
        tokens = [create_setup_link(db, now) or "" for _ in range(2)]
    made = race(open_and_set_up, each_config, tokens, now)
    assert sum(each is not None for each in made) == 1
    with Database.open(each_config) as db:
        assert len(list_users(db)) == 1


@pytest.mark.parametrize("token", ["", "x" * 43, "ü", "' or 1=1 --", "x" * 100_000])
def test_set_up_refuses_tokens_that_are_not_ours(database: Database, now: datetime, token: str) -> None:
    create_setup_link(database, now)
    assert set_up(database, token, ready("ann@shop.example"), now) is None
    assert not has_account(database)


def test_set_up_refuses_a_link_when_it_is_old(database: Database, now: datetime) -> None:
    token = create_setup_link(database, now) or ""
    assert set_up(database, token, ready("ann@shop.example"), now + timedelta(hours=24)) is None


@pytest.mark.parametrize(
    "email",
    ["", "ann", "ann@", "@shop.example", "a b@shop.example", "ann@shop.example\nBcc: x@y.example", '"a"@shop.example',
     "ann@shop..example", "x" * 65 + "@shop.example", "ann@" + "x" * 260, "<ann@shop.example>", "ann@shop.example,b@c.example"],
)  # fmt: skip
def test_new_user_is_refused_when_the_address_is_none(email: str) -> None:
    with pytest.raises(Invalid) as caught:
        NewUser(email, GOOD).ready()
    assert caught.value.field == "email"


def test_two_users_cannot_have_one_address(database: Database, now: datetime) -> None:
    make_owner(database, now)
    with pytest.raises(Invalid, match="already"), database.write() as connection:
        insert_user(connection, ready("ann@shop.example"), now)


def test_check_signin_knows_the_password_alone(database: Database, now: datetime) -> None:
    token = create_setup_link(database, now) or ""
    set_up(database, token, NewUser("ann@shop.example", GOOD).ready(), now)
    found = check_signin(database, "ANN@shop.example", GOOD)
    assert found is not None
    assert check_signin(database, "ann@shop.example", GOOD.upper()) is None
    assert check_signin(database, "bob@shop.example", GOOD) is None
    assert check_signin(database, "nonsense", GOOD) is None


def test_change_password_ends_every_session(database: Database, now: datetime) -> None:
    user, _ = make_owner(database, now)
    session = start_session(database, user.id, "Firefox on Linux", now)
    change_password(database, user, GOOD, now)
    assert read_user_session(database, session, now) is None
    assert check_signin(database, user.email, GOOD) is not None
    with pytest.raises(Invalid):
        change_password(database, user, "short", now)


def test_reset_works_once_and_for_an_hour(each_database: Database, now: datetime) -> None:
    user, _ = make_owner(each_database, now)
    session = start_session(each_database, user.id, "Firefox on Linux", now)
    one, two = (create_reset(each_database, user, OPERATOR, now) for _ in range(2))
    assert use_reset(each_database, one, HASH, now + timedelta(hours=1)) is None
    one, two = (create_reset(each_database, user, OPERATOR, now) for _ in range(2))
    assert use_reset(each_database, one, HASH, now + timedelta(minutes=59)) == get_user(each_database, user.id)
    assert use_reset(each_database, one, HASH, now) is None
    assert use_reset(each_database, two, HASH, now) is None  # the others are over with it
    assert read_user_session(each_database, session, now) is None


def test_a_link_of_one_kind_is_none_of_another(database: Database, now: datetime) -> None:
    setup = create_setup_link(database, now) or ""
    assert use_reset(database, setup, HASH, now) is None
    user, _ = make_owner(database, now)
    reset = create_reset(database, user, OPERATOR, now)
    assert set_up(database, reset, ready("eve@evil.example"), now) is None


def test_get_user_refuses_when_there_is_none(database: Database, now: datetime) -> None:
    assert find_user(database, "nobody@shop.example") is None
    with pytest.raises(Missing):
        get_user(database, "usr_none")
    user, _ = make_owner(database, now)
    drop_second_factor(database, user, OPERATOR, now)
    assert get_user(database, user.id) == user


def test_secrets_are_not_in_the_files_when_stored(config: Config, database: Database, now: datetime) -> None:
    setup = create_setup_link(database, now) or ""
    user = set_up(database, setup, NewUser("ann@shop.example", GOOD).ready(), now)
    assert user is not None
    reset = create_reset(database, user, OPERATOR, now)
    session = start_session(database, user.id, "Firefox on Linux", now)
    stored = b"".join(path.read_bytes() for path in config.root.iterdir())
    for secret in (setup, reset, session, GOOD):
        assert secret.encode() not in stored
