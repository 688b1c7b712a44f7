"""A body at the single-event address that is a batch in truth, and one that only looks like it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.events.incoming import decode_event, is_batch

BATCHES = [
    b"[]",
    b" \n[{}]",
    b'{"events": []}',
    b'{ "events":[',
    b'{"batch": true, "events": [',
    b'{"batch":false,"events":[{',
]
EVENTS = [
    b'{"event_type": "custom", "event_name": "events"}',
    b'{"event_type": "events"}',
    b'{"properties": {"events": 3}, "event_type": "x"}',
    b'{"metadata": {"events": [1]}, "event_type": "x"}',
    b'{"event_type": "x", "events": [1]}',
    b'{"events": 5, "event_type": "x"}',
    b"{}",
    b"",
    b"nonsense",
]


@pytest.mark.parametrize("body", BATCHES)
def test_is_batch_of_what_field_clients_send(body: bytes) -> None:
    assert is_batch(body)


@pytest.mark.parametrize("body", EVENTS)
def test_is_batch_not_because_an_event_says_events(body: bytes) -> None:
    assert not is_batch(body)


@given(st.text(min_size=1, max_size=20), st.dictionaries(st.text(max_size=10), st.integers(), max_size=3))
def test_is_batch_of_no_single_event(name: str, properties: dict[str, int]) -> None:
    body = json.dumps({"properties": properties, "event_type": name}).encode()
    assert not is_batch(body)
    assert decode_event(body).event_type == name
