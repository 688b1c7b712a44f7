"""OTLP's protobuf: the handful of messages that lead to a span, read without a schema compiler; all else is skipped unread.

The field numbers are those of opentelemetry-proto (stable since 1.0), and a test compares what is read here with what its
own library writes. docs/decisions/0008 says why not that library.
"""

import struct
from collections.abc import Iterator

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

Field = tuple[int, int | bytes]  # its number, and a varint or fixed number as it stands, or the bytes of a message
_ERROR = 2  # Status.StatusCode STATUS_CODE_ERROR


def read_spans(body: bytes, is_read: IsRead) -> list[Span | None]:
    """The spans of an ExportTraceServiceRequest; None for one without usable ids. Raises Unfit for what is no such message."""
    spans: list[Span | None] = []
    groups = 0
    for number, resource in _fields(body):
        if number != 1 or not isinstance(resource, bytes):
            continue
        for inner, scope in _fields(resource):
            if inner not in (2, 1000) or not isinstance(scope, bytes):  # 1000: as before OTLP 0.15
                continue
            groups += 1
            if groups > SPANS_MAX:
                raise Unfit(f"An export holds at most {SPANS_MAX} spans.")
            for innermost, span in _fields(scope):
                if innermost == 2 and isinstance(span, bytes):
                    if len(spans) >= SPANS_MAX:
                        raise Unfit(f"An export holds at most {SPANS_MAX} spans.")
                    spans.append(_span(span, is_read))
    return spans


def _span(data: bytes, is_read: IsRead) -> Span | None:
    ids, times, name, is_failed = ["", "", ""], [0, 0], "", False
    attributes: dict[str, object] = {}
    happenings: list[Happening] = []
    for number, value in _fields(data):
        if isinstance(value, int):
            if number in (7, 8):
                times[number - 7] = value
        elif number in (1, 2):
            ids[number - 1] = value.hex()
        elif number == 4:
            ids[2] = value.hex()
        elif number == 5:
            name = _text(value[:NAME_MAX])
        elif number == 9:
            _keep(attributes, value, is_read)
        elif number == 11 and len(happenings) < HAPPENINGS_MAX:
            happenings.append(_happening(value, is_read))
        elif number == 15:
            is_failed = any(field == (3, _ERROR) for field in _fields(value))
    if not (is_id(ids[0], 32) and is_id(ids[1], 16)):
        return None
    return Span(
        trace_id=ids[0],
        span_id=ids[1],
        parent_id=ids[2] if is_id(ids[2], 16) else "",
        name=name,
        started_at=seconds(times[0]),
        ended_at=seconds(times[1]),
        is_failed=is_failed,
        attributes=attributes,
        happenings=tuple(happenings),
    )


def _happening(data: bytes, is_read: IsRead) -> Happening:
    at, name = 0.0, ""
    attributes: dict[str, object] = {}
    for number, value in _fields(data):
        if isinstance(value, int):
            at = seconds(value) if number == 1 else at
        elif number == 2:
            name = _text(value[:NAME_MAX])
        elif number == 3:
            _keep(attributes, value, is_read)
    return Happening(name, at, attributes)


def _keep(attributes: dict[str, object], data: bytes, is_read: IsRead) -> None:
    """Take up a KeyValue, if anybody reads its name: of prompts and answers that nobody reads no text is made."""
    name, value = "", b""
    for number, part in _fields(data):
        if isinstance(part, bytes):
            if number == 1:
                name = _text(part[:NAME_MAX])
            elif number == 2:
                value = part
    if len(attributes) < ATTRIBUTES_MAX and is_read(name):
        attributes[name] = _value(value, DEPTH_MAX)


def _value(data: bytes, depth: int) -> object:
    """An AnyValue; None for bytes, and for what is nested too deeply."""
    found: object = None
    for number, part in _fields(data):
        if isinstance(part, int):
            found = {2: bool(part), 3: _signed(part), 4: _double(part)}.get(number, found)
        elif number == 1:
            found = _text(part[:VALUE_MAX])
        elif number == 5 and depth:
            found = [_value(item, depth - 1) for inner, item in _fields(part) if inner == 1 and isinstance(item, bytes)]
        elif number == 6 and depth:
            found = dict(_pair(item, depth) for inner, item in _fields(part) if inner == 1 and isinstance(item, bytes))
    return found


def _pair(data: bytes, depth: int) -> tuple[str, object]:
    name, value = "", b""
    for number, part in _fields(data):
        if isinstance(part, bytes):
            if number == 1:
                name = _text(part[:NAME_MAX])
            elif number == 2:
                value = part
    return name, _value(value, depth - 1)


def _fields(data: bytes) -> Iterator[Field]:
    """The fields of a message, in order. https://protobuf.dev/programming-guides/encoding/"""
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        size = {1: 8, 5: 4}.get(wire)
        if size is None:
            if wire != 2:
                raise Unfit("The body is not valid protobuf.")
            size, at = _varint(data, at)
        if size > end - at or not number:
            raise Unfit("The body is not valid protobuf.")
        part = data[at : at + size]
        at += size
        yield number, part if wire == 2 else int.from_bytes(part, "little")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of at most ten bytes and where the next begins."""
    if at < len(data) and data[at] < 0x80:  # as nearly all are
        return data[at], at + 1
    value = shift = 0
    for byte in data[at : at + 10]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + shift // 7
    raise Unfit("The body is not valid protobuf.")


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _double(value: int) -> float:
    number: float = struct.unpack("<d", value.to_bytes(8, "little"))[0]
    return number


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
