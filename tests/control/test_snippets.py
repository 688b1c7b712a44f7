"""What a newcomer pastes is one text: on the screen, at the first start, in README and in docs/."""

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.snippets import API_KEY, ORIGIN, SNIPPETS, WRITE_KEY, Snippet
from metrone.control.welcome import KEYS_FILE, FirstKeys, welcome
from tests.control.people import make_owner

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=lambda snippet: str(snippet.name))
def test_documentation_shows_the_text_as_it_stands(snippet: Snippet) -> None:
    assert f"```{snippet.language}\n{snippet.text}\n```" in (ROOT / "docs" / snippet.page).read_text()


def test_readme_shows_the_script_tag_as_it_is_printed() -> None:
    assert SNIPPETS["script"].fill("http://127.0.0.1:8000", "metrone_live_…") in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=lambda snippet: str(snippet.name))
def test_fill_leaves_no_placeholder(snippet: Snippet) -> None:
    filled = snippet.fill("https://stats.test", "metrone_live_1")
    assert "metrone_live_1" in filled
    assert not [mark for mark in (ORIGIN, WRITE_KEY, API_KEY, "YOUR_") if mark in filled]


def test_first_start_prints_the_script_tag_with_a_key_that_writes(config: Config) -> None:
    with Database.open(config) as db:
        first, second = welcome(config, db), welcome(config, db)
    keys = msgspec.json.decode((config.root / KEYS_FILE).read_bytes(), type=FirstKeys)
    tag = SNIPPETS["script"].fill(config.origin, keys.write)
    assert tag in first
    assert tag in second


def test_starts_print_the_set_up_link_until_there_is_an_account(config: Config, now: datetime) -> None:
    with Database.open(config) as db:
        first, second = welcome(config, db), welcome(config, db)
        make_owner(db, now)
        third = welcome(config, db)
    assert [f"{config.origin}/setup#token=" in text for text in (first, second, third)] == [True, True, False]
    assert f"{config.origin}/signin#token=" in third
