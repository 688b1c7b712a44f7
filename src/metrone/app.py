"""The only place that constructs things: opens the rooms, hands each what it needs, runs the background work, stops."""

import asyncio
import gc
import logging
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from pathlib import Path

import uvicorn
import uvloop

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.erasures import Erasure, list_waiting, note_done
from metrone.control.errors import ControlError
from metrone.control.keys import touch_keys
from metrone.control.mail import parse_relay
from metrone.control.salts import current_salts
from metrone.control.secret import load_secret
from metrone.control.welcome import welcome
from metrone.events.beside import BESIDE
from metrone.intake.accept import Intake
from metrone.intake.geo import Atlas
from metrone.intake.recall import recall_sessions
from metrone.intake.sessions import names_of
from metrone.live import Live
from metrone.spool.append import Spool
from metrone.spool.base import Erase, SpoolFailed
from metrone.spool.drain import LOAD_BYTES, Drain
from metrone.store.base import QueryFailed, Store, StoreRejected, StoreUnavailable
from metrone.store.embedded import EmbeddedStore
from metrone.web.auth import Gate
from metrone.web.health import Vitals
from metrone.web.server import Rooms, Server
from metrone.web.shortway import short_way

SHIPPED_COUNTRIES = Path(__file__).parent / "intake" / "data" / "country.mmdb"
# The event loop and the spool's thread share one interpreter; with the default of 5 ms a commit waits that long for
# each of its statements when the loop is busy.
SWITCH_INTERVAL_SEC = 0.0005
# Requests make short-lived objects that count references well; looking for cycles every 700 of them is wasted time.
GC_THRESHOLDS = (20_000, 20, 50)
MANY_EVENTS = 300
DOUBLINGS_MAX = 20
# GET /v1/health asks the store too, and must answer while reads of half a minute hold every slot.
SLOTS_FOR_HEALTH = 1

log = logging.getLogger("metrone")


@dataclass(slots=True)
class House:
    """Everything that runs, as built. `close` puts it away in the right order."""

    config: Config
    db: Database
    store: Store
    spool: Spool
    drain: Drain
    gate: Gate
    intake: Intake
    live: Live
    atlas: Atlas
    clock: Callable[[], float]
    started_at: float
    problems: dict[str, str]  # by background task, what last went wrong; empty when all is well

    def close(self) -> None:
        """Drain what can be drained, then let go of everything. What cannot be drained waits on disk."""
        try:
            self.drain.drain_all()
        except (StoreUnavailable, SpoolFailed, ControlError) as error:
            log.warning("events stay in the spool until the next start: %s", error)
        self.spool.close()
        self.drain.close()
        self.store.close()
        self.db.close()


def build(config: Config, clock: Callable[[], float] = time.time) -> House:
    """Open all rooms. Raises ControlError, StoreUnavailable or OSError with a sentence that says what to do."""
    config.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    load_secret(config)
    if config.smtp_url:
        parse_relay(config.smtp_url)  # a wrong setting shows at the start, not when somebody waits for mail
    db = Database.open(config)
    store = EmbeddedStore(
        config.root / "store", config.query_slots + SLOTS_FOR_HEALTH, config.query_timeout, config.query_memory_mb
    )
    store.migrate()
    spool = Spool(config.root / "spool" / "spool.sqlite", config.spool_max_mb * 1024 * 1024, clock)
    atlas = Atlas(Path(config.geo_country_file or SHIPPED_COUNTRIES), _optional(config.geo_city_file))
    live = Live()
    now = datetime.fromtimestamp(clock(), UTC)
    intake = Intake(spool, atlas, current_salts(db, now), clock)
    intake.on_accepted(live.publish)
    gate = Gate(load_directory(db))
    drain = Drain(spool, store.load, StoreRejected, {table: partial(store.load_beside, table) for table in BESIDE})
    drain.halt = partial(_earliest_erasure, db)
    return House(config, db, store, spool, drain, gate, intake, live, atlas, clock, clock(), {})


def _rooms(house: House) -> Rooms:
    def ask_store() -> str:
        try:
            house.store.query("select 1", {})
        except (StoreUnavailable, QueryFailed) as error:
            return str(error)
        return ""

    def ask_control() -> str:
        try:
            house.db.revision()
        except ControlError as error:
            return str(error)
        return ""

    vitals = Vitals(house.spool, house.problems, ask_store, ask_control, house.started_at, house.clock)
    return Rooms(house.config, house.db, house.store, house.gate, house.intake, house.live, vitals, house.clock)


def _earliest_erasure(db: Database) -> float:
    waiting = list_waiting(db)
    return waiting[0].before.timestamp() if waiting else inf


def _optional(path: str) -> Path | None:
    return Path(path) if path else None


async def refresh_control(house: House) -> None:
    """Keys and projects changed by a command or another server hold within a second."""
    if await asyncio.to_thread(house.db.revision) != house.gate.directory.revision:
        house.gate.show(await asyncio.to_thread(load_directory, house.db))


async def refresh_salts(house: House) -> None:
    """A new salt each UTC day, and the old one destroyed."""
    now = datetime.fromtimestamp(house.clock(), UTC)
    house.intake.salts = await asyncio.to_thread(current_salts, house.db, now)


async def drain_spool(house: House) -> None:
    """Events into the store. When many come, half as often: an insert costs 25 ms before its first row."""
    depth = house.spool.depth()
    is_busy = depth.events > MANY_EVENTS and depth.size_bytes < LOAD_BYTES
    if not is_busy or depth.oldest_sec * 1000 >= 1.8 * house.config.drain_interval_ms:
        await asyncio.to_thread(house.drain.drain_due)


async def forget_keys(house: House) -> None:
    """Idempotency keys are remembered for 24 hours."""
    while await asyncio.to_thread(house.drain.forget):
        pass


async def erase_projects(house: House) -> None:
    """What was counted before a reset, and what is left of deleted projects."""
    for erasure in await asyncio.to_thread(due_erasures, house):
        house.live.forget(erasure.project_no)
        await asyncio.to_thread(carry_out, house, erasure)


def due_erasures(house: House) -> list[Erasure]:
    """Those whose moment has come, in the order in which they must be carried out."""
    return [each for each in list_waiting(house.db) if each.before.timestamp() <= house.clock()]


def carry_out(house: House, erasure: Erasure) -> None:
    """Erase in the store and in the spool, then note it: stopped anywhere it is done again, and changes nothing more."""
    number = erasure.project_no
    wanted = Erase(number, erasure.before.timestamp(), names_of(number))
    house.drain.erase(wanted, partial(house.store.erase, number))
    note_done(house.db, erasure, datetime.fromtimestamp(house.clock(), UTC))


async def end_retention(house: House) -> None:
    """What is older than its project keeps goes, by whole days of UTC."""
    today = datetime.fromtimestamp(house.clock(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number, project in house.gate.directory.projects_by_no.items():
        if project.retention_days:
            first = today - timedelta(days=project.retention_days)
            old = Erase(number, first.timestamp(), names_of(number), is_all=False)
            await asyncio.to_thread(house.drain.erase, old, partial(house.store.erase, number, first))


async def note_key_use(house: House) -> None:
    """When each key was last used, for the settings page."""
    used, house.gate.used_at = house.gate.used_at, {}
    if used:
        moments = {key_id: datetime.fromtimestamp(at, UTC) for key_id, at in used.items()}
        await asyncio.to_thread(touch_keys, house.db, moments)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of background work: what, how often, and how often at the least when it fails."""

    name: str
    work: Callable[[House], Awaitable[None]]
    every_sec: Callable[[Config], float]
    worst_sec: float = 5.0


TASKS: tuple[Task, ...] = (
    Task("control", refresh_control, lambda config: 0.4),
    Task("salts", refresh_salts, lambda config: 20.0),
    Task("drain", drain_spool, lambda config: config.drain_interval_ms / 1000),
    Task("idempotency", forget_keys, lambda config: 300.0, worst_sec=300.0),
    Task("erasures", erase_projects, lambda config: config.drain_interval_ms / 1000),
    Task("retention", end_retention, lambda config: 3600.0, worst_sec=600.0),
    Task("key use", note_key_use, lambda config: 30.0, worst_sec=60.0),
)
_EXPECTED = (StoreUnavailable, QueryFailed, SpoolFailed, ControlError, OSError)


async def run_task(task: Task, house: House) -> None:
    """Do the work again and again until cancelled. Trouble is written down in house.problems and tried again, later
    each time.
    """
    pause = task.every_sec(house.config)
    failures = 0
    while True:
        try:
            await task.work(house)
            if house.problems.pop(task.name, None):
                log.info("%s works again", task.name)
            failures = 0
        except _EXPECTED as error:
            failures += 1
            if task.name not in house.problems:
                log.warning("%s failed and will be tried again: %s", task.name, error)
            house.problems[task.name] = str(error)
        except Exception:
            failures += 1
            log.exception("%s failed and will be tried again", task.name)
            house.problems[task.name] = "an unexpected error; see the log"
        await asyncio.sleep(backoff(pause, failures, task.worst_sec))


def backoff(pause: float, failures: int, worst: float) -> float:
    """Seconds until the next try: the pause, doubled with each failure in a row up to `worst`, a little at random."""
    if not failures:
        return pause
    # An outage of hours counts thousands of failures, and 2**1024 is no float any more.
    return min(worst, pause * 2.0 ** min(failures, DOUBLINGS_MAX)) * random.uniform(0.7, 1.0)


class Front(uvicorn.Server):
    """uvicorn without its own signal handling, which would raise the signal again before we have drained."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `run`."""
        yield


def serve(config: Config, *, first_project: bool = False) -> None:
    """Run the server until it is told to stop (SIGTERM, SIGINT); then drain and close. Blocks.

    With `first_project` a project is made where there is none, and what a newcomer needs is printed.
    """
    logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH_INTERVAL_SEC)
    house = build(config)
    try:
        if first_project:
            print(welcome(config, house.db), flush=True)  # noqa: T201 - what `make run` is for
            house.gate.show(load_directory(house.db))
        gc.collect()
        gc.freeze()  # what is here now stays; the collector need not walk it again
        gc.set_threshold(*GC_THRESHOLDS)
        uvloop.run(run(house))
    finally:
        house.close()


async def run(house: House) -> None:
    """Serve and do the background work until a signal."""
    await asyncio.to_thread(recall, house)
    share_core(house.spool)
    server = Server(_rooms(house))
    front = Front(
        uvicorn.Config(
            server,
            host=house.config.host,
            port=house.config.port,
            http=short_way(server.ingest),
            loop="uvloop",
            ws="none",  # we speak none, and uvicorn writes a refused one's address and query string into the log
            lifespan="off",
            access_log=False,  # addresses and keys in URLs stay out of the log
            log_config=None,
            proxy_headers=False,  # web/address decides whom to believe
            server_header=False,
            backlog=4096,
            timeout_graceful_shutdown=10,
        )
    )

    def stop() -> None:
        server.stop()
        front.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    tasks = [asyncio.create_task(run_task(task, house), name=task.name) for task in TASKS]
    try:
        await front.serve()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(server.answers.close)
        await asyncio.to_thread(server.webhooks.close)


def share_core(spool: Spool) -> None:
    """Bind the event loop and the spool's thread to one core. They hand the interpreter to each other at every commit, and
    between two cores each time costs an interrupt of the other (measured in a virtual machine: 10.0 against 7.4 thousand
    events a second, and 121 against 201 us of CPU an event). Linux only.
    """
    if sys.platform == "linux":
        cores = os.sched_getaffinity(0)
        if len(cores) > 1:
            for thread in (threading.get_native_id(), spool.thread_id):
                os.sched_setaffinity(thread, {min(cores)})


def recall(house: House) -> None:
    """Before the first request: what waits in the spool enters the store, and the open sessions come back from it."""
    try:
        for erasure in due_erasures(house):
            carry_out(house, erasure)
        house.drain.drain_all()
        recall_sessions(house.intake.sessions, house.store, house.gate.directory.projects_by_no, house.clock())
    except (StoreUnavailable, QueryFailed, SpoolFailed, ControlError) as error:
        log.warning("sessions that were open at the last stop begin anew: %s", error)
