"""The event that counts an interaction among all other events: the same facts under the names that clients send.

However many come, an interaction counts once: intake ties them by provider and ai_call_id.
"""

import msgspec

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.interaction import Interaction, Kind, Update

EVENT_TYPES: dict[Kind, str] = {"call": "ai_call", "chat": "ai_chat", "assistant": "ai_query", "message": "interaction"}
SOURCES: dict[Kind, str] = {"call": "voice", "chat": "chat", "assistant": "assistant", "message": "sms"}
_RESOLVED = {"resolved": True, "unresolved": False, "escalated": False}
_PROPERTIES = ("direction", "voicemail", "handoff", "end_reason", "tool_calls")


def event_of(update: Update, user_id: str, is_timed: bool) -> IncomingEvent:
    """The event of one update. Its idempotency key is the same whenever the same facts are delivered again.

    `user_id` is the raw id, e-mail or number, so that a page which identifies the same person gets the same visitor:
    intake keeps only a keyed hash of it. `is_timed`: whether the platform itself said when.
    """
    key = f"webhook:{update.provider}:{update.external_id}"
    # An opening counts once, and so does a message, however often its status changes.
    if (update.is_terminal or update.outcome) and update.kind != "message":
        key += f":{update.event}:{update.event_at:.3f}" if is_timed else f":{update.event}"
    # Whether a call was answered is known once its other updates are merged in: until then nothing is claimed.
    is_open = update.needs_answer and not update.is_answered
    event = IncomingEvent(
        event_type=EVENT_TYPES[update.kind],
        event_name="message" if update.kind == "message" else None,
        source=SOURCES[update.kind],
        channel=update.channel,
        session_id=update.session_id,
        user_id=user_id or None,
        ai_provider=update.provider,
        ai_call_id=update.external_id,
        ai_outcome=None if is_open else update.outcome,
        idempotency_key=key[:255],
        timestamp=round(update.event_at * 1000),
        sdk_version=f"webhook/{update.provider}",
    )
    return _described(event, update)


def fill(event: IncomingEvent, interaction: Interaction) -> IncomingEvent:
    """The event with all that is known of its interaction by now, not only what its own delivery said."""
    filled = msgspec.structs.replace(
        event, ai_outcome=interaction.outcome, ai_intent=interaction.intent, session_id=interaction.session_id
    )
    return _described(filled, interaction)


def _described(event: IncomingEvent, told: Update | Interaction) -> IncomingEvent:
    event.agent_id, event.ai_model, event.ai_sentiment = told.agent_id, told.model, told.sentiment
    event.ai_duration_sec, event.ai_cost_usd, event.ai_latency_ms = told.duration_sec, told.cost_usd, told.latency_ms
    event.ai_messages, event.ai_tokens_in, event.ai_tokens_out = told.messages, told.tokens_in, told.tokens_out
    event.ai_resolved = False if told.handoff else _RESOLVED.get(told.resolution or "")
    event.properties = {name: value for name in _PROPERTIES if (value := getattr(told, name)) is not None} or None
    return event
