"""One delivery of a platform, from its bytes to what is told of it: verified, translated, intents told. Pure but for the time that
it takes; nothing is written here.
"""

from collections.abc import Callable

import msgspec

from metrone.control.signing import Secrets, Unreadable
from metrone.events.beside import DeliveryRow
from metrone.intake.draft import Sender
from metrone.intake.geo import Place
from metrone.intake.intents import Examples, tell_intents
from metrone.intake.interactions import Told, person_hasher
from metrone.webhooks.adapter import Adapter, HashPerson, Refusal, Translation
from metrone.webhooks.bodies import Content
from metrone.webhooks.delivery import EMPTY, Answer, Delivery, Verdict
from metrone.webhooks.otlp import translate_traces
from metrone.webhooks.otlp.translation import EVENT as TRACES
from metrone.webhooks.registry import ADAPTERS
from metrone.webhooks.signatures import Check, verify
from metrone.webhooks.translation import translate

EVENT_MAX = 120  # an unknown event type is whatever the platform says
UNREADABLE = "The signing secret of this endpoint cannot be read on the server: see `metrone doctor`."


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where deliveries come from: how they are proved, translated and answered. `adapter` is None for OpenTelemetry."""

    name: str
    translate: Callable[[Delivery, float, HashPerson], Translation | Refusal]
    checks: tuple[Check, ...] = ()
    is_carrier: bool = False
    adapter: Adapter | None = None

    @property
    def empty_answer(self) -> Answer:
        """What a request without content hears."""
        return self.adapter.answer(Content()) if self.adapter else EMPTY


def _of_adapter(adapter: Adapter) -> Source:
    return Source(
        name=adapter.name,
        translate=lambda delivery, at, hash_person: translate(adapter, delivery, at, hash_person),
        checks=adapter.checks,
        is_carrier=adapter.is_carrier,
        adapter=adapter,
    )


def _translate_traces(delivery: Delivery, received_at: float, hash_person: HashPerson) -> Translation | Refusal:
    made = translate_traces(delivery.body, delivery.header("content-type"), received_at, hash_person)
    if isinstance(made, Refusal):
        return made
    dropped = "" if made.reports else f"none of {made.spans} spans is of a generative AI"
    return Translation(event=TRACES, reports=made.reports, dropped=dropped, answer=made.answer)


SOURCES: dict[str, Source] = {name: _of_adapter(adapter) for name, adapter in ADAPTERS.items()}
OTLP = Source(name="otlp", translate=_translate_traces)


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery with whose it is. `sender` has no address: it is the platform's server that calls."""

    source: Source
    endpoint: str
    sender: Sender
    delivery: Delivery = Delivery()
    request_id: str = ""


class Judged(msgspec.Struct, frozen=True):
    """What a delivery came to: whether it is genuine, and what it says (nothing where it is not)."""

    verdict: Verdict
    made: Translation | Refusal | None = None


def judge(parcel: Parcel, secrets: Secrets, examples: Examples) -> Judged:
    """Verify and translate a delivery, and tell its intents. Takes milliseconds, the first call with words a second."""
    if isinstance(secrets, Unreadable):
        return Judged(Verdict("invalid", UNREADABLE))
    source, sender = parcel.source, parcel.sender
    verdict = verify(source.checks, parcel.delivery, secrets, sender.at)
    if not verdict.is_accepted:
        return Judged(verdict)
    made = source.translate(parcel.delivery, sender.at, person_hasher(sender))
    if isinstance(made, Translation):
        made = msgspec.structs.replace(made, reports=tell_intents(made.reports, examples))
    return Judged(verdict, made)


def mark(parcel: Parcel, result: str, reason: str, verdict: Verdict | None = None) -> Told:
    """A delivery of which nothing but a line in the log is kept."""
    project, sender = parcel.sender.project, parcel.sender
    row = DeliveryRow(
        project_no=project.project_no,
        is_test=int(sender.is_test),
        platform=parcel.source.name,
        endpoint=parcel.endpoint,
        delivered_at=round(sender.at, 3),
        delivery_no=0,
        state=verdict.state if verdict else "",
        result=result,
        reason=reason,
        size_bytes=len(parcel.delivery.body),
    )
    return Told(sender=sender, delivery=row, request_id=parcel.request_id)


def tell(parcel: Parcel, verdict: Verdict, made: Translation) -> Told:
    """A delivery that was translated."""
    told = mark(parcel, "ignored" if made.dropped else "taken", made.warning or made.dropped, verdict)
    project = parcel.sender.project
    country = next((found.update.country for found in made.reports if found.update.country), "")
    return msgspec.structs.replace(
        told,
        sender=msgspec.structs.replace(told.sender, place=Place(country_code=country)),
        delivery=msgspec.structs.replace(told.delivery, event=made.event[:EVENT_MAX]),
        is_verified=verdict.state == "verified",
        is_carrier=parcel.source.is_carrier,
        reports=made.reports,
        erase=made.erase,
        talk_days=project.talk_days if project.keeps_talk else 0,
    )
