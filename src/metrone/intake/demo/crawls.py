"""Programs that read the demo's site: AI agents, by whose operator and why, and bots. Told of by the site's own server."""

from random import Random

from metrone.intake.demo.moments import Moment, Person, Weighted, address_of, moment, spread
from metrone.intake.demo.scenery import ORIGIN, TITLES

_WEBKIT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; "

# User-Agent → pages that it reads in one go (the median), as their operators publish them.
AGENTS: Weighted[tuple[str, float]] = Weighted({
    (_WEBKIT + "GPTBot/1.2; +https://openai.com/gptbot)", 9): 3,
    (_WEBKIT + "ChatGPT-User/1.0; +https://openai.com/bot)", 1): 20,
    (_WEBKIT + "OAI-SearchBot/1.0; +https://openai.com/searchbot)", 3): 5,
    (_WEBKIT + "ClaudeBot/1.0; +claudebot@anthropic.com)", 8): 3,
    (_WEBKIT + "Claude-User/1.0; +Claude-User@anthropic.com)", 1): 7,
    (_WEBKIT + "PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)", 4): 4,
    (_WEBKIT + "Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)", 1): 8,
    ("Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)", 7): 1,
    (_WEBKIT + "Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot)", 3): 2,
    ("meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", 5): 1.5,
    ("CCBot/2.0 (https://commoncrawl.org/faq/)", 6): 0.7,
})  # fmt: skip
BOTS: Weighted[tuple[str, float]] = Weighted({
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 4): 5,
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 3): 3,
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 6): 1.5,
    ("Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", 1): 6,
})  # fmt: skip
PAGES = [page for page in TITLES if page not in {"/welcome", "/thanks", "/account", "/checkout"}]
GONE = ["/blog/old-pricing", "/docs/v1/api", "/careers"]
FETCHES_MAX = 40
PAUSE_SEC = 6.0


def crawl(random: Random, at: float, programs: Weighted[tuple[str, float]]) -> list[Moment]:
    """One program reading a few pages, some of which are gone."""
    user_agent, median = programs.pick(random)
    server = Person(address_of(random), "metrone-middleware/2.0.0", None)
    found = []
    for _ in range(1 if median == 1 else min(FETCHES_MAX, 1 + int(spread(random, median)))):
        is_gone = random.random() < 0.03
        page = random.choice(GONE if is_gone else PAGES)
        seen = {
            "agent_capture": "server",
            "status_code": 404 if is_gone else 200,
            "response_ms": int(spread(random, 60, 0.5)),
        }
        fields = {"page_url": ORIGIN + page, "user_agent": user_agent, "properties": seen}
        found.append(moment(at, server, "pageview", **fields))
        at += spread(random, PAUSE_SEC, 0.5)
    return found
