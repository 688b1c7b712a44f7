"""Every endpoint of organisations and projects, by every role. A route without a row here fails."""

import re

import pytest
from litestar import Litestar

from metrone.web.server import ROUTES
from tests.web.world import ASKING, World

# Who gets which answer: owner, admin, editor, viewer, a stranger and nobody.
READERS = (200, 200, 200, 200, 404, 401)
MANAGERS_READ = (200, 200, 403, 403, 404, 401)


def changes(role: str, status: int = 400) -> tuple[int, ...]:
    """A change for this role and those above it. What is sent is refused, or not there, so `status` means: allowed."""
    allowed = ASKING.index(role) + 1
    return (*(status,) * allowed, *(403,) * (4 - allowed), 404, 401)


ORG, PROJECT = "/app/orgs/{org_id}", "/app/projects/{project_id}"
MATRIX: list[tuple[str, str, object, tuple[int, ...]]] = [
    ("GET", ORG, None, READERS),
    ("PUT", ORG, {}, changes("owner")),
    ("POST", f"{ORG}/projects", {}, changes("admin")),
    ("POST", f"{ORG}/invitations", {}, changes("admin")),
    ("DELETE", f"{ORG}/invitations/{{link_id}}", None, changes("admin", 404)),
    ("PUT", f"{ORG}/members/{{user_id}}", {}, changes("admin")),
    ("DELETE", f"{ORG}/members/{{user_id}}", None, changes("admin", 404)),
    ("GET", f"{ORG}/audit", None, MANAGERS_READ),
    ("GET", PROJECT, None, READERS),
    ("PUT", PROJECT, {"name": ""}, changes("editor")),
    ("GET", f"{PROJECT}/install", None, READERS),
    ("PUT", f"{PROJECT}/install", {"cname": "no host"}, changes("editor")),
    ("POST", f"{PROJECT}/install/key", None, changes("admin", 201)),
    ("GET", f"{PROJECT}/integrations", None, READERS),
    ("POST", f"{PROJECT}/integrations/{{platform}}/secrets", {}, changes("editor", 404)),
    ("DELETE", f"{PROJECT}/integrations/{{platform}}/secrets/{{secret_id}}", None, changes("editor", 404)),
    ("POST", f"{PROJECT}/integrations/{{platform}}/test", {}, changes("editor", 404)),
    ("GET", f"{PROJECT}/exclusions", None, READERS),
    ("POST", f"{PROJECT}/exclusions", {"kind": "path", "value": "admin"}, changes("editor")),
    ("DELETE", f"{PROJECT}/exclusions/{{exclusion_no}}", None, changes("editor", 404)),
    ("GET", f"{PROJECT}/goals", None, READERS),
    ("POST", f"{PROJECT}/goals", {}, changes("editor")),
    ("POST", f"{PROJECT}/goals/preview", {}, changes("editor")),
    ("PUT", f"{PROJECT}/goals/{{goal_id}}", {}, changes("editor")),
    ("DELETE", f"{PROJECT}/goals/{{goal_id}}", None, changes("editor", 404)),
    ("POST", f"{PROJECT}/reset", {"confirm": "other"}, changes("admin")),
    ("DELETE", PROJECT, {"confirm": "other"}, changes("admin")),
    ("GET", f"{PROJECT}/keys", None, MANAGERS_READ),
    ("POST", f"{PROJECT}/keys", {"name": "", "scopes": ["write"]}, changes("admin")),
    ("DELETE", f"{PROJECT}/keys/{{key_id}}", None, changes("admin", 404)),
    ("GET", f"{PROJECT}/usage", None, READERS),
    ("GET", f"{PROJECT}/shares", None, READERS),
    ("POST", f"{PROJECT}/shares", {}, changes("admin")),
    ("PUT", f"{PROJECT}/shares/{{share_id}}/password", {}, changes("admin")),
    ("DELETE", f"{PROJECT}/shares/{{share_id}}", None, changes("admin", 404)),
    # What is one's own, every member may; what is for everybody: test_notes.
    ("GET", f"{PROJECT}/segments", None, READERS),
    ("POST", f"{PROJECT}/segments", {}, changes("viewer")),
    ("PUT", f"{PROJECT}/segments/{{segment_id}}", {}, changes("viewer", 404)),
    ("DELETE", f"{PROJECT}/segments/{{segment_id}}", None, changes("viewer", 404)),
    ("GET", f"{PROJECT}/annotations", None, READERS),
    ("POST", f"{PROJECT}/annotations", {}, changes("viewer")),
    ("PUT", f"{PROJECT}/annotations/{{annotation_id}}", {}, changes("viewer", 404)),
    ("DELETE", f"{PROJECT}/annotations/{{annotation_id}}", None, changes("viewer", 404)),
]
# Of one's own account, or for whoever holds a link.
OWN = ("/app/account", "/app/session")
# What the page needs before anybody is signed in, and the list of one's own organisations.
OPEN = {
    ("GET", "/app/metrics"),
    ("GET", "/app/snippets"),
    ("GET", "/app/platforms"),
    ("POST", "/app/orgs"),
    ("GET", "/app/shares/{token}"),
    ("POST", "/app/shares/{token}/open"),
}


def test_every_route_has_a_row() -> None:
    routes = Litestar(route_handlers=[*ROUTES], openapi_config=None).routes
    found = {
        (method, re.sub(r":\w+}", "}", route.path))
        for route in routes
        if route.path.startswith("/app/") and not route.path.startswith(OWN)
        for method in route.methods - {"OPTIONS", "HEAD"}
    }
    assert found == {(method, path) for method, path, _, _ in MATRIX} | OPEN


@pytest.mark.parametrize(
    ("method", "path", "body", "statuses"), MATRIX, ids=[f"{method} {path}" for method, path, _, _ in MATRIX]
)
def test_each_endpoint_answers_each_role(
    world: World, method: str, path: str, body: object, statuses: tuple[int, ...]
) -> None:
    address = address_of(world, path)
    assert tuple(world.people[who].send(method, address, body).status_code for who in ASKING) == statuses


CHANGES = [each[:3] for each in MATRIX if each[0] != "GET"]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES, ids=[f"{method} {path}" for method, path, _ in CHANGES])
def test_each_change_needs_the_csrf_token(world: World, method: str, path: str, body: object) -> None:
    answer = world.people["owner"].send(method, address_of(world, path), body, X_CSRF_Token="other")
    assert answer.status_code == 403


def address_of(world: World, path: str) -> str:
    """The path with what is there, behind /app; other names stand for nothing that exists."""
    known = {"{org_id}": world.org, "{project_id}": world.project}
    return re.sub(r"{\w+}", lambda match: known.get(match[0], "none"), path.removeprefix("/app"))
