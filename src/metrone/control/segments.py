"""Saved segments: filters under a name. What a filter may be is checked by the caller; here is only how much of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from metrone.control.db import Database
from metrone.control.errors import Invalid
from metrone.control.labels import clean_name
from metrone.control.note_tables import segments
from metrone.control.notes import Author, Kind, Written, add_note, change_note, list_notes, remove_note

SEGMENTS_MAX = 100  # for everybody of a project, and for each member
FILTERS_CHARS = 8_000  # as JSON: they are to stand in an address, which proxies cut at 8 KB
SEGMENT = Kind(segments, "segment", "name", SEGMENTS_MAX)

Filters = Sequence[tuple[str, str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Segment:
    """Filters under a name; `filters` are [operator, dimension, values]."""

    id: str
    name: str
    filters: list[Any]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """What shall be different; None leaves a value as it is. A new segment needs a name and filters."""

    name: str | None = None
    filters: Filters | None = None
    is_shared: bool | None = None


def list_segments(db: Database, author: Author) -> list[Segment]:
    """Everybody's and the author's own, by name."""
    found = [_segment(row) for row in list_notes(db, SEGMENT, author)]
    return sorted(found, key=lambda segment: (segment.name.casefold(), segment.id))


def create_segment(db: Database, author: Author, given: SegmentChange) -> Segment:
    """Save filters. Raises Invalid, and Refused where it is for everybody and the author may not share."""
    written = _check(SegmentChange(given.name or "", given.filters or (), given.is_shared))
    return _segment(add_note(db, SEGMENT, author, written))


def change_segment(db: Database, author: Author, segment_id: str, change: SegmentChange) -> Segment:
    """Change what is given. Raises Invalid, Missing, Refused."""
    return _segment(change_note(db, SEGMENT, author, (segment_id, _check(change))))


def delete_segment(db: Database, author: Author, segment_id: str) -> None:
    """Forget it. Raises Missing, Refused."""
    remove_note(db, SEGMENT, author, segment_id)


def _check(change: SegmentChange) -> Written:
    values: dict[str, object] = {}
    if change.name is not None:
        values["name"] = clean_name(change.name)
    if change.filters is not None:
        filters = [[operator, dimension, list(texts)] for operator, dimension, texts in change.filters]
        size = len(json.dumps(filters, ensure_ascii=False))
        if not filters:
            raise Invalid("filters", "A segment needs at least one filter. Filter the page first.")
        if size > FILTERS_CHARS:
            raise Invalid("filters", f"The filters have {size} characters; at most {FILTERS_CHARS}. Use fewer values.")
        values["filters"] = filters
    return Written(change.is_shared, values)


def _segment(row: Row[Any]) -> Segment:
    return Segment(row.id, row.name, row.filters, row.user_id is None)
