"""One process a store folder."""

from pathlib import Path

from metrone.store import lock


def test_is_taken_while_somebody_holds_the_lock(tmp_path: Path) -> None:
    assert not lock.is_taken(tmp_path)
    held = lock.take(tmp_path)
    assert held is not None
    assert lock.is_taken(tmp_path)
    assert lock.take(tmp_path) is None
    held.close()
    assert not lock.is_taken(tmp_path)
