"""The call status callback that Twilio invented and Telnyx's TeXML speaks too: its words, and the update that they make."""

from typing import Any

from metrone.webhooks.adapter import Inbound
from metrone.webhooks.endings import COMPLETED, FAILED, NOT_ANSWERED, Ending, ending
from metrone.webhooks.fields import first, moment, number, text
from metrone.webhooks.interaction import Direction
from metrone.webhooks.persons import Person, person

LIVE = ("queued", "initiated", "ringing", "in-progress")
ENDINGS: dict[str, Ending] = {
    "completed": COMPLETED,
    "busy": NOT_ANSWERED,
    "no-answer": NOT_ANSWERED,
    "canceled": NOT_ANSWERED,
    "failed": FAILED,
}
# Twilio: https://www.twilio.com/docs/voice/answering-machine-detection
MACHINES = ("machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other")


def live_facts(inbound: Inbound, status: str) -> dict[str, Any]:
    """What a status before the end says: when it began to ring, when somebody answered."""
    when = said_at(inbound) or inbound.received_at
    if status != "in-progress":
        return {"started_at": when}
    return {"answered_at": when, "is_answered": True}


def end_facts(inbound: Inbound, status: str) -> dict[str, Any]:
    """What the last status says. CallDuration is in seconds; Duration beside it in minutes, rounded up: not read.

    A call that is "completed" without a second of talk was never connected.
    """
    form = inbound.data
    seconds = number(form, "CallDuration")
    ended = moment(form, "EndTime") or said_at(inbound) or inbound.received_at
    facts: dict[str, Any] = ending(ENDINGS, status)
    if status == "completed" and not seconds:
        facts["outcome"] = "not_answered"
    is_connected = facts["outcome"] == "completed"
    facts["ended_at"] = ended
    facts["duration_sec"] = seconds if is_connected else None
    facts["answered_at"] = ended - seconds if is_connected and ended and seconds else None
    if text(form, "AnsweredBy") in MACHINES:
        facts["voicemail"] = True
    if text(form, "DialCallStatus") == "completed" and number(form, "DialCallDuration"):
        facts["handoff"] = True
    return facts


def said_at(inbound: Inbound) -> float:
    """When the status came about, 0 where it is not said."""
    form = inbound.data
    return moment(form, "OccurredAt") or moment(form, "Timestamp") or 0.0


def direction_of(inbound: Inbound) -> Direction | None:
    """`inbound`, or any of the outbound- kinds."""
    said = first(text(inbound.data, "Direction"), text(inbound.data, "DirectionType")) or ""
    if said.startswith("outbound"):
        return "outbound"
    return "inbound" if said.startswith(("inbound", "incoming")) else None


def caller(inbound: Inbound) -> Person:
    """The person who is not the customer: who calls in, or who is called."""
    form = inbound.data
    side = "To" if direction_of(inbound) == "outbound" else "From"
    return _with_country(person(phone=text(form, side)), text(form, f"{side}Country"))


def _with_country(who: Person, named: str | None) -> Person:
    """The country as the carrier names it, which knows more of +1 than a calling code says."""
    if who.values and named and len(named) == 2 and named.isascii() and named.isalpha() and named.isupper():
        return Person(who.values, named)
    return who
