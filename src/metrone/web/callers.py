"""Who reads: an API key with the scope read, a browser that signed in, or whoever holds a shared link. Gives the one project
that may be read, and through which lens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from metrone.control.db import Database
from metrone.control.projects import Project
from metrone.control.sessions import read_user_session
from metrone.control.shares import may_enter
from metrone.control.signin import SessionRecord, read_session
from metrone.errors import MetroneError
from metrone.reports.context import WHOLE, Lens
from metrone.reports.filters import read_filters
from metrone.web.auth import Gate, key_in_request
from metrone.web.cookies import session_token
from metrone.web.limits import Allowance, Limiter

_KNOWN_FOR_SEC = 10.0  # a signed-in browser is looked up this often at the most
_KNOWN_MAX = 1_000
# `token` or `token.proof`. A header, because a frame on another site gets no cookies; no preflight allows it to other sites.
SHARE_HEADER = b"x-metrone-share"
GONE = "This link is not there: it has expired, was revoked, or is not whole. Ask who gave it to you for another."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reads. `name` is stable and secret-free, for limits; `csrf` is '' for an API key and for a shared link."""

    project: Project
    name: str
    csrf: str = ""
    is_admin: bool = False
    lens: Lens = WHOLE


class Callers:
    """Finds the caller of a read. Blocks on the control database for browsers, so call `find` in a thread."""

    def __init__(self, gate: Gate, db: Database, clock: Callable[[], float], limiter: Limiter | None) -> None:
        self.is_secure = False  # whether browsers come by https, and so which cookie counts
        self._gate = gate
        self._db = db
        self._clock = clock
        self._limiter = limiter
        self._known: dict[str, tuple[float, SessionRecord]] = {}

    def find(self, headers: Mapping[bytes, bytes], query: bytes, project_id: str) -> Caller:
        """The caller, who sees the whole project. Raises MetroneError MISSING_API_KEY, INVALID_API_KEY, FORBIDDEN or NOT_FOUND."""
        if SHARE_HEADER in headers:
            raise MetroneError("FORBIDDEN", "A shared link shows numbers only. Ask with an API key.")
        text = key_in_request(headers, query)
        if text:
            key = self._gate.admit(text, "read", headers.get(b"origin", b"").decode("latin-1"), self._clock())
            return Caller(key.project, key.id, is_admin="admin" in key.scopes)
        token = session_token(headers, self.is_secure)
        session = self.session(token) if token else None
        if session is None:
            raise MetroneError("MISSING_API_KEY")
        wanted = project_id or next(iter(session.project_ids), "")
        project = self._gate.directory.projects.get(wanted)
        if wanted not in session.project_ids or project is None:
            raise MetroneError("FORBIDDEN", "You may not read this project. Ask its owner for an invitation.")
        return Caller(project, f"browser {wanted} {session.csrf[:16]}", session.csrf)

    def find_any(self, headers: Mapping[bytes, bytes], query: bytes, project_id: str) -> Caller:
        """As `find`, and also who holds a shared link: for what minds the caller's lens. A link that is sent counts alone."""
        if SHARE_HEADER in headers:
            return self._find_guest(headers[SHARE_HEADER].decode("latin-1"))
        return self.find(headers, query, project_id)

    def _find_guest(self, text: str) -> Caller:
        token, _, proof = text.partition(".")
        now, directory = datetime.fromtimestamp(self._clock(), UTC), self._gate.directory
        share = directory.find_share(token, now)
        if share is None:
            raise MetroneError("NOT_FOUND", GONE)
        if not may_enter(share, proof, now):
            raise MetroneError("MISSING_API_KEY", "This link asks for its password. Reload the page and enter it.")
        lens = Lens(read_filters(share.filters), has_rows=False)
        return Caller(directory.projects_by_no[share.project_no], f"share {share.id}", lens=lens)

    def session(self, token: str) -> SessionRecord | None:
        """The session of a browser, or None."""
        now = self._clock()
        known = self._known.get(token)
        if known and known[0] > now and known[1].expires_at > datetime.fromtimestamp(now, UTC):
            return known[1]
        moment = datetime.fromtimestamp(now, UTC)
        session = read_session(self._db, token, moment) or read_user_session(self._db, token, moment)
        if len(self._known) >= _KNOWN_MAX:
            self._known.clear()
        if session is None:
            self._known.pop(token, None)
        else:
            self._known[token] = (now + _KNOWN_FOR_SEC, session)
        return session

    def forget(self, token: str) -> None:
        """The browser has signed out."""
        self._known.pop(token, None)

    def forget_all(self) -> None:
        """Somebody's sessions, projects or roles have changed."""
        self._known = {}

    def allow(self, caller: Caller) -> Allowance | None:
        """Count one request of the caller. Raises MetroneError RATE_LIMITED."""
        return self._limiter.take(caller.name) if self._limiter else None
