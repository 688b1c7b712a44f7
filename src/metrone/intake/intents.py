"""What a caller wanted, told in memory from a delivery's words before they are dropped. Blocks: a few milliseconds a call."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from metrone.webhooks.adapter import Report
from metrone.webhooks.intent import Classifier, Conversation, teach

Examples = tuple[tuple[str, str], ...]  # intents of the project's own: name and text
PROJECTS_TAUGHT = 64


def tell_intents(reports: Iterable[Report], examples: Examples) -> tuple[Report, ...]:
    """The reports, with the intent in the update of each that has words or a platform's own name for one."""
    return tuple(_tell(report, examples) for report in reports)


def _tell(report: Report, examples: Examples) -> Report:
    update, talk = report.update, report.talk
    if talk.is_empty and not update.intent_raw:
        return report
    found = _classifier(examples).classify(
        Conversation(
            text="\n".join(talk.turns) or talk.transcript or "",
            kind=update.kind,
            summary=talk.summary or "",
            subject=talk.subject or "",
            tags=talk.tags,
            platform_intent=update.intent_raw or "",
        )
    )
    update = msgspec.structs.replace(
        update,
        intent=found.intent,
        intent_second=None if found.origin == "platform" else found.second,  # a platform has no runner-up
        intent_confidence=found.confidence,
        intent_origin=found.origin,
    )
    return msgspec.structs.replace(report, update=update)


@lru_cache(maxsize=PROJECTS_TAUGHT)
def _classifier(examples: Examples) -> Classifier:
    if not examples:
        return Classifier()
    # Here and not above: it loads numpy, for which a server without intents of its own need not pay.
    from metrone.webhooks.intent.own import BadExamples, Example

    try:
        return teach(Example(intent, text) for intent, text in examples)
    except BadExamples:  # checked when they were written; a newer version may have narrower rules
        return Classifier()
