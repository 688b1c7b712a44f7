"""Saved segments and annotations: whose they are, who may change which, how many, and what the log says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import delete

from metrone.control.account_tables import users
from metrone.control.annotations import (
    AnnotationChange,
    change_annotation,
    create_annotation,
    delete_annotation,
    list_annotations,
)
from metrone.control.audit import list_entries
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing, Refused
from metrone.control.notes import PERSONAL, Author
from metrone.control.projects import create_project
from metrone.control.segments import (
    FILTERS_CHARS,
    SEGMENTS_MAX,
    SegmentChange,
    change_segment,
    create_segment,
    delete_segment,
    list_segments,
)
from tests.control.people import make_owner, make_user

DE = [("is", "country", ("DE",))]
ALWAYS = ("2000-01-01", "2100-12-31")


@pytest.fixture
def authors(each_database: Database, now: datetime) -> tuple[Author, Author]:
    """Ann, who may share, and Bob, who may not, at one project."""
    ann, _ = make_owner(each_database, now)
    bob = make_user(each_database, "bob@shop.example", now)
    project = create_project(each_database, "Shop", timezone="Europe/Berlin")
    return tuple(Author(project, who.actor, who.name, who is ann, now) for who in (ann, bob))  # type: ignore[return-value]


def names(db: Database, author: Author) -> list[str]:
    return [segment.name for segment in list_segments(db, author)]


def test_what_is_ones_own_nobody_else_sees(each_database: Database, authors: tuple[Author, Author]) -> None:
    db, (ann, bob) = each_database, authors
    create_segment(db, ann, SegmentChange("Hers", DE))
    shared = create_segment(db, ann, SegmentChange("Ours <b>", DE, is_shared=True))
    own = create_segment(db, bob, SegmentChange("his", DE))
    assert (names(db, ann), names(db, bob)) == (["Hers", "Ours <b>"], ["his", "Ours <b>"])
    assert (shared.is_shared, own.is_shared, own.filters) == (True, False, [["is", "country", ["DE"]]])
    elsewhere = replace(ann, project=create_project(db, "Other"))
    assert names(db, elsewhere) == []
    for act in (
        lambda: change_segment(db, ann, own.id, SegmentChange("Mine")),
        lambda: delete_segment(db, ann, own.id),
        lambda: change_segment(db, elsewhere, shared.id, SegmentChange("Mine")),
        lambda: delete_segment(db, elsewhere, shared.id),
    ):
        with pytest.raises(Missing):
            act()


def test_what_is_everybodys_takes_the_right_to_share(each_database: Database, authors: tuple[Author, Author]) -> None:
    db, (ann, bob) = each_database, authors
    shared = create_segment(db, ann, SegmentChange("Ours", DE, is_shared=True))
    own = create_segment(db, bob, SegmentChange("His", DE))
    acts: list[Callable[[], object]] = [
        lambda: create_segment(db, bob, SegmentChange("Mine", DE, is_shared=True)),
        lambda: change_segment(db, bob, own.id, SegmentChange(is_shared=True)),
        lambda: change_segment(db, bob, shared.id, SegmentChange("Mine")),
        lambda: change_segment(db, bob, shared.id, SegmentChange(is_shared=False)),
        lambda: delete_segment(db, bob, shared.id),
    ]
    for act in acts:
        with pytest.raises(Refused, match="Ask an editor"):
            act()
    assert names(db, ann) == ["Ours"]
    assert change_segment(db, ann, shared.id, SegmentChange("Hers", is_shared=False)).name == "Hers"
    assert names(db, bob) == ["His"]


def test_the_log_tells_what_was_everybodys_and_no_ones_own(
    each_database: Database, authors: tuple[Author, Author]
) -> None:
    db, (ann, _) = each_database, authors
    own = create_segment(db, ann, SegmentChange("Secret", DE))
    change_segment(db, ann, own.id, SegmentChange("Told", is_shared=True))
    delete_segment(db, ann, own.id)
    assert ann.project.org_id is not None
    found = [(entry.action, entry.target) for entry in list_entries(db, ann.project.org_id)]
    assert found[:3] == [("segment.deleted", "Told"), ("segment.changed", "Told"), ("segment.created", PERSONAL)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (SegmentChange(None, DE), "name"),
        (SegmentChange("x" * 121, DE), "name"),
        (SegmentChange("a\u202eb", DE), "name"),
        (SegmentChange("None", ()), "filters"),
        (SegmentChange("Long", [("is", "page", ("x" * FILTERS_CHARS,))]), "filters"),
    ],
)
def test_a_segment_is_refused_when(
    each_database: Database, authors: tuple[Author, Author], given: SegmentChange, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        create_segment(each_database, authors[0], given)
    assert caught.value.field == field


def test_a_member_and_the_project_have_so_many(database: Database, now: datetime) -> None:
    ann, _ = make_owner(database, now)
    author = Author(create_project(database, "Shop"), ann.actor, ann.name, True, now)
    for is_shared in (False, True):
        for number in range(SEGMENTS_MAX):
            create_segment(database, author, SegmentChange(f"{number}", DE, is_shared))
        with pytest.raises(Invalid, match=f"{SEGMENTS_MAX} segments"):
            create_segment(database, author, SegmentChange("more", DE, is_shared))
    mine = list_segments(database, author)[0]
    with pytest.raises(Invalid, match=f"{SEGMENTS_MAX} segments"):
        change_segment(database, author, mine.id, SegmentChange(is_shared=not mine.is_shared))


def test_who_leaves_takes_their_own_along(each_database: Database, authors: tuple[Author, Author]) -> None:
    db, (ann, bob) = each_database, authors
    create_segment(db, bob, SegmentChange("His", DE))
    create_annotation(db, bob, AnnotationChange("His", "2026-03-14"))
    with db.write() as connection:
        connection.execute(delete(users).where(users.c.id == bob.actor.id))
    assert (names(db, bob), list_annotations(db, bob, ALWAYS), names(db, ann)) == ([], [], [])


def test_an_annotation_stands_at_a_day_or_at_a_moment_of_the_projects_day(
    each_database: Database, authors: tuple[Author, Author]
) -> None:
    db, (ann, bob) = each_database, authors
    create_annotation(db, ann, AnnotationChange(" Launch ", "2026-03-14", is_shared=True))
    # Half past eleven in the evening in London is the next day in Berlin.
    late = create_annotation(db, ann, AnnotationChange("Mail", "2026-03-14T23:30:00Z", is_shared=True))
    create_annotation(db, bob, AnnotationChange("Own", "2026-03-15"))
    assert (late.day, late.at and late.at.isoformat()) == (date(2026, 3, 15), "2026-03-14T23:30:00+00:00")
    assert [each.text for each in list_annotations(db, bob, ALWAYS)] == ["Launch", "Own", "Mail"]
    assert [each.text for each in list_annotations(db, ann, ("2026-03-15", "2026-03-15"))] == ["Mail"]
    assert list_annotations(db, bob, ALWAYS)[0].author == ann.name
    moved = change_annotation(db, ann, late.id, AnnotationChange("Mails", "2026-03-16"))
    assert (moved.text, moved.day, moved.at, moved.is_shared) == ("Mails", date(2026, 3, 16), None, True)
    with pytest.raises(Refused):
        delete_annotation(db, bob, late.id)
    delete_annotation(db, ann, late.id)
    assert [each.text for each in list_annotations(db, ann, ALWAYS)] == ["Launch"]


@pytest.mark.parametrize(
    ("text", "on", "field"),
    [
        ("", "2026-03-14", "text"),
        ("x" * 201, "2026-03-14", "text"),
        ("two\nlines", "2026-03-14", "text"),
        ("ok", "", "on"),
        ("ok", "2026-02-30", "on"),
        ("ok", "1999-12-31", "on"),
        ("ok", "2026-03-14T12:00", "on"),
        ("ok", "9999-12-31T23:59:59-12:00", "on"),
        ("ok", "x" * 10_000, "on"),
    ],
)
def test_an_annotation_is_refused_when(
    each_database: Database, authors: tuple[Author, Author], text: str, on: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        create_annotation(each_database, authors[0], AnnotationChange(text, on))
    assert caught.value.field == field
