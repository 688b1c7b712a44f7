"""Builds and refreshes the data files of src/metrone/intake/data (its SOURCES.md says where each one comes from).

`country` copies the country database out of node_modules; `crawlers` and `ranges` derive our compact lists from their
upstream JSON; `breached` joins lists of breached passwords into src/metrone/control/data.
Deterministic: the same input gives the same file.
"""

import argparse
import gzip
import json
import re
import shutil
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

Network = IPv4Network | IPv6Network
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "src" / "metrone" / "intake" / "data"
COUNTRY_SOURCE = ROOT / "node_modules" / "@ip-location-db" / "geo-whois-asn-country-mmdb" / "geo-whois-asn-country.mmdb"
BREACHED = ROOT / "src" / "metrone" / "control" / "data" / "breached.txt.gz"
BREACHED_LENGTH_MIN = 4  # shorter words are in half of all passphrases

# Upstream patterns that are more than a plain text, as the texts that they stand for.
SPELLED_OUT = {
    "AdsBot-Google([^-]|$)": ["AdsBot-Google"],
    "(sistrix|SISTRIX) [cC]rawler": ["sistrix crawler"],
    "Ahrefs(Bot|SiteAudit)": ["AhrefsBot", "AhrefsSiteAudit"],
    r"BlogTraffic\/\d\.\d+ Feed-Fetcher": ["BlogTraffic/"],
    "Automaton|Newsify Feed Fetcher": ["Newsify Feed Fetcher"],
    "Chirp|gotosocial": ["gotosocial"],
    r"ContextualBot[\s\S]*outcomes\.net": ["ContextualBot"],
    "Netumo|netumo": ["Netumo"],
    r"(^| )sentry\/": ["sentry/"],
    r"(^| )PTST\/": ["PTST/"],
    "GoogleAssociationService$": ["GoogleAssociationService"],
    "SSL Labs$": ["SSL Labs"],
    r"yandex\.com\/bots": ["YandexBot", "yandex.com/bots"],
}
# Upstream patterns that also match people: in-app browsers, phones, editors with a browser pane, plain words.
MATCHES_PEOPLE = {
    r"Code\/1\.", r"Trae\/", "Fluid", "MetaIAB Facebook", r"AP3A\.240617\.008", r"mail\.ru", "coccoc", "Sogou",
    "Viber", r"Notion\/", r"PayPal\/", r"Tumblr\/", r"upday\/", r"Grammarly\/", "Goodreads", "Hello World",
    r"Bluesky\/",
    r"Current[\s\S]*RSS Reader", r"Spider[\s\S]*spider\.com", r"^Silk\/", r"Optimizer\)", r"Rigor\)", "Blackboard",
    "Butterfly", "Sonic", "Trove", "Fever", "Magellan", "Charlotte", "Adventurer", "speedy", "linko", "ds9", "Feedly",
    "YLT Chrome", "Current", r"Instapaper\/", r"Overcast\/", r"PocketCasts\/", "Podimo", "CapitalOneShopping",
    "FastmailUA", r"Operator\/", "NextCloud", "HappyWing", r"RED\/", r"008\/", r"Readable\/",
}  # fmt: skip
# Programs that send on behalf of somebody: their own User-Agent says nothing of the visitor.
SENDERS = {
    "Zapier", r"Make\/", r"Integromat\/", r"IFTTT\/", r"Stripe\/", "Shopify-Captain-Hook", r"Svix-Webhooks\/",
    "Zendesk Webhook", r"TwilioProxy\/", r"Retool\/", r"SFDC-Callout\/", r"Recurly Webhooks\/", "SendGrid Event API",
    "SparkPost", r"Klaviyo\/", "Bitbucket-Webhooks", "Cloudflare-Stream-Webhook", "Cloudflare-Stream-Hook",
    "Google-Apps-Script", "Mollie HTTP client", r"WordPress\/", "HubSpot", "Webflow", "Splunk", r"Snipcart\/",
    r"Omnisend\/", "AppEngine-Google", "MailChimp", "EasyCron", r"EasyCron\/", r"cron-job\.org", r"Trustly\/", "GoPay",
    r"Stape\/", "Indy Library", "Pcore-HTTP", r"Fetch\/",
}  # fmt: skip
# Tagged as HTTP libraries upstream, but made to crawl.
CRAWLING_LIBRARIES = {
    "HTTrack", "larbin", "Scrapy", "colly", "GoParserBot", "rawweb-bot", r"newspaper\/", "Download Ninja",
    "trafilatura", "phpcrawl", "SimpleCrawler", "crawler4j",
}  # fmt: skip
AUTOMATION = {"PhantomJS", "HeadlessChrome", "Playwright", "Puppeteer", "Selenium", "Ghost Inspector"}


def texts_of(pattern: str) -> list[str]:
    """The plain texts that an upstream pattern stands for. Raises ValueError for one that nobody has spelled out."""
    if pattern in SPELLED_OUT:
        return SPELLED_OUT[pattern]
    text = re.sub(r"\[(\w)\w\]", r"\1", pattern.removeprefix("^"))
    text = re.sub(r"\\([^\w])", r"\1", text).lstrip(" ;(").rstrip()
    if re.search(r"[\[\]|?*+^$\\]", text.replace("/+/", "").replace("(+", "")):
        raise ValueError(f"spell out the pattern {pattern!r}")
    return [text]


def class_of(entry: dict[str, object]) -> str:
    """crawler, automation or sender."""
    tags = entry.get("tags") or []
    if entry["pattern"] in AUTOMATION:
        return "automation"
    is_library = isinstance(tags, list) and "http-library" in tags and entry["pattern"] not in CRAWLING_LIBRARIES
    return "sender" if is_library or entry["pattern"] in SENDERS else "crawler"


def derive_crawlers(upstream: Path, target: Path) -> int:
    """crawlers.tsv from crawler-user-agents.json; gives the number of lines."""
    rows: dict[str, str] = {}
    for entry in json.loads(upstream.read_text()):
        if entry["pattern"] in MATCHES_PEOPLE:
            continue
        for text in texts_of(entry["pattern"]):
            rows.setdefault(text, class_of(entry))
    lines = sorted(f"{kind}\t{text}\n" for text, kind in rows.items() if len(text) >= 3)
    target.write_text("# class\ttext; derived by scripts/build_data.py, provenance in SOURCES.md\n" + "".join(lines))
    return len(lines)


def derive_ranges(upstream: Path, agents: Path, target: Path) -> int:
    """ranges.tsv from a mirror of the operators' published lists, for the agents we know; gives the number of lines."""
    names = {line.split("\t")[0].lower(): line.split("\t")[0] for line in agents.read_text().splitlines()[1:]}
    taken: list[Network] = []
    lines = []
    for source in json.loads(upstream.read_text())["sources"].values():
        if len(source["covers"]) == 1 and source["covers"][0] in names and source["covers"][0] != "applebot":
            agent = names[source["covers"][0]]
            for network in sorted(map(ip_network, source["ipv4"] + source["ipv6"]), key=lambda n: (n.version, n)):
                # Two agents of one operator share networks; the first keeps it, as the reader wants no overlaps.
                if not any(network.version == other.version and network.overlaps(other) for other in taken):
                    taken.append(network)
                    lines.append(f"{agent}\t{network}\n")
    head = "# agent\tnetwork that its operator publishes for it; derived by scripts/build_data.py, see SOURCES.md\n"
    target.write_text(head + "".join(lines))
    return len(lines)


def derive_breached(lists: list[Path], target: Path) -> int:
    """breached.txt.gz: the passwords of all lists (one a line, or quoted and separated by commas), in lower case, sorted."""
    words: set[str] = set()
    for path in lists:
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
        words |= {word.casefold() for word in re.split(r'[\n,"]+', text) if len(word) >= BREACHED_LENGTH_MIN}
    target.write_bytes(gzip.compress("".join(f"{word}\n" for word in sorted(words)).encode(), 9, mtime=0))
    return len(words)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("country", help="copy the country database from node_modules")
    commands.add_parser("crawlers", help="derive crawlers.tsv").add_argument("upstream", type=Path)
    commands.add_parser("ranges", help="derive ranges.tsv").add_argument("upstream", type=Path)
    commands.add_parser("breached", help="derive breached.txt.gz").add_argument("lists", type=Path, nargs="+")
    given = parser.parse_args()
    if given.command == "country":
        if not COUNTRY_SOURCE.exists():
            sys.exit(f"{COUNTRY_SOURCE.relative_to(ROOT)} is not there: run `npm ci` first")
        shutil.copyfile(COUNTRY_SOURCE, DATA / "country.mmdb")
    elif given.command == "crawlers":
        sys.stdout.write(f"{derive_crawlers(given.upstream, DATA / 'crawlers.tsv')} lines\n")
    elif given.command == "breached":
        sys.stdout.write(f"{derive_breached(given.lists, BREACHED)} lines\n")
    else:
        sys.stdout.write(f"{derive_ranges(given.upstream, DATA / 'agents.tsv', DATA / 'ranges.tsv')} lines\n")


if __name__ == "__main__":
    main()
