"""Accounts by mail: a new password, signing up; and that no answer says who has an account."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.postbox import Postbox, open_postbox
from tests.running import RunningServer, eventually
from tests.web.people import OTHER, OWNER, PASSWORD, SETTINGS, Person, owner_of

Starter = Callable[..., RunningServer]


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


@pytest.fixture
def server(start_server: Starter, postbox: Postbox) -> RunningServer:
    """A server with mail, whose public address is not the one that requests name."""
    return start_server(
        **SETTINGS,
        METRONE_SMTP_URL=postbox.url,
        METRONE_MAIL_FROM="metrone@shop.example",
        METRONE_PUBLIC_URL="http://stats.test",
        METRONE_SIGN_UP="on",
    )


def token_to(postbox: Postbox, email: str, page: str) -> str:
    """The token in the newest message to this address."""
    text = eventually(lambda: (postbox.to(email) or [""])[-1], what="mail")
    found = re.search(rf"http://stats\.test/{page}#token=(\S+)", text)
    assert found, text
    return found[1]


def test_a_new_password_comes_by_mail_and_only_the_answer_is_the_same(server: RunningServer, postbox: Postbox) -> None:
    ann = owner_of(server)
    answers = [
        Person(server).send("POST", "/account/forgot", {"email": email}, Host="evil.test")
        for email in ("bob@shop.example", OWNER.upper())
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, '{"is_mailed":true}')}
    token = token_to(postbox, OWNER, "reset")
    new = Person(server)
    assert new.send("POST", "/account/reset", {"token": "x" * 43, "password": OTHER}).status_code == 401
    new.does("POST", "/account/reset", {"token": token, "password": OTHER})
    assert (new.email, ann.is_signed_in) == (OWNER, False)
    assert new.send("POST", "/account/reset", {"token": token, "password": PASSWORD}).status_code == 401
    assert [message["To"] for message in postbox.messages] == [OWNER]


def test_signing_up_is_confirmed_by_mail_and_tells_nobody_who_is_there(server: RunningServer, postbox: Postbox) -> None:
    owner_of(server)
    bob = Person(server)
    answers = [
        bob.send("POST", "/account/signup", {"email": email, "password": OTHER}) for email in ("bob@x.example", OWNER)
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, '{"next":"mail"}')}
    assert bob.sign_in("bob@x.example", OTHER).status_code == 401
    token = token_to(postbox, "bob@x.example", "confirm")
    bob.does("POST", "/account/confirm", {"token": token})
    assert bob.email == "bob@x.example"
    assert [org["role"] for org in bob.ask("/account")["organisations"]] == ["owner"]
    assert Person(server).send("POST", "/account/confirm", {"token": token}).status_code == 401
    text = eventually(lambda: "".join(postbox.to(OWNER)), what="mail to the owner")
    assert "has one already" in text
    assert "#token=" not in text


def test_trouble_with_mail_changes_no_answer_and_names_nobody_in_the_log(
    server: RunningServer, postbox: Postbox
) -> None:
    owner_of(server)
    postbox.refuse = True
    assert Person(server).send("POST", "/account/forgot", {"email": OWNER}).status_code == 200
    eventually(lambda: "mail: " in server.log.read_text(), what="a line in the log")
    assert OWNER not in server.log.read_text()
    assert not postbox.messages


def test_without_mail_accounts_are_made_at_once_and_passwords_by_command(start_server: Starter) -> None:
    server = start_server(**SETTINGS, METRONE_SIGN_UP="on")
    owner_of(server)
    bob = Person(server)
    assert bob.ask("/account")["can_sign_up"]
    answers = [
        bob.send("POST", "/account/signup", {"email": email, "password": OTHER}) for email in ("bob@x.example", OWNER)
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, '{"next":"signin"}')}
    assert bob.sign_in("bob@x.example", OTHER).status_code == 200
    assert Person(server).sign_in(OWNER, OTHER).status_code == 401  # the owner's password is the owner's
    forgot = bob.send("POST", "/account/forgot", {"email": OWNER})
    assert (forgot.status_code, forgot.json()) == (200, {"is_mailed": False})


def test_nobody_signs_up_where_the_setting_is_off(start_server: Starter) -> None:
    server = start_server(**SETTINGS)
    answer = Person(server).send("POST", "/account/signup", {"email": "bob@x.example", "password": OTHER})
    assert answer.status_code == 403
