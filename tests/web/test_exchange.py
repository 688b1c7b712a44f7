"""One plain request: its id, its bounded body, compressed or not."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.errors import MetroneError
from metrone.web.exchange import BODY_MAX, SWALLOWED_MAX, read_body, request_id_of


def read(*chunks: bytes, encoding: bytes = b"", is_cut: bool = False) -> bytes:
    pieces: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    pieces.append({"type": "http.disconnect"} if is_cut else {"type": "http.request", "body": b"", "more_body": False})
    left = iter(pieces)

    async def receive() -> MutableMapping[str, Any]:
        return next(left)

    return asyncio.run(read_body({b"content-encoding": encoding} if encoding else {}, receive))


def failing(*chunks: bytes, **more: Any) -> str:
    with pytest.raises(MetroneError) as caught:
        read(*chunks, **more)
    return caught.value.code


@given(
    st.lists(st.binary(max_size=50), max_size=5),
    st.sampled_from([b"", b"gzip", b"x-gzip", b"GZIP", b"deflate", b"identity"]),
)
def test_read_body_gives_what_was_sent(chunks: list[bytes], encoding: bytes) -> None:
    plain = b"".join(chunks)
    packed = {b"": plain, b"identity": plain, b"deflate": zlib.compress(plain)}.get(encoding, gzip.compress(plain))
    assert read(packed[:7], packed[7:], encoding=encoding) == plain


def test_read_body_holds_the_limit_before_and_after_inflation() -> None:
    assert len(read(b"x" * BODY_MAX)) == BODY_MAX
    assert failing(b"x" * (BODY_MAX + 1)) == "BODY_TOO_LARGE"
    assert failing(b"x" * BODY_MAX, b"x") == "BODY_TOO_LARGE"
    assert len(read(gzip.compress(b"x" * BODY_MAX), encoding=b"gzip")) == BODY_MAX
    assert failing(gzip.compress(b"x" * (BODY_MAX + 1)), encoding=b"gzip") == "BODY_TOO_LARGE"


def test_read_body_takes_little_memory_when_a_bomb_comes() -> None:
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    tracemalloc.start()
    assert failing(bomb, encoding=b"gzip") == "BODY_TOO_LARGE"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(bomb) < BODY_MAX
    assert peak < 4 * BODY_MAX


def test_read_body_stops_reading_a_body_without_end() -> None:
    chunk = b"x" * 65_536
    assert failing(*[chunk] * (SWALLOWED_MAX // len(chunk) + 1), is_cut=True) == "BODY_TOO_LARGE"


@pytest.mark.parametrize("body", [b"", b"nonsense", gzip.compress(b"x" * 100, mtime=0)[:-5], zlib.compress(b"x")])
def test_read_body_refuses_what_is_no_gzip(body: bytes) -> None:
    assert failing(body, encoding=b"gzip") == "INVALID_PAYLOAD"


def test_read_body_refuses_other_encodings_and_bodies_cut_short() -> None:
    assert failing(b"x", encoding=b"br") == "INVALID_PAYLOAD"
    assert failing(b"x", is_cut=True) == "INVALID_PAYLOAD"


@pytest.mark.parametrize("given_id", [b"abc", b"x" * 128, b"!~"])
def test_request_id_is_the_callers_own_where_it_is_plain(given_id: bytes) -> None:
    assert request_id_of({b"x-request-id": given_id}) == given_id.decode()


@pytest.mark.parametrize("given_id", [b"", b"x" * 129, b"a b", b"a\nb", "é".encode(), b"\x00"])
def test_request_id_is_new_where_the_callers_own_is_not(given_id: bytes) -> None:
    made = {request_id_of({b"x-request-id": given_id}) for _ in range(100)}
    assert len(made) == 100
    assert all(one.startswith("req_") for one in made)
