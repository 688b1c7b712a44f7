"""Public identifiers."""

import re

from metrone.control.ids import new_id


def test_new_id_is_prefixed_and_never_the_same_when_called_again() -> None:
    made = {new_id("prj") for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"prj_[a-z2-7]{16}", each) for each in made)
