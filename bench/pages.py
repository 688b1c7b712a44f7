"""Measures the overview in a real browser over five million events: the first numbers, a filter click, Lighthouse."""

import json
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.byhand import ASKED_DAYS
from bench.machine import METRONE, ROOT, stopping
from bench.reading import open_world
from bench.scale import Bench
from bench.table import Bar, Row, row
from bench.world import END

FOLDER = ROOT / "bench" / "browser"
FIRST_MS, FILTER_MS = Bar(1000, 1000), Bar(500, 500)
SCORES = {
    "performance": Bar(95, 95, is_floor=True),
    "accessibility": Bar(100, 100, is_floor=True),
    "best-practices": Bar(95, 95, is_floor=True),
}


def measure_page(bench: Bench) -> Iterator[Row]:
    """What `bench/browser/measure.mjs` sees of the overview, signed in, thirty days of the world."""
    _install()
    scale = replace(bench.scale, main_events=bench.scale.page_events)
    server = open_world(replace(bench, scale=scale), "page")
    origin = f"http://127.0.0.1:{server.port}"
    with stopping(server):
        link = [METRONE, "link", "--data-dir", str(server.data_dir), "--public-url", origin, "--json"]
        address = json.loads(subprocess.run(link, check=True, capture_output=True, timeout=60).stdout)["url"]
        first = (END - timedelta(days=ASKED_DAYS)).date().isoformat()
        last = (END - timedelta(days=1)).date().isoformat()
        page = f"{origin}/?period=custom&from={first}&to={last}"
        found = _measure(address, page, bench.scale.page_rounds)
    about = f"median of {bench.scale.page_rounds}, {scale.main_events:,} events in the project"
    yield row("first numbers after a navigation", statistics.median(found["navigations"]), "ms", FIRST_MS, about)
    numbers, whole = (statistics.median(each[at] for each in found["filters"]) for at in (0, 1))
    yield row("a filter click, until its numbers", numbers, "ms", FILTER_MS, f"every panel after {whole:.0f} ms")
    for name, bar in SCORES.items():
        yield row(f"Lighthouse, {name}", found["scores"][name], "of 100", bar, "; ".join(found["missed"])[:60])


def _install() -> None:
    command = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(FOLDER)]
    if not (FOLDER / "node_modules").exists():
        subprocess.run(command, check=True, timeout=600)


def _measure(sign_in: str, page: str, rounds: int) -> dict[str, Any]:
    command = ["node", "measure.mjs", sign_in, page, str(rounds)]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"the browser failed: {done.stderr[-1000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
