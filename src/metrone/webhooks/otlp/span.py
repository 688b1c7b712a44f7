"""One span as both encodings of OTLP give it, with the attributes that are read and no others. Knows no meaning of them."""

from collections.abc import Callable

import msgspec

from metrone.webhooks.fields import EARLIEST, LATEST

IsRead = Callable[[str], bool]  # whether an attribute of this name is read

SPANS_MAX = 10_000  # of one export; the SDKs send 512, the collector 8,192
ATTRIBUTES_MAX = 2_000  # of one span; the SDKs keep 128, but messages may come one attribute a field
HAPPENINGS_MAX = 200  # of one span; the SDKs keep 128
DEPTH_MAX = 16  # of arrays and maps inside one value
NAME_MAX = 256
VALUE_MAX = 262_144  # bytes of one text: a longer one is cut, so that a history of messages in it is not read


class Unfit(ValueError):
    """An export that cannot be taken. Its text is ours, never the body's."""


class Happening(msgspec.Struct, frozen=True, gc=False):
    """An event of a span. `at` is epoch seconds, 0 where it is not known."""

    name: str
    at: float
    attributes: dict[str, object]

    def __repr__(self) -> str:
        return f"Happening({self.name!r})"  # never its attributes: they may be words of a person


class Span(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A span. Ids are lower-case hex ('' for no parent); times are epoch seconds, 0 where they are not known."""

    trace_id: str
    span_id: str
    parent_id: str = ""
    name: str = ""
    started_at: float = 0.0
    ended_at: float = 0.0
    is_failed: bool = False
    attributes: dict[str, object] = {}
    happenings: tuple[Happening, ...] = ()

    def __repr__(self) -> str:
        return f"Span({self.trace_id}, {self.span_id})"  # never its attributes: they may be words of a person

    @property
    def key(self) -> str:
        """Its name among the steps of an interaction: 8 digits of the trace, then the 16 of the span."""
        return self.trace_id[-8:] + self.span_id

    @property
    def parent_key(self) -> str:
        """The same of its parent, '' where it has none."""
        return self.trace_id[-8:] + self.parent_id if self.parent_id else ""


def is_id(value: str, digits: int) -> bool:
    """Whether it is lower-case hex of that length and not all zeros, which means no id."""
    return len(value) == digits and set(value) <= set("0123456789abcdef") and value.strip("0") != ""


def seconds(nanoseconds: int) -> float:
    """Epoch seconds of a time in nanoseconds, to the microsecond; 0 outside 2000–2100."""
    value = nanoseconds / 1e9
    return round(value, 6) if EARLIEST <= value <= LATEST else 0.0
