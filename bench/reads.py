"""How long each read takes on the big world, against the same numbers by hand where the bar is a ratio.

Run `python -m bench.reads FOLDER` after `python -m bench.world FOLDER`. Medians of interleaved rounds, in milliseconds.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench.world import END, MAIN_PROJECT
from metrone.reports.context import Context
from metrone.reports.reads import answer, answer_batch
from metrone.store.embedded import EmbeddedStore

ROUNDS = 9
_EIGHT = ("page", "entry_page", "traffic_source", "referrer", "country", "browser", "os", "device")
_BREAKDOWNS = [
    ("breakdown", {"dimension": name, "metrics": ["unique_visitors", "pageviews"], "limit": 10}) for name in _EIGHT
]
_CHART = ("stats", {"compare": "previous", "interval": "day"})


def measure(context: Context) -> dict[str, float]:
    """The median milliseconds of every question."""
    questions: dict[str, Callable[[], object]] = {
        "stats": lambda: answer(context, "stats", {}),
        "stats with interval": lambda: answer(context, "stats", {"interval": "day"}),
        "timeseries": lambda: answer(context, "timeseries", {"metrics": ["pageviews", "unique_visitors"]}),
        "pages": lambda: answer(context, "pages", {"limit": 10}),
        "sources": lambda: answer(context, "sources", {"limit": 10}),
        "events": lambda: answer(context, "events", {}),
        "live": lambda: answer(context, "live", {}),
        "8 breakdowns": lambda: answer_batch(context, _BREAKDOWNS),
        "cold dashboard": lambda: answer_batch(context, [("stats", {"interval": "day"}), *_BREAKDOWNS]),
        "cold dashboard, compared": lambda: answer_batch(context, [_CHART, *_BREAKDOWNS]),
    }
    times: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(ROUNDS):
        for name, ask in questions.items():
            began = time.perf_counter()
            ask()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: round(statistics.median(taken), 1) for name, taken in times.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    store = EmbeddedStore(parser.parse_args().folder, 2, 60, 2000)
    world = Context(store, MAIN_PROJECT, "UTC", END - timedelta(hours=1), lambda code: "")
    print(json.dumps(measure(world), indent=2))
    store.close()
