"""The shapes of what the server answers about AI interactions, and of what may be asked about them. Types only."""

from __future__ import annotations

from typing import Literal, TypedDict

from metrone_client.answers import Period, PeriodParams


class AIInteractions(TypedDict):
    """Part `interactions` of the totals."""

    total: int
    calls: int
    chats: int
    queries: int


class AIOutcomes(TypedDict):
    """Part `outcomes` of the totals."""

    completed: int
    not_answered: int
    failed: int
    unknown: int
    voicemail: int
    handoff: int


class AIResolution(TypedDict):
    """Part `resolution` of the totals."""

    resolved: int
    unresolved: int
    escalated: int
    known: int
    rate: float | None


class AIDurationSec(TypedDict):
    """Part `duration_sec` of the totals."""

    total: float | None
    avg: float | None
    p50: float | None
    p90: float | None
    p95: float | None


class AILatencyMs(TypedDict):
    """Part `latency_ms` of the totals."""

    avg: float | None
    p50: float | None
    p95: float | None


class AICostUsd(TypedDict):
    """Part `cost_usd` of the totals."""

    total: float | None
    known: int
    avg: float | None
    per_resolved: float | None


class AIMessages(TypedDict):
    """Part `messages` of the totals."""

    total: int
    avg: float | None


AITokens = TypedDict("AITokens", {"in": int, "out": int})


class AICsat(TypedDict):
    """Part `csat` of the totals."""

    avg: float | None


class AITotals(TypedDict):
    """The numbers of all AI interactions; None where nothing is known."""

    interactions: AIInteractions
    outcomes: AIOutcomes
    resolution: AIResolution
    duration_sec: AIDurationSec
    latency_ms: AILatencyMs
    cost_usd: AICostUsd
    messages: AIMessages
    tokens: AITokens
    csat: AICsat


class AIMetrics(TypedDict):
    """What every row of the numbers has."""

    ai_interactions: int
    ai_completed: int
    ai_not_answered: int
    ai_failed: int
    ai_unknown: int
    ai_resolved: int
    ai_resolution_known: int
    ai_resolution_rate: float | None
    ai_handoffs: int
    avg_ai_duration_sec: float | None
    p50_ai_duration_sec: float | None
    p95_ai_latency_ms: float | None
    ai_cost_usd: float | None
    ai_cost_per_resolved_usd: float | None
    ai_messages: int
    ai_tokens_in: int
    ai_tokens_out: int


class AIRow(AIMetrics):
    """The numbers of the AI interactions with one value."""

    value: str | None


class AIBucket(AIMetrics):
    """The numbers of one day."""

    start: str


class AIMeta(TypedDict):
    """What the numbers are of; each group has at most `limit` rows."""

    limit: int
    period: Period


class AI(TypedDict):
    """The answer of `get_ai`: each call, chat and query counts once, however many events and webhooks told of it."""

    totals: AITotals
    by_provider: list[AIRow]
    by_endpoint: list[AIRow]
    by_model: list[AIRow]
    by_assistant: list[AIRow]
    by_intent: list[AIRow]
    by_outcome: list[AIRow]
    by_day: list[AIBucket]
    meta: AIMeta


class Interaction(TypedDict):
    """A call, a chat, an assistant's session or a message; None where not known."""

    id: str
    kind: Literal["call", "chat", "assistant", "message"]
    provider: str | None
    external_id: str | None
    endpoint: str | None
    direction: Literal["inbound", "outbound"] | None
    agent_id: str | None
    model: str | None
    started_at: str
    ended_at: str | None
    duration_sec: float | None
    outcome: str | None
    voicemail: bool | None
    handoff: bool | None
    resolution: Literal["resolved", "unresolved", "escalated", "unknown"]
    cost_usd: float | None
    latency_ms: float | None
    messages: int | None
    tokens_in: int | None
    tokens_out: int | None
    sentiment: str | None
    csat: float | None
    intent: str | None
    intent_confidence: float | None
    intent_origin: str | None
    session_id: str | None
    verified: bool | None
    linked_to: str | None
    is_test: bool


class InteractionsMeta(TypedDict):
    """Where a page stands; `next_cursor` leads to the next, None where there is none."""

    limit: int
    offset: int
    count: int
    next_cursor: str | None
    period: Period


class Interactions(TypedDict):
    """The answer of `get_interactions`, newest first."""

    data: list[Interaction]
    meta: InteractionsMeta


class WebhookDelivery(TypedDict):
    """What a platform sent to a webhook once, and what became of it."""

    delivered_at: str
    platform: str
    endpoint: str
    event: str | None
    state: Literal["verified", "unverified", "expired", "invalid", "missing"] | None
    result: Literal["taken", "ignored", "refused", "too_large"]
    reason: str | None
    size_bytes: int
    interaction_id: str | None


class InteractionDetail(Interaction):
    """The answer of `get_interaction`; `timeline` is oldest first, `summary` and `transcript` there where they are kept."""

    intent_second: str | None
    intent_raw: str | None
    end_reason: str | None
    medium: str | None
    caller_country: str | None
    tool_calls: int | None
    summary: str | None
    transcript: str | None
    timeline: list[WebhookDelivery]


class DeliveriesMeta(TypedDict):
    """`count` are the rows of this answer."""

    limit: int
    count: int


class Deliveries(TypedDict):
    """The answer of `get_deliveries`, newest first, of 30 days."""

    data: list[WebhookDelivery]
    meta: DeliveriesMeta


class InteractionsParams(PeriodParams, total=False):
    """What `get_interactions` may be asked with."""

    limit: int
    offset: int
    cursor: str | None
    kind: Literal["call", "chat", "assistant", "message"]
    provider: str
    endpoint: str
    intent: str
    outcome: str


class DeliveriesParams(TypedDict, total=False):
    """What `get_deliveries` may be asked with."""

    platform: str
    endpoint: str
    result: Literal["taken", "ignored", "refused", "too_large"]
    test: Literal["exclude", "include", "only"]
    limit: int
