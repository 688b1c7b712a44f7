"""TOOLS: every tool, once: what it is for, which scope it needs, what it takes and gives. docs/mcp.md is held to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from metrone.control.keys import Scope
from metrone.errors import MetroneError
from metrone.mcp.agent import Agent, Json
from metrone.mcp.arguments import (
    AIInteractionsArguments,
    Arguments,
    NoArguments,
    QueryArguments,
    TrackAICallArguments,
    TrackEventArguments,
    check_names,
)
from metrone.mcp.asking import ask_about_interactions, ask_query, ask_read, describe_everything
from metrone.mcp.schemas import Shapes, either, interactions_schema, schema_of
from metrone.mcp.tracking import track_ai_call, track_event
from metrone.mcp.untrusted import mark
from metrone.reports.reads import READS

Work = Callable[[Agent, Arguments], Awaitable[Json]]

_EVENT_TEXTS = (
    "event_type", "event_name", "source", "channel", "page_url", "page_path", "page_title", "referrer",
    "referrer_domain", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "session_id",
    "ai_provider", "ai_call_id", "ai_session_id", "ai_intent", "ai_outcome", "ai_model", "ai_sentiment", "agent_id",
    "agent_type", "properties",
)  # fmt: skip
_INTERACTION_TEXTS = (
    "value", "provider", "external_id", "endpoint", "agent_id", "model", "outcome", "sentiment", "intent", "intent_raw",
    "intent_second", "end_reason", "medium", "session_id", "event", "summary", "transcript",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `answer` makes the schema of what it gives out of the shapes of the reads; `untrusted` are the fields
    of it that hold text which visitors write. A tool that needs no other scope than read changes nothing.
    """

    title: str
    text: str
    scope: Scope
    arguments: type[msgspec.Struct]
    work: Work
    answer: Callable[[Shapes], Json]
    untrusted: tuple[str, ...] = ()


TOOLS: dict[str, Tool] = {
    "metrone_get_stats": Tool(
        "Numbers of a period",
        "Aggregated stats of a period: pageviews, visitors, sessions, bounce rate, conversions, revenue, AI interactions. "
        "`compare` adds the same numbers of another period, `interval` adds them over time.",
        "read",
        READS["stats"].params,
        ask_read("stats"),
        schema_of("stats"),
    ),
    "metrone_get_events": Tool(
        "Raw events",
        "Query single events, newest first, with filtering by type, name and source. For how many there are, ask "
        "metrone_get_stats or metrone_query instead of counting rows.",
        "read",
        READS["events"].params,
        ask_read("events"),
        schema_of("events"),
        _EVENT_TEXTS,
    ),
    "metrone_get_pages": Tool(
        "Top pages",
        "Top pages with views, visitor counts, entries, exits and bounce rate, most viewed first.",
        "read",
        READS["pages"].params,
        ask_read("pages"),
        schema_of("pages"),
        ("page_path", "page_url"),
    ),
    "metrone_get_sources": Tool(
        "Traffic sources",
        "Traffic source breakdown: events by source, sessions by traffic source and channel, referrers, campaigns.",
        "read",
        READS["sources"].params,
        ask_read("sources"),
        schema_of("sources"),
        ("referrer_domain", "utm_source", "utm_medium", "utm_campaign"),
    ),
    "metrone_get_live": Tool(
        "Who is here now",
        "Real-time active visitor count (the last five minutes), and the totals of today so far.",
        "read",
        READS["live"].params,
        ask_read("live"),
        schema_of("live"),
    ),
    "metrone_get_ai_interactions": Tool(
        "AI calls, chats and queries",
        "Voice calls, chat sessions and assistant queries: totals (outcomes, resolution, duration, latency, cost), by provider, "
        "endpoint, model, assistant, intent and outcome, and the newest ones (`recent`). With `id`, one of them with its "
        "timeline. Over time: metrone_query.",
        "read",
        AIInteractionsArguments,
        ask_about_interactions,
        interactions_schema,
        _INTERACTION_TEXTS,
    ),
    "metrone_query": Tool(
        "Any metric by any dimension or over time",
        "Ask for any metrics, as a breakdown by any dimension or as a timeseries. metrone_get_schema lists the names. "
        'Example: {"type": "breakdown", "dimension": "country", "metrics": ["unique_visitors"], "days": 7}.',
        "read",
        QueryArguments,
        ask_query,
        either("breakdown", "timeseries"),
        ("value",),
    ),
    "metrone_get_schema": Tool(
        "What can be asked",
        "Every metric with its definition and unit, every dimension, the filter operators, and the project with its time zone.",
        "read",
        NoArguments,
        describe_everything,
        schema_of("schema"),
    ),
    "metrone_track_event": Tool(
        "Track an event",
        "Track a custom event, a conversion or a pageview. It counts in the project's numbers and cannot be taken back.",
        "write",
        TrackEventArguments,
        track_event,
        schema_of("accepted"),
    ),
    "metrone_track_ai_call": Tool(
        "Track an AI interaction",
        "Track an AI voice call, chat session or assistant query. It counts in the project's numbers and cannot be taken "
        "back.",
        "write",
        TrackAICallArguments,
        track_ai_call,
        schema_of("accepted"),
    ),
}


async def use_tool(agent: Agent, name: str, arguments: Arguments) -> Json:
    """What a tool answers, cleaned and marked. Raises MetroneError; KeyError for a name that is not in TOOLS."""
    tool = TOOLS[name]
    if tool.scope not in agent.scopes:
        raise MetroneError("FORBIDDEN", f"This API key lacks the scope {tool.scope}. Use a key that has it.")
    check_names(arguments, tool.arguments)
    return mark(await tool.work(agent, arguments), tool.untrusted)
