"""People at their browsers, for the tests of accounts: each has cookies and an address of their own."""

import itertools
from typing import Any

import httpx

from tests.running import RunningServer

PASSWORD = "violet anchor humming drum"
OTHER = "seven lanterns over water"  # of everybody but the owner
OWNER = "ann@shop.example"
# Tests sign in more often than one address may.
SETTINGS = {"METRONE_TRUSTED_PROXIES": "127.0.0.1"}
_addresses = itertools.count(1)


class Person:
    """A browser with one person at it. Sends what the dashboard's pages send."""

    def __init__(self, server: RunningServer) -> None:
        number = next(_addresses)
        self.address = f"198.51.{number // 250}.{number % 250 + 1}"
        self.server = server
        # Kept among the server's, which closes them.
        self.client = server.clients[f"person {number}"] = httpx.Client(
            base_url=server.url,
            headers={"X-Forwarded-For": self.address, "Sec-Fetch-Site": "same-origin", "User-Agent": _FIREFOX},
            timeout=30,
        )

    def ask(self, path: str) -> Any:
        """The JSON of a GET that works."""
        answer = self.client.get(f"/app{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """A change, with the CSRF token that belongs to the session."""
        token = {"X-CSRF-Token": self.ask("/account")["csrf"]}
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.request(method, f"/app{path}", headers={**token, **shown})
        return self.client.request(method, f"/app{path}", json=body, headers={**token, **shown})

    def does(self, method: str, path: str, body: object = None) -> Any:
        """A change that works; its JSON."""
        answer = self.send(method, path, body)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer.json() if answer.content else None

    def set_up(self, token: str, email: str = OWNER, password: str = PASSWORD) -> httpx.Response:
        return self.send("POST", "/account/setup", {"token": token, "email": email, "password": password})

    def sign_in(self, email: str = OWNER, password: str = PASSWORD, code: str = "") -> httpx.Response:
        return self.send("POST", "/account/signin", {"email": email, "password": password, "code": code})

    @property
    def is_signed_in(self) -> bool:
        return bool(self.ask("/account")["is_signed_in"])

    @property
    def email(self) -> str:
        """Whose account this browser is signed in to; '' for nobody's."""
        user = self.ask("/account")["user"]
        return user["email"] if user else ""


def setup_token(server: RunningServer) -> str:
    """What `metrone users setup` prints behind the #."""
    return str(server.run("users", "setup")["url"]).split("#token=")[1]


def owner_of(server: RunningServer) -> Person:
    """The owner, made now on a fresh server."""
    person = Person(server)
    assert person.set_up(setup_token(server)).status_code == 200
    return person


def at_browser(server: RunningServer, email: str = OWNER, password: str = PASSWORD) -> Person:
    """Somebody who signed in with a new browser."""
    person = Person(server)
    answer = person.sign_in(email, password)
    assert answer.status_code == 200, answer.text
    return person


_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
