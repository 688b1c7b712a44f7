"""What members write down about a project, over HTTP: saved segments and annotations. Every member may, for themselves."""

import asyncio
from collections.abc import Sequence

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.annotations import (
    FIRST_DAY,
    LAST_DAY,
    Annotation,
    AnnotationChange,
    change_annotation,
    create_annotation,
    delete_annotation,
    list_annotations,
)
from metrone.control.db import Database
from metrone.control.notes import Author
from metrone.control.roles import may
from metrone.control.segments import (
    Segment,
    SegmentChange,
    change_segment,
    create_segment,
    delete_segment,
    list_segments,
)
from metrone.reports.filters import read_filters
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.signedin import NO_STORE, read_json

Shown = Response[dict[str, object]]


class SegmentGiven(msgspec.Struct):
    """The body of a segment; of a change, what is left out stays."""

    name: str | None = None
    filters: list[object] | None = None
    is_shared: bool | None = None


class AnnotationGiven(msgspec.Struct):
    """The body of an annotation; of a change, what is left out stays."""

    text: str | None = None
    on: str | None = None
    is_shared: bool | None = None


class SegmentController(Controller):
    """Filters under a name."""

    path = "/app/projects/{project_id:str}/segments"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Shown:
        """Everybody's and one's own, by name; and whether one may keep some for everybody."""
        db, author = await _take_author(request, project_id, is_change=False)
        found = await asyncio.to_thread(list_segments, db, author)
        return _answer({"segments": [_show_segment(each) for each in found], "may_share": author.may_share})

    @post("")
    async def create(self, request: Asking, project_id: FromPath[str]) -> Shown:
        """Save filters."""
        db, author = await _take_author(request, project_id, is_change=True)
        change = _segment_change(await read_json(request, SegmentGiven))
        return _answer(_show_segment(await asyncio.to_thread(create_segment, db, author, change)), 201)

    @put("/{segment_id:str}")
    async def change(self, request: Asking, project_id: FromPath[str], segment_id: FromPath[str]) -> Shown:
        """Change what is given."""
        db, author = await _take_author(request, project_id, is_change=True)
        change = _segment_change(await read_json(request, SegmentGiven))
        return _answer(_show_segment(await asyncio.to_thread(change_segment, db, author, segment_id, change)))

    @delete("/{segment_id:str}", status_code=204)
    async def remove(self, request: Asking, project_id: FromPath[str], segment_id: FromPath[str]) -> None:
        """Forget it."""
        db, author = await _take_author(request, project_id, is_change=True)
        await asyncio.to_thread(delete_segment, db, author, segment_id)


class AnnotationController(Controller):
    """Sentences on the charts."""

    path = "/app/projects/{project_id:str}/annotations"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Shown:
        """Everybody's and one's own of the days `from` to `to`, else of all; and whether one may write for everybody."""
        db, author = await _take_author(request, project_id, is_change=False)
        days = (request.query_params.get("from", FIRST_DAY), request.query_params.get("to", LAST_DAY))
        found = await asyncio.to_thread(list_annotations, db, author, days)
        return _answer({"annotations": [_show_annotation(each) for each in found], "may_share": author.may_share})

    @post("")
    async def create(self, request: Asking, project_id: FromPath[str]) -> Shown:
        """Write one."""
        db, author = await _take_author(request, project_id, is_change=True)
        change = _annotation_change(await read_json(request, AnnotationGiven))
        return _answer(_show_annotation(await asyncio.to_thread(create_annotation, db, author, change)), 201)

    @put("/{annotation_id:str}")
    async def change(self, request: Asking, project_id: FromPath[str], annotation_id: FromPath[str]) -> Shown:
        """Change what is given."""
        db, author = await _take_author(request, project_id, is_change=True)
        change = _annotation_change(await read_json(request, AnnotationGiven))
        return _answer(_show_annotation(await asyncio.to_thread(change_annotation, db, author, annotation_id, change)))

    @delete("/{annotation_id:str}", status_code=204)
    async def remove(self, request: Asking, project_id: FromPath[str], annotation_id: FromPath[str]) -> None:
        """Forget it."""
        db, author = await _take_author(request, project_id, is_change=True)
        await asyncio.to_thread(delete_annotation, db, author, annotation_id)


async def _take_author(request: Asking, project_id: str, *, is_change: bool) -> tuple[Database, Author]:
    """A member of any role: what is one's own changes nobody's numbers."""
    place = await take_project(request, project_id, "read", is_change=is_change)
    actor, now = place.who
    return place.accounts.db, Author(place.project, actor, place.user.name, may(place.role, "edit"), now)


def _segment_change(given: SegmentGiven) -> SegmentChange:
    """Filters as the reads take them, checked by the same words. Raises MetroneError INVALID_PAYLOAD."""
    filters: Sequence[tuple[str, str, Sequence[str]]] | None = None
    if given.filters is not None:
        filters = [(each.operator, each.dimension, each.values) for each in read_filters(given.filters)]
    return SegmentChange(given.name, filters, given.is_shared)


def _annotation_change(given: AnnotationGiven) -> AnnotationChange:
    return AnnotationChange(given.text, given.on, given.is_shared)


def _answer(shown: dict[str, object], status: int = 200) -> Shown:
    return Response(shown, status_code=status, headers=NO_STORE)


def _show_segment(segment: Segment) -> dict[str, object]:
    return {"id": segment.id, "name": segment.name, "filters": segment.filters, "is_shared": segment.is_shared}


def _show_annotation(annotation: Annotation) -> dict[str, object]:
    return {
        "id": annotation.id,
        "on": (annotation.at or annotation.day).isoformat(),
        "text": annotation.text,
        "author": annotation.author,
        "is_shared": annotation.is_shared,
    }
