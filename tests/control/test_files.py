"""Files that appear whole, once."""

from pathlib import Path

from metrone.control.files import publish, write_draft


def test_publish_keeps_the_first_when_two_processes_made_one(tmp_path: Path) -> None:
    target = tmp_path / "secret.key"
    first, second = write_draft(target, b"first", "a"), write_draft(target, b"second", "b")
    assert [publish(first, target), publish(second, target)] == [True, False]
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]
