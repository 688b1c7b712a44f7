"""Asks the reports in threads, a few at a time; the same question asked twice at once, or again at once, is read once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec

from metrone.control.projects import Project
from metrone.errors import MetroneError
from metrone.events.goal import Goal
from metrone.intake.geo import country_name
from metrone.reports.context import WHOLE, Context, Lens
from metrone.reports.reads import answer, answer_batch
from metrone.store.base import Store

KEPT_SEC = 0.3  # an answer may be that old; dashboards that open together ask the same things
QUEUE_MAX = 200
BUSY_RETRY_SEC = 2.0

Question = tuple[str, Mapping[str, object]]
Goals = tuple[Goal, ...]
_ENCODE = msgspec.json.Encoder(order="deterministic").encode


class Answers:
    """The answers of one store. Every method returns encoded JSON. `goals_of` gives a project's goals by its number."""

    def __init__(
        self, store: Store, slots: int, clock: Callable[[], float], goals_of: Callable[[int], Goals] = lambda number: ()
    ) -> None:
        self._store = store
        self._goals_of = goals_of
        self._clock = clock
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="reads")
        self._kept: dict[bytes, asyncio.Future[bytes]] = {}
        self._waiting = 0

    async def one(
        self,
        project: Project,
        name: str,
        params: Mapping[str, object],
        lens: Lens = WHOLE,
        goals: Goals | None = None,
    ) -> bytes:
        """The answer of one read through a lens, or to try out with other goals than the project's. Raises MetroneError."""
        context = self.context(project, lens, goals)
        return await self._shared(context, [(name, params)], lambda: _ENCODE(answer(context, name, params)))

    async def many(
        self, project: Project, asked: Sequence[Question], ids: Sequence[object], lens: Lens = WHOLE
    ) -> bytes:
        """{"results": [...]}, in order; one that fails does not fail the others."""
        context = self.context(project, lens)

        def work() -> bytes:
            found = answer_batch(context, asked)
            return _ENCODE({"results": [_result(*item) for item in zip(asked, ids, found, strict=True)]})

        return await self._shared(context, [*asked, ("ids", {"ids": list(ids)})], work)

    def close(self) -> None:
        """Wait for what runs, answer nothing more."""
        self._pool.shutdown()

    def context(self, project: Project, lens: Lens = WHOLE, goals: Goals | None = None) -> Context:
        """What a question about this project is asked with, now."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        known = self._goals_of(project.project_no) if goals is None else goals
        return Context(
            self._store, project.project_no, project.timezone, now, country_name, known, project.week_start, lens
        )

    async def _shared(self, context: Context, asked: Sequence[Question], work: Callable[[], bytes]) -> bytes:
        try:
            key = _ENCODE([context.project_no, context.goals, context.lens, asked])
        except (TypeError, ValueError, RecursionError):
            raise MetroneError("INVALID_PAYLOAD", "The parameters cannot be read. See /docs/api.") from None
        kept = self._kept.get(key)
        if kept is None:
            if self._waiting >= QUEUE_MAX:
                raise MetroneError(
                    "RATE_LIMITED", "Too many reads are waiting. Try again shortly.", retry_after=BUSY_RETRY_SEC
                )
            self._waiting += 1
            kept = self._kept[key] = asyncio.get_running_loop().run_in_executor(self._pool, work)
            kept.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(kept)

    def _done(self, key: bytes, done: "asyncio.Future[bytes]") -> None:
        """Keep a good answer for a moment, however long it took; a page of events may be megabytes, so no longer."""
        self._waiting -= 1
        if done.cancelled() or done.exception() is not None:
            del self._kept[key]
        else:
            asyncio.get_running_loop().call_later(KEPT_SEC, self._kept.pop, key)


def _result(question: Question, number: object, found: dict[str, object] | MetroneError) -> dict[str, object]:
    shown: dict[str, object] = {"type": question[0]}
    if number is not None:
        shown["id"] = number
    if isinstance(found, MetroneError):
        error = {"code": found.code, "message": found.message, "status": found.status, **found.details}
        return {**shown, "ok": False, "error": error}
    return {**shown, "ok": True, "data": found}
