"""The short way for writes, byte by byte: what goes through it and what does not is answered alike."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests.running import RunningServer, TestProject


@pytest.fixture
def line(server: RunningServer) -> Iterator[socket.socket]:
    """An open connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        yield connection


def request(key: str, body: bytes, *headers: str, path: str = "/v1/events", framed: bool = True) -> bytes:
    """A write as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"X-Api-Key: {key}", *headers]
    if framed:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def read_answer(line: socket.socket, rest: bytes = b"") -> tuple[int, dict[str, str], dict[str, object], bytes]:
    """Status, headers, JSON and what was read beyond of the next answer."""
    while b"\r\n\r\n" not in rest:
        rest += _more(line)
    head, _, rest = rest.partition(b"\r\n\r\n")
    first, *others = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (other.partition(": ") for other in others)}
    length = int(headers["content-length"])
    while len(rest) < length:
        rest += _more(line)
    return int(first.split()[1]), headers, json.loads(rest[:length]), rest[length:]


def _more(line: socket.socket) -> bytes:
    chunk = line.recv(65536)
    assert chunk, "the server closed the connection"
    return chunk


def event(**more: object) -> bytes:
    return json.dumps({"event_type": "pageview", "page_url": "https://example.com/", **more}).encode()


def test_pipelined_requests_are_answered_in_order(line: socket.socket, project: TestProject) -> None:
    names = [f"s{number}" for number in range(12)]
    line.sendall(b"".join(request(project.full, event(session_id=name)) for name in names))
    rest, seen = b"", []
    for _ in names:
        status, _, body, rest = read_answer(line, rest)
        assert status == 202
        seen.append(body["session_id"])
    assert seen == names


def test_write_and_read_on_one_connection_take_turns(line: socket.socket, project: TestProject) -> None:
    read = f"GET /v1/api/live HTTP/1.1\r\nHost: x\r\nX-Api-Key: {project.full}\r\n\r\n".encode()
    line.sendall(request(project.full, event()) + read + request(project.full, event()))
    first, _, _, rest = read_answer(line)
    second, _, live, rest = read_answer(line, rest)
    third, _, _, _ = read_answer(line, rest)
    assert (first, second, third) == (202, 200, 202)
    assert "active_visitors" in live


def test_body_in_many_pieces_is_taken(line: socket.socket, project: TestProject) -> None:
    body = json.dumps([json.loads(event(properties={"text": "x" * 15_000})) for _ in range(30)]).encode()
    assert len(body) > 400_000  # over the mark at which uvicorn stops reading
    data = request(project.full, body, path="/v1/events/batch")
    for start in range(0, len(data), 30_000):
        line.sendall(data[start : start + 30_000])
    status, _, answer, _ = read_answer(line)
    assert (status, answer["accepted"]) == (202, 30)


@pytest.mark.parametrize("header", ["Expect: 100-continue", "Transfer-Encoding: chunked", "Content-Encoding: identity"])
def test_unusual_request_goes_the_other_way_to_the_same_answer(
    line: socket.socket, project: TestProject, header: str
) -> None:
    is_chunked = header.startswith("Transfer")
    body = event()
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if is_chunked else body
    line.sendall(request(project.full, sent, header, framed=not is_chunked))
    if header.startswith("Expect"):
        assert line.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    status, headers, answer, _ = read_answer(line)
    assert (status, answer["accepted"]) == (202, 1)
    assert headers["x-request-id"].startswith("req_")


def test_connection_is_closed_when_the_client_asks_for_it(line: socket.socket, project: TestProject) -> None:
    line.sendall(request(project.full, event(), "Connection: close"))
    status, headers, _, _ = read_answer(line)
    assert (status, headers["connection"]) == (202, "close")
    assert line.recv(1) == b""


def test_error_has_the_same_form_and_the_connection_goes_on(line: socket.socket, project: TestProject) -> None:
    line.sendall(
        request(project.full, b"{nonsense", "X-Request-Id: mine") + request("metrone_live_" + "0" * 32, event())
    )
    status, headers, answer, rest = read_answer(line)
    assert (status, headers["x-request-id"]) == (400, "mine")
    assert answer["error"]["code"] == "INVALID_JSON"  # type: ignore[index]
    status, _, answer, _ = read_answer(line, rest)
    assert (status, answer["error"]["code"]) == (401, "INVALID_API_KEY")  # type: ignore[index]


def test_client_that_leaves_before_its_answer_harms_nobody(server: RunningServer, project: TestProject) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as gone:
            gone.sendall(request(project.full, event()))
    server.drained()
    assert server.client(project.full).post("/v1/events", content=event()).status_code == 202
