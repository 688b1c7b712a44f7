"""Each change of a project's keys, secrets and intents is a line of the log, with who did it and nothing secret."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from metrone.control.account_tables import audit_log
from metrone.control.audit import Actor
from metrone.control.db import Database
from metrone.control.examples import set_examples
from metrone.control.keys import NewKey, create_key, revoke_key
from metrone.control.projects import Project, ProjectChange, change_project, create_project
from metrone.control.signing import NewSecret, add_secret, remove_secret

ANN = Actor("usr_1", "ann@shop.example")
TEXT = "a signing secret of some length"


def lines(db: Database) -> list[tuple[str, str, str]]:
    with db.read() as connection:
        rows = connection.execute(select(audit_log).order_by(audit_log.c.entry_no))
        return [(row.actor, row.action, row.target) for row in rows]


def set_and_remove(db: Database, shop: Project) -> None:
    remove_secret(db, shop.id, add_secret(db, NewSecret(shop.id, "vapi", TEXT, "main"), ANN).id, ANN)


def create_and_revoke(db: Database, shop: Project) -> None:
    key, _ = create_key(db, NewKey(shop.id, ["write"], name="Site"), ANN)
    for _ in range(2):  # the second time it is revoked already
        revoke_key(db, key.id, ANN)


CASES: dict[str, tuple[Callable[[Database, Project], object], list[tuple[str, str]]]] = {
    "secrets": (
        set_and_remove,
        [("webhook_secret.set", "vapi/main of Shop"), ("webhook_secret.removed", "vapi/main of Shop")],
    ),
    "keys": (create_and_revoke, [("key.created", "Site"), ("key.revoked", "Site")]),
    "intents": (
        lambda db, shop: set_examples(db, shop.id, [("refill", "more pills"), ("refill", "more of them")], ANN),
        [("intents.taught", "Shop: 1 intents, 2 examples")],
    ),
    "settings": (
        lambda db, shop: change_project(db, shop.id, ProjectChange(name="Store", talk_days=7, timezone="UTC"), ANN),
        [("project.changed", "Store: name, talk_days")],
    ),
    "nothing": (lambda db, shop: change_project(db, shop.id, ProjectChange(name="Shop"), ANN), []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_a_line(database: Database, name: str) -> None:
    act, expected = CASES[name]
    act(database, create_project(database, "Shop"))
    written = lines(database)
    assert [(action, target.split(" (")[0]) for _, action, target in written] == expected
    assert {actor for actor, _, _ in written} <= {ANN.name}
    assert TEXT not in str(written)


def test_a_command_is_written_down_as_such(database: Database) -> None:
    create_key(database, NewKey(create_project(database, "Shop").id, ["write"]))
    assert lines(database)[0][:2] == ("command line", "key.created")
