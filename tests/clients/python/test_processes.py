"""What processes do: they end, fork, are interrupted; no event is lost to it or sent twice."""

import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.clients.python.test_tracking import Stored
from tests.running import RunningServer, TestProject, free_port

# From 3.12 on, a fork beside threads warns of what this module does on purpose.
COMMAND = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c"]
BEGIN = """
import os, sys, threading, multiprocessing
from metrone_client import Metrone, AsyncMetrone
metrone = Metrone(sys.argv[1], endpoint=sys.argv[2], flush_interval_ms=3_600_000, max_retries=0)
"""
AT_THE_END = """
metrone.track("main")
threading.Thread(target=metrone.track, args=("thread",)).start()
"""
ASYNC_AT_THE_END = """
import asyncio
async def main():
    client = AsyncMetrone(sys.argv[1], endpoint=sys.argv[2])
    client.track("main"); client.track("thread")
asyncio.run(main())
"""
IN_AN_ERROR = """
metrone.track("main"); metrone.track("thread")
raise SystemExit(0)
"""
FORKED = """
metrone.track("parent-before")
metrone.get_live()  # leaves a warm connection, which is the parent's
child = os.fork()
if not child:
    metrone.track("child")
    report = metrone.flush()
    os._exit(0 if (report.sent, report.ok) == (1, True) else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
metrone.track("parent-after")
assert metrone.flush().sent == 2
"""
FORKED_WHILE_SENDING = """
import warnings
warnings.simplefilter("ignore", ResourceWarning)  # a child leaves its copy of the connection under way to the collector
for number in range(200):
    metrone.track(f"p-{number}")
children = []
for number in range(5):
    child = os.fork()
    if not child:
        metrone.track(f"c-{number}")
        os._exit(0 if metrone.flush().sent == 1 else 1)
    children.append(child)
assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 5
metrone.flush()
"""


def run(text: str, key: str, endpoint: str) -> None:
    """Run a program of an application's; it ends well and says nothing."""
    done = subprocess.run([*COMMAND, BEGIN + text, key, endpoint], capture_output=True, timeout=120)
    assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (AT_THE_END, {"main", "thread"}),
        (ASYNC_AT_THE_END, {"main", "thread"}),
        (IN_AN_ERROR, {"main", "thread"}),
        (FORKED, {"parent-before", "child", "parent-after"}),
        (FORKED_WHILE_SENDING, {f"p-{number}" for number in range(200)} | {f"c-{number}" for number in range(5)}),
    ],
    ids=["end", "async end", "exit", "fork", "fork while sending"],
)
def test_nothing_is_lost_or_doubled(
    server: RunningServer, project: TestProject, stored: Stored, text: str, names: set[str]
) -> None:
    run(text, project.full, server.url)
    assert Counter(row["event_name"] for row in stored()) == Counter(names)


def test_an_end_is_not_held_up() -> None:
    since = time.monotonic()
    endpoint = f"http://127.0.0.1:{free_port()}"
    key = f"metrone_live_{'a' * 32}"
    done = subprocess.run([*COMMAND, BEGIN + AT_THE_END, key, endpoint], capture_output=True, timeout=120)
    assert done.returncode == 0
    assert time.monotonic() - since < 30  # five seconds of it at most are ours; the rest is a busy machine's
    assert key not in done.stderr.decode()
