"""What goes into the spool and what comes back: plain records and the errors. No I/O here."""

import msgspec


class SpoolFailed(Exception):
    """Nothing of the submission was written: the disk is full or fails, or the spool is at its bound or closed."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One event to keep: its row as the store loads it, and the idempotency key that its client gave, hashed."""

    row: bytes
    event_id: int
    key: str | None = None
    digest: str = ""


class Beside(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row of another table than the events', as JSON: it enters the store with them and counts in no books."""

    table: str
    row: str


class Submission(msgspec.Struct, frozen=True, gc=False):
    """One request's events, written all or not at all. `key` and `digest` are those of the Idempotency-Key header.

    With them go rows of other tables (`beside`), and what is to be found again under a name (`kept`, see Spool.kept).
    """

    project_no: int
    request_id: str
    entries: list[Entry]
    key: str | None = None
    digest: str = ""
    beside: tuple[Beside, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


class Seen(msgspec.Struct, frozen=True, gc=False):
    """An idempotency key that was used within the window: by which event, in which request, with which content."""

    event_id: int
    request_id: str
    digest: str


class Receipt(msgspec.Struct):
    """What became of a submission. `repeated` is set when its header key was seen: then nothing was written.

    `duplicates` maps the index of an entry that was skipped to the event that holds its key.
    """

    repeated: Seen | None = None
    duplicates: dict[int, Seen] = {}


class Plan(msgspec.Struct, frozen=True, gc=False):
    """One load into the store: the segments first..last, always these under this token."""

    first: int
    last: int
    token: str


class Erase(msgspec.Struct, frozen=True, gc=False):
    """What the spool shall let go of: what was written of a project before a moment (epoch seconds), the texts under names
    that one of `names` (GLOB) matches among it. `is_all` where the project keeps nothing that was put aside so far.
    """

    project_no: int
    before: float
    names: tuple[str, ...]
    is_all: bool = True


class Misfit(msgspec.Struct, frozen=True, gc=False):
    """A row that the store will never take, kept aside with the reason for a person to look at."""

    project_no: int
    reason: str
    row: bytes


class Depth(msgspec.Struct, frozen=True, gc=False):
    """What waits for the store: events, bytes, and the age of the oldest in seconds (0 when nothing waits)."""

    events: int
    size_bytes: int
    oldest_sec: float
