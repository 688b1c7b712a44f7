"""AI agents' requests are counted once, nobody else's are, and the application's answers come through as they were."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import httpx
import pytest
import uvicorn

from metrone_client import ASGIAgentMiddleware, Metrone, WSGIAgentMiddleware
from tests.clients.python.test_tracking import Stored
from tests.running import RunningServer, TestProject, eventually

AGENT = {"User-Agent": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"}
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36"}
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """What the application of the tests answers on a path."""

    status: int
    kind: str
    pieces: tuple[bytes, ...] = (b"hello",)


PAGES = {
    "/": Page(200, HTML),
    "/gone": Page(404, HTML, (b"gone",)),
    "/stream": Page(200, HTML, (b"one ", b"two ", b"three")),
    "/robots.txt": Page(200, "text/plain"),
    "/logo.png": Page(200, "image/png", (b"\x89PNG",)),
    "/style.css": Page(200, "text/css"),
}


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    if scope["path"] == "/broken":
        raise RuntimeError("the application's own")
    page = PAGES[scope["path"]]
    headers = [(b"content-type", page.kind.encode())]
    await send({"type": "http.response.start", "status": page.status, "headers": headers})
    for piece in page.pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("the application's own")
    page = PAGES[environ["PATH_INFO"]]
    start_response(f"{page.status} Said", [("Content-Type", page.kind)])
    return list(page.pieces)


def lazy_wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    yield from wsgi_app(environ, start_response)  # says its status with its first piece


def serve_asgi(client: Metrone) -> tuple[str, Callable[[], None]]:
    app: Any = ASGIAgentMiddleware(ASGIAgentMiddleware(asgi_app, client), client)  # one in the other counts once
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    eventually(lambda: server.started, 30, what="the application to listen")
    port = server.servers[0].sockets[0].getsockname()[1]

    def stop() -> None:
        server.should_exit = True
        thread.join(30)

    return f"http://127.0.0.1:{port}", stop


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def get_stderr(self) -> Any:
        return open("/dev/null", "w")


def serve_wsgi(app: Any) -> Callable[[Metrone], tuple[str, Callable[[], None]]]:
    def serve(client: Metrone) -> tuple[str, Callable[[], None]]:
        inner: Any = WSGIAgentMiddleware(WSGIAgentMiddleware(validator(app), client), client)
        server = make_server("127.0.0.1", 0, validator(inner), handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def stop() -> None:
            server.shutdown()
            thread.join(30)
            server.server_close()

        return f"http://127.0.0.1:{server.server_port}", stop

    return serve


@pytest.mark.parametrize(
    "serve", [serve_asgi, serve_wsgi(wsgi_app), serve_wsgi(lazy_wsgi_app)], ids=["asgi", "wsgi", "lazy-wsgi"]
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_agents_count_once_and_answers_pass(
    server: RunningServer, project: TestProject, stored: Stored, serve: Any
) -> None:
    client = Metrone(project.write, endpoint=server.url)
    url, stop = serve(client)
    try:
        for headers in (AGENT, BROWSER, {"User-Agent": ""}):
            for path, page in PAGES.items():
                answer = httpx.get(f"{url}{path}", headers=headers)
                assert (answer.status_code, answer.content) == (page.status, b"".join(page.pieces))
                assert answer.headers["content-type"] == page.kind
        httpx.get(f"{url}/?utm_source=news", headers=AGENT | {"Referer": "https://chatgpt.com/"})
        httpx.head(f"{url}/", headers=AGENT)
        assert httpx.get(f"{url}/broken", headers=AGENT).status_code == 500
    finally:
        stop()
    assert client.shutdown().ok
    rows = stored()
    assert sorted((row["page_path"], row["properties"]["status_code"]) for row in rows) == [
        ("/", 200), ("/", 200), ("/broken", 500), ("/gone", 404), ("/robots.txt", 200), ("/stream", 200),
    ]  # fmt: skip
    assert {(row["visitor_type"], row["agent_name"], row["event_type"]) for row in rows} == {
        ("ai_agent", "GPTBot", "pageview")
    }
    assert all(row["properties"]["agent_capture"] == "server" and row["properties"]["response_ms"] >= 0 for row in rows)
    assert {row["page_url"] for row in rows if row["page_path"] == "/gone"} == {f"{url}/gone"}
    assert [row["referrer"] for row in rows if row["referrer"]] == ["https://chatgpt.com/"]


def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    client = Metrone(f"metrone_live_{'a' * 32}")
    wrapped = ASGIAgentMiddleware(app, client)
    for kind in ("lifespan", "websocket"):
        asyncio.run(wrapped({"type": kind}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan", "websocket"]
    assert client.shutdown(0).dropped == 0


def test_a_failure_after_the_first_word_passes() -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("late")

    async def send(message: Any) -> None:
        sent.append(message)

    client = Metrone(f"metrone_live_{'a' * 32}", endpoint="http://127.0.0.1:1", max_retries=0)
    scope = {
        "type": "http", "method": "GET", "path": "/ä b", "headers": [(b"user-agent", b"GPTBot/1.2"), (b"host", b"site.example")]
    }  # fmt: skip
    with pytest.raises(RuntimeError, match="late"):
        asyncio.run(ASGIAgentMiddleware(app, client)(scope, None, send))  # type: ignore[arg-type]
    assert [message["status"] for message in sent] == [200]
    assert client.shutdown(0).waiting == 1  # counted once, as what it said
