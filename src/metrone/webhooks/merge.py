"""Many updates, one interaction: the same row in whatever order, and however often, they come.

Every field keeps the fact of highest rank. Taking the higher of two is commutative, associative and idempotent, so
the updates can be folded one by one, days apart, or all at once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from metrone.webhooks.interaction import Interaction, Step, Update
from metrone.webhooks.steps import add_up, unite

Scalar = bool | int | float | str
Rank = tuple[float, ...]
NAMES_MAX = 1_000  # of ids that are collected; the lowest are kept, so that the order of arrival does not matter


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value and how much it weighs against another of the same field."""

    rank: Rank
    value: Scalar


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one interaction so far; JSON of it may be stored and taken up again."""

    provider: str
    external_id: str
    first_event_at: float
    updated_at: float = 0.0
    values: dict[str, Fact] = {}
    leg_costs: dict[str, Fact] = {}
    steps: dict[str, Step] = {}
    person_ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()


def merge(updates: Iterable[Update]) -> Interaction:
    """The row of one interaction. Raises ValueError for no update, or for updates of different interactions."""
    facts: Facts | None = None
    for update in updates:
        facts = absorb(facts, update)
    if facts is None:
        raise ValueError("no update, no interaction")
    return derive(facts)


def absorb(facts: Facts | None, update: Update) -> Facts:
    """What is known once `update` is taken in. Raises ValueError where it tells of another interaction."""
    if facts is None:
        facts = Facts(provider=update.provider, external_id=update.external_id, first_event_at=update.event_at)
    elif (facts.provider, facts.external_id) != (update.provider, update.external_id):
        raise ValueError("an update of another interaction")
    values = dict(facts.values)
    for name in _SCALARS:
        value = getattr(update, name)
        if value is not None:
            _keep(values, name, Fact(_RANKS.get(name, _latest)(update, value), value))
    if update.kind == "call" and update.person_ids:
        callers = " ".join(update.person_ids)
        _keep(values, "callers", Fact(_first(update, callers), callers))
    legs = dict(facts.leg_costs)
    for leg, cost in update.leg_costs.items():
        _keep(legs, leg, Fact(_latest(update, cost), cost))
    return Facts(
        provider=facts.provider,
        external_id=facts.external_id,
        first_event_at=min(facts.first_event_at, update.event_at),
        updated_at=max(facts.updated_at, update.event_at),
        values=values,
        leg_costs=legs,
        steps=unite(facts.steps, update.steps, NAMES_MAX),
        # Whom a later leg of a call rings up is not its caller; in a chat one person may become known by and by.
        person_ids=facts.person_ids if update.kind == "call" else _union(facts.person_ids, update.person_ids),
        aliases=_union(facts.aliases, update.aliases),
        message_ids=_union(facts.message_ids, update.message_ids),
    )


def forget_person(facts: Facts) -> Facts:
    """The facts without any that lead to a person: hashes, the web session, the call at another platform, aliases."""
    personal = {"callers", "session_id", "country", "foreign_id"}
    values = {name: fact for name, fact in facts.values.items() if name not in personal}
    return msgspec.structs.replace(facts, values=values, person_ids=(), aliases=())


def derive(facts: Facts) -> Interaction:
    """The row: the facts, and what follows from several of them together (metrics.md, "call outcome", "resolution")."""
    known: dict[str, Any] = {name: fact.value for name, fact in facts.values.items()}
    is_terminal = bool(known.get("is_terminal"))
    known["outcome"] = _outcome(known, is_terminal)
    known["handoff"] = _handoff(known)
    known["resolution"] = _resolution(known, is_terminal)
    known["duration_sec"] = _duration(known)
    known["started_at"] = _started(known)
    if facts.leg_costs and "cost_usd" not in known:
        known["cost_usd"] = round(sum(fact.value for _, fact in sorted(facts.leg_costs.items())), 6)  # type: ignore[misc]
    known = add_up(facts.steps) | known
    if facts.message_ids:
        known["messages"] = max(int(known.get("messages", 0)), len(facts.message_ids))
    row: dict[str, Any] = {name: known.get(name) for name in _ROW} | {"is_terminal": is_terminal}
    return Interaction(
        provider=facts.provider,
        external_id=facts.external_id,
        first_event_at=facts.first_event_at,
        updated_at=facts.updated_at,
        person_ids=facts.person_ids or tuple(known.get("callers", "").split()),
        aliases=facts.aliases,
        **row,
    )


def _latest(update: Update, value: Scalar) -> Rank:
    return (float(update.is_terminal), update.event_at, float(update.sequence))


def _decided(update: Update, value: Scalar) -> Rank:
    """An outcome: any is more than "unknown"; and of the legs of one call the one that was completed tells of the call."""
    is_known = update.outcome not in (None, "unknown")
    is_other_leg = update.needs_answer and update.outcome != "completed"
    return (
        float(update.is_terminal),
        float(is_known),
        float(not is_other_leg),
        update.event_at,
        float(update.sequence),
    )


def _first(update: Update, value: Scalar) -> Rank:
    # The first leg of a call is the caller's; a leg that is dialled from it later has another direction.
    return (-update.event_at, -float(update.sequence))


def _lowest(update: Update, value: Scalar) -> Rank:
    return (float(update.is_terminal), -float(value))


def _once_true(update: Update, value: Scalar) -> Rank:
    return (float(value),)


_RANKS: Mapping[str, Callable[[Update, Scalar], Rank]] = {
    "outcome": _decided,
    "end_reason": _decided,
    "kind": _first,
    "direction": _first,
    "channel": _first,
    "country": _first,
    "started_at": _lowest,
    "answered_at": _lowest,
    "is_terminal": _once_true,
    "voicemail": _once_true,
    "handoff": _once_true,
    "is_answered": _once_true,
    "needs_answer": _once_true,
    "had_bot": _once_true,
    "had_human": _once_true,
}
_IDENTITY = frozenset({"provider", "external_id", "event", "event_at", "sequence", "opens"})
_COLLECTED = frozenset({"leg_costs", "steps", "person_ids", "aliases", "message_ids"})
_SCALARS = tuple(name for name in Update.__struct_fields__ if name not in _IDENTITY | _COLLECTED)
_ROW = tuple(name for name in Interaction.__struct_fields__ if name in _SCALARS)


def _keep(values: dict[str, Fact], name: str, fact: Fact) -> None:
    """The weightier of two facts; of equal ones the greater as JSON, so that the order never decides."""
    held = values.get(name)
    if held is None or _weight(fact) > _weight(held):
        values[name] = fact


def _weight(fact: Fact) -> tuple[Rank, bytes]:
    return fact.rank, msgspec.json.encode(fact.value)


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other})[:NAMES_MAX]) if other else one


def _outcome(known: Mapping[str, Any], is_terminal: bool) -> str | None:
    outcome: str | None = known.get("outcome")
    if outcome == "completed" and known.get("needs_answer") and not known.get("is_answered"):
        return "not_answered"
    return outcome or ("unknown" if is_terminal else None)


def _handoff(known: Mapping[str, Any]) -> bool | None:
    if known.get("had_bot") and known.get("had_human"):
        return True
    handoff: bool | None = known.get("handoff")
    return handoff


def _resolution(known: Mapping[str, Any], is_terminal: bool) -> str | None:
    if known["handoff"]:
        return "escalated"  # a human took over: whatever came of it is not what the AI resolved
    resolution: str | None = known.get("resolution")
    return resolution or ("unknown" if is_terminal else None)


def _started(known: Mapping[str, Any]) -> float | None:
    started: float | None = known.get("started_at")
    ended, duration = known.get("ended_at"), known.get("duration_sec")
    if started is None:
        started = known.get("answered_at")
    if started is None and ended is not None and duration is not None:
        return float(round(ended - duration, 3))
    return started


def _duration(known: Mapping[str, Any]) -> float | None:
    """As the platform says, else end minus answer (for what is no call: minus start). Ringing is no duration."""
    duration: float | None = known.get("duration_sec")
    ended = known.get("ended_at")
    begun = known.get("answered_at") if known["kind"] == "call" else known.get("started_at")
    if duration is not None or ended is None or begun is None or known["outcome"] == "not_answered":
        return duration
    return float(round(max(0.0, ended - begun), 3))
