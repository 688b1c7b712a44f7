"""How the server is: GET /v1/health for people and probes, GET /v1/metrics for Prometheus. Shows no event."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.response import Response

from metrone import __version__
from metrone.control.projects import Project
from metrone.errors import MetroneError
from metrone.spool.append import Spool
from metrone.web.auth import key_in_request

Books = Mapping[tuple[int, str, str], int]


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is asked when somebody asks how we are. `ask_store` and `ask_control` raise nothing: '' or what is wrong."""

    spool: Spool
    problems: Mapping[str, str]
    ask_store: Callable[[], str]
    ask_control: Callable[[], str]
    started_at: float
    clock: Callable[[], float]


def balance(books: Books, project_no: int | None) -> dict[str, object]:
    """The books of one project, or of all: received = accepted + duplicates + rejected; accepted = stored + spooled +
    unstorable.
    """
    totals: Counter[str] = Counter()
    for (number, _, outcome), events in books.items():
        if project_no is None or number == project_no:
            totals[outcome] += events
    rejected = {name.removeprefix("rejected:"): n for name, n in totals.items() if name.startswith("rejected:")}
    accepted, stored, unstorable = totals["accepted"], totals["stored"], totals["unstorable"]
    return {
        "received": accepted + totals["duplicate"] + sum(rejected.values()),
        "accepted": accepted,
        "stored": stored,
        "spooled": accepted - stored - unstorable,
        "unstorable": unstorable,
        "duplicates": totals["duplicate"],
        "rejected": dict(sorted(rejected.items())),
    }


@get("/v1/health")
async def read_health(request: Request[Any, Any, State]) -> Response[dict[str, object]]:
    """The state of each part. With a key that may read: the books of its project too."""
    vitals: Vitals = request.app.state.vitals
    store, control = await asyncio.gather(asyncio.to_thread(vitals.ask_store), asyncio.to_thread(vitals.ask_control))
    depth = vitals.spool.depth()
    problems = dict(vitals.problems)
    parts: dict[str, object] = {
        "store": _part(store or problems.get("drain", "")),
        "control": _part(control),
        "spool": {
            **_part(vitals.spool.trouble),
            "events": depth.events,
            "bytes": depth.size_bytes,
            "oldest_sec": round(depth.oldest_sec, 3),
        },
    }
    is_well = not (store or control or problems or vitals.spool.trouble)
    shown: dict[str, object] = {
        "status": "ok" if is_well else "degraded",
        "version": __version__,
        "uptime_sec": int(vitals.clock() - vitals.started_at),
        **parts,
    }
    headers = dict(request.scope["headers"])
    if key_in_request(headers, request.scope["query_string"]):
        caller = await asyncio.to_thread(request.app.state.callers.find, headers, request.scope["query_string"], "")
        shown["books"] = balance(vitals.spool.books(), caller.project.project_no)
    return Response(shown, headers={"Cache-Control": "no-store"})


@get("/v1/metrics")
async def read_metrics(request: Request[Any, Any, State]) -> Response[str]:
    """Counters in the text format of Prometheus: the server's own and those of the key's project. Scope: admin."""
    headers = dict(request.scope["headers"])
    caller = await asyncio.to_thread(request.app.state.callers.find, headers, request.scope["query_string"], "")
    if not caller.is_admin:
        raise MetroneError("FORBIDDEN", "This API key lacks the scope admin. Use a key that has it.")
    vitals: Vitals = request.app.state.vitals
    return Response("\n".join(_lines(vitals, caller.project)) + "\n", media_type="text/plain; version=0.0.4")


def _lines(vitals: Vitals, project: Project) -> list[str]:
    depth = vitals.spool.depth()
    lines = [
        f"metrone_spool_events {depth.events}",
        f"metrone_spool_bytes {depth.size_bytes}",
        f"metrone_spool_oldest_seconds {depth.oldest_sec:.3f}",
        f"metrone_uptime_seconds {vitals.clock() - vitals.started_at:.0f}",
    ]
    label = f'project="{project.id}"'
    shown = balance(vitals.spool.books(), project.project_no)
    rejected = shown.pop("rejected")
    lines += [f"metrone_events_{name}_total{{{label}}} {events}" for name, events in shown.items()]
    if isinstance(rejected, dict):
        lines += [f'metrone_events_rejected_total{{{label},reason="{why}"}} {n}' for why, n in rejected.items()]
    return lines


def _part(problem: str) -> dict[str, object]:
    return {"state": "failing", "problem": problem} if problem else {"state": "ok"}
