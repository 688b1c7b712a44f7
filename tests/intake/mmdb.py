"""Writes the smallest MMDB file that answers one record for every address (maxmind.github.io/MaxMind-DB), for tests."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

METADATA_START = b"\xab\xcd\xefMaxMind.com"
UINT16, UINT32, UINT64 = 5, 6, 9


@dataclass(frozen=True, slots=True)
class Number:
    """An unsigned integer of one of the format's types; readers refuse a metadata field of another."""

    value: int
    kind: int


def write_mmdb(path: Path, record: Mapping[str, Any], ip_version: int) -> Path:
    """A database of one node, both of whose sides are the record."""
    nodes = 1
    side = nodes + 16  # a pointer to the first byte of the data section
    metadata = {
        "node_count": Number(nodes, UINT32),
        "record_size": Number(32, UINT16),
        "ip_version": Number(ip_version, UINT16),
        "database_type": "Test",
        "languages": ["en"],
        "binary_format_major_version": Number(2, UINT16),
        "binary_format_minor_version": Number(0, UINT16),
        "build_epoch": Number(1_700_000_000, UINT64),
        "description": {"en": "test"},
    }
    tree = struct.pack(">II", side, side)
    path.write_bytes(tree + b"\0" * 16 + encode(dict(record)) + METADATA_START + encode(metadata))
    return path


def encode(value: Any) -> bytes:
    """A value in the format's data section encoding; short ones only."""
    if isinstance(value, str):
        raw = value.encode()
        return head(2, len(raw)) + raw
    if isinstance(value, int):
        value = Number(value, UINT32)
    if isinstance(value, Number):
        raw = value.value.to_bytes(8, "big").lstrip(b"\0")
        return head(value.kind, len(raw)) + raw
    if isinstance(value, dict):
        return head(7, len(value)) + b"".join(encode(key) + encode(item) for key, item in value.items())
    if isinstance(value, list):
        return head(11, len(value)) + b"".join(encode(item) for item in value)
    return head(14, 0)  # null has no type: a false stands for it


def head(kind: int, size: int) -> bytes:
    """The control byte; types over 7 go into a second byte, sizes from 29 on as well."""
    first, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([kind << 5 | first]) + more if kind <= 7 else bytes([first, kind - 7]) + more
