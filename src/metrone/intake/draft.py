"""An event on its way from what a client sent to the row that is stored. Carried through the STEPS; no rule lives here.

Structs of msgspec rather than dataclasses: they are made for every event, and cost a fifth (measured: 0.2 µs against 1.0).
"""

import msgspec

from metrone.control.excluded import Exclusions
from metrone.control.projects import Project
from metrone.control.salts import Salts
from metrone.errors import MetroneError
from metrone.events.event import Event
from metrone.events.incoming import IncomingEvent
from metrone.intake.client import UNKNOWN, Client
from metrone.intake.geo import Atlas, Place
from metrone.intake.sessions import Sessions
from metrone.intake.url import PageUrl


class Sender(msgspec.Struct, frozen=True, gc=False):
    """Who sends a request: the project behind its key, and the connection. `address` and `user_agent` are never stored.

    `place` is what a trusted edge network said of the address; `at` is the arrival in epoch seconds. `exclusions` is what
    the project leaves uncounted of what clients send; of what platforms tell nothing is left out.
    """

    project: Project
    is_test: bool
    address: str
    user_agent: str
    place: Place | None
    at: float
    exclusions: Exclusions | None = None

    def __repr__(self) -> str:
        return f"Sender({self.project.id}, at={self.at})"  # into a log at the worst: nothing of a person


class Desk(msgspec.Struct, frozen=True, gc=False):
    """What the steps work with: the map of addresses, the open sessions, the day's salts."""

    atlas: Atlas
    sessions: Sessions
    salts: Salts


class Drop(msgspec.Struct, frozen=True, gc=False):
    """The event is not kept, for one of a closed list of reasons. The client still gets its 202."""

    reason: str


End = Drop | MetroneError  # why an event goes no further; an error refuses its whole request


class Draft(msgspec.Struct, gc=False):
    """The event as sent, the row as far as it is known, and what later steps need of earlier ones.

    `key` and `digest` are of its idempotency key and of what came with it, hashed.
    """

    incoming: IncomingEvent
    row: Event
    sender: Sender
    desk: Desk
    page: PageUrl
    client: Client
    user_agent: str = ""
    is_forwarded: bool = False
    key: str | None = None
    digest: str = ""
    end: End | None = None

    def place(self) -> Place:
        """Where the address is; an edge network that is trusted knows better than our file."""
        return self.sender.place or self.desk.atlas.locate(self.sender.address)


_NOWHERE = PageUrl()


def begin(incoming: IncomingEvent, sender: Sender, desk: Desk, event_id: int) -> Draft:
    """A draft of which only the scope is known."""
    row = Event(project_no=sender.project.project_no, is_test=int(sender.is_test), event_id=event_id)
    return Draft(incoming, row, sender, desk, _NOWHERE, UNKNOWN)
