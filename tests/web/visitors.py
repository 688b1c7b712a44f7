"""Keys of every kind and signed-in browsers of a project, for tests that ask who may do what."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.keys import NewKey, create_key, find_key, revoke_key
from metrone.control.signin import create_link
from tests.running import RunningServer, TestProject, eventually


@dataclass(frozen=True)
class Browser:
    """A browser that signed in: its cookie header and the CSRF token of its session."""

    cookie: str = field(repr=False)
    csrf: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie}


def link_token(server: RunningServer, project: TestProject) -> str:
    """A fresh one-time token."""
    with opened(server) as db:
        return create_link(db, project.id, datetime.now(UTC))


def new_key(server: RunningServer, project: TestProject, *scopes: str, **more: Any) -> str:
    """A fresh key that the server has heard of; `more` as in NewKey. Quicker than a command."""
    with opened(server) as db:
        key = create_key(db, NewKey(project.id, scopes, **more))[1]
    server.knows(key)
    return key


def new_interaction(server: RunningServer, project: TestProject, name: str) -> str:
    """The id of a call that a webhook of the endpoint `name` told of, with that name wherever it may stand."""
    call = {"id": name, "type": "ended", "intent": name, "agent_id": name, "model": name, "end_reason": name}
    server.client(project.write).post(f"/v1/webhooks/generic/{name}", json=call).raise_for_status()
    server.drained()
    (row,) = server.client(project.full).get("/v1/api/interactions", params={"endpoint": name}).json()["data"]
    return str(row["id"])


def opened(server: RunningServer) -> Database:
    """The running server's control database."""
    return Database.open(Config(data_dir=str(server.data_dir)))


def sign_in(server: RunningServer, project: TestProject) -> Browser:
    """A browser that redeemed a link."""
    answer = httpx.post(f"{server.url}/app/session", json={"token": link_token(server, project)}, verify=False)
    assert answer.status_code == 200, answer.text
    ((name, token),) = answer.cookies.items()
    return Browser(f"{name}={token}", answer.json()["csrf"])


def expired_key(server: RunningServer, project: TestProject) -> str:
    """A key of all scopes that the server knew and that has expired since."""
    until = datetime.now(UTC) + timedelta(seconds=1)
    key = new_key(server, project, "admin", expires_at=until)
    eventually(lambda: datetime.now(UTC) > until, 5)
    return key


def revoked_key(server: RunningServer, project: TestProject) -> str:
    """A key of all scopes that the server knew and that was revoked since."""
    key = new_key(server, project, "admin")
    with opened(server) as db:
        revoke_key(db, find_key(db, key).id)
    eventually(lambda: server.client(key).get("/v1/api/live").status_code == 401, 5)
    return key
