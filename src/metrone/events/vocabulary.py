"""The words of an event: its types, its sources and what follows from them. From wire.md and metrics.md."""

from typing import Literal, get_args

EventType = Literal[
    "pageview",
    "custom",
    "conversion",
    "interaction",
    "click",
    "campaign",
    "product_view",
    "ai_call",
    "ai_chat",
    "ai_query",
    "ai_intent",
    "ai_session_start",
    "ai_session_end",
    "ai_session_timeout",
    "engagement",
]
EVENT_TYPES = frozenset(get_args(EventType))

SourceClass = Literal["web", "voice", "chat", "assistant", "server"]
SOURCE_CLASSES = frozenset(get_args(SourceClass))

# Also accepted and kept as sent, but reported under the class server (wire.md).
OTHER_SOURCES = frozenset({"sms", "listing", "campaign", "social", "review", "ad", "agent_action"})

# The source of an event that names none.
SOURCE_OF_TYPE: dict[str, SourceClass] = {
    "ai_call": "voice",
    "ai_chat": "chat",
    "ai_query": "assistant",
    "ai_intent": "assistant",
    "ai_session_start": "assistant",
    "ai_session_end": "assistant",
    "ai_session_timeout": "assistant",
}

# Types that are an AI interaction, counted once per call, chat or query however many events tell of it.
AI_INTERACTIONS = frozenset({"ai_call", "ai_chat", "ai_query"})

# Types that rescue a session from being a bounce (metrics.md, "bounce"); a click only on a tracked element.
INTERACTIVE_TYPES = frozenset({"custom", "conversion", "interaction", *SOURCE_OF_TYPE})

VisitorType = Literal["human", "ai_agent", "bot"]
VISITOR_TYPES = frozenset(get_args(VisitorType))
