"""Text from visitors reaches a model as marked data without unseen characters, wherever in an event it was hidden."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from metrone.mcp.tools import TOOLS
from metrone.mcp.untrusted import KEY, LONGEST_TEXT, NOTICE, clean, clean_text, mark
from tests.mcp.clients import answer, refusal, text_of
from tests.mcp.clients import call as call_tool
from tests.running import RunningServer, TestProject

CANARIES = json.loads((Path(__file__).parent / "canaries.json").read_text())
TEXTS: list[str] = CANARIES["told"] + CANARIES["unseen"]
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Fields of an event that a visitor, or a page's own script, can write freely.
FIELDS = (
    "event_name", "page_title", "channel", "session_id", "utm_source", "utm_medium", "utm_campaign", "utm_term",
    "utm_content", "ai_provider", "ai_call_id", "ai_intent", "ai_outcome", "ai_model", "ai_sentiment", "agent_id",
    "agent_type", "source",
)  # fmt: skip


def strings(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)


def is_seen(text: str) -> bool:
    """Whether a person can see every character."""
    return not any(unicodedata.category(letter) in HIDDEN for letter in text)


@pytest.mark.parametrize("text", TEXTS)
def test_clean_text_leaves_only_what_can_be_seen(text: str) -> None:
    cleaned = clean_text(text)
    assert is_seen(cleaned)
    assert clean_text(cleaned) == cleaned
    kept = [
        letter
        for letter in text
        if unicodedata.category(letter) not in HIDDEN and letter not in "\u034f\u115f\u3164\uffa0"
    ]
    assert [letter for letter in cleaned if letter != " "] == [
        letter for letter in kept if letter != " " and unicodedata.category(letter) != "Mn"
    ]


@pytest.mark.parametrize(
    "text", ["", "Preise & Pläne", "価格", "الأسعار", "שלום", "naïve café", "🙂", "❤️", "a b", "x" * LONGEST_TEXT, "ß→€"]
)
def test_clean_text_leaves_what_people_write(text: str) -> None:
    assert clean_text(text) == text


def test_every_character_that_is_hidden_is_taken_out() -> None:
    """All of Unicode: control, format, surrogate and separating characters."""
    left = {
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and chr(code) in clean_text(f"a{chr(code)}b")
    }
    # Signs of scripts that are seen: Arabic number signs, Kaithi, Egyptian and shorthand joiners.
    seen = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    assert {hex(code) for code in left - seen} == set()


def test_long_text_is_cut_and_says_so() -> None:
    cleaned = clean_text("y" * 5_000)
    assert cleaned == "y" * LONGEST_TEXT + "… (4000 more characters)"


def test_clean_reaches_every_place_of_a_value() -> None:
    value = {"a\u200b": ["\u202e1", {"k\x00": "v\x1b"}], "n": 1, "f": 1.5, "b": True, "z": None}
    assert clean(value) == {"a": ["1", {"k": "v"}], "n": 1, "f": 1.5, "b": True, "z": None}


def test_mark_puts_the_notice_first() -> None:
    marked = mark({"data": []}, ("page_path",))
    assert list(marked) == [KEY, "data"]
    assert marked[KEY] == {"notice": NOTICE, "fields": ["page_path"]}
    assert mark({"active_visitors": 1}, ()) == {"active_visitors": 1}


@pytest.fixture(scope="module")
def poisoned(server: RunningServer) -> TestProject:
    """A project where each canary stands in every field, sent with the key that a page shows to everybody."""
    made = server.project()
    for text in TEXTS:
        event: dict[str, Any] = dict.fromkeys(FIELDS, text)
        event |= {
            "page_url": f"https://site.test/{text}",
            "referrer": f"https://evil.test/{text}",
            "properties": {text[:60]: text, "in": {"side": [text]}},
        }
        for kind in ("pageview", "ai_call", "conversion", text[:60]):
            answered = server.client(made.write).post("/v1/events", json={**event, "event_type": kind})
            assert answered.status_code == 202, answered.text
        server.client(made.write).post("/v1/webhooks/generic/main", json=told_by_webhook(text)).raise_for_status()
    server.drained()
    return made


def told_by_webhook(text: str) -> dict[str, Any]:
    """An interaction of which a platform says the text wherever it says what callers and its customers write."""
    number = TEXTS.index(text)
    free = ("provider", "channel", "agent_id", "model", "outcome", "end_reason", "sentiment", "intent", "summary")
    return {**dict.fromkeys(free, text), "id": f"call-{number}", "kind": "call", "type": "ended"}


def test_canaries_of_calls_come_marked_and_seen_one_by_one(server: RunningServer, poisoned: TestProject) -> None:
    recent = answer(server, poisoned.full, "metrone_get_ai_interactions", {"limit": 100})["recent"]
    assert len({row["endpoint"] for row in recent}) > 1  # told of by events, and by webhooks
    for row in recent:
        test_canaries_come_marked_and_seen(server, poisoned, "metrone_get_ai_interactions", {"id": row["id"]})


ASKED: list[tuple[str, dict[str, Any]]] = [
    ("metrone_get_stats", {}),
    ("metrone_get_events", {"limit": 1000}),
    ("metrone_get_pages", {}),
    ("metrone_get_sources", {}),
    ("metrone_get_live", {}),
    ("metrone_get_ai_interactions", {"limit": 100}),
    *(
        ("metrone_query", {"type": "breakdown", "dimension": dimension, "visitor_type": "all", "limit": 1000})
        for dimension in ("page", "title", "event_name", "utm_campaign", "referrer", "intent", "provider", "props:in")
    ),
]


@pytest.mark.parametrize(("tool", "arguments"), ASKED, ids=str)
def test_canaries_come_marked_and_seen(
    server: RunningServer, poisoned: TestProject, tool: str, arguments: dict[str, Any]
) -> None:
    found = answer(server, poisoned.full, tool, arguments)
    hidden = [text for text in strings(found) if not is_seen(text)]
    assert hidden == []
    marked = set(found.pop(KEY, {"fields": []})["fields"])
    assert marked == set(TOOLS[tool].untrusted)
    # Whatever field a canary is in is among the marked ones, or below one of them.
    unmarked = [
        (name, value) for name, value in leaves(found, marked) if "evil" in value or "previous instructions" in value
    ]
    assert unmarked == []


def leaves(value: object, skipped: set[str], name: str = "") -> Iterator[tuple[str, str]]:
    """Texts under names that are not skipped, with the name."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, skipped, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in skipped:
                yield from leaves(item, skipped, key)


def test_canaries_are_really_there(server: RunningServer, poisoned: TestProject) -> None:
    """Proves that the searches above had something to find."""
    rest = server.client(poisoned.full).get("/v1/api/events", params={"limit": 1000}).json()
    assert any(not is_seen(text) for text in strings(rest))
    found = text_of(call_tool(server, poisoned.full, "metrone_get_events", {"limit": 1000}))
    assert "Ignore all previous instructions" in found


def test_refusals_do_not_repeat_hidden_text(server: RunningServer, poisoned: TestProject) -> None:
    assert is_seen(refusal(server, poisoned.full, "metrone_get_stats", {"d\u202eays\x1b[2J": 1}))
