"""What the platforms' webhooks told of the demo's calls and chats, beside their events: endpoint, direction, end, rating."""

import json
from random import Random

from metrone.events.beside import BesideRow, DeliveryRow, InteractionRow
from metrone.events.event import Event
from metrone.intake.demo.moments import Weighted

ENDPOINTS = {
    "ai_call": Weighted({"main-line": 6, "after-hours": 3, "reminders": 1.5}),
    "ai_chat": Weighted({"website": 1}),
}
DIRECTIONS = {"main-line": "inbound", "after-hours": "inbound", "reminders": "outbound"}
ENDS = {
    "completed": Weighted({"customer-ended-call": 7, "assistant-ended-call": 4, "silence-timed-out": 0.6}),
    "not_answered": Weighted({"customer-did-not-answer": 5, "voicemail": 3, "customer-busy": 2}),
    "failed": Weighted({"assistant-error": 2, "carrier-error": 1}),
    "unknown": Weighted({"unknown-error": 1}),
}
FORWARDED = "assistant-forwarded-call"
RATED = 0.34
EVENTS = {"ai_call": "end-of-call-report", "ai_chat": "conversation.closed"}


def tell(row: Event) -> list[BesideRow]:
    """What is known beside the event of a call or chat; nothing of others. The same for the same event."""
    if row.event_type not in ENDPOINTS or not row.interaction_key:
        return []
    random = Random(row.interaction_key)
    endpoint = ENDPOINTS[row.event_type].pick(random)
    known = InteractionRow(
        row.project_no, row.is_test, row.interaction_key, is_listed=1, endpoint=endpoint, is_verified=1
    )
    _know_call(random, row, known) if row.event_type == "ai_call" else _know_chat(random, row, known)
    if row.ai_intent:
        known.intent_origin, known.intent_confidence = "platform", round(random.uniform(0.62, 0.99), 2)
    size = random.randrange(2_400, 38_000)
    delivery = DeliveryRow(row.project_no, row.is_test, row.ai_provider, endpoint, row.timestamp, row.event_id)
    delivery.event, delivery.state, delivery.result = EVENTS[row.event_type], "verified", "taken"
    delivery.size_bytes, delivery.interaction_key = size, row.interaction_key
    return [known, delivery]


def _know_call(random: Random, row: Event, known: InteractionRow) -> None:
    known.direction, known.medium = DIRECTIONS[str(known.endpoint)], "phone"
    known.end_reason = ENDS[row.ai_outcome].pick(random)
    known.voicemail = int(known.end_reason == "voicemail")
    known.handoff = int(bool(json.loads(row.properties).get("handoff")))
    if known.handoff:
        known.resolution, known.end_reason = "escalated", FORWARDED


def _know_chat(random: Random, row: Event, known: InteractionRow) -> None:
    known.direction, known.medium = "inbound", "web"
    is_resolved = row.ai_resolved == 1
    known.handoff = int(not is_resolved and random.random() < 0.45)
    known.end_reason = "handed_over" if known.handoff else random.choice(("closed", "closed", "inactive"))
    if random.random() < RATED:
        known.csat = float(
            random.choices((1, 2, 3, 4, 5), weights=(1, 1, 3, 8, 12) if is_resolved else (6, 5, 4, 2, 1))[0]
        )
