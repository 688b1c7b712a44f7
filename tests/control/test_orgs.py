"""Organisations, roles, invitations, signing up and the audit log."""

from datetime import datetime, timedelta

import pytest

from metrone.config import Config
from metrone.control.audit import OPERATOR, PAGE, list_entries, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.invitations import (
    invite,
    join_as,
    join_as_new,
    list_invitations,
    read_invitation,
    withdraw,
)
from metrone.control.orgs import (
    change_role,
    create_org,
    create_org_project,
    list_members,
    list_memberships,
    list_org_projects,
    remove_member,
    rename_org,
)
from metrone.control.roles import DEEDS, ROLES, Deed, Role, check_role, may
from metrone.control.signup import confirm_signup, create_signup, sign_up
from metrone.control.users import User
from tests.control.people import make_owner, make_user, ready
from tests.control.racing import race


def open_and_join(config: Config, token: str, now: datetime) -> str | None:
    with Database.open(config) as db:
        user = join_as_new(db, token, ready("ignored@x.example"), now)
    return user.id if user else None


@pytest.mark.parametrize(
    ("role", "deeds"),
    [("owner", "read edit manage own"), ("admin", "read edit manage"), ("editor", "read edit"), ("viewer", "read")],
)
def test_may_says_what_each_role_does(role: Role, deeds: str) -> None:
    every: tuple[Deed, ...] = ("read", "edit", "manage", "own")
    assert [deed for deed in every if may(role, deed)] == deeds.split()
    assert set(DEEDS) == set(ROLES)


def test_check_role_refuses_when_there_is_no_such_role() -> None:
    with pytest.raises(Invalid):
        check_role("Owner")


def roles_in(db: Database, org_id: str) -> dict[str, str]:
    return {member.email: member.role for member in list_members(db, org_id)}


def test_roles_change_and_an_owner_always_stays(each_database: Database, now: datetime) -> None:
    ann, org = make_owner(each_database, now)
    bob = join_as_new(
        each_database, invite(each_database, org.id, ("Bob@x.example", "viewer"), (ann.actor, now)), ready("?"), now
    )
    assert isinstance(bob, User)
    who = (ann.actor, now)
    with pytest.raises(Invalid, match="needs an owner"):
        change_role(each_database, org.id, ann.id, "admin", who)
    with pytest.raises(Invalid, match="needs an owner"):
        remove_member(each_database, org.id, ann.id, who)
    change_role(each_database, org.id, bob.id, "owner", who)
    change_role(each_database, org.id, ann.id, "editor", who)
    assert roles_in(each_database, org.id) == {"ann@shop.example": "editor", "bob@x.example": "owner"}
    remove_member(each_database, org.id, ann.id, who)
    assert list_memberships(each_database, ann.id) == []
    with pytest.raises(Missing):
        remove_member(each_database, org.id, ann.id, who)


def test_invitation_is_for_one_address_once_and_for_a_week(each_database: Database, now: datetime) -> None:
    ann, org = make_owner(each_database, now)
    who = (ann.actor, now)
    old = invite(each_database, org.id, ("bob@x.example", "viewer"), who)
    token = invite(each_database, org.id, ("BOB@x.example", "editor"), who)
    assert read_invitation(each_database, old, now) is None
    assert [link.email for link in list_invitations(each_database, org.id, now)] == ["bob@x.example"]
    shown = read_invitation(each_database, token, now)
    assert shown is not None
    assert (shown.email, shown.role, shown.has_account) == ("bob@x.example", "editor", False)
    assert join_as_new(each_database, token, ready("eve@x.example"), now + timedelta(days=7)) is None
    bob = join_as_new(each_database, token, ready("eve@x.example"), now)
    assert bob is not None
    assert bob.email == "bob@x.example"
    assert roles_in(each_database, org.id)["bob@x.example"] == "editor"
    assert join_as_new(each_database, token, ready("eve@x.example"), now) is None
    assert list_invitations(each_database, org.id, now) == []


def test_invitation_is_taken_by_one_when_processes_race(each_config: Config, now: datetime) -> None:
    with Database.open(each_config) as db:
        ann, org = make_owner(db, now)
        token = invite(db, org.id, ("bob@x.example", "viewer"), (ann.actor, now))
    assert sum(each is not None for each in race(open_and_join, each_config, token, now)) == 1


def test_joining_with_an_account_keeps_the_better_role(database: Database, now: datetime) -> None:
    ann, org = make_owner(database, now)
    who = (ann.actor, now)
    assert join_as(database, invite(database, org.id, ("ann@shop.example", "viewer"), who), ann, now)
    assert roles_in(database, org.id) == {"ann@shop.example": "owner"}
    bob = make_user(database, "bob@x.example", now)
    for role in ("viewer", "admin"):
        assert join_as(database, invite(database, org.id, (bob.email, check_role(role)), who), bob, now)
        assert roles_in(database, org.id)[bob.email] == role
    assert not join_as(database, "x" * 43, bob, now)


def test_join_as_new_refuses_an_address_that_has_an_account_by_now(database: Database, now: datetime) -> None:
    ann, org = make_owner(database, now)
    token = invite(database, org.id, ("bob@x.example", "viewer"), (ann.actor, now))
    make_user(database, "bob@x.example", now)
    with pytest.raises(Invalid, match="already"):
        join_as_new(database, token, ready("?"), now)
    assert read_invitation(database, token, now) is not None  # nothing was used up


def test_invitation_is_worth_nothing_when_withdrawn(database: Database, now: datetime) -> None:
    ann, org = make_owner(database, now)
    token = invite(database, org.id, ("bob@x.example", "viewer"), (ann.actor, now))
    (link,) = list_invitations(database, org.id, now)
    with pytest.raises(Missing):
        withdraw(database, "org_other", link.id, (ann.actor, now))
    withdraw(database, org.id, link.id, (ann.actor, now))
    assert join_as_new(database, token, ready("?"), now) is None


def test_signing_up_makes_an_organisation_of_ones_own(each_database: Database, now: datetime) -> None:
    make_owner(each_database, now)
    assert sign_up(each_database, ready("bob@x.example"), now)
    assert not sign_up(each_database, ready("ann@shop.example"), now)
    assert create_signup(each_database, ready("ann@shop.example"), now) is None
    token = create_signup(each_database, ready("cy@x.example", "Cy"), now) or ""
    cy = confirm_signup(each_database, token, now)
    assert cy is not None
    assert confirm_signup(each_database, token, now) is None
    (membership,) = list_memberships(each_database, cy.id)
    assert membership.role == "owner"
    assert list_org_projects(each_database, membership.org.id) == []


def test_audit_log_says_who_changed_what_page_by_page(each_database: Database, now: datetime) -> None:
    ann, org = make_owner(each_database, now)
    who = (ann.actor, now)
    create_org_project(each_database, org.id, {"name": "Shop", "timezone": "Europe/Berlin"}, who)
    rename_org(each_database, org.id, "Shops <b>", ann.actor, now)
    foreign = create_org(each_database, "Other", ann.actor, now)
    found = [(entry.actor, entry.action, entry.target) for entry in list_entries(each_database, org.id)]
    assert found == [
        ("ann@shop.example", "organisation.renamed", "Shops <b>"),
        ("ann@shop.example", "project.created", "Shop"),
        ("ann@shop.example", "account.set_up", "ann@shop.example"),
    ]
    assert len(list_entries(each_database, foreign.id)) == 1
    with each_database.write() as connection:
        for number in range(PAGE):
            note(connection, OPERATOR, "test", str(number), (now, org.id))
    newest = list_entries(each_database, org.id)
    assert len(newest) == PAGE
    assert [entry.action for entry in list_entries(each_database, org.id, newest[-1].entry_no)] == [
        each[1] for each in found
    ]
