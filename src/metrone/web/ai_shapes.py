"""The shapes of interactions and of deliveries to webhooks, as in shapes. Those of the read `ai` are metrics: in figures."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from metrone.reports.params import DeliveryResult, InteractionKind
from metrone.web.shapes import Count, EventsMeta, Span

InteractionId = Annotated[str, Meta(pattern="^int_[0-9a-f]{16}$")]
Time = Annotated[str, Meta(description="ISO 8601 in UTC with milliseconds.")]


class Interaction(msgspec.Struct, kw_only=True):
    """A call, a chat, an assistant's session or a message, however many events and deliveries told of it. What is not known
    is null.
    """

    id: InteractionId
    kind: InteractionKind
    provider: Annotated[str, Meta(description="The platform.")] | None
    external_id: Annotated[str, Meta(description="The platform's id of it.")] | None
    endpoint: Annotated[str, Meta(description="The label of the webhook that told of it.")] | None
    direction: Literal["inbound", "outbound"] | None
    agent_id: Annotated[str, Meta(description="The platform's id of the assistant.")] | None
    model: str | None
    started_at: Time
    ended_at: Time | None
    duration_sec: float | None
    outcome: (
        Annotated[str, Meta(description="completed, not_answered, failed or unknown; of events whatever they say.")]
        | None
    )
    voicemail: Annotated[bool, Meta(description="Whether a voicemail took the call.")] | None
    handoff: Annotated[bool, Meta(description="Whether it reached a human.")] | None
    resolution: Literal["resolved", "unresolved", "escalated", "unknown"]
    cost_usd: float | None
    latency_ms: float | None
    messages: Count | None
    tokens_in: Count | None
    tokens_out: Count | None
    sentiment: str | None
    csat: Annotated[float, Meta(description="The rating, 1 to 5.")] | None
    intent: str | None
    intent_confidence: Annotated[float, Meta(ge=0, le=1)] | None
    intent_origin: Annotated[str, Meta(description="Who told the intent: platform, rules or model.")] | None
    session_id: Annotated[str, Meta(description="The session that its event belongs to.")] | None
    verified: Annotated[bool, Meta(description="Whether all deliveries that told of it were signed.")] | None
    linked_to: (
        Annotated[
            InteractionId, Meta(description="The interaction that this one carried; it does not count beside it.")
        ]
        | None
    )
    is_test: Annotated[bool, Meta(description="Told of with a test key.")]


class AIMeta(msgspec.Struct):
    """What the numbers are of; each group has at most `limit` rows."""

    limit: Count
    period: Span


class Interactions(msgspec.Struct):
    """Interactions, newest first."""

    data: list[Interaction]
    meta: EventsMeta


class Delivery(msgspec.Struct):
    """What a platform sent to a webhook once, and what became of it. Nothing of its body."""

    delivered_at: Time
    platform: str
    endpoint: str
    event: Annotated[str, Meta(description="The type of event, as the platform names it.")] | None
    state: (
        Annotated[
            Literal["verified", "unverified", "expired", "invalid", "missing"],
            Meta(description="What its signature came to."),
        ]
        | None
    )
    result: DeliveryResult
    reason: Annotated[str, Meta(description="Why, where something was wrong or left out.")] | None
    size_bytes: Count
    interaction_id: Annotated[InteractionId, Meta(description="The interaction that it told of.")] | None


class InteractionDetail(Interaction, kw_only=True):
    """One interaction with all that is known of it. `summary` and `transcript` are there where the project keeps them."""

    intent_second: str | None
    intent_raw: Annotated[str, Meta(description="What the platform itself called the intent.")] | None
    end_reason: Annotated[str, Meta(description="As the platform says it.")] | None
    medium: str | None
    caller_country: Annotated[str, Meta(description="ISO 3166-1.")] | None
    tool_calls: Count | None
    summary: str | None
    transcript: str | None
    timeline: Annotated[list[Delivery], Meta(description="The deliveries that told of it, oldest first, of 30 days.")]


class DeliveriesMeta(msgspec.Struct):
    """`count` are the rows of this answer."""

    limit: Count
    count: Count


class Deliveries(msgspec.Struct):
    """Deliveries of the last 30 days, newest first."""

    data: list[Delivery]
    meta: DeliveriesMeta
