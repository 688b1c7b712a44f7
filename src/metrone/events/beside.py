"""Rows that are stored beside the events: interactions, webhook deliveries, kept conversations. Columns in their order.

Like an event's, none has a field for an address, a number or an e-mail. tests/test_architecture.py holds them to the tables.
"""

from typing import ClassVar

import msgspec


class InteractionRow(msgspec.Struct, array_like=True, gc=False):
    """What all deliveries of a platform come to by now. None is "not known" and changes nothing; times are epoch seconds.

    `began_at` is when it counts, `started_at` what the platform says. `is_listed`: whether it counts and is shown; until then
    a delivery has told of it, but not that it took place. `linked_to` is the interaction that this one carried (0: none).
    """

    TABLE: ClassVar[str] = "interactions"

    project_no: int
    is_test: int
    interaction_key: int
    began_at: float | None = None
    started_at: float | None = None
    ended_at: float | None = None
    is_listed: int = 0
    kind: str | None = None
    ai_provider: str | None = None
    external_id: str | None = None
    endpoint: str | None = None
    direction: str | None = None
    medium: str | None = None
    assistant: str | None = None
    ai_model: str | None = None
    duration_sec: float | None = None
    ai_outcome: str | None = None
    end_reason: str | None = None
    voicemail: int | None = None
    handoff: int | None = None
    resolution: str | None = None
    cost_usd: float | None = None
    latency_ms: float | None = None
    messages: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tool_calls: int | None = None
    ai_sentiment: str | None = None
    csat: float | None = None
    ai_intent: str | None = None
    intent_second: str | None = None
    intent_confidence: float | None = None
    intent_origin: str | None = None
    intent_raw: str | None = None
    caller_country: str | None = None
    is_verified: int | None = None
    linked_to: int | None = None
    person_ids: str | None = None


class DeliveryRow(msgspec.Struct, array_like=True, gc=False):
    """One delivery to a webhook, also a refused one. `state` is what its signature came to, `result` what became of it, and
    `reason` a sentence of ours about either.
    """

    TABLE: ClassVar[str] = "deliveries"

    project_no: int
    is_test: int
    platform: str
    endpoint: str
    delivered_at: float
    delivery_no: int
    event: str = ""
    state: str = ""
    result: str = ""
    reason: str = ""
    size_bytes: int = 0
    interaction_key: int = 0


class TalkRow(msgspec.Struct, array_like=True, gc=False):
    """The words of a conversation, redacted, until `kept_until` (epoch seconds); empty ones take the place of earlier ones."""

    TABLE: ClassVar[str] = "talks"

    project_no: int
    is_test: int
    interaction_key: int
    kept_until: int
    summary: str = ""
    transcript: str = ""


BesideRow = InteractionRow | DeliveryRow | TalkRow
BESIDE: dict[str, tuple[str, ...]] = {
    kind.TABLE: kind.__struct_fields__ for kind in (InteractionRow, DeliveryRow, TalkRow)
}
_ENCODE = msgspec.json.Encoder().encode


def encode_beside(row: BesideRow) -> str:
    """The row as the spool carries it and the store loads it: a JSON array in the order of its columns."""
    return _ENCODE(row).decode()
