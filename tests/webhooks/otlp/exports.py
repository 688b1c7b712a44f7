"""Exports for tests: spans written as plain values, in OTLP's JSON and, by its own library, in protobuf."""

import json
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Status
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Encoded

from metrone.webhooks.adapter import Refusal, Report
from metrone.webhooks.otlp import Traces, translate_traces
from tests.webhooks.samples import ARRIVAL, hashed

JSON, PROTOBUF = "application/json", "application/x-protobuf"
BEGAN = 1_772_960_400.0  # 2026-03-08T09:00:00Z, before the ARRIVAL of all fixtures
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass(frozen=True)
class Sent:
    """A span as an application makes it: `at` and `took` in seconds from BEGAN; events as (name, second, attributes)."""

    attributes: dict[str, Any]
    id: str = "00f067aa0ba902b7"
    parent: str = ""
    trace: str = TRACE
    name: str = "span"
    at: float = 0.0
    took: float = 1.0
    failed: bool = False
    events: list[tuple[str, float, dict[str, Any]]] = field(default_factory=list)


def nano(at: float) -> int:
    """A second from BEGAN as OTLP has times."""
    return round((BEGAN + at) * 1_000) * 1_000_000


def as_json(*spans: Sent) -> bytes:
    """The export in OTLP's JSON."""
    rows = [
        {
            "traceId": span.trace,
            "spanId": span.id,
            **({"parentSpanId": span.parent} if span.parent else {}),
            "name": span.name,
            "kind": 3,
            "startTimeUnixNano": str(nano(span.at)),
            "endTimeUnixNano": str(nano(span.at + span.took)),
            "attributes": _pairs(span.attributes),
            "events": [
                {"timeUnixNano": str(nano(at)), "name": name, "attributes": _pairs(attributes)}
                for name, at, attributes in span.events
            ],
            "status": {"code": 2, "message": "call +1 480 555 0100"} if span.failed else {},
        }
        for span in spans
    ]
    resource = {"attributes": _pairs({"service.name": "shop"})}
    scopes = [{"scope": {"name": "tests"}, "spans": rows}]
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]}).encode()


def as_protobuf(*spans: Sent) -> bytes:
    """The export in protobuf."""
    rows = [
        Encoded(
            trace_id=bytes.fromhex(span.trace),
            span_id=bytes.fromhex(span.id),
            parent_span_id=bytes.fromhex(span.parent),
            name=span.name,
            start_time_unix_nano=nano(span.at),
            end_time_unix_nano=nano(span.at + span.took),
            attributes=_key_values(span.attributes),
            events=[
                Encoded.Event(time_unix_nano=nano(at), name=name, attributes=_key_values(attributes))
                for name, at, attributes in span.events
            ],
            status=Status(code=Status.StatusCode.STATUS_CODE_ERROR, message="call +1 480 555 0100")
            if span.failed
            else Status(),
        )
        for span in spans
    ]
    request = ExportTraceServiceRequest(resource_spans=[ResourceSpans(scope_spans=[ScopeSpans(spans=rows)])])
    body: bytes = request.SerializeToString()
    return body


def sent(*spans: Sent, encoding: str = JSON) -> Traces:
    """The translation of an export."""
    body = as_json(*spans) if encoding == JSON else as_protobuf(*spans)
    made = translate_traces(body, encoding, ARRIVAL, hashed)
    assert not isinstance(made, Refusal), made
    return made


def only(*spans: Sent) -> Report:
    """The only report of an export."""
    (report,) = sent(*spans).reports
    return report


def _pairs(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _plain(value)} for name, value in values.items()]


def _plain(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [_plain(item) for item in value]}}
        case dict():
            return {"kvlistValue": {"values": _pairs(value)}}
    raise TypeError(type(value))


def _key_values(values: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=name, value=_any(value)) for name, value in values.items()]


def _any(value: Any) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[_any(item) for item in value]))
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=_key_values(value)))
    raise TypeError(type(value))
