"""One call, chat, assistant session or message: what a single delivery adds to it, and the row that all deliveries make.

An Update is the allow-list: what has no field here is stored nowhere. The words of a conversation are in Talk, apart from it.
"""

from typing import Literal

import msgspec

Kind = Literal["call", "chat", "assistant", "message"]
Direction = Literal["inbound", "outbound"]
Outcome = Literal["completed", "not_answered", "failed", "unknown"]
Resolution = Literal["resolved", "unresolved", "escalated", "unknown"]
Role = Literal["model", "embedding", "tool", "agent"]


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one call of a model, embedding, tool or agent adds to the numbers of its interaction; None is not known.

    `parent` is the key of the step in which it ran. `tool_calls` are those that a model asked for; a tool's own run is a
    step of its own. `messages` is the length of the conversation that a model was shown, with its answer.
    """

    role: Role
    parent: str = ""
    model: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None
    latency_ms: float | None = None
    tool_calls: int | None = None
    messages: int | None = None


class Update(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one delivery says of an interaction. None is "not said"; times are epoch seconds; nothing personal is in it.

    `event_at` and `sequence` order updates. `is_terminal` marks the facts of the end or of a later revision (analysis,
    rating, reopening): no live fact overwrites them. `opens` says that the interaction may be counted from here on.
    """

    provider: str
    external_id: str
    kind: Kind
    event: str = ""
    event_at: float = 0.0
    sequence: int = 0
    is_terminal: bool = False
    opens: bool = False

    direction: Direction | None = None
    channel: str | None = None  # phone, web, sms, email …: the platform's own word, in lower case
    agent_id: str | None = None
    model: str | None = None
    started_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    duration_sec: float | None = None
    outcome: Outcome | None = None
    end_reason: str | None = None  # as the platform says it, also where no table has it
    voicemail: bool | None = None
    handoff: bool | None = None
    resolution: Resolution | None = None
    cost_usd: float | None = None
    latency_ms: float | None = None
    messages: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tool_calls: int | None = None
    sentiment: str | None = None
    csat: float | None = None  # 1 to 5
    intent_raw: str | None = None  # the platform's own name of the intent
    intent: str | None = None  # told in memory, from that name or from the words, before the words are dropped
    intent_second: str | None = None
    intent_confidence: float | None = None
    intent_origin: str | None = None
    country: str | None = None  # of the person's number
    session_id: str | None = None  # the web session that it came from
    foreign_id: str | None = None  # the same call at another platform: its carrier's id

    # What the row is derived from, where one delivery alone cannot know.
    is_answered: bool | None = None  # somebody took the call
    needs_answer: bool | None = None  # outcome "completed" holds only where is_answered was said too
    had_bot: bool | None = None
    had_human: bool | None = None  # a person of the customer's wrote or spoke
    leg_costs: dict[str, float] = {}  # US dollars by leg, to be added up
    steps: dict[str, Step] = {}  # by a key of 8 characters of its trace and 16 of its own, to be added up
    person_ids: tuple[str, ...] = ()  # hashes
    aliases: tuple[str, ...] = ()  # further ids of this interaction at its own platform
    message_ids: tuple[str, ...] = ()  # where messages are counted one by one


class Interaction(msgspec.Struct, frozen=True, kw_only=True):
    """The row that all updates make together: the fields of `GET /v1/api/interactions` as far as a platform knows them.

    `first_event_at` dates an interaction whose start no platform told.
    """

    provider: str
    external_id: str
    kind: Kind
    is_terminal: bool
    first_event_at: float
    updated_at: float
    direction: Direction | None = None
    channel: str | None = None
    agent_id: str | None = None
    model: str | None = None
    started_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    duration_sec: float | None = None
    outcome: Outcome | None = None
    end_reason: str | None = None
    voicemail: bool | None = None
    handoff: bool | None = None
    resolution: Resolution | None = None
    cost_usd: float | None = None
    latency_ms: float | None = None
    messages: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tool_calls: int | None = None
    sentiment: str | None = None
    csat: float | None = None
    intent_raw: str | None = None
    intent: str | None = None
    intent_second: str | None = None
    intent_confidence: float | None = None
    intent_origin: str | None = None
    country: str | None = None
    session_id: str | None = None
    foreign_id: str | None = None
    person_ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Talk(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The words of a conversation, for the intent classifier and for projects that chose to keep them. Never in an Update.

    `turns` are the person's own. `transcript` is the whole as the platform wrote it.
    """

    summary: str | None = None
    turns: tuple[str, ...] = ()
    subject: str | None = None
    tags: tuple[str, ...] = ()
    transcript: str | None = None

    def __repr__(self) -> str:
        return f"Talk(summary={self.summary is not None}, turns={len(self.turns)})"  # never its words in a log

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to classify."""
        return not (self.summary or self.turns or self.subject or self.tags or self.transcript)
