"""One organisation with a member of each role, and others who are none: for the tests of who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from metrone.control.roles import ROLES
from tests.running import RunningServer
from tests.web.people import OTHER, SETTINGS, Person, owner_of

# Whom a table of answers is about, in this order.
ASKING = (*ROLES, "stranger", "nobody")


@dataclass(frozen=True)
class World:
    """One organisation with a member of each role, and a stranger who owns another."""

    server: RunningServer
    org: str
    project: str
    people: dict[str, Person]

    def id_of(self, role: str) -> str:
        return str(self.people[role].ask("/account")["user"]["id"])


def join(server: RunningServer, owner: Person, org: str, email: str, role: str) -> Person:
    """Somebody who took an invitation with a new account."""
    url = owner.does("POST", f"/orgs/{org}/invitations", {"email": email, "role": role})["url"]
    guest = Person(server)
    token = url.split("/join#token=")[1]
    shown = guest.does("POST", "/account/invitation", {"token": token})
    assert (shown["email"], shown["role"], shown["has_account"]) == (email, role, False)
    guest.does("POST", "/account/invitation/join", {"token": token, "name": role, "password": OTHER})
    return guest


def make_world(folder: Path, settings: Mapping[str, str] = SETTINGS) -> World:
    """On a server of its own, which the caller kills."""
    server = RunningServer(folder, dict(settings)).start()
    project = server.project("Shop").id
    owner = owner_of(server)
    org = owner.ask("/account")["organisations"][0]["id"]
    people = {"owner": owner}
    for role in ROLES[1:]:
        people[role] = join(server, owner, org, f"{role}@shop.example", role)
    foreign = owner.does("POST", "/orgs", {"name": "Elsewhere"})["id"]
    people["stranger"] = join(server, owner, foreign, "stranger@else.example", "owner")
    people["nobody"] = Person(server)
    return World(server, org, project, people)
