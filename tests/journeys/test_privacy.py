"""What must never reach disk or log does not: addresses, User-Agents, user ids, secrets in query strings, API keys."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from metrone.config import Config
from metrone.control.secret import load_secret
from tests.journeys import stored
from tests.running import RunningServer, TestProject

V4, V6, SPOOFED = "203.0.114.77", "2a02:8108:8ac0:4f3b:dead:beef:cafe:f00d", "198.51.101.33"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; Marker-Agent-7351) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.7351.99"
FORWARDED_AGENT = AGENT.replace("7351", "8462")
USER, CALLER = "user-id-marker-9273@example.com", "header-key-marker-5530"
QUERY, FRAGMENT, PASSWORD = "query-secret-marker-1184", "fragment-marker-2295", "password-marker-3306"
EVENT_KEY = "event-key-marker-6641"
SECRETS = (V4, V6, SPOOFED, "7351", "8462", USER, CALLER, QUERY, FRAGMENT, PASSWORD, EVENT_KEY)
PAGE = f"https://anna:{PASSWORD}@shop.test/checkout?token={QUERY}#{FRAGMENT}"


@dataclass(frozen=True)
class Left:
    """A server that was used and stopped, and the keys that were used with it."""

    server: RunningServer
    keys: tuple[str, ...]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    settings = {"METRONE_TRUSTED_PROXIES": "127.0.0.1", "METRONE_LOG_LEVEL": "debug", "METRONE_RATE_LIMITS": "on"}
    server = RunningServer(tmp_path_factory.mktemp("privacy"), settings).start()
    project = server.project()
    _use(server, project)
    server.drained()
    _use(server, project)
    assert server.stop() == 0
    return Left(server, (project.full, project.write))


def _use(server: RunningServer, project: TestProject) -> None:
    """Everything that a client can say, well and badly, in every way that a key can travel."""
    event: dict[str, Any] = {
        "event_type": "pageview", "page_url": PAGE, "referrer": PAGE, "user_id": USER, "idempotency_key": EVENT_KEY,
    }  # fmt: skip
    with httpx.Client(base_url=server.url, headers={"User-Agent": AGENT}, timeout=30) as client:
        for address in ({"X-Forwarded-For": f"{SPOOFED}, {V4}"}, {"Forwarded": f'for={SPOOFED}, for="[{V6}]:4711"'}):
            client.post(
                f"/v1/events?api_key={project.write}", json=event, headers={**address, "Idempotency-Key": CALLER}
            )
            client.post(
                "/v1/events", json={**event, "api_key": project.write, "user_agent": FORWARDED_AGENT}, headers=address
            )
            client.post(
                "/v1/events/batch", json=[event, {"event_type": 5}], headers={"X-Api-Key": project.write, **address}
            )
            client.post(f"/v1/events?api_key={project.write}", content=b"{" + QUERY.encode(), headers=address)
            client.get(f"/v1/api/stats?api_key={project.full}&token={QUERY}", headers=address)
            client.get(f"/v1/api/nothing?api_key={project.full}&token={QUERY}", headers=address)
            client.get(
                "/v1/api/stats", headers={"Authorization": f"Bearer {project.full}", **address, "Cookie": f"a={QUERY}"}
            )
            client.post(
                f"/v1/api/query?api_key={project.full}", json={"queries": [{"type": "events", "params": {"x": QUERY}}]}
            )
            client.get(f"/?token={QUERY}&api_key={project.full}", headers=address)
        _upgrade(server, project)


def _upgrade(server: RunningServer, project: TestProject) -> None:
    """A web socket, which we do not speak."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(
            f"GET /v1/api/live?api_key={project.full}&token={QUERY} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"X-Forwarded-For: {V4}\r\nUser-Agent: {AGENT}\r\n\r\n".encode()
        )
        assert client.recv(1_000).startswith(b"HTTP/1.1 ")


def test_nothing_personal_is_in_any_file_of_the_data_folder(left: Left) -> None:
    files = [path for path in left.server.data_dir.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        content = path.read_bytes()
        for secret in (*SECRETS, *left.keys):
            assert secret.encode() not in content, (path, secret)
            assert secret.encode().hex().encode() not in content, (path, secret)


def test_nothing_personal_is_in_any_row(left: Left) -> None:
    """Files may be compressed: so every column is read as well."""
    text = stored.every_text(left.server.data_dir, "events.properties")
    assert "/checkout" in text  # the search would have found something
    assert "shop.test" in text
    for secret in (*SECRETS, *left.keys):
        assert secret not in text, secret


def test_nothing_personal_is_in_the_log(left: Left) -> None:
    log = left.server.log.read_text()
    assert "127.0.0.1" not in re.sub(r"http://127\.0\.0\.1:\d+", "", log)
    for secret in (*SECRETS, *left.keys, "shop.test"):
        assert secret not in log, secret


def test_secrets_of_ours_are_for_the_owner_alone(left: Left) -> None:
    data = left.server.data_dir
    assert data.stat().st_mode & 0o077 == 0
    assert not (data / "first-keys.json").exists()  # only --first-project keeps keys where a newcomer finds them
    secret = load_secret(Config(data_dir=str(data)))
    assert str(secret) not in left.server.log.read_text()


VISITS = [
    ("127.0.0.1", "X-Forwarded-For", True),
    ("127.0.0.0/8", "Forwarded", True),
    ("", "X-Forwarded-For", False),
    ("", "Forwarded", False),
    ("10.0.0.0/8", "X-Forwarded-For", False),
]


@pytest.mark.slow
@pytest.mark.parametrize(("proxies", "header", "is_believed"), VISITS)
def test_forwarded_addresses_count_only_from_a_listed_proxy(
    start_server: Callable[..., RunningServer], proxies: str, header: str, is_believed: bool
) -> None:
    server = start_server(METRONE_TRUSTED_PROXIES=proxies)
    project = server.project()
    for address in (V4, SPOOFED):
        value = address if header == "X-Forwarded-For" else f"for={address}"
        sent = server.client(project.write).post(
            "/v1/events",
            json={"event_type": "pageview", "page_url": "https://a.test/"},
            headers={header: value, "User-Agent": AGENT},
        )
        sent.raise_for_status()
    server.drained()
    stats = server.client(project.full).get("/v1/api/stats").json()
    assert stats["unique_visitors"] == (2 if is_believed else 1)
