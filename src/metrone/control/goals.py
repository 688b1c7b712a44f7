"""Goals of projects: made, changed, deleted. What one matches is for the reports to say (reports/goals.py)."""

import math
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import clean_name
from metrone.control.projects import Project
from metrone.control.tables import goals
from metrone.events.goal import Criteria, Goal, PropertyCriterion

GOALS_MAX = 50
PROPERTIES_MAX = 5
TEXT_MAX = 1000
EXPRESSION_MAX = 200
KEY_MAX = 64
VALUE_MAX = 1e13  # of an event's value, as intake takes it
# How long each text may be: what an event holds there.
_TEXTS = {"event_type": 64, "event_name": 120, "page": TEXT_MAX, "provider": 64, "intent": 120, "outcome": 120}

Who = tuple[Actor, datetime]


def list_goals(db: Database, project_no: int) -> tuple[Goal, ...]:
    """The goals of one project, oldest first."""
    with db.read() as connection:
        return select_goals(connection, goals.c.project_no == project_no).get(project_no, ())


def create_goal(db: Database, project: Project, name: str, criteria: Criteria, who: Who) -> Goal:
    """Make a goal. Raises Invalid: for the name, for criteria that match nothing or everything, for one too many."""
    goal = Goal(new_id("goal"), clean_name(name), check_criteria(criteria))
    values = {"id": goal.id, "project_no": project.project_no, "created_at": who[1], **_stored(goal)}
    with db.write() as connection:
        others = _others(connection, project, goal)
        if len(others) >= GOALS_MAX:
            raise Invalid(
                "goals", f"The project has {len(others)} goals, the most that there can be; delete one first."
            )
        connection.execute(insert(goals).values(values))
        note(connection, who[0], "goal.created", goal.name, (who[1], project.org_id))
    return goal


def change_goal(db: Database, project: Project, goal: Goal, who: Who) -> Goal:
    """Give the goal of this id another name and other criteria. Raises Invalid and Missing."""
    goal = Goal(goal.id, clean_name(goal.name), check_criteria(goal.criteria))
    with db.write() as connection:
        _require(connection, project, goal.id)
        _others(connection, project, goal)
        connection.execute(update(goals).where(goals.c.id == goal.id).values(_stored(goal)))
        note(connection, who[0], "goal.changed", goal.name, (who[1], project.org_id))
    return goal


def delete_goal(db: Database, project: Project, goal_id: str, who: Who) -> Goal:
    """Delete the goal; what counted as its conversions no longer does. Raises Missing."""
    with db.write() as connection:
        goal = _require(connection, project, goal_id)
        connection.execute(delete(goals).where(goals.c.id == goal.id))
        note(connection, who[0], "goal.deleted", goal.name, (who[1], project.org_id))
    return goal


def select_goals(connection: Connection, condition: ColumnElement[bool]) -> Mapping[int, tuple[Goal, ...]]:
    """The goals that meet the condition, by project_no, oldest first, inside a transaction of the caller's."""
    found: dict[int, list[Goal]] = {}
    for row in connection.execute(select(goals).where(condition).order_by(goals.c.created_at, goals.c.id)):
        found.setdefault(row.project_no, []).append(_goal_from(row))
    return {number: tuple(each) for number, each in found.items()}


def check_criteria(criteria: Criteria) -> Criteria:
    """The criteria as they are kept: at least one, each of which some event can meet. Raises Invalid."""
    texts = {name: _text(name, getattr(criteria, name), most) for name, most in _TEXTS.items()}
    checked = msgspec.structs.replace(criteria, **texts, properties=_properties(criteria.properties))
    if checked == Criteria():
        raise Invalid("criteria", "A goal needs at least one criterion; say which events reach it.")
    if checked.page is not None and not checked.page.startswith(("/", "*")):
        raise Invalid("page", "A page is a path that begins with /, such as /thanks or /blog/*.")
    if checked.page is not None and "*" in checked.page and len(checked.page) > EXPRESSION_MAX:
        raise Invalid(
            "page", f"A page with * has at most {EXPRESSION_MAX} characters; this one has {len(checked.page)}."
        )
    if checked.min_value is not None and not 0 <= checked.min_value < VALUE_MAX:
        raise Invalid("min_value", f"The least value is a number from 0 to below {VALUE_MAX:,.0f}.")
    # As intake writes it.
    provider = checked.provider.lower() if checked.provider else None
    return msgspec.structs.replace(checked, provider=provider)


def _properties(asked: tuple[PropertyCriterion, ...]) -> tuple[PropertyCriterion, ...]:
    if len(asked) > PROPERTIES_MAX:
        raise Invalid("properties", f"A goal asks for at most {PROPERTIES_MAX} properties; these are {len(asked)}.")
    found = []
    for each in asked:
        key, value = _text("property", each.key, KEY_MAX), _text("property", each.value, TEXT_MAX)
        if key is None or value is None:
            raise Invalid("properties", "A criterion of a property needs its key and a value.")
        if each.operator in ("greater", "less") and not _is_number(value):
            raise Invalid("properties", f"{value[:64]!r} is no number; {each.operator} needs one, such as 99.5.")
        found.append(PropertyCriterion(key, each.operator, value))
    return tuple(found)


def _text(field: str, text: str | None, most: int) -> str | None:
    """The text without space around it; None for an empty one. Refuses what neither database can hold, or no event has."""
    text = text.strip() if text else ""
    if len(text) > most:
        raise Invalid(field, f"The {field.replace('_', ' ')} has {len(text)} characters; events have at most {most}.")
    if "\0" in text or any(unicodedata.category(char) == "Cs" for char in text):
        raise Invalid(field, f"The {field.replace('_', ' ')} holds characters that are no text; write it anew.")
    return text or None


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _others(connection: Connection, project: Project, goal: Goal) -> tuple[Goal, ...]:
    """The project's other goals, none of which may have this one's name. Raises Invalid."""
    everything = select_goals(connection, goals.c.project_no == project.project_no).get(project.project_no, ())
    others = tuple(each for each in everything if each.id != goal.id)
    if any(each.name.casefold() == goal.name.casefold() for each in others):
        raise Invalid("name", f"There is a goal {goal.name!r} already; give this one another name.")
    return others


def _require(connection: Connection, project: Project, goal_id: str) -> Goal:
    condition = (goals.c.project_no == project.project_no) & (goals.c.id == goal_id)
    row = connection.execute(select(goals).where(condition)).one_or_none()
    if row is None:
        raise Missing("There is no such goal.")
    return _goal_from(row)


def _stored(goal: Goal) -> dict[str, Any]:
    return {"name": goal.name, "criteria": msgspec.to_builtins(goal.criteria)}


def _goal_from(row: Row[Any]) -> Goal:
    return Goal(row.id, row.name, msgspec.convert(row.criteria, Criteria))
