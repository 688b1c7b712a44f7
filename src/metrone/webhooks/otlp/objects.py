"""OTLP's JSON: ids in hex, 64-bit integers as text, enums as numbers. What has a wrong type is as if it were absent.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from metrone.webhooks.bodies import Unreadable, read_json
from metrone.webhooks.fields import at, items, mapping
from metrone.webhooks.otlp.span import (
    ATTRIBUTES_MAX,
    DEPTH_MAX,
    HAPPENINGS_MAX,
    NAME_MAX,
    SPANS_MAX,
    VALUE_MAX,
    Happening,
    IsRead,
    Span,
    Unfit,
    is_id,
    seconds,
)

_ERRORS = (2, "STATUS_CODE_ERROR")


def read_spans(body: bytes, is_read: IsRead) -> list[Span | None] | Unreadable:
    """The spans of an ExportTraceServiceRequest; None for one without usable ids. Raises Unfit for what is no such message."""
    request = read_json(body)
    if isinstance(request, Unreadable):
        return request
    if not isinstance(request, dict) or (request and not isinstance(request.get("resourceSpans"), list)):
        raise Unfit("The body is no ExportTraceServiceRequest: it has no resourceSpans.")
    spans: list[Span | None] = []
    for resource in items(request, "resourceSpans"):
        for scope in items(resource, "scopeSpans") or items(resource, "instrumentationLibrarySpans"):
            spans += [_span(mapping(span), is_read) for span in items(scope, "spans")[: SPANS_MAX + 1]]
            if len(spans) > SPANS_MAX:
                raise Unfit(f"An export holds at most {SPANS_MAX} spans.")
    return spans


def _span(span: dict[str, object], is_read: IsRead) -> Span | None:
    trace_id, span_id, parent_id = (_id(span.get(name)) for name in ("traceId", "spanId", "parentSpanId"))
    if not (is_id(trace_id, 32) and is_id(span_id, 16)):
        return None
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id if is_id(parent_id, 16) else "",
        name=_name(span.get("name")),
        started_at=_time(span.get("startTimeUnixNano")),
        ended_at=_time(span.get("endTimeUnixNano")),
        is_failed=at(span, "status", "code") in _ERRORS,
        attributes=_attributes(span, is_read),
        happenings=tuple(
            Happening(_name(at(row, "name")), _time(at(row, "timeUnixNano")), _attributes(mapping(row), is_read))
            for row in items(span, "events")[:HAPPENINGS_MAX]
        ),
    )


def _attributes(owner: dict[str, object], is_read: IsRead) -> dict[str, object]:
    found: dict[str, object] = {}
    for row in items(owner, "attributes"):
        name = _name(at(row, "key"))
        if len(found) < ATTRIBUTES_MAX and is_read(name):
            found[name] = _value(mapping(row, "value"), DEPTH_MAX)
    return found


def _value(value: dict[str, object], depth: int) -> object:
    """An AnyValue; None for bytes, and for what is nested too deeply."""
    found: object = value.get("stringValue")
    if isinstance(found, str):
        return found[:VALUE_MAX]
    if (number := value.get("intValue")) is not None:
        return _integer(number)
    for name in ("boolValue", "doubleValue"):
        if isinstance(found := value.get(name), bool | int | float):
            return found
    if "arrayValue" in value and depth:
        return [_value(mapping(item), depth - 1) for item in items(value, "arrayValue", "values")]
    if "kvlistValue" in value and depth:
        rows = items(value, "kvlistValue", "values")
        return {_name(at(row, "key")): _value(mapping(row, "value"), depth - 1) for row in rows}
    return None


def _id(value: object) -> str:
    return value.lower() if isinstance(value, str) and len(value) <= 32 else ""


def _name(value: object) -> str:
    return value[:NAME_MAX] if isinstance(value, str) else ""


def _integer(value: object) -> int | None:
    if (
        isinstance(value, str)
        and value.removeprefix("-").isascii()
        and value.removeprefix("-").isdigit()
        and len(value) <= 20
    ):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _time(value: object) -> float:
    nanoseconds = _integer(value)
    return seconds(nanoseconds) if nanoseconds is not None and 0 < nanoseconds < 2**64 else 0.0
