"""The pages on webhooks hold every platform, every event and every field that the code has, and no other; what they show works."""

import json
import re
from pathlib import Path

import pytest

from metrone.webhooks import generic
from metrone.webhooks.adapter import Adapter, Translation
from metrone.webhooks.delivery import Delivery
from metrone.webhooks.endings import Ending
from metrone.webhooks.registry import PLATFORMS
from metrone.webhooks.translation import translate
from tests.webhooks.samples import ARRIVAL, hashed

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = DOCS / "webhooks"
FENCE = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEADINGS = ["## Which secret", "## What is counted", "## What pasting it could take away", "## Events"]


def page_of(adapter: Adapter) -> str:
    """The text of a platform's page."""
    return (PAGES / f"{adapter.name}.md").read_text()


def platform_row(adapter: Adapter) -> str:
    """The row of a platform in docs/webhooks/index.md."""
    return f"| [{adapter.title}]({adapter.name}.md) | `/v1/webhooks/{adapter.name}/…` | {adapter.signed_with} |"


def test_index_holds_every_platform() -> None:
    rows = re.findall(r"^\| \[.*\|$", (PAGES / "index.md").read_text(), re.MULTILINE)
    assert rows == [platform_row(adapter) for adapter in PLATFORMS]
    others = {"index", "opentelemetry"}
    assert {path.stem for path in PAGES.glob("*.md")} == {*others, *(adapter.name for adapter in PLATFORMS)}
    assert "(webhooks/index.md)" in (DOCS / "index.md").read_text()


@pytest.mark.parametrize("adapter", PLATFORMS, ids=lambda adapter: adapter.name)
def test_page_holds_every_event_in_the_order_of_the_tables(adapter: Adapter) -> None:
    section = page_of(adapter).partition("## Events\n")[2]
    assert re.findall(r"^- `(.+)`$", section, re.MULTILINE) == [*adapter.handlers, *adapter.ignored]


def ending_row(reason: str, ending: Ending) -> str:
    """The row of an end reason on a platform's page."""
    flags = ["voicemail"] if ending.voicemail else []
    flags += {True: ["handed over"], False: ["not handed over"], None: []}[ending.handoff]
    return f"| `{reason}` | {ending.outcome} | {', '.join(flags)} |"


@pytest.mark.parametrize("adapter", PLATFORMS, ids=lambda adapter: adapter.name)
def test_page_holds_every_end_reason(adapter: Adapter) -> None:
    section = page_of(adapter).partition("## How it ended\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `.*\|$", section, re.MULTILINE)
    assert rows == [ending_row(reason, ending) for reason, ending in adapter.endings.items()]


@pytest.mark.parametrize("adapter", PLATFORMS, ids=lambda adapter: adapter.name)
def test_page_says_where_and_what(adapter: Adapter) -> None:
    page = page_of(adapter)
    assert f"/v1/webhooks/{adapter.name}/main?key=" in page
    if adapter is not generic.ADAPTER:
        assert [heading for heading in HEADINGS if heading not in page] == []
        assert "## Where to paste the URL" in page


def test_the_shape_of_any_other_platform_is_what_the_adapter_reads() -> None:
    page = page_of(generic.ADAPTER)
    fields = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    source = Path(generic.__file__).read_text()
    assert fields - {"metrone_session", "metrone_visitor"} == set(re.findall(r'body(?:\.get\(|, )"(\w+)"', source))
    (block,) = FENCE.findall(page)
    assert set(json.loads(block)) <= fields
    made = translate(generic.ADAPTER, Delivery(block.encode()), ARRIVAL, hashed)
    assert isinstance(made, Translation)
    (report,) = made.reports
    assert (report.update.provider, report.update.outcome, report.update.session_id) == (
        "elevenlabs",
        "completed",
        "ses_00c4fe1208ab9d3d",
    )


def test_the_template_for_triggers_of_zendesk_is_read() -> None:
    (zendesk,) = (adapter for adapter in PLATFORMS if adapter.name == "zendesk")
    (block,) = FENCE.findall(page_of(zendesk))
    values = {
        "{{ticket.id}}": "41",
        "{{ticket.status}}": "Solved",
        "{{ticket.via}}": "Email",
        "{{ticket.created_at_with_timestamp}}": "2026-03-03T15:00:00Z",
        "{{ticket.updated_at_with_timestamp}}": "2026-03-03T16:00:00Z",
        "{{satisfaction.current_rating}}": "Bad",
        "{{ticket.tags}}": "login vip",
        "{{ticket.title}}": "Cannot sign in",
        "{{ticket.requester.id}}": "9",
        "{{ticket.requester.email}}": "chloe@example.com",
    }
    for name, value in values.items():
        assert block.count(name) == 1
        block = block.replace(name, value)
    assert "{{" not in block
    made = translate(zendesk, Delivery(block.encode()), ARRIVAL, hashed)
    assert isinstance(made, Translation)
    update = made.reports[0].update
    assert (update.external_id, update.resolution, update.csat, update.channel) == ("41", "resolved", 1.0, "email")
