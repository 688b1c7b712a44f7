"""The client's list of AI agents is the server's, and reads User-Agents as the server does."""

import pytest

from metrone.intake.agents import DATA, classify
from metrone_client.agents import NAMES, is_ai_agent

LISTED = [line.split("\t")[0] for line in (DATA / "agents.tsv").read_text().splitlines() if not line.startswith("#")]
OTHERS = [
    "",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; GPTBots/1.0)",
    "MyGPTBot/1.0",
    "curl/8.5.0",
    f"{'x' * 1_000} GPTBot/1.0",
]


def test_the_names_are_those_of_the_server() -> None:
    assert list(NAMES) == LISTED, "copy the first column of agents.tsv into metrone_client/agents.py"


@pytest.mark.parametrize("name", LISTED)
def test_every_agent_is_told(name: str) -> None:
    for user_agent in (
        f"Mozilla/5.0 (compatible; {name}/1.0; +https://x.example)",
        name.upper(),
        f"{name}x",
        f"x{name}",
    ):
        assert is_ai_agent(user_agent) is (classify(user_agent, "", True).visitor_type == "ai_agent"), user_agent


@pytest.mark.parametrize("user_agent", OTHERS)
def test_nobody_else_is(user_agent: str) -> None:
    assert not is_ai_agent(user_agent)
    assert classify(user_agent, "", True).visitor_type != "ai_agent"
