"""What the writing tools do: word an event as clients send it and hand it to the one way in."""

import msgspec

from metrone.mcp.agent import Agent, Json
from metrone.mcp.arguments import (
    INTERACTION_TYPES,
    Arguments,
    TrackAICallArguments,
    TrackEventArguments,
    given,
    read_arguments,
)

SENDER = "metrone-mcp"


async def track_event(agent: Agent, arguments: Arguments) -> Json:
    """Write the event; the answer of POST /v1/api/events. Raises MetroneError."""
    asked = read_arguments(arguments, TrackEventArguments)
    return await agent.write(_worded(msgspec.structs.asdict(asked)))


async def track_ai_call(agent: Agent, arguments: Arguments) -> Json:
    """Write the interaction, as the type of event that its source has. Raises MetroneError."""
    asked = read_arguments(arguments, TrackAICallArguments)
    return await agent.write(
        _worded(
            {
                "event_type": INTERACTION_TYPES[asked.source],
                "source": asked.source,
                "ai_call_id": asked.call_id,
                "ai_provider": asked.provider,
                "ai_duration_sec": asked.duration,
                "ai_intent": asked.intent,
                "ai_outcome": asked.outcome,
                "properties": asked.properties,
                "idempotency_key": asked.idempotency_key,
            }
        )
    )


def _worded(fields: Json) -> Json:
    """The event without what was left out."""
    return {**given(fields), "sdk_version": SENDER}
