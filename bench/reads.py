"""How long each read takes on the big world, against the same numbers by hand where the bar is a ratio.

Run `python -m bench.reads FOLDER` after `python -m bench.world FOLDER`. Medians of interleaved rounds, in milliseconds.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
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
_SCOPE = "project_no = 1 and is_test = 0 and visitor_type = 'human'"
_EVENTS = f"{_SCOPE} and timestamp >= '{{start}}' and timestamp < '{{end}}'"
_HOURLY = f"{_SCOPE} and hour >= '{{start}}' and hour < '{{end}}'"
_STARTED = f"{_SCOPE} and started_hour >= '{{start}}' and started_hour < '{{end}}'"
# The same questions as somebody would write them for this project, this period and these tables.
BY_HAND = {
    "stats": [
        f"select sum(events), sum(pageviews), sum(conversions), uniqExact(visitor_key), uniqExact(session_key), "
        f"uniqExactIf(visitor_key, conversions > 0) from hourly where {_HOURLY}",
        "select countIf(kind != 'message' and isNull(linked_to) and visitor_type = 'human' and at >= '{start}' and "
        "at < '{end}') from (select coalesce(began_at, first_at) as at, kind, linked_to, visitor_type "
        "from interactions final where project_no = 1 and is_test = 0 and is_listed = 1)",
        f"select sold_in, sum(sold_for) from hourly where {_HOURLY} and sold_in != '' group by sold_in",
        f"select countIf(views = 1 and others = 0) / countIf(views > 0), avg(last - first) "
        f"from (select sum(pageviews) as views, sum(interactives) as others, min(started_at) as first, "
        f"max(ended_at) as last from hourly where {_STARTED} group by session_key)",
    ],
    "timeseries": [
        f"select toStartOfDay(hour) as day, sum(pageviews), uniqExact(visitor_key) from hourly where {_HOURLY} "
        "group by day order by day"
    ],
    "pages": [
        f"select page_path, countIf(event_type = 'pageview') as views, uniqExact(visitor_key), uniqExact(session_key), "
        f"countIf(event_type = 'conversion') from events where {_EVENTS} group by page_path order by views desc limit 10",
        f"select substring(entered, 17) as path, count() as entries, countIf(views = 1 and others = 0) "
        f"from (select max(entry) as entered, sum(pageviews) as views, sum(interactives) as others from hourly "
        f"where {_STARTED} group by session_key) where views > 0 group by path order by entries desc limit 10",
        f"select substring(left, 17) as path, count() as exits from (select max(exit) as left from hourly "
        f"where {_STARTED} group by session_key) where left != '' group by path order by exits desc limit 10",
    ],
    "sources": [
        f"select {columns}, sum(events), sum(conversions), uniqExact(session_key) as sessions from hourly "
        f"where {_HOURLY} group by {columns} order by sessions desc limit 10"
        for columns in (
            "source_class", "traffic_source", "traffic_channel", "referrer_domain", "utm_source, utm_medium, utm_campaign"
        )
    ],
}  # fmt: skip
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
    start, end = (moment.strftime("%Y-%m-%d %H:%M:%S") for moment in (END - timedelta(days=30), END))
    for name, statements in BY_HAND.items():
        texts = [statement.format(start=start, end=end) for statement in statements]
        questions[f"{name} by hand"] = partial(_run, context, texts)
    times: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(ROUNDS):
        for name, ask in questions.items():
            began = time.perf_counter()
            ask()
            times[name].append((time.perf_counter() - began) * 1000)
    medians = {name: round(statistics.median(taken), 1) for name, taken in times.items()}
    return medians | {f"{name} ratio": round(medians[name] / medians[f"{name} by hand"], 2) for name in BY_HAND}


def _run(context: Context, statements: list[str]) -> None:
    for statement in statements:
        context.store.query(statement, {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    store = EmbeddedStore(parser.parse_args().folder, 2, 60, 2000)
    world = Context(store, MAIN_PROJECT, "UTC", END - timedelta(hours=1), lambda code: "")
    print(json.dumps(measure(world), indent=2))
    store.close()
