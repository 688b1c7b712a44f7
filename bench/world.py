"""A big, believable world made inside the store: one project of ten million events in 90 days and 20 small ones beside it.

Run `python -m bench.world FOLDER` once; the benches of reads open the folder. Seeded by row numbers: always the same world.
"""

import argparse
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import chdb

from metrone.events.event import COLUMNS
from metrone.intake.ids import EPOCH_MS, SEQUENCE_BITS
from metrone.store.embedded import EmbeddedStore
from metrone.store.migrate import DATABASE

DAYS = 90
END = datetime(2026, 11, 18, tzinfo=UTC)  # exclusive: the day after the last event
MAIN_PROJECT = 1
MAIN_EVENTS = 10_000_000
SMALL_PROJECTS = range(2, 22)
SMALL_EVENTS = 100_000
CHUNK = 1_000_000

# About four events a session, one in eight of them with a call or chat; what is not listed here is '' or 0 or null.
_VALUES = {
    "project_no": "toUInt32({project})",
    "visitor_type": "if(h % 20 = 0, 'ai_agent', 'human')",
    "timestamp": "at",
    "event_id": f"bitShiftLeft(toUInt64(toUnixTimestamp64Milli(at) - {EPOCH_MS}), {SEQUENCE_BITS}) + number % 1048576",
    "event_type": "kind",
    "event_name": "multiIf(kind = 'conversion', 'signup', kind = 'click', 'outbound', kind = 'custom', 'search', '')",
    "source": "if(kind = 'ai_call', 'voice', 'web')",
    "source_class": "if(kind = 'ai_call', 'voice', 'web')",
    "visitor_key": "sipHash64(intDiv(s, 2), 3)",
    "session_key": "sipHash64(s, 2)",
    "session_id": "hex(sipHash64(s, 2))",
    "session_started_at": "begin",
    "page_origin": "'https://example.com'",
    "page_path": "if(k = 0, entry, concat('/p/', toString(sipHash64(number, 9) % 2000)))",
    "page_title": "if(k = 0, entry, 'A page')",
    "referrer_domain": "['', 'google.com', 'bing.com', 't.co', concat('site', toString(h % 997), '.org')][1 + m17]",
    "traffic_source": "['direct', 'organic', 'organic', 'social', 'referral'][1 + m17]",
    "traffic_channel": "['direct', 'organic_search', 'organic_search', 'organic_social', 'referral'][1 + m17]",
    "utm_source": "['', '', 'newsletter', 'ads'][1 + m19]",
    "utm_medium": "['', '', 'email', 'cpc'][1 + m19]",
    "utm_campaign": "if(m19 < 2, '', concat('campaign-', toString(h % 50)))",
    "country_code": "['US', 'DE', 'FR', 'GB', 'IN', 'BR', 'JP', 'ES'][1 + h % 8]",
    "browser": "['Chrome', 'Safari', 'Firefox', 'Edge'][1 + intDiv(h, 7) % 4]",
    "os": "['Windows', 'macOS', 'iOS', 'Android'][1 + intDiv(h, 11) % 4]",
    "device_type": "['desktop', 'mobile', 'tablet'][1 + intDiv(h, 13) % 3]",
    "screen": "['1920x1080', '390x844', '1440x900'][1 + intDiv(h, 13) % 3]",
    "is_interactive": "kind not in ('pageview', 'engagement')",
    "value": "toDecimal64(if(kind = 'conversion', h % 200, 0), 4)",
    "currency": "if(kind = 'conversion', if(h % 3 = 0, 'EUR', 'USD'), '')",
    "interaction_key": "if(kind = 'ai_call', sipHash64(s, 5), 0)",
    "ai_provider": "if(kind = 'ai_call', 'vapi', '')",
    "ai_duration_sec": "if(kind = 'ai_call', h % 300, null)",
    "properties": "if(kind = 'custom', concat('{{\"plan\":\"', ['free', 'pro'][1 + h % 2], '\"}}'), '{{}}')",
}
_STRINGS_EMPTY = {
    "is_test": "0", "is_clock_adjusted": "0", "ai_cost_usd": "null", "ai_messages": "null", "ai_tokens_in": "null",
    "ai_tokens_out": "null", "ai_latency_ms": "null", "ai_resolved": "null",
}  # fmt: skip
_INSERT = """
insert into {database}.events ({columns})
with
    intDiv(number, 4) as s,
    number % 4 as k,
    sipHash64(s, 1, {project}) as h,
    intDiv(h, 17) % 5 as m17,
    intDiv(h, 19) % 4 as m19,
    ['/', '/pricing', '/docs', '/blog/a', '/blog/b'][1 + h % 5] as entry,
    toDateTime({begin}, 'UTC') + toUInt32(sipHash64(s, 4) % {span}) as begin,
    toDateTime64(begin, 3, 'UTC')
        + toIntervalMillisecond(if(k = 0, 0, k * 37000 + sipHash64(number) % 20000)) as at,
    multiIf(k = 3 and h % 25 = 0, 'conversion', k = 3 and h % 8 = 1, 'ai_call', k = 2 and h % 3 = 0, 'click',
        k = 2 and h % 7 = 1, 'custom', k = 1 and h % 5 = 4, 'engagement', 'pageview') as kind
select {values}
from numbers({first}, {count})
settings max_threads = 2, max_insert_threads = 1, min_insert_block_size_rows = 1000000
"""


def build(folder: Path, main_events: int = MAIN_EVENTS, small_events: int = SMALL_EVENTS) -> None:
    """Fill an empty store folder with the world and merge its parts as a quiet night would."""
    store = EmbeddedStore(folder, 1, 60, 2000)
    store.migrate()
    store.close()
    connection = chdb.connect(str(folder / "clickhouse"))
    for first in range(0, main_events, CHUNK):
        connection.query(_statement(MAIN_PROJECT, first, min(CHUNK, main_events - first)))
    for project in SMALL_PROJECTS:
        connection.query(_statement(project, 0, small_events))
    for table in ("events", "hourly"):
        connection.query(f"optimize table {DATABASE}.{table} final")
    connection.close()


def _statement(project: int, first: int, count: int) -> str:
    values = {**_STRINGS_EMPTY, **_VALUES}
    return _INSERT.format(
        database=DATABASE,
        columns=", ".join(COLUMNS),
        project=project,
        begin=int((END - timedelta(days=DAYS)).timestamp()),
        span=DAYS * 86400 - 600,
        values=", ".join(values.get(column, "''").format(project=project) for column in COLUMNS),
        first=first,
        count=count,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    began = time.perf_counter()
    build(parser.parse_args().folder)
    print(f"built in {time.perf_counter() - began:.0f} s")
