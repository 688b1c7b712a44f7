"""The small interface that every platform's file fills in: recognise, handlers, checks, answer. No platform is known here."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.bodies import Content
from metrone.webhooks.counting import event_of
from metrone.webhooks.delivery import EMPTY, Answer
from metrone.webhooks.endings import Ending
from metrone.webhooks.interaction import Talk, Update
from metrone.webhooks.links import find_links
from metrone.webhooks.persons import NOBODY, Person
from metrone.webhooks.signatures import Check

HashPerson = Callable[[str], str]


class Malformed(ValueError):
    """A body lacks what nothing can be told without, such as the call's id. Its text is ours, never the body's."""


class Report(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One interaction's part of a delivery: the update to store, the words to classify, the event to count (if any)."""

    update: Update
    talk: Talk = Talk()
    event: IncomingEvent | None = None

    def __repr__(self) -> str:
        return f"Report({self.update!r})"  # never the event's user_id, which intake has yet to hash


class Translation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a delivery comes to.

    `dropped` says why there is nothing to store (then `reports` and `erase` are empty). `warning` is for the customer's
    eyes: the URL is in the wrong field. `erase` names interactions (external ids) that the platform deleted for good.
    """

    event: str = ""
    delivery_id: str = ""
    reports: tuple[Report, ...] = ()
    erase: tuple[str, ...] = ()
    dropped: str = ""
    warning: str = ""
    answer: Answer = EMPTY


class Refusal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A body that no retry can mend: answer 400 with the reason."""

    code: Literal["INVALID_JSON", "INVALID_PAYLOAD"]
    reason: str


class Inbound(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a handler works with: the parsed content, its event type, when it came, how to hash a person."""

    provider: str
    event: str
    content: Content
    headers: dict[str, str]
    received_at: float
    hash_person: HashPerson

    def __repr__(self) -> str:
        return f"Inbound({self.provider}, {self.event})"  # never its body

    @property
    def data(self) -> object:
        """The JSON value, else the form (or, of a GET, the query)."""
        return self.content.form or self.content.query if self.content.value is None else self.content.value


Handler = Callable[[Inbound], Translation]


class Adapter(msgspec.Struct, frozen=True, kw_only=True):
    """One platform.

    `handlers` is the literal table from event type to function, `ignored` the types known to be of no use, `endings` what
    its end reasons mean (of Vapi patterns, the first that fits). `checks` are the ways to prove a delivery; `signed_with`
    tells people which secret that takes, `pasted_into` where the address goes there, and `check_secret` what is wrong with
    a secret that they typed ('' if nothing).
    `delivery_id` is the same for each delivery of the same thing, '' where there is none.
    """

    name: str
    title: str
    recognise: Callable[[Content], str | None]
    handlers: Mapping[str, Handler]
    ignored: tuple[str, ...] = ()
    endings: Mapping[str, Ending] = {}
    checks: tuple[Check, ...]
    signed_with: str
    pasted_into: str
    check_secret: Callable[[str], str] = lambda secret: "" if secret.strip() else "The secret is empty."
    answer: Callable[[Content], Answer] = lambda content: EMPTY
    delivery_id: Callable[[Inbound], str]
    is_carrier: bool = False  # whose calls may also arrive from the AI platform that they carry (foreign_id)


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What goes beside an update into its report: the person, where link ids may be, the words."""

    who: Person = NOBODY
    links: tuple[object, ...] = ()
    talk: Talk = Talk()


def need(value: str | None, what: str) -> str:
    """The value. Raises Malformed where there is none."""
    if value is None:
        raise Malformed(f"There is no usable {what}.")
    return value


def report(inbound: Inbound, update: Update, told: Told | None = None) -> Report:
    """The update completed (who, which session, when) and the event that counts the interaction, if it is time to.

    An `event_at` of 0 is one that the platform does not say: the arrival takes its place.
    """
    told = told or Told()
    links = find_links(*told.links, inbound.content.query, inbound.content.form)
    people = (links.visitor, *told.who.values) if links.visitor else told.who.values
    said_at, changes = update.event_at, _plausible(update, inbound.received_at)
    update = msgspec.structs.replace(
        update,
        event=inbound.event,
        session_id=links.session_id or None,
        person_ids=tuple(dict.fromkeys(inbound.hash_person(value) for value in people)),
        country=update.country or told.who.country,
        **changes,
    )
    # A page knows the visitor of its session better than a number does.
    user_id = links.visitor or ("" if links.session_id else next(iter(people), ""))
    event = event_of(update, user_id, is_timed=bool(said_at))
    is_counted = update.opens or (update.is_terminal and update.outcome is not None)
    return Report(update=update, talk=told.talk, event=event if is_counted else None)


def tell(inbound: Inbound, update: Update, told: Told | None = None, warning: str = "") -> Translation:
    """A translation of one report."""
    return Translation(event=inbound.event, reports=(report(inbound, update, told),), warning=warning)


def drop(inbound: Inbound, reason: str, warning: str = "") -> Translation:
    """A translation of nothing, with the reason."""
    return Translation(event=inbound.event, dropped=reason, warning=warning)


def answered(translation: Translation, answer: Answer) -> Translation:
    """The same translation with an answer of its own."""
    return msgspec.structs.replace(translation, answer=answer)


_CLOCKS_APART_SEC = 300.0
_TIMES = ("started_at", "answered_at", "ended_at")


def _plausible(update: Update, received_at: float) -> dict[str, Any]:
    """Times from the future are not believed: one such event would win over all later ones for ever."""
    limit = received_at + _CLOCKS_APART_SEC
    changes: dict[str, Any] = {"event_at": update.event_at if 0 < update.event_at <= limit else received_at}
    for name in _TIMES:
        value = getattr(update, name)
        if value is not None and value > limit:
            changes[name] = None
    return changes
