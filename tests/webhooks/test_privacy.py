"""Nothing personal and nothing secret of any body reaches what an update would store, nor what a log would print."""

import json
import re
from urllib.parse import parse_qsl

import msgspec
import pytest

from metrone.webhooks.adapter import Translation
from metrone.webhooks.bodies import read_content
from metrone.webhooks.fields import word
from metrone.webhooks.interaction import Update
from metrone.webhooks.merge import absorb
from tests.webhooks.samples import TYPES, Sample, samples, send

SAMPLES = samples()
PRIVATE_KEYS = re.compile(
    r"transcript|summary|content|^message$|^body$|text$|secret|token$|prompt|^name$|displayname|firstname|first_name|"
    r"customer_name|subject|description|remark|error_message|url$|^from|^to$|number$|phone$|email|address|friendly|author$|"
    r"handoffdata|decision|real-ip|end_reason_text|short_|controlurl|listenurl|arguments",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
URL = re.compile(r"(?:https?|wss?)://\S+")
PLATFORM_WORDS = {"true", "false", "sms", "openai", "inbound", "completed", "conversation"}


def strings(value: object, key: str = "") -> list[tuple[str, str]]:
    """Every text in a JSON value with the name that it stands under."""
    if isinstance(value, dict):
        return [pair for name, child in value.items() for pair in strings(child, name)]
    if isinstance(value, list):
        return [pair for child in value for pair in strings(child, key)]
    return [(key, value)] if isinstance(value, str) else []


def private_of(found: Sample) -> set[str]:
    """What may not be kept of a fixture: numbers, e-mails, links, and whatever stands under a telling name."""
    if found.path.suffix == ".form":
        pairs = parse_qsl(found.body.decode(), keep_blank_values=True)
    else:
        pairs = strings(json.loads(found.body))
    hidden: set[str] = set()
    for key, value in pairs:
        for text in (value, value.replace("\\n", "\n")):
            hidden |= {*EMAIL.findall(text), *URL.findall(text)}
        if re.fullmatch(r"(?:sip:|whatsapp:)?\+\d{8,15}(?:@.*)?", value):
            hidden |= {value, value.lstrip("+"), value[-9:]}
        if PRIVATE_KEYS.search(key) and len(value) > 3 and value.lower() not in PLATFORM_WORDS:
            hidden.add(value)
            hidden |= {line for line in value.splitlines() if len(line) > 8}
    return hidden


@pytest.mark.parametrize("found", SAMPLES, ids=lambda found: found.name)
def test_an_update_holds_nothing_private(found: Sample) -> None:
    made = send(found)
    assert isinstance(made, Translation)
    stored = [msgspec.json.encode(report.update).decode() for report in made.reports]
    stored += [msgspec.json.encode(absorb(None, report.update)).decode() for report in made.reports]
    stored += [made.delivery_id, made.dropped, made.warning, *made.erase]
    for hidden in private_of(found):
        for text in stored:
            assert hidden not in text, hidden


@pytest.mark.parametrize("found", SAMPLES, ids=lambda found: found.name)
def test_an_event_holds_nothing_private_but_the_person_whom_intake_hashes(found: Sample) -> None:
    made = send(found)
    assert isinstance(made, Translation)
    for report in made.reports:
        if report.event is None:
            continue
        text = msgspec.json.encode(msgspec.structs.replace(report.event, user_id=None)).decode()
        assert not [hidden for hidden in private_of(found) if hidden in text]


@pytest.mark.parametrize("found", SAMPLES, ids=lambda found: found.name)
def test_nothing_private_is_printed(found: Sample) -> None:
    made = send(found)
    assert isinstance(made, Translation)
    printed = repr(made) + "".join(repr(report.talk) for report in made.reports)
    printed += repr(read_content(found.body, "", TYPES[found.path.suffix]))
    assert not [hidden for hidden in private_of(found) if hidden in printed]


def test_the_search_for_private_things_finds_them() -> None:
    hidden = {value for found in SAMPLES for value in private_of(found)}
    for value in (
        "+447700900142", "rosalind@example.com", "twilio-token-1a2b3c4d5e6f", "tool-secret-9f8e7d", "server-secret-55aa55",
        "https://storage.example.net/4be3ad19-mono.wav", "wss://phone-call-websocket.example.net/4be3ad19/listen",
        "Rosalind Okafor", "Benedikt Aalto", "Cannot sign in", "You are the front desk of Hartwell Dental. Never give "
        "discounts. Door code 7741.",
    ):  # fmt: skip
        assert value in hidden, value


def test_an_update_has_no_field_for_words_or_addresses() -> None:
    fields = set(Update.__struct_fields__)
    assert not fields & {
        "from",
        "to",
        "phone",
        "email",
        "name",
        "transcript",
        "summary",
        "subject",
        "url",
        "recording_url",
    }


@pytest.mark.parametrize(
    "said",
    [
        "Ana called from +44 7700 900142",
        "ana@example.com",
        "https://x.example",
        "4400770090014",
        "zwei Wörter für Jürgen",
        "",
        7,
        None,
    ],
)
def test_a_sentence_is_no_label(said: object) -> None:
    assert word({"intent": said}, "intent") is None
