"""A project, a sender and a desk in a few words, and an event's way through the steps without a server."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from metrone.control.projects import Project
from metrone.control.salts import Salts
from metrone.errors import MetroneError
from metrone.events.event import Event
from metrone.events.incoming import IncomingEvent, decode_event
from metrone.intake.draft import Desk, Sender, begin
from metrone.intake.geo import Atlas
from metrone.intake.ids import EventIds
from metrone.intake.pipeline import run_steps
from metrone.intake.sessions import Sessions

NOON = datetime(2026, 9, 21, 12, tzinfo=UTC).timestamp()
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
ATLAS = Atlas()


def make_project(number: int = 1) -> Project:
    """A project with a secret that follows from its number."""
    return Project(
        id=f"prj_{number}", project_no=number, name="P", domain="", timezone="UTC", week_start=1, plan_quota=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC), secret=number.to_bytes(32, "big"),
    )  # fmt: skip


def salt_of(day: date) -> bytes:
    return day.isoformat().encode().ljust(32, b".")


def salts_at(at: float) -> Salts:
    """The salts that hold at this time."""
    day = datetime.fromtimestamp(at, UTC).date()
    return Salts(day, salt_of(day), salt_of(day - timedelta(days=1)))


@dataclass
class Way:
    """Events of one project, one after the other. `send` gives the row."""

    project: Project = field(default_factory=make_project)
    sessions: Sessions = field(default_factory=Sessions)
    ids: EventIds = field(default_factory=lambda: EventIds(lambda: NOON))

    def sender(self, at: float = NOON, address: str = "8.8.8.8", agent: str = CHROME, is_test: bool = False) -> Sender:
        return Sender(self.project, is_test, address, agent, None, at)

    def send(self, event: dict[str, Any] | bytes | None = None, sender: Sender | None = None, **fields: Any) -> Event:
        """The row of an event that arrives from the sender (default: at noon, from one browser)."""
        body = (
            event
            if isinstance(event, bytes)
            else msgspec.json.encode({"event_type": "pageview", **(event or {}), **fields})
        )
        return self.take(decode_event(body), sender or self.sender())

    def take(self, incoming: IncomingEvent, sender: Sender) -> Event:
        desk = Desk(ATLAS, self.sessions, salts_at(sender.at))
        draft = begin(incoming, sender, desk, self.ids.take(1))
        run_steps([draft])
        if isinstance(draft.end, MetroneError):
            raise draft.end
        assert draft.end is None
        return draft.row
