"""The reads `interactions` and `interaction`: every call, chat, assistant session and message as one row, and one with its
timeline.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from string import Template

from metrone.errors import MetroneError
from metrone.events.event import session_name
from metrone.reports.answers import read_scope
from metrone.reports.binds import Binds
from metrone.reports.context import Context
from metrone.reports.cursors import decode_cursor, encode_cursor
from metrone.reports.filters import Filter
from metrone.reports.params import AIParams, InteractionParams, InteractionsParams
from metrone.reports.scope import where
from metrone.reports.tables import INTERACTIONS

_FOLDER = Path(__file__).parent / "sql"
_LIST, _ONE, _TIMELINE, _TALK = (
    Template((_FOLDER / f"{name}.sql").read_text())
    for name in ("interactions_list", "interactions_one", "interactions_timeline", "interactions_talk")
)
_RESOLUTIONS = {"resolved", "unresolved", "escalated"}
# The texts that a search looks into, and the id as readers see it.
_SEARCHED = (
    "concatWithSeparator('\n', 'int_' || lower(leftPad(hex(interaction_key), 16, '0')), external_id, ai_provider, endpoint, "
    "assistant, ai_model, ai_intent, intent_raw, end_reason)"
)
_OWN = ("kind", "provider", "endpoint", "intent", "outcome")


def read_interactions(context: Context, params: InteractionsParams) -> dict[str, object]:
    """`{data: [interaction, newest first], meta: {limit, offset, count, next_cursor, period}}`; count = rows in `data`."""
    scope = read_scope(context, params)
    scope = replace(scope, filters=(*scope.filters, *own_filters(params)), with_uncounted=True)
    binds = Binds(context.project_no)
    conditions = where(scope, "interactions", binds)
    if params.search:
        conditions += f" and positionCaseInsensitiveUTF8({_SEARCHED}, {binds.add(params.search.strip(), 'String')}) > 0"
    if params.cursor:
        cursor = decode_cursor(params.cursor)
        moment = f"fromUnixTimestamp64Milli({binds.add(cursor.timestamp_ms, 'Int64')}, 'UTC')"
        conditions += f" and (at, interaction_key) < ({moment}, {binds.add(cursor.number, 'UInt64')})"
    sql = _LIST.substitute(rows=INTERACTIONS, filters=conditions)
    page = {"limit": params.limit + 1, "offset": params.offset}
    rows = context.store.query(sql, {**binds.params, **page}).dicts()
    shown = rows[: params.limit]
    last = shown[-1] if len(rows) > len(shown) else None
    return {
        "data": [present_interaction(row) for row in shown],
        "meta": {
            "limit": params.limit,
            "offset": params.offset,
            "count": len(shown),
            "next_cursor": encode_cursor(last["at_ms"], last["interaction_key"]) if last else None,
            "period": scope.period.label(),
        },
    }


def read_interaction(context: Context, params: InteractionParams) -> dict[str, object]:
    """The interaction, with `intent_second`, `intent_raw`, `end_reason`, `timeline: [delivery, oldest first]`, and what the
    project keeps of its words. Raises NOT_FOUND.
    """
    binds = Binds(context.project_no)
    which = f"interaction_key = {binds.add(int(params.id.removeprefix('int_'), 16), 'UInt64')}"
    own = f"project_no = {{project_no:UInt32}} and {which}"
    found = context.store.query(_ONE.substitute(rows=INTERACTIONS, filters=own), binds.params).dicts()
    if not found:
        raise MetroneError("NOT_FOUND", "There is no such call or chat in this project. See /v1/api/interactions.")
    row = found[0]
    timeline = context.store.query(_TIMELINE.substitute(filters=own), binds.params).dicts()
    talks = context.store.query(_TALK.substitute(filters=own), binds.params).dicts()
    talk: Mapping[str, object] = talks[0] if talks else {}
    return {
        **present_interaction(row),
        "intent_second": row["intent_second"] or None,
        "intent_raw": row["intent_raw"] or None,
        "end_reason": row["end_reason"] or None,
        "medium": row["medium"] or None,
        "caller_country": row["caller_country"] or None,
        "tool_calls": row["tool_calls"],
        "summary": talk.get("summary") or None,
        "transcript": talk.get("transcript") or None,
        "timeline": [present_delivery(delivery) for delivery in timeline],
    }


def present_interaction(row: Mapping[str, object]) -> dict[str, object]:
    """An interaction as readers see it; null where not known."""
    linked = int(str(row["linked_to"] or 0))
    resolution = str(row["resolution"])
    return {
        "id": _id(row["interaction_key"]),
        "kind": row["kind"],
        "provider": row["ai_provider"] or None,
        "external_id": row["external_id"] or None,
        "endpoint": row["endpoint"] or None,
        "direction": row["direction"] or None,
        "agent_id": row["assistant"] or None,
        "model": row["ai_model"] or None,
        "started_at": row["said_at"],
        "ended_at": row["ended_at"],
        "duration_sec": row["duration_sec"],
        "outcome": row["ai_outcome"] or None,
        "voicemail": _flag(row["voicemail"]),
        "handoff": _flag(row["handoff"]),
        "resolution": resolution if resolution in _RESOLUTIONS else "unknown",
        "cost_usd": None if row["cost_usd"] is None else float(str(row["cost_usd"])),
        "latency_ms": row["latency_ms"],
        "messages": row["messages"],
        "tokens_in": row["tokens_in"],
        "tokens_out": row["tokens_out"],
        "sentiment": row["ai_sentiment"] or None,
        "csat": row["csat"],
        "intent": row["ai_intent"] or None,
        "intent_confidence": row["intent_confidence"],
        "intent_origin": row["intent_origin"] or None,
        "session_id": session_name(str(row["session_id"]), int(str(row["session_key"])))
        if row["session_key"]
        else None,
        "verified": _flag(row["is_verified"]),
        "linked_to": _id(linked) if linked else None,
        "is_test": bool(row["is_test"]),
    }


def present_delivery(row: Mapping[str, object]) -> dict[str, object]:
    """A delivery as readers see it."""
    return {
        "delivered_at": row["delivered_at"],
        "platform": row["platform"],
        "endpoint": row["endpoint"],
        "event": row["event"] or None,
        "state": row["state"] or None,
        "result": row["result"],
        "reason": row["reason"] or None,
        "size_bytes": row["size_bytes"],
        "interaction_id": _id(row["interaction_key"]) if row["interaction_key"] else None,
    }


def own_filters(params: InteractionsParams | AIParams) -> Iterator[Filter]:
    """The parameters that are filters by another name."""
    for name in _OWN:
        if value := getattr(params, name, None):
            yield Filter("is", "interaction" if name == "kind" else name, (value,))


def _id(key: object) -> str:
    return f"int_{int(str(key)):016x}"


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)
