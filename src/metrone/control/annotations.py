"""Annotations: a sentence at a day, or at a moment of it, for the charts of a project."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from metrone.control.db import Database
from metrone.control.errors import Invalid
from metrone.control.labels import clean_name
from metrone.control.note_tables import annotations
from metrone.control.notes import Author, Kind, Written, add_note, change_note, list_notes, remove_note

ANNOTATIONS_MAX = 500  # for everybody of a project, and for each member
TEXT_MAX = 200
FIRST_DAY, LAST_DAY = "2000-01-01", "2100-12-31"
ANNOTATION = Kind(annotations, "annotation", "text", ANNOTATIONS_MAX)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A sentence at a day in the project's zone; `at` where a moment of it is meant. `author` is who wrote it first."""

    id: str
    day: date
    at: datetime | None
    text: str
    author: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class AnnotationChange:
    """What shall be different, as typed; None leaves a value as it is. `on` is a date, or a moment with its offset."""

    text: str | None = None
    on: str | None = None
    is_shared: bool | None = None


def list_annotations(db: Database, author: Author, days: tuple[str, str]) -> list[Annotation]:
    """Everybody's and the author's own from the first day to the last, in the order of time. Raises Invalid."""
    first, last = (_read_day(text) for text in days)
    found = [_annotation(row) for row in list_notes(db, ANNOTATION, author, annotations.c.day.between(first, last))]
    # One of a whole day stands before those of its hours.
    return sorted(found, key=lambda each: (each.day, each.at or datetime.min.replace(tzinfo=UTC)))


def create_annotation(db: Database, author: Author, given: AnnotationChange) -> Annotation:
    """Write one. Raises Invalid, and Refused where it is for everybody and the author may not share."""
    written = _check(author, AnnotationChange(given.text or "", given.on or "", given.is_shared))
    signed = Written(written.is_shared, {**written.values, "author": author.name})
    return _annotation(add_note(db, ANNOTATION, author, signed))


def change_annotation(db: Database, author: Author, annotation_id: str, change: AnnotationChange) -> Annotation:
    """Change what is given. Raises Invalid, Missing, Refused."""
    return _annotation(change_note(db, ANNOTATION, author, (annotation_id, _check(author, change))))


def delete_annotation(db: Database, author: Author, annotation_id: str) -> None:
    """Forget it. Raises Missing, Refused."""
    remove_note(db, ANNOTATION, author, annotation_id)


def _check(author: Author, change: AnnotationChange) -> Written:
    values: dict[str, object] = {}
    if change.text is not None:
        values["text"] = clean_name(change.text, "text", TEXT_MAX)
    if change.on is not None:
        values["day"], values["at"] = _read_time(change.on, author.project.timezone)
    return Written(change.is_shared, values)


def _read_time(text: str, timezone: str) -> tuple[date, datetime | None]:
    if len(text) <= len("2026-03-14"):
        return _read_day(text), None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        moment = moment.astimezone(UTC)
        return _in_span(moment.astimezone(ZoneInfo(timezone)).date()), moment
    except (ValueError, OverflowError):
        raise _unreadable() from None


def _read_day(text: str) -> date:
    try:
        return _in_span(date.fromisoformat(text))
    except ValueError:
        raise _unreadable() from None


def _in_span(day: date) -> date:
    if not FIRST_DAY <= day.isoformat() <= LAST_DAY:
        raise ValueError
    return day


def _unreadable() -> Invalid:
    span = f"from {FIRST_DAY} to {LAST_DAY}"
    return Invalid("on", f"Give a date such as 2026-03-14, or a moment such as 2026-03-14T15:09:00Z, {span}.")


def _annotation(row: Row[Any]) -> Annotation:
    return Annotation(row.id, row.day, row.at, row.text, row.author, row.user_id is None)
