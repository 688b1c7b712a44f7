"""The sessions that are open now, in memory, so that every event of one carries the same source, place and client.

Bounded in number and in text: two generations; the older is let go when the younger is full. What is lost here splits a
session at the worst; after a restart the last hours are read back from the store. Nothing here is seen by the garbage
collector (gc=False, tuples): walking hundreds of thousands of visits would stop the server for tens of milliseconds.
"""

import msgspec

from metrone.control.projects import Project

GAP_SEC = 30 * 60  # metrics.md: events of one visitor with no gap over 30 minutes
OPEN_PER_VISITOR = 8  # late events may belong to an earlier session of the same visitor
TEXT_MAX = 64 * 1024 * 1024  # characters of one generation; a hostile visit has 4,000 of them, a usual one 100


class Origins(msgspec.Struct, gc=False):
    """What a session's first event says of it; stamped on all of its events."""

    referrer_domain: str
    traffic_source: str
    traffic_channel: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country_code: str
    region: str
    city: str
    browser: str
    os: str
    device_type: str
    screen: str

    def size(self) -> int:
        """Characters of what a stranger may make long, and a hundred for the rest."""
        tags = len(self.utm_source) + len(self.utm_medium) + len(self.utm_campaign) + len(self.utm_term)
        return 100 + tags + len(self.utm_content) + len(self.referrer_domain) + len(self.city) + len(self.region)


class Visit(msgspec.Struct, gc=False):
    """An open session. Times are epoch seconds of the events in it, not of their arrival.

    `scope` is the project, live or test: a session id is whatever a client says, and opens no door to another's.
    """

    scope: str
    session_key: int
    visitor_key: int
    started_at: float
    first_at: float
    last_at: float
    origins: Origins

    def reach(self, at: float) -> None:
        """Take in an event of this time."""
        self.first_at = min(self.first_at, at)
        self.last_at = max(self.last_at, at)


def scope_of(project: Project, is_test: bool) -> str:
    """What sessions, visitors and names are kept apart by: test events share nothing with live ones, and after a reset the
    project shares nothing with what it was before (Project.era).
    """
    own = f"{project.project_no}e{project.era}" if project.era else str(project.project_no)
    return f"{own}t" if is_test else own


def names_of(project_no: int) -> tuple[str, ...]:
    """Patterns (GLOB) of every name that begins with a scope of this project, whatever its era."""
    return f"{project_no}:*", f"{project_no}t:*", f"{project_no}e*:*"


class Sessions:
    """Open sessions by their key and by visitor."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._text = 0
        self._by_key: dict[tuple[str, int], Visit] = {}
        self._by_key_old: dict[tuple[str, int], Visit] = {}
        self._by_visitor: dict[int, tuple[Visit, ...]] = {}
        self._by_visitor_old: dict[int, tuple[Visit, ...]] = {}

    def __len__(self) -> int:
        return len(self._by_key) + len(self._by_key_old)

    def find(self, scope: str, session_key: int) -> Visit | None:
        """The session of a client's own id, however long ago its last event was."""
        key = scope, session_key
        visit = self._by_key.get(key)
        if visit is None and (visit := self._by_key_old.pop(key, None)):
            self._by_key[key] = visit
        return visit

    def find_near(self, visitor_key: int, at: float) -> Visit | None:
        """The session of a visitor that an event of this time continues: within 30 minutes of what it spans."""
        for visit in self._of_visitor(visitor_key):
            if visit.first_at - GAP_SEC <= at <= visit.last_at + GAP_SEC:
                self.find(visit.scope, visit.session_key)  # keep it in the younger generation
                return visit
        return None

    def open(self, visit: Visit) -> None:
        """Remember a session that begins."""
        if self._text > TEXT_MAX or max(len(self._by_key), len(self._by_visitor)) >= self._capacity:
            self._by_key_old, self._by_key = self._by_key, {}
            self._by_visitor_old, self._by_visitor = self._by_visitor, {}
            self._text = 0
        self._by_key[visit.scope, visit.session_key] = visit
        self._text += visit.origins.size()
        visits = self._of_visitor(visit.visitor_key)
        self._by_visitor[visit.visitor_key] = (visit, *visits[: OPEN_PER_VISITOR - 1])

    def _of_visitor(self, visitor_key: int) -> tuple[Visit, ...]:
        visits = self._by_visitor.get(visitor_key)
        if visits is None:
            visits = self._by_visitor_old.pop(visitor_key, None)
            if visits is None:
                return ()
            self._by_visitor[visitor_key] = visits
        return visits
