"""What the writing tools do: word an event as clients send it and hand it to the one way in."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from metrone.mcp.agent import Agent, Json
from metrone.mcp.arguments import INTERACTION_TYPES, TrackAICallArguments, TrackEventArguments
from metrone.mcp.asking import invalid_arguments

Arguments = Mapping[str, object]
Kind = TypeVar("Kind", bound=msgspec.Struct)
SENDER = "metrone-mcp"


async def track_event(agent: Agent, arguments: Arguments) -> Json:
    """Write the event; the answer of POST /v1/api/events. Raises MetroneError."""
    given = _read(arguments, TrackEventArguments)
    return await agent.write(_worded(msgspec.structs.asdict(given)))


async def track_ai_call(agent: Agent, arguments: Arguments) -> Json:
    """Write the interaction, as the type of event that its source has. Raises MetroneError."""
    given = _read(arguments, TrackAICallArguments)
    return await agent.write(
        _worded(
            {
                "event_type": INTERACTION_TYPES[given.source],
                "source": given.source,
                "ai_call_id": given.call_id,
                "ai_provider": given.provider,
                "ai_duration_sec": given.duration,
                "ai_intent": given.intent,
                "ai_outcome": given.outcome,
                "properties": given.properties,
                "idempotency_key": given.idempotency_key,
            }
        )
    )


def _worded(fields: Json) -> Json:
    """The event without what was left out."""
    return {**{name: value for name, value in fields.items() if value is not None}, "sdk_version": SENDER}


def _read(arguments: Arguments, kind: type[Kind]) -> Kind:
    try:
        return msgspec.convert(
            {name: value for name, value in arguments.items() if value is not None}, kind, strict=False
        )
    except msgspec.ValidationError as error:
        raise invalid_arguments(error) from None
