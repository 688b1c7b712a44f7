"""What people and AI agents say to each other in the demo: phone calls, chats, questions to the assistant."""

from random import Random

from metrone.intake.demo.moments import Moment, Person, Weighted, address_of, moment, spread

SERVER_AGENT = "metrone-server/2.0.0"

# Provider → the model behind it, and dollars a minute.
VOICES = Weighted({
    ("vapi", "gpt-4.1-mini", 0.11): 5,
    ("retell", "claude-haiku-4-5", 0.09): 4,
    ("bland", "base", 0.1): 2,
    ("elevenlabs", "gemini-2.5-flash", 0.12): 2,
    ("twilio", "gpt-realtime", 0.16): 1,
})  # fmt: skip
CHATS = Weighted({("intercom", "fin-2"): 5, ("zendesk", "gpt-4.1-mini"): 2.5, ("voiceflow", "claude-haiku-4-5"): 1.5})
ASSISTANTS = Weighted(
    {("anthropic", "claude-sonnet-4-5"): 5, ("openai", "gpt-4.1"): 3, ("mistral", "mistral-medium"): 1}
)
INTENTS = Weighted({
    "book_appointment": 26, "pricing_question": 20, "reschedule": 15, "opening_hours": 12, "cancel_appointment": 9,
    "technical_support": 8, "billing_question": 6, "speak_to_human": 5, "complaint": 2,
})  # fmt: skip
OUTCOMES = Weighted({"completed": 78, "not_answered": 12, "failed": 5, "unknown": 5})
QUESTIONS = Weighted({"how_to": 5, "api_reference": 4, "troubleshooting": 3, "pricing_question": 1.5})
# Provider → what its assistants are called.
VOICE_NAMES = {
    "vapi": "Front desk",
    "retell": "After hours",
    "bland": "Reminders",
    "elevenlabs": "Front desk",
    "twilio": "Hotline",
}
HARD = {"complaint", "speak_to_human", "technical_support"}


def call(random: Random, at: float, session_id: str = "") -> Moment:
    """A phone call with a voice agent, told of when it ends; with the web session that it came from, if any."""
    provider, model, rate = VOICES.pick(random)
    intent, outcome = INTENTS.pick(random), OUTCOMES.pick(random)
    is_connected = outcome in {"completed", "unknown"}
    seconds = min(1500.0, spread(random, 125.0, 0.6)) if is_connected else random.uniform(0, 25)
    is_resolved = random.random() < (0.52 if intent in HARD else 0.84)
    is_handed_over = is_connected and not is_resolved and random.random() < 0.6
    return moment(
        at + seconds,
        _server(random),
        "ai_call",
        channel="phone",
        session_id=session_id or None,
        ai_provider=provider,
        ai_model=model,
        ai_call_id=f"call_{random.getrandbits(80):020x}",
        ai_intent=intent if is_connected else None,
        ai_outcome=outcome,
        ai_duration_sec=round(seconds, 1),
        ai_cost_usd=round(seconds / 60 * rate, 4),
        # Who was put through to a person was neither helped nor lost.
        ai_resolved=is_resolved if is_connected and not is_handed_over else None,
        agent_id=VOICE_NAMES[provider],
        ai_sentiment=_mood(random, is_resolved) if is_connected else None,
        ai_latency_ms=round(spread(random, 720, 0.3)),
        properties={"handoff": is_handed_over},
    )


def chat(random: Random, at: float, session_id: str = "") -> Moment:
    """A chat on the page."""
    provider, model = CHATS.pick(random)
    messages = 2 + int(spread(random, 4, 0.7))
    is_resolved = random.random() < 0.71
    return moment(
        at + messages * 14,
        _server(random),
        "ai_chat",
        channel="website",
        session_id=session_id or None,
        ai_provider=provider,
        ai_model=model,
        ai_session_id=f"chat_{random.getrandbits(64):016x}",
        ai_intent=INTENTS.pick(random),
        ai_outcome="completed",
        ai_duration_sec=float(messages * 14),
        ai_messages=messages,
        ai_tokens_in=messages * random.randrange(300, 900),
        ai_tokens_out=messages * random.randrange(60, 200),
        ai_cost_usd=round(messages * 0.004, 4),
        ai_latency_ms=round(spread(random, 1400, 0.35)),
        agent_id="Website helper",
        ai_resolved=is_resolved,
        ai_sentiment=_mood(random, is_resolved),
    )


def question(random: Random, at: float, session_id: str, person: Person) -> Moment:
    """A question to the documentation's assistant."""
    provider, model = ASSISTANTS.pick(random)
    tokens = random.randrange(900, 5200)
    return moment(
        at,
        person,
        "ai_query",
        session_id=session_id,
        user_id=person.user_id,
        page_path="/docs",
        ai_provider=provider,
        ai_model=model,
        ai_intent=QUESTIONS.pick(random),
        ai_outcome="completed",
        ai_tokens_in=tokens,
        ai_tokens_out=tokens // 7,
        ai_latency_ms=round(spread(random, 1900, 0.4)),
        ai_cost_usd=round(tokens * 4.4e-6, 5),
        ai_resolved=random.random() < 0.8,
        ai_messages=2,
        agent_id="Docs assistant",
    )


def _mood(random: Random, is_resolved: bool) -> str:
    weights = (45, 45, 10) if is_resolved else (10, 45, 45)
    return random.choices(("positive", "neutral", "negative"), weights=weights)[0]


def _server(random: Random) -> Person:
    return Person(address_of(random), SERVER_AGENT, None)
