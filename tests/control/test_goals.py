"""Goals of projects: what may be one, names, limits, the picture that the reads have, and the audit log."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete

from metrone.control.audit import list_entries
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.errors import Invalid, Missing
from metrone.control.goals import GOALS_MAX, change_goal, check_criteria, create_goal, delete_goal, list_goals
from metrone.control.orgs import create_org_project
from metrone.control.projects import create_project
from metrone.control.tables import projects
from metrone.events.goal import Criteria, Goal
from tests.control.people import make_owner

THANKS = Criteria(page="/thanks")


def criteria(**given: Any) -> Criteria:
    return msgspec.convert(given, Criteria)


def test_goals_are_made_changed_and_deleted_of_one_project_alone(each_database: Database, now: datetime) -> None:
    db = each_database
    ann, org = make_owner(db, now)
    who = (ann.actor, now)
    given = {"domain": "", "timezone": "UTC"}
    shop, blog = (create_org_project(db, org.id, {**given, "name": name}, who) for name in ("Shop", "Blog"))
    made = create_goal(db, shop, " Order ", Criteria(event_name=" buy ", provider="Vapi", min_value=9.5), who)
    assert made == Goal(made.id, "Order", Criteria(event_name="buy", provider="vapi", min_value=9.5))
    other = create_goal(db, blog, "Order", THANKS, who)
    before = load_directory(db)
    assert before.goals_of(shop.project_no) == list_goals(db, shop.project_no) == (made,)
    assert "buy" not in repr(before)
    changed = change_goal(db, shop, Goal(made.id, "order", THANKS), who)
    with pytest.raises(Missing):
        change_goal(db, shop, Goal(other.id, "x", THANKS), who)
    with pytest.raises(Missing):
        delete_goal(db, shop, other.id, who)
    assert load_directory(db).goals_of(shop.project_no) == (changed,)
    assert delete_goal(db, shop, made.id, who) == changed
    after = load_directory(db)
    assert (after.goals_of(shop.project_no), after.goals_of(blog.project_no)) == ((), (other,))
    lines = [(line.action, line.target) for line in reversed(list_entries(db, org.id))][-4:]
    assert lines == [
        ("goal.created", "Order"),
        ("goal.created", "Order"),
        ("goal.changed", "order"),
        ("goal.deleted", "order"),
    ]
    with db.write() as connection:
        connection.execute(delete(projects))
    assert load_directory(db).goals_of(blog.project_no) == ()


def test_names_differ_and_there_are_fifty_at_most(database: Database, now: datetime) -> None:
    ann, _ = make_owner(database, now)
    shop, who = create_project(database, "Shop"), (ann.actor, now)
    made = [create_goal(database, shop, f"Goal {number}", THANKS, who) for number in range(GOALS_MAX)]
    with pytest.raises(Invalid, match="another name"):
        change_goal(database, shop, Goal(made[1].id, "GOAL 0", THANKS), who)
    with pytest.raises(Invalid, match="has 50 goals"):
        create_goal(database, shop, "One more", THANKS, who)
    with pytest.raises(Invalid, match="another name"):
        create_goal(database, shop, "goal 0", THANKS, who)
    assert list_goals(database, shop.project_no) == tuple(sorted(made, key=lambda goal: goal.id))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "at least one criterion"),
        ({"event_name": "  "}, "at least one criterion"),
        ({"page": "thanks"}, "begins with /"),
        ({"page": "/" + "a" * 1000}, "1001 characters; events have at most 1000"),
        ({"page": "/" + "*a" * 100}, "at most 200 characters"),
        ({"event_type": "x" * 65}, "65 characters"),
        ({"event_name": "a\0b"}, "no text"),
        ({"outcome": "\ud800"}, "no text"),
        ({"min_value": -1}, "from 0"),
        ({"min_value": float("inf")}, "from 0"),
        ({"properties": [{"key": "", "operator": "equals", "value": "x"}]}, "its key and a value"),
        ({"properties": [{"key": "n", "operator": "greater", "value": "many"}]}, "no number"),
        ({"properties": [{"key": "n", "operator": "less", "value": "nan"}]}, "no number"),
        ({"properties": [{"key": "n", "operator": "equals", "value": "1"}] * 6}, "these are 6"),
    ],
)
def test_criteria_that_nothing_or_everything_meets_are_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        check_criteria(criteria(**given))


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 121, "\u202eevil"])
def test_names_that_pose_as_others_are_refused(database: Database, now: datetime, name: str) -> None:
    ann, _ = make_owner(database, now)
    with pytest.raises(Invalid, match="name"):
        create_goal(database, create_project(database, "Shop"), name, THANKS, (ann.actor, now))
