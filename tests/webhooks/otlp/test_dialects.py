"""Every dialect tells the same query, in either encoding, whole or in pieces."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.delivery import EMPTY_JSON
from metrone.webhooks.interaction import Interaction
from metrone.webhooks.merge import merge
from metrone.webhooks.otlp.attributes import NAMES
from metrone.webhooks.otlp.translation import EMPTY_PROTOBUF
from tests.webhooks.otlp.dialects import DIALECTS, Dialect
from tests.webhooks.otlp.exports import JSON, PROTOBUF, Sent, sent


@pytest.mark.parametrize("encoding", [JSON, PROTOBUF])
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_dialect_is_one_interaction(dialect: Dialect, encoding: str) -> None:
    made = sent(*dialect.spans, encoding=encoding)
    (report,) = made.reports
    row = merge([report.update])
    assert {name: getattr(row, name) for name in dialect.row} == dialect.row
    assert report.talk.turns == dialect.turns
    assert (made.spans, made.dropped) == (len(dialect.spans), 0)
    assert made.answer == (EMPTY_JSON if encoding == JSON else EMPTY_PROTOBUF)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_both_encodings_tell_the_same(dialect: Dialect) -> None:
    assert sent(*dialect.spans, encoding=JSON).reports == sent(*dialect.spans, encoding=PROTOBUF).reports


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_event_counts_the_interaction(dialect: Dialect) -> None:
    (report,) = sent(*dialect.spans).reports
    event = report.event
    assert isinstance(event, IncomingEvent)
    row = dialect.row
    assert event.event_type == {"chat": "ai_chat", "assistant": "ai_query"}[row["kind"]]
    assert (event.ai_provider, event.ai_model) == (row["provider"], row["model"])
    assert (event.ai_tokens_in, event.ai_tokens_out) == (row["tokens_in"], row["tokens_out"])
    assert (event.ai_cost_usd, event.ai_latency_ms) == (row["cost_usd"], row["latency_ms"])
    assert (event.properties or {})["tool_calls"] == row["tool_calls"] if "tool_calls" in row else True


def row_of(portions: list[list[Sent]]) -> Interaction:
    """The row that these exports make. `first_event_at` stands in for a start that is not told, and here all are."""
    row = merge(report.update for portion in portions for report in sent(*portion).reports)
    assert row.started_at is not None
    return msgspec.structs.replace(row, first_event_at=0.0)


def says_whose(span: Sent) -> bool:
    """Whether a span says its provider or a model: one that does not can be placed only beside one that does."""
    return any(name in span.attributes for meaning in ("provider", "model") for name in NAMES[meaning])


@settings(deadline=None)  # a busy machine is no error
@given(st.sampled_from(list(DIALECTS)), st.data())
def test_portions_in_any_order_and_number_add_up(title: str, data: st.DataObject) -> None:
    spans = [span for span in DIALECTS[title].spans if says_whose(span)]
    places = data.draw(st.lists(st.integers(0, 3), min_size=len(spans), max_size=len(spans)))
    portions = [[span for span, place in zip(spans, places, strict=True) if place == which] for which in range(4)]
    again = data.draw(st.lists(st.sampled_from(spans), max_size=4, unique_by=lambda span: span.id))
    order = data.draw(st.permutations([portion for portion in (*portions, again) if portion]))
    assert row_of(order) == row_of([spans])
