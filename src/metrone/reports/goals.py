"""Goals as SQL: which events reach one, what a conversion is, and the dimension `goal`. The one place that says it.

A goal is a condition over `events` with bound values. A call, chat or query that a goal asks of counts once however many
events tell of it: by its first event, and by what is known of it last (docs/decisions/0011-goals.md).
"""

import re

from metrone.events.goal import Criteria, Goal, PropertyCriterion
from metrone.events.vocabulary import EVENT_TYPES
from metrone.reports.binds import Binds
from metrone.reports.dimensions import PROPERTY, find_dimension
from metrone.reports.filters import POSITIVE, Filter, condition, has_key, on_dimension
from metrone.reports.measures import CONVERSION
from metrone.reports.tables import INTERACTIONS

Goals = tuple[Goal, ...]

DIMENSION = "goal"
_OF_INTERACTION = {"provider": "ai_provider", "intent": "ai_intent", "outcome": "ai_outcome"}
_WILDCARD = re.compile(r"(\*+)")


def conversion_sql(goals: Goals, binds: Binds) -> str:
    """Which events are conversions: those that reach any goal; without goals, those of type conversion."""
    if not goals:
        return CONVERSION
    return "(" + " or ".join(goal_sql(goal.criteria, binds) for goal in goals) + ")"


def goal_sql(criteria: Criteria, binds: Binds) -> str:
    """The events that meet all criteria, as a condition over `events`."""
    of_event = _of_event(criteria, binds)
    told = {column: value for name, column in _OF_INTERACTION.items() if (value := getattr(criteria, name)) is not None}
    known = [f"{column} = {binds.add(value, 'String')}" for column, value in told.items()]
    if not criteria.is_of_interactions:
        return f"({' and '.join(of_event)})"
    own = " and ".join(["interaction_key = 0", *of_event, *known])
    listed = " and ".join(["is_counted", *known])
    firsts = f"select is_test, interaction_key, told_at from {INTERACTIONS} where {listed}"  # noqa: S608
    first = " and ".join(["interaction_key != 0", *of_event, f"(is_test, interaction_key, timestamp) in ({firsts})"])
    return f"(({own}) or ({first}))"


def names_sql(goals: Goals, binds: Binds) -> str:
    """The names of the goals that an event reaches, each in a row of its own: for grouping by them."""
    names = [f"if({goal_sql(goal.criteria, binds)}, {binds.add(goal.name, 'String')}, '')" for goal in goals]
    listed = ", ".join(names) if names else "''"
    return f"arrayJoin(arrayFilter(name -> name != '', array({listed})))"


def on_goal(asked: Filter, goals: Goals, binds: Binds) -> str:
    """A filter on the dimension as SQL over `events`: the event reaches a goal with such a name, or none (`""`)."""
    positive = Filter(POSITIVE.get(asked.operator, asked.operator), DIMENSION, asked.values)
    # The engine settles the conditions over names, which are constants, before it reads a row.
    found = [
        f"({condition(positive, binds.add(goal.name, 'String'), binds)} and {goal_sql(goal.criteria, binds)})"
        for goal in goals
        if positive.operator != "is" or goal.name in asked.values
    ]
    if "" in asked.values:
        found.append(f"not {conversion_sql(goals, binds)}" if goals else "1")
    sql = f"({' or '.join(found) or '0'})"
    return sql if positive.operator == asked.operator else f"not {sql}"


def page_expression(pattern: str) -> str:
    """A path with wildcards as a regular expression of RE2: `*` ends at a slash, `**` does not."""
    parts = [_part(part) for part in _WILDCARD.split(pattern)]
    return f"(?s)^{''.join(parts)}$"


def _part(part: str) -> str:
    if part.startswith("*"):
        return "[^/]*" if part == "*" else ".*"
    return re.escape(part)


def _of_event(criteria: Criteria, binds: Binds) -> list[str]:
    """The conditions that every event answers by itself; one that always holds where there is none."""
    found = []
    if criteria.event_type is not None:
        found.append(_of_type(criteria.event_type, binds))
    if criteria.event_name is not None:
        found.append(f"event_name = {binds.add(criteria.event_name, 'String')}")
    if criteria.page is not None:
        found.append(_of_page(criteria.page, binds))
    if criteria.source is not None:
        found.append(f"source_class = {binds.add(criteria.source, 'String')}")
    if criteria.min_value is not None:
        found.append(f"currency != '' and value >= {binds.add(f'{criteria.min_value:.4f}', 'Decimal(18, 4)')}")
    return [*found, *(_of_property(each, binds) for each in criteria.properties)] or ["1"]


def _of_type(event_type: str, binds: Binds) -> str:
    # track('signup') arrives as a type and is kept as the custom event of that name.
    column = "event_type" if event_type in EVENT_TYPES else "event_type = 'custom' and event_name"
    return f"{column} = {binds.add(event_type, 'String')}"


def _of_page(pattern: str, binds: Binds) -> str:
    if "*" not in pattern:
        return f"page_path = {binds.add(pattern, 'String')}"
    return f"match(page_path, {binds.add(page_expression(pattern), 'String')})"


def _of_property(asked: PropertyCriterion, binds: Binds) -> str:
    dimension = PROPERTY + asked.key
    if asked.operator == "equals":
        return on_dimension(Filter("is", dimension, (asked.value,)), binds)
    if asked.operator == "contains":
        return on_dimension(Filter("contains", dimension, (asked.value,)), binds)
    sign = ">" if asked.operator == "greater" else "<"
    text = find_dimension(dimension, binds.add(asked.key, "String")).sql
    number = f"ifNull(toFloat64OrNull({text}) {sign} {binds.add(float(asked.value), 'Float64')}, 0)"
    return f"({has_key(asked.key, binds)} and {number})"
