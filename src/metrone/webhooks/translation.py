"""One delivery through its platform's adapter: read, recognise, translate. Never an exception, never half a report."""

import msgspec

from metrone.webhooks.adapter import Adapter, HashPerson, Inbound, Malformed, Refusal, Translation
from metrone.webhooks.bodies import Content, Unreadable, read_content
from metrone.webhooks.delivery import EMPTY, Delivery


def is_probe(adapter: Adapter, delivery: Delivery) -> bool:
    """Whether a delivery only asks if anybody is there: there is nothing to verify, and 200 is the answer."""
    if delivery.body.strip():
        return False
    content = read_content(b"", delivery.query, "")
    return delivery.method == "HEAD" or (isinstance(content, Content) and adapter.recognise(content) is None)


def translate(
    adapter: Adapter, delivery: Delivery, received_at: float, hash_person: HashPerson
) -> Translation | Refusal:
    """What the delivery comes to. `received_at` is epoch seconds; `hash_person` turns a number, e-mail or id into a keyed
    hash, a text without spaces: that of intake for a user_id, so that calls meet the visits of the same person.

    A Refusal is for bodies that cannot be read or are not this platform's; unknown events are a Translation without
    reports, to be answered like any other.
    """
    content = read_content(delivery.body, delivery.query, delivery.header("content-type"))
    if isinstance(content, Unreadable):
        return Refusal(code="INVALID_JSON", reason=content.reason)
    event = adapter.recognise(content)
    if event is None:
        return _unrecognised(adapter, content)
    inbound = Inbound(
        provider=adapter.name,
        event=event,
        content=content,
        headers=dict(delivery.headers),
        received_at=received_at,
        hash_person=hash_person,
    )
    return _handled(adapter, inbound)


def _handled(adapter: Adapter, inbound: Inbound) -> Translation | Refusal:
    handler = adapter.handlers.get(inbound.event)
    try:
        if handler is not None:
            made = handler(inbound)
        else:
            known = "an event that is not counted" if inbound.event in adapter.ignored else "an unknown event"
            made = Translation(event=inbound.event, dropped=known)
    except Malformed as malformed:
        return Refusal(code="INVALID_PAYLOAD", reason=f"{adapter.title}, {inbound.event}: {malformed}")
    answer = made.answer if made.answer is not EMPTY else adapter.answer(inbound.content)
    return msgspec.structs.replace(made, answer=answer, delivery_id=adapter.delivery_id(inbound))


def _unrecognised(adapter: Adapter, content: Content) -> Translation | Refusal:
    if content.is_empty:
        return Translation(event="probe", dropped="a probe without content", answer=adapter.answer(content))
    return Refusal(code="INVALID_PAYLOAD", reason=f"The body has not the shape of any message of {adapter.title}.")
