"""Who visits: humans, AI agents and bots, by their User-Agents and by the addresses that their operators publish."""

import ipaddress
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.intake import agents
from metrone.intake.agents import BOT, HUMAN, Classification, classify

PUBLIC = "203.0.113.7"
KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/126.0.0.0 Safari/537.36"
HEADLESS = f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} HeadlessChrome/126.0.0.0 Safari/537.36"
PURPOSES = {"training", "search", "user_fetch", "agent"}

AI_AGENTS = [
    (f"Mozilla/5.0 {KHTML}; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot", "OpenAI", "training"),
    (f"Mozilla/5.0 {KHTML}; compatible; ChatGPT-User/1.0; +https://openai.com/bot", "ChatGPT-User", "OpenAI", "user_fetch"),
    (f"Mozilla/5.0 {KHTML}; compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot", "OAI-SearchBot", "OpenAI", "search"),
    (f"Mozilla/5.0 {KHTML}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "ClaudeBot", "Anthropic", "training"),
    (f"Mozilla/5.0 {KHTML}; compatible; Claude-User/1.0; +Claude-User@anthropic.com)", "Claude-User", "Anthropic", "user_fetch"),
    (
        f"Mozilla/5.0 {KHTML}; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
        "PerplexityBot", "Perplexity", "search",
    ),
    (f"Mozilla/5.0 {KHTML}; compatible; Perplexity-User/1.0", "Perplexity-User", "Perplexity", "user_fetch"),
    ("CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot", "Common Crawl", "training"),
    (
        f"Mozilla/5.0 (Linux; Android 5.0) {KHTML} Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
        "Bytespider", "ByteDance", "training",
    ),
    ("meta-externalagent/1.1 (+https://developers.facebook.com/docs)", "meta-externalagent", "Meta", "training"),
    (f"Mozilla/5.0 {KHTML}; compatible; Amazonbot/0.1; +https://developer.amazon.com)", "Amazonbot", "Amazon", "search"),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 "
        "(Applebot/0.1; +http://www.apple.com/go/applebot)",
        "Applebot", "Apple", "search",
    ),
    ("Mozilla/5.0 (compatible; AI2Bot-DeepResearchEval/1.0)", "AI2Bot-DeepResearchEval", "Allen Institute for AI", "user_fetch"),
    ("GPTBOT", "GPTBot", "OpenAI", "training"),
]  # fmt: skip

BOTS = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
    (
        f"Mozilla/5.0 {KHTML}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36",
        "bingbot",
    ),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot"),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebookexternalhit"),
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot"),
    ("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "YandexBot"),
    ("Scrapy/2.11.0 (+https://scrapy.org)", "Scrapy"),
    ("Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "pingdom"),
    ("Mozilla/5.0 (compatible; SomeUnknownBot/1.0)", ""),
    ("my-own-crawler/1.0", ""),
    ("python-requests/2.31 acme-spider", ""),
]

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
PEOPLE = [
    CHROME,
    f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) {KHTML} Chrome/120.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 14; Pixel 7; wv) {KHTML} Version/4.0 Chrome/126 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/468.0;]",
    f"Mozilla/5.0 (Linux; Android 16; Pixel 10; wv) {KHTML} Version/4.0 Chrome/146 Mobile Safari/537.36 MetaIAB Facebook",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Code/1.115.0 Chrome/142.0 Electron/39.8.5 Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Cursor/1.1 Chrome/132.0 Electron/34.5 Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 15; CPH2557 Build/AP3A.240617.008; wv) {KHTML} Version/4.0 Chrome/142.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; WOW64) {KHTML} coc_coc_browser/120 Chrome/126 Safari/537.36",
    f"{IPHONE} Mobile/15E148 [Pinterest/iOS]",
    "MyShop/3.1 CFNetwork/1410.0.3 Darwin/22.6.0",
]  # fmt: skip

PROGRAMS = [
    "", "  ", "curl/8.4.0", "python-requests/2.31.0", "Go-http-client/2.0", "node", "node-fetch/1.0", "axios/1.6.2",
    "okhttp/4.12.0",
    "Java/17.0.9", "libwww-perl/6.67", "GuzzleHttp/7", "undici", "PostmanRuntime/7.36", "Ruby", "metrone-server/1.1.0",
    "Zapier", "AcmeBackend/1.0 (+https://acme.example)", "Amazon CloudFront",
]  # fmt: skip

AUTOMATION = [HEADLESS, f"Mozilla/5.0 (Unknown; Linux x86_64) {KHTML} PhantomJS/2.1.1 Safari/538.1", f"{CHROME} Playwright/1.40",
              "Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/20.0.3"]  # fmt: skip


@pytest.mark.parametrize("forwarded", [True, False])
@pytest.mark.parametrize("ip", [PUBLIC, "127.0.0.1", ""])
@pytest.mark.parametrize(("user_agent", "name", "operator", "purpose"), AI_AGENTS)
def test_classify_names_ai_agents_however_they_come(
    user_agent: str, name: str, operator: str, purpose: str, ip: str, forwarded: bool
) -> None:
    assert classify(user_agent, ip, forwarded) == Classification("ai_agent", name, operator, purpose)


@pytest.mark.parametrize("forwarded", [True, False])
@pytest.mark.parametrize(("user_agent", "name"), BOTS)
def test_classify_names_other_bots_however_they_come(user_agent: str, name: str, forwarded: bool) -> None:
    assert classify(user_agent, "127.0.0.1", forwarded) == Classification("bot", name)


@pytest.mark.parametrize("forwarded", [True, False])
@pytest.mark.parametrize("user_agent", PEOPLE)
def test_classify_takes_browsers_and_apps_for_people(user_agent: str, forwarded: bool) -> None:
    assert classify(user_agent, PUBLIC, forwarded) == HUMAN


@pytest.mark.parametrize("user_agent", PROGRAMS)
def test_classify_takes_a_program_for_a_bot_only_when_it_is_the_visitor(user_agent: str) -> None:
    assert classify(user_agent, PUBLIC, forwarded=True).visitor_type == "bot"
    assert classify(user_agent, PUBLIC, forwarded=False) == HUMAN


@pytest.mark.parametrize("user_agent", AUTOMATION)
def test_classify_takes_automation_for_a_person_only_on_their_own_network(user_agent: str) -> None:
    assert classify(user_agent, PUBLIC, forwarded=False).visitor_type == "bot"
    assert classify(user_agent, "", forwarded=False).visitor_type == "bot"
    for local in ("127.0.0.1", "::1", "192.168.1.4", "10.0.0.1", "::ffff:10.0.0.1"):
        assert classify(user_agent, local, forwarded=False) == HUMAN
        # Behind a middleware the address is the server's, and says nothing of the visitor.
        assert classify(user_agent, local, forwarded=True).visitor_type == "bot"


@pytest.mark.parametrize("suffix", ["s/1.0", "ty", "9"])
def test_classify_takes_an_agents_name_as_a_whole_word(suffix: str) -> None:
    assert classify(f"Mozilla/5.0 (Linux) Devin{suffix} Chrome/126", PUBLIC, forwarded=True).visitor_type != "ai_agent"
    assert classify("Mozilla/5.0 (Linux) Devin/1 Chrome/126", PUBLIC, forwarded=True).agent_name == "Devin"


def test_classify_knows_agents_with_a_browser_by_their_published_address() -> None:
    network = next(network for token, network in agents._rows("ranges.tsv") if token == "ChatGPT-User")
    first, last = ipaddress.ip_network(network)[0], ipaddress.ip_network(network)[-1]
    expected = Classification("ai_agent", "ChatGPT-User", "OpenAI", "user_fetch")
    assert classify(CHROME, str(first), forwarded=False) == expected
    assert classify(CHROME, str(last), forwarded=False) == expected
    assert classify(CHROME, f"::ffff:{first}", forwarded=False) == expected
    assert classify(CHROME, str(first), forwarded=True) == HUMAN
    assert classify("curl/8", str(first), forwarded=False) == HUMAN


def test_published_ranges_do_not_overlap() -> None:
    for starts, ranges in agents._RANGES.values():
        assert starts == sorted(starts)
        assert starts, "both IP versions are there"
        assert all(last < following for (last, _), following in zip(ranges, starts[1:], strict=False))


def test_lists_are_whole() -> None:
    listed = agents._load_agents()
    assert len(listed) == sum(1 for _ in agents._rows("agents.tsv")) > 140
    assert {who.agent_purpose for who in listed.values()} == PURPOSES
    assert all(len(text) >= agents.KEY for rows in agents._LISTED.values() for text, _ in rows)
    assert sum(len(rows) for rows in agents._LISTED.values()) > 1_400


@pytest.mark.parametrize("unit", ["bot ", "a ", "com ", "goo ", "crawl", "-", "é"])
def test_classify_is_quick_for_a_10_kb_user_agent(unit: str) -> None:
    agents._read.cache_clear()
    started = time.perf_counter()
    classify(unit * (10_240 // len(unit)), PUBLIC, forwarded=True)
    assert time.perf_counter() - started < 0.02  # 0.2 ms measured


def test_classify_looks_at_the_first_1000_characters_only() -> None:
    assert classify(CHROME + " " * 1_000 + "GPTBot/1.0", PUBLIC, forwarded=True) == HUMAN
    assert agents._read.cache_info().maxsize == agents.CACHED_USER_AGENTS


@given(st.text(max_size=200), st.one_of(st.text(max_size=60), st.ip_addresses().map(str)), st.booleans())
def test_classify_never_raises(user_agent: str, ip: str, forwarded: bool) -> None:
    found = classify(user_agent, ip, forwarded)
    assert found.visitor_type in {"human", "ai_agent", "bot"}
    assert (found.visitor_type == "human") == (found == HUMAN)
    assert bool(found.agent_purpose) == (found.visitor_type == "ai_agent")


@given(st.text(max_size=40), st.text(max_size=40))
def test_classify_finds_a_crawler_wherever_it_names_itself(before: str, after: str) -> None:
    found = classify(f"{before} (compatible; bingbot/2.0; {after}", PUBLIC, forwarded=False)
    assert found != HUMAN
    assert found != BOT or not before.isascii()
