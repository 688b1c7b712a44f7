"""Tiny worlds: a few events of a few sessions, whose numbers a person can count. Built here, loaded into the real store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from metrone.events.beside import InteractionRow, encode_beside
from metrone.events.event import Event
from metrone.events.goal import Goal
from metrone.reports.context import Context
from metrone.reports.reads import answer
from metrone.store.base import Store
from tests.embedded import fresh_project

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
COUNTRIES = {"DE": "Germany", "FR": "France", "IN": "India"}
_OWN = (
    "visitor_type", "is_test", "referrer_domain", "traffic_source", "traffic_channel", "utm_source", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", "country_code", "region", "city", "browser", "os", "device_type", "screen",
)  # fmt: skip
_NUMBERS = {name: 0 for name, kind in Event.__annotations__.items() if kind is int}
_NULLS = {name: None for name, kind in Event.__annotations__.items() if "None" in str(kind)}


@dataclass
class World:
    """One fresh project. `event` adds an event, `load` puts what was added into the store."""

    store: Store
    project_no: int = field(default_factory=fresh_project)
    rows: list[Event] = field(default_factory=list)
    loads: int = 0
    sessions: dict[int, dict[str, Any]] = field(default_factory=dict)
    goals: tuple[Goal, ...] = ()

    def event(self, at: str, session: int = 1, kind: str = "pageview", path: str = "", **columns: Any) -> Event:
        """An event at an ISO time (UTC). What belongs to the session is taken from its first event, as intake does."""
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
        own = self.sessions.setdefault(session, _first(moment, session, path, kind, columns))
        row = Event(
            **{
                **dict.fromkeys(Event.__struct_fields__, ""),
                **_NUMBERS,
                **_NULLS,
                "event_id": len(self.rows) + 1,
                "value": "0",
                "properties": "",
                "page_origin": "https://example.com" if path else "",
                "source": "web",
                "source_class": "web",
                "is_interactive": int(kind not in ("pageview", "engagement")),
                **columns,
                **own,
                "project_no": self.project_no,
                "timestamp": round(moment, 3),
                "event_type": kind,
                "page_path": path,
                "session_key": session,
            }
        )
        self.rows.append(row)
        return row

    def load(self) -> "World":
        """Put the new events into the store."""
        rows, self.rows = self.rows, []
        self.loads += 1
        lines = b"\n".join(msgspec.json.encode(row) for row in rows)
        self.store.load(lines, f"world-{self.project_no}-{self.loads}")
        return self

    def tell(self, key: int, **columns: Any) -> "World":
        """Put what webhooks came to of an interaction into the store; `at` is its beginning, an ISO time (UTC)."""
        if "at" in columns:
            columns["began_at"] = columns["started_at"] = (
                datetime.fromisoformat(columns.pop("at")).replace(tzinfo=UTC).timestamp()
            )
        row = InteractionRow(self.project_no, columns.pop("is_test", 0), key, **{"is_listed": 1, **columns})
        self.loads += 1
        self.store.load_beside(row.TABLE, encode_beside(row).encode(), f"world-{self.project_no}-{self.loads}")
        return self

    def context(self, now: datetime = NOW, tz: str = "UTC") -> Context:
        """The context of a read of this project."""
        return Context(self.store, self.project_no, tz, now, lambda code: COUNTRIES.get(code, ""), self.goals)

    def ask(self, name: str, tz: str = "UTC", now: datetime = NOW, **params: Any) -> Any:
        """The answer of a read; `since` stands for the parameter `from`."""
        if "since" in params:
            params["from"] = params.pop("since")
        return answer(self.context(now, tz), name, params)


def _first(moment: float, session: int, path: str, kind: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {
        "visitor_type": "human",
        **{name: columns[name] for name in _OWN if name in columns},
        "visitor_key": columns.get("visitor_key", 1000 + session),
        "session_id": f"s{session}",
        "session_started_at": int(moment),
    }
