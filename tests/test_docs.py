"""The documentation holds every setting, error, field, metric and dimension that the code has, and no other."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from metrone.config import Config
from metrone.errors import ERRORS, ErrorKind
from metrone.events.vocabulary import EVENT_TYPES
from metrone.mcp.definitions import RESOURCES, Resource
from metrone.mcp.tools import TOOLS, Tool
from metrone.reports.dimensions import DIMENSIONS
from metrone.reports.filters import OPERATORS
from metrone.reports.metrics import METRICS
from metrone.web.openapi import build_document
from metrone.web.reference import describe_text, describe_type

DOCS = Path(__file__).parent.parent / "docs"
_HTML = re.compile(r"<[^>]+>")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def error_row(code: str, kind: ErrorKind) -> str:
    """The row of an error code in docs/errors.md."""
    return f"| `{code}` | {kind.status} | {kind.sentence} |"


def setting_row(field: msgspec.structs.FieldInfo) -> str:
    """The row of a setting in docs/settings.md."""
    value = field.default
    shown = {True: "on", False: "off"}[value] if isinstance(value, bool) else value
    default = f"`{shown}`" if shown not in ("", ()) else ""
    _, schemas = msgspec.json.schema_components([Config])
    text = schemas["Config"]["properties"][field.name]["description"]
    return f"| `METRONE_{field.name.upper()}` | {default} | {text} |"


def field_row(name: str, schema: dict[str, Any], is_required: bool) -> str:
    """The row of an event's field in docs/events.md."""
    kind = unescape(_HTML.sub("", describe_type(schema))).removesuffix(" or null")
    return f"| `{name}` | {kind}{', required' if is_required else ''} | {describe_text(schema)} |"


def test_every_error_is_documented() -> None:
    assert _table("errors.md") == [error_row(code, kind) for code, kind in ERRORS.items()]


def test_every_setting_is_documented() -> None:
    assert _table("settings.md") == [setting_row(field) for field in msgspec.structs.fields(Config)]


def test_every_field_of_an_event_is_documented() -> None:
    schema = build_document()["components"]["schemas"]["IncomingEvent"]
    rows = [field_row(name, spec, name in schema["required"]) for name, spec in schema["properties"].items()]
    assert _table("events.md") == rows


def test_every_type_of_event_is_documented() -> None:
    text = (DOCS / "events.md").read_text().split("## Types", 1)[1].split("## Fields", 1)[0]
    assert set(EVENT_TYPES) <= set(re.findall(r"`(\w+)`", text))


def test_every_metric_and_dimension_is_documented() -> None:
    text = (DOCS / "metrics.md").read_text()
    for name, metric in METRICS.items():
        assert f"| `{name}` | {metric.title} | {metric.definition} |" in text
    for name, dimension in DIMENSIONS.items():
        assert f"| `{name}` | {dimension.title} |" in text
    assert all(f"`{operator}`" in text for operator in OPERATORS)


def tool_row(name: str, tool: Tool) -> str:
    """The row of a tool in docs/mcp.md."""
    arguments = ", ".join(f"`{spec.encode_name}`" for spec in msgspec.structs.fields(tool.arguments))
    return f"| `{name}` | {tool.scope} | {tool.text.replace('|', chr(92) + '|')} | {arguments} |"


def resource_row(uri: str, resource: Resource) -> str:
    """The row of a resource in docs/mcp.md."""
    return f"| `{uri}` | {resource.text} |"


def test_every_tool_and_resource_is_documented() -> None:
    rows = re.findall(r"^\| `(?:\w+|metrone://\w+)` \|.*\|$", (DOCS / "mcp.md").read_text(), re.M)
    tools = [tool_row(name, tool) for name, tool in TOOLS.items()]
    assert rows == [*tools, *(resource_row(uri, resource) for uri, resource in RESOURCES.items())]


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path.name))
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        if not target.startswith(("http:", "https:", "/")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_index_names_every_page() -> None:
    linked = set(LINK.findall((DOCS / "index.md").read_text()))
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} <= linked


def _table(name: str) -> list[str]:
    """The rows of the first table of a page that begin with a name."""
    return re.findall(r"^\| `\w+` \|.*\|$", (DOCS / name).read_text(), re.M)


def test_every_picture_is_small_described_and_shown() -> None:
    shown = [
        (page.parent / path, words)
        for page in DOCS.rglob("*.md")
        for words, path in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text())
    ]
    assert {path.resolve() for path, _ in shown} == {path.resolve() for path in (DOCS / "pictures").iterdir()}
    assert all(len(words) > 20 for _, words in shown)
    assert sum(path.stat().st_size for path, _ in shown) < 1_500_000
