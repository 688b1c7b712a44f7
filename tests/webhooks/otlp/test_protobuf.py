"""The reader of protobuf against OTLP's own library: what that writes is read, and what no library writes is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.webhooks.otlp import objects, protobuf
from metrone.webhooks.otlp.span import DEPTH_MAX, HAPPENINGS_MAX, SPANS_MAX, Span, Unfit
from tests.webhooks.otlp.exports import Sent, as_json, as_protobuf

texts = st.text(st.characters(codec="utf-8"), max_size=30)
values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
ids = st.integers(1, 2**64 - 1).map(lambda number: f"{number:016x}")
sent_spans = st.builds(
    Sent,
    attributes=st.dictionaries(texts, values, max_size=5),
    id=ids,
    parent=st.just("") | ids,
    trace=st.integers(1, 2**128 - 1).map(lambda number: f"{number:032x}"),
    name=texts,
    at=st.integers(0, 10_000).map(float),
    took=st.floats(0, 100).map(lambda value: round(value, 3)),
    failed=st.booleans(),
    events=st.lists(st.tuples(texts, st.just(1.0), st.dictionaries(texts, values, max_size=2)), max_size=2),
)


def everything(name: str) -> bool:
    """Reads all attributes, whatever they are called."""
    return True


def read(body: bytes) -> list[Span | None]:
    return protobuf.read_spans(body, everything)


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(sent_spans, max_size=4))
def test_what_the_library_writes_is_read_as_the_json_of_it(spans: list[Sent]) -> None:
    from_json = objects.read_spans(as_json(*spans), everything)
    assert read(as_protobuf(*spans)) == from_json
    assert isinstance(from_json, list)
    for span, sent in zip(from_json, spans, strict=True):
        assert span is not None
        assert (span.trace_id, span.span_id, span.parent_id) == (sent.trace, sent.id, sent.parent)
        assert (span.name, span.attributes, span.is_failed) == (sent.name, sent.attributes, sent.failed)


def test_attributes_that_nobody_reads_are_left_out() -> None:
    body = as_protobuf(Sent({"keep": 1, "drop": "words"}, events=[("e", 0.0, {"keep": 2, "drop": "words"})]))
    (span,) = protobuf.read_spans(body, lambda name: name == "keep")
    assert span is not None
    assert (span.attributes, span.happenings[0].attributes) == ({"keep": 1}, {"keep": 2})


def test_nothing_is_an_export_of_nothing() -> None:
    assert read(b"") == []


def test_fields_of_later_versions_are_skipped() -> None:
    later = b"\xf8\x07\x01" + b"\xfd\x07abcd" + b"\xf9\x07abcdefgh" + b"\xfa\x07\x03abc"  # number 127, each wire type
    assert len(read(later + as_protobuf(Sent({})) + later)) == 1


INVALID = {
    "a length beyond the end": b"\x0a\x05abc",
    "a number that never ends": b"\x0a" + b"\xff" * 11,
    "a number that is cut off": b"\x0a\x80",
    "a group, which protobuf gave up": b"\x0b\x0c",
    "an unknown wire type": b"\x0f\x00",
    "field zero": b"\x02\x01a",
    "a fixed number that is cut off": b"\x09abc",
    "JSON": b'{"resourceSpans": []}',
    "a span that is cut off": as_protobuf(Sent({"a": "b"}))[:-3],
}


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID)
def test_what_is_no_protobuf_is_refused(body: bytes) -> None:
    with pytest.raises(Unfit):
        read(body)


@pytest.mark.parametrize(
    ("trace", "span"),
    [(b"", b"x" * 8), (b"x" * 15, b"x" * 8), (bytes(16), b"x" * 8), (b"x" * 16, b""), (b"x" * 16, bytes(8))],
)
def test_a_span_without_usable_ids_is_told_of_as_none(trace: bytes, span: bytes) -> None:
    body = _message(1, _message(2, _message(2, _message(1, trace) + _message(2, span))))
    assert read(body) == [None]


def test_deep_values_end_and_many_spans_are_refused() -> None:
    nested: Any = "deep"
    for _ in range(DEPTH_MAX + 5):
        nested = [nested]
    (span,) = read(as_protobuf(Sent({"a": nested})))
    assert span is not None
    assert "deep" not in repr(span.attributes)
    empty = _message(2, b"")
    assert len(read(_message(1, _message(2, empty * SPANS_MAX)))) == SPANS_MAX
    with pytest.raises(Unfit, match="at most"):
        read(_message(1, _message(2, empty * (SPANS_MAX + 1))))
    with pytest.raises(Unfit, match="at most"):
        read(_message(1, _message(2, b"") * (SPANS_MAX + 1)))


def test_many_events_are_cut() -> None:
    for body in (as_protobuf, as_json):
        spans = (protobuf if body is as_protobuf else objects).read_spans(
            body(Sent({}, events=[("e", 0.0, {})] * (HAPPENINGS_MAX + 9))), everything
        )
        assert isinstance(spans, list)
        assert spans[0] is not None
        assert len(spans[0].happenings) == HAPPENINGS_MAX


def _message(number: int, data: bytes) -> bytes:
    """A field that holds bytes."""
    size, length = len(data), b""
    while size >= 0x80:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + data
