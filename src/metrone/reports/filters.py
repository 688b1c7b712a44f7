"""Filters of a read: a list of [operator, dimension, values], checked and turned into SQL with bound values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import msgspec

from metrone.errors import MetroneError
from metrone.reports.binds import Binds
from metrone.reports.dimensions import KEYS, PROPERTY, PROPERTY_KEY, find_dimension, read_dimension

Operator = Literal["is", "is_not", "contains", "contains_not", "matches"]

OPERATORS: tuple[Operator, ...] = get_args(Operator)
MAX_FILTERS = 20
MAX_VALUES = 100
MAX_VALUE_CHARS = 1000
MAX_EXPRESSION_CHARS = 200
_EXAMPLE = '[["is","country",["DE"]]]'


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: any of `values` (is, contains, matches) or none of them (is_not, contains_not)."""

    operator: Operator
    dimension: str
    values: tuple[str, ...]


def read_filters(asked: object) -> tuple[Filter, ...]:
    """Filters from a list or from its JSON text. Raises INVALID_PAYLOAD that names the element, as in `filters[0]: …`."""
    if isinstance(asked, str):
        try:
            asked = msgspec.json.decode(asked) if asked.strip() else []
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            raise _wrong("filters", f"not JSON. Send a list such as {_EXAMPLE}.") from None
    if not isinstance(asked, list | tuple):
        raise _wrong("filters", f"send a list such as {_EXAMPLE}.")
    if len(asked) > MAX_FILTERS:
        raise _wrong("filters", f"at most {MAX_FILTERS} filters.")
    return tuple(_read_filter(f"filters[{index}]", item) for index, item in enumerate(asked))


def _read_filter(where: str, item: object) -> Filter:
    if not isinstance(item, list | tuple) or len(item) != 3:
        raise _wrong(where, 'send [operator, dimension, values], for example ["is", "country", ["DE"]].')
    operator, dimension, values = cast(tuple[Any, Any, Any], tuple(item))
    if operator not in OPERATORS:
        raise _wrong(where, f"unknown operator. Use one of {', '.join(OPERATORS)}.")
    if not isinstance(dimension, str):
        raise _wrong(where, "the dimension must be a text.")
    read_dimension(dimension, where)
    return Filter(operator, dimension, _read_values(where, operator, values))


def _read_values(where: str, operator: Operator, values: object) -> tuple[str, ...]:
    texts = [values] if isinstance(values, str) else values
    if not isinstance(texts, list | tuple) or not 1 <= len(texts) <= MAX_VALUES:
        raise _wrong(where, f"send 1 to {MAX_VALUES} values.")
    longest = MAX_EXPRESSION_CHARS if operator == "matches" else MAX_VALUE_CHARS
    for text in texts:
        if not isinstance(text, str) or len(text) > longest:
            raise _wrong(where, f"every value must be a text of at most {longest} characters.")
        if not text and operator not in ("is", "is_not"):
            raise _wrong(where, f'an empty value works with is and is_not only ("" = missing), not with {operator}.')
    return tuple(texts)


def condition(asked: Filter, sql: str, binds: Binds) -> str:
    """The filter as SQL over `sql`, the text of its dimension. An event without a value matches only `is ""`."""
    positive = _positive(asked, sql, binds)
    return f"not ({positive})" if asked.operator in ("is_not", "contains_not") else f"({positive})"


def _positive(asked: Filter, sql: str, binds: Binds) -> str:
    if asked.operator == "matches":
        tests = " or ".join(f"match({sql}, {binds.add(text, 'String')})" for text in asked.values)
        return f"{sql} != '' and ({tests})"
    values = binds.add(list(asked.values), "Array(String)")
    if asked.operator in ("contains", "contains_not"):
        return f"multiSearchAnyCaseInsensitiveUTF8({sql}, {values})"
    if asked.dimension == "event_type":
        # track('signup') arrives as a type and is kept as the custom event of that name: both find it.
        return f"{sql} in {values} or (event_type = 'custom' and event_name in {values})"
    return f"{sql} in {values}"


def on_dimension(asked: Filter, binds: Binds) -> str:
    """The filter as SQL on a table that has its dimension."""
    if asked.dimension == PROPERTY_KEY:
        return _on_keys(asked, binds)
    if not asked.dimension.startswith(PROPERTY):
        return condition(asked, find_dimension(asked.dimension).sql, binds)
    key = asked.dimension.removeprefix(PROPERTY)
    positive = Filter(POSITIVE.get(asked.operator, asked.operator), asked.dimension, asked.values)
    sql = condition(positive, find_dimension(asked.dimension, binds.add(key, "String")).sql, binds)
    if "" not in asked.values:
        sql = f"({has_key(key, binds)} and {sql})"
    return sql if positive.operator == asked.operator else f"not {sql}"


def _on_keys(asked: Filter, binds: Binds) -> str:
    """One of the event's keys meets the filter; it has none for the value ''."""
    named = Filter(POSITIVE.get(asked.operator, asked.operator), asked.dimension, tuple(filter(None, asked.values)))
    found = [f"arrayExists(name -> {condition(named, 'name', binds)}, {KEYS})"] if named.values else []
    sql = " or ".join([*found, *([f"empty({KEYS})"] if "" in asked.values else [])])
    return f"({sql})" if named.operator == asked.operator else f"not ({sql})"


def has_key(key: str, binds: Binds) -> str:
    """False only for events that have no property of this key: a substring search spares parsing most of them."""
    # A key may also be written with \\u escapes.
    needles = binds.add([msgspec.json.encode(key).decode(), "\\u"], "Array(String)")
    return f"multiSearchAny(properties, {needles})"


POSITIVE: Mapping[Operator, Operator] = {"is_not": "is", "contains_not": "contains"}


def _wrong(where: str, what: str) -> MetroneError:
    return MetroneError("INVALID_PAYLOAD", f"{where}: {what}")
