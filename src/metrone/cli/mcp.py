"""`metrone mcp`: the tools over stdio, for hosts that start a program. It forwards each message to /mcp of a running server,
which alone holds the data folder. No tool is defined here.
"""

import base64
import io
import json
import os
import re
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, TextIO

import click

from metrone import __version__
from metrone.cli import Misuse, Refusal
from metrone.config import ConfigError, load_config

Message = dict[str, Any]
AT_ONCE = 8
TIMEOUT_SEC = 60.0
REFUSED = -32010
PARSE_ERROR = -32700
# As control.keys has it, which loads a database: a second that a host would wait for at every start.
KEY = re.compile(r"(?:metrone|mk)_(?:live|test)_[0-9a-f]{32}")
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
# What a request names itself by in the header Mcp-Name, from revision 2026-07-28 on.
_NAMED_BY = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_PLAIN = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


@click.command("mcp")
@click.option(
    "--endpoint", metavar="URL", help="The server. Default: METRONE_ENDPOINT, else where `serve` would listen."
)
def command(endpoint: str | None) -> None:
    """Serve the tools for AI agents on stdin and stdout, with the key in METRONE_API_KEY."""
    key = os.environ.get("METRONE_API_KEY", "").strip()
    if not KEY.fullmatch(key):
        problem = "is not an API key" if key else "is not set"
        raise Misuse(f"METRONE_API_KEY {problem}; set it to a key such as metrone_live_… (metrone keys create PROJECT)")
    base = endpoint or os.environ.get("METRONE_ENDPOINT") or _own_origin()
    if not base.startswith(("http://", "https://")):
        raise Misuse(f"{base} is not the address of a server; give one such as https://data.example.com")
    # The protocol is UTF-8 whatever the locale says.
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    forward(lines, sys.stdout, Upstream(base.rstrip("/").removesuffix("/mcp") + "/mcp", key))


def _own_origin() -> str:
    try:
        return load_config().origin
    except ConfigError as error:
        raise Refusal(str(error)) from error


@dataclass
class Upstream:
    """The server that answers. `revision` is the one that `initialize` agreed on, '' before."""

    url: str
    key: str
    revision: str = ""
    opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        # A redirect would take the key to wherever it leads.
        self.opener = urllib.request.build_opener(_NoRedirect)

    def answer(self, message: Message) -> Message | None:
        """The server's answer to a message; None to a notification. Every failure is an answer, too."""
        try:
            answer = _outcome_in(self._post(message), "id" in message)
        except urllib.error.HTTPError as error:
            with error:
                problem = _refusal_in(error.read())
            answer = {"error": problem or _problem(f"The server at {self.url} answered with status {error.code}.")}
        except (OSError, HTTPException) as error:
            answer = {"error": _problem(f"The server at {self.url} cannot be reached ({error}). Is it running?")}
        except ValueError:
            answer = {"error": _problem(f"What {self.url} answered is no MCP. Is it the address of a Metrone server?")}
        if "id" not in message:
            return None
        result = answer.get("result")
        if message.get("method") == "initialize" and isinstance(result, dict):
            self.revision = str(result.get("protocolVersion", ""))
        return {"jsonrpc": "2.0", **answer, "id": message["id"]}

    def _post(self, message: Message) -> bytes:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "User-Agent": f"metrone-mcp/{__version__}",
            "X-Api-Key": self.key,
            **protocol_headers(message, self.revision),
        }
        request = urllib.request.Request(self.url, json.dumps(message).encode(), headers)  # noqa: S310 - http(s) checked
        with self.opener.open(request, timeout=TIMEOUT_SEC) as response:
            found: bytes = response.read()
        return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


def forward(lines: Iterable[str], out: TextIO, upstream: Upstream) -> None:
    """Answer each line, several at a time, until the lines end and all are answered."""
    turn = threading.Lock()

    def put(answer: Message | None) -> None:
        if answer is not None:
            with turn:
                out.write(json.dumps(answer) + "\n")
                out.flush()

    def respond(message: Message) -> None:
        put(upstream.answer(message))

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mcp") as pool:
        for line in filter(str.strip, lines):
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                message = None
            if not isinstance(message, dict):
                put(
                    {"jsonrpc": "2.0", "id": None, "error": {"code": PARSE_ERROR, "message": "Not a JSON-RPC message."}}
                )
            elif message.get("method") == "initialize":
                respond(message)  # what follows is sent under the revision that it agrees on
            else:
                pool.submit(respond, message)


def protocol_headers(message: Message, revision: str) -> dict[str, str]:
    """The headers that the protocol wants beside a message: from 2026-07-28 on they repeat what the message itself says."""
    params = message.get("params")
    params = params if isinstance(params, dict) else {}
    meta = params.get("_meta")
    own = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
    if not isinstance(own, str):
        return {"MCP-Protocol-Version": revision} if revision and message.get("method") != "initialize" else {}
    method = str(message.get("method", ""))
    headers = {"MCP-Protocol-Version": own, "Mcp-Method": method}
    name = params.get(_NAMED_BY.get(method, ""))
    return {**headers, "Mcp-Name": _header_text(name)} if isinstance(name, str) else headers


def _header_text(text: str) -> str:
    """The text, or its base64 where a header cannot hold it (SEP-2243)."""
    if _PLAIN.fullmatch(text) and not text.startswith("=?base64?"):
        return text
    return f"=?base64?{base64.b64encode(text.encode('utf-8', 'surrogatepass')).decode()}?="


def _problem(sentence: str) -> Message:
    return {"code": REFUSED, "message": sentence}


def _outcome_in(body: bytes, is_request: bool) -> Message:
    """The result or the error of an answer; a notification gets none. Raises ValueError."""
    if not is_request:
        return {}
    answer = json.loads(body)
    if not isinstance(answer, dict) or not answer.keys() & {"result", "error"}:
        raise ValueError("no JSON-RPC answer")
    return {name: answer[name] for name in ("result", "error") if name in answer}


def _refusal_in(body: bytes) -> Message | None:
    """The error of a JSON-RPC answer."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) and isinstance(error.get("message"), str) else None
