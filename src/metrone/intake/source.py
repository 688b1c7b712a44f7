"""Where a visit came from: the channel, by the first rule of RULES that matches, and the traffic source it rolls up to.

Pure. The sites are data (data/sites.tsv, provenance in data/SOURCES.md); a click id's value is never kept, only which
advertiser's it was, since the value identifies one click of one person.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from metrone.intake.url import clean_text, host_of

SITES_FILE = Path(__file__).parent / "data" / "sites.tsv"
CACHED_HOSTS = 20_000
CACHED_ORIGINS = 8_192
LONGEST_REFERRER = 1_000  # characters looked at; the host stands in the first 300, so the cache stays under 10 MB
LONGEST_TAG = 255  # characters of a stored UTM value

# Every channel and the traffic source that it counts in (metrics.md, "traffic source"). Whatever somebody paid for,
# sent out or tagged is a campaign. Videos are watched where people follow each other, so they are social; a shop's
# listing is a search result among products, so it is organic; AI assistants link to what they read, so they refer.
CHANNELS: Mapping[str, str] = {
    "direct": "direct",
    "organic_search": "organic",
    "organic_shopping": "organic",
    "organic_social": "social",
    "organic_video": "social",
    "ai_assistants": "referral",
    "referral": "referral",
    "paid_search": "campaign",
    "paid_social": "campaign",
    "paid_video": "campaign",
    "paid_shopping": "campaign",
    "paid_other": "campaign",
    "display": "campaign",
    "email": "campaign",
    "affiliates": "campaign",
    "sms": "campaign",
    "push": "campaign",
    "audio": "campaign",
    "campaign_other": "campaign",
}

# Query parameter that an advertiser or sender adds to a link → the channel it tells. fbclid and igshid are on every
# link that leaves Facebook and Instagram, ads or not; srsltid is on Google's unpaid product
# listings, and by now on plain results too, so a search engine as the referrer wins over it.
CLICK_IDS: Mapping[str, str] = {
    "gclid": "paid_search", "gbraid": "paid_search", "wbraid": "paid_search", "gad_source": "paid_search",
    "dclid": "display", "msclkid": "paid_search", "yclid": "paid_search", "ttclid": "paid_social",
    "twclid": "paid_social", "li_fat_id": "paid_social", "rdt_cid": "paid_social", "sccid": "paid_social",
    "fbclid": "organic_social", "igshid": "organic_social", "igsh": "organic_social", "epik": "organic_social",
    "srsltid": "organic_shopping", "irclickid": "affiliates", "cjevent": "affiliates", "awc": "affiliates",
    "tblci": "display", "dicbo": "display", "mc_cid": "email", "mc_eid": "email", "_hsenc": "email", "_kx": "email",
}  # fmt: skip

# Apps send android-app://PACKAGE/… as the referrer; the site that each stands for.
ANDROID_APPS: Mapping[str, str] = {
    "com.google.android.googlequicksearchbox": "google.com", "com.google.android.apps.searchlite": "google.com",
    "com.google.android.gm": "mail.google.com", "com.google.android.gm.lite": "mail.google.com",
    "com.google.android.youtube": "youtube.com", "com.google.android.apps.magazines": "news.google.com",
    "com.google.android.apps.bard": "gemini.google.com", "com.microsoft.bing": "bing.com",
    "com.microsoft.copilot": "copilot.microsoft.com", "com.microsoft.office.outlook": "outlook.live.com",
    "com.yahoo.mobile.client.android.mail": "mail.yahoo.com", "com.duckduckgo.mobile.android": "duckduckgo.com",
    "com.facebook.katana": "facebook.com", "com.facebook.lite": "facebook.com", "com.facebook.orca": "messenger.com",
    "com.instagram.android": "instagram.com", "com.instagram.barcelona": "threads.com", "com.twitter.android": "x.com",
    "com.linkedin.android": "linkedin.com", "com.reddit.frontpage": "reddit.com", "com.pinterest": "pinterest.com",
    "com.zhiliaoapp.musically": "tiktok.com", "com.snapchat.android": "snapchat.com", "com.whatsapp": "whatsapp.com",
    "org.telegram.messenger": "telegram.org", "com.slack": "slack.com", "com.discord": "discord.com",
    "com.openai.chatgpt": "chatgpt.com", "com.anthropic.claude": "claude.ai",
    "ai.perplexity.app.android": "perplexity.ai",
}  # fmt: skip

# Short names that people put into utm_source, beside every site's own name and domain.
SOURCE_ALIASES: Mapping[str, str] = {
    "fb": "social", "ig": "social", "insta": "social", "twitter": "social", "meta": "social", "threads": "social",
    "x": "social", "li": "social", "yt": "video", "openai": "ai", "chat-gpt": "ai", "anthropic": "ai", "gpt": "ai",
    "bingchat": "ai", "adwords": "search", "googleads": "search", "google-ads": "search", "google_ads": "search",
    "bingads": "search", "ddg": "search", "newsletter": "email", "email": "email", "e-mail": "email",
    "e_mail": "email", "mail": "email", "mailing": "email", "mailchimp": "email", "sendgrid": "email",
    "klaviyo": "email", "brevo": "email", "sendinblue": "email", "convertkit": "email", "beehiiv": "email",
    "activecampaign": "email", "customer.io": "email", "gmail": "email", "sms": "sms", "push": "push",
    "firebase": "push", "onesignal": "push", "froogle": "shopping", "spotify": "audio", "podcast": "audio",
}  # fmt: skip
# First labels and names of listed sites that are ordinary words, so as a bare utm_source they tell nothing.
ORDINARY_WORDS = frozenset(
    {
        "ask", "dai", "disq", "duck", "excite", "free", "front", "hey", "kick", "last", "line", "loom", "mas", "medium",
        "meta", "orange", "otto", "pin", "poe", "search", "shop", "sky", "slack", "terra", "threads", "wow", "yep", "you",
    }
)  # fmt: skip

PAID = re.compile(
    r"cpc|ppc|cpm|cpv|cpa|cpp|paid.*|.*[-_ ](?:paid|cpc|ppc)|(?:cpc|ppc)[-_ ].*|retargeting|remarketing|sem|ads?"
)
SHOP_CAMPAIGN = re.compile(r"(?:^|[^a-df-z])shop|shopping")  # a shop, not a bishop or a workshop; as in GA4's rule
MEDIUM_CHANNELS: Mapping[str, frozenset[str]] = {
    "email": frozenset({"email", "e-mail", "e_mail", "e mail", "newsletter", "mail"}),
    "affiliates": frozenset({"affiliate", "affiliates", "partner"}),
    "display": frozenset({"display", "banner", "expandable", "interstitial", "cpm"}),
    "sms": frozenset({"sms", "text", "mms"}),
    "push": frozenset({"push", "web-push", "webpush", "web_push", "notification", "mobile"}),
    "audio": frozenset({"audio", "podcast"}),
    "organic_social": frozenset(
        {"social", "social-network", "social-media", "social_media", "sm", "social network", "social media"}
    ),
    "organic_video": frozenset({"video"}),
    "organic_search": frozenset({"organic", "seo"}),
    "referral": frozenset({"referral", "link", "app"}),
}


@dataclass(frozen=True, slots=True)
class Utm:
    """The five campaign tags, '' where absent."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    term: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is known to send visitors: its kind (ai, search, social, video, shopping, email, or '') and its
    name.
    """

    kind: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is stored of a visit's origin; `click_id` is the name of the parameter ("gclid"), never its value."""

    traffic_source: str = "direct"
    channel: str = "direct"
    referrer_domain: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    click_id: str = ""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the rules look at, in lower case. `kind` is the tagged source's, else the referrer's."""

    kind: str
    source: str
    medium: str
    campaign: str
    click_channel: str
    referrer_domain: str

    @property
    def is_paid(self) -> bool:
        return PAID.fullmatch(self.medium) is not None

    @property
    def is_shop(self) -> bool:
        return self.kind == "shopping" or SHOP_CAMPAIGN.search(self.campaign) is not None

    @property
    def is_tagged(self) -> bool:
        return bool(self.source or self.medium or self.campaign)


# Read from the top; the first that holds decides. What a tag says of payment comes first, then the advertiser's click
# id (auto-tagged links carry no medium), then the kind of medium, then the kind of site.
RULES: tuple[tuple[str, Callable[[_Evidence], bool]], ...] = (
    ("display", lambda e: e.medium in MEDIUM_CHANNELS["display"]),
    ("paid_shopping", lambda e: e.is_paid and e.is_shop),
    ("paid_search", lambda e: e.is_paid and e.kind == "search"),
    ("paid_social", lambda e: e.is_paid and e.kind == "social"),
    ("paid_video", lambda e: e.is_paid and e.kind == "video"),
    ("paid_other", lambda e: e.is_paid and not e.click_channel.startswith("paid_")),
    ("paid_search", lambda e: e.click_channel == "paid_search"),
    ("paid_social", lambda e: e.click_channel == "paid_social"),
    ("display", lambda e: e.click_channel == "display"),
    ("affiliates", lambda e: e.click_channel == "affiliates" or e.medium in MEDIUM_CHANNELS["affiliates"]),
    ("email", lambda e: e.medium in MEDIUM_CHANNELS["email"]),
    ("sms", lambda e: e.medium in MEDIUM_CHANNELS["sms"] or e.kind == "sms"),
    ("push", lambda e: e.medium in MEDIUM_CHANNELS["push"] or e.kind == "push"),
    ("audio", lambda e: e.medium in MEDIUM_CHANNELS["audio"] or e.kind == "audio"),
    ("ai_assistants", lambda e: e.kind == "ai"),
    ("email", lambda e: e.kind == "email"),
    ("organic_shopping", lambda e: e.kind == "shopping"),
    ("organic_video", lambda e: e.kind == "video" or e.medium in MEDIUM_CHANNELS["organic_video"]),
    ("organic_social", lambda e: e.kind == "social" or e.medium in MEDIUM_CHANNELS["organic_social"]),
    ("email", lambda e: e.click_channel == "email"),
    ("organic_search", lambda e: e.kind == "search" or e.medium in MEDIUM_CHANNELS["organic_search"]),
    ("organic_shopping", lambda e: e.click_channel == "organic_shopping"),
    ("organic_social", lambda e: e.click_channel == "organic_social"),
    ("referral", lambda e: e.medium in MEDIUM_CHANNELS["referral"]),
    ("campaign_other", lambda e: e.is_tagged),
    ("referral", lambda e: bool(e.referrer_domain)),
    ("direct", lambda e: True),
)
DIRECT = Attribution()
NO_TAGS = Utm()


def attribute(referrer: str, page_host: str, params: Mapping[str, str], given: Utm) -> Attribution:
    """The origin of a visit to `page_host`, from the referrer's URL, the page's query parameters and the tags given
    with the event, which win over the URL's. A referrer on the page's own host is none.
    """
    is_plain = not params and given == NO_TAGS
    if is_plain and not referrer:
        return DIRECT
    tags = NO_TAGS if is_plain else _tags(params, given)
    click_id = next((name for name in CLICK_IDS if params.get(name)), "") if params else ""
    return _attribute(referrer[:LONGEST_REFERRER], page_host, tags, click_id)


@lru_cache(maxsize=CACHED_ORIGINS)
def _attribute(referrer: str, page_host: str, tags: Utm, click_id: str) -> Attribution:
    domain = _referrer_domain(referrer, page_host) if referrer else ""
    source = tags.source.lower()
    evidence = _Evidence(
        kind=_kind_of_source(source) if source else site_of(domain).kind,
        source=source,
        medium=tags.medium.lower(),
        campaign=tags.campaign.lower(),
        click_channel=CLICK_IDS.get(click_id, ""),
        referrer_domain=domain,
    )
    channel = next(channel for channel, holds in RULES if holds(evidence))
    return Attribution(
        CHANNELS[channel], channel, domain, tags.source, tags.medium, tags.campaign, tags.term, tags.content, click_id
    )


@lru_cache(maxsize=CACHED_HOSTS)
def site_of(host: str) -> Site:
    """The known site that a host belongs to: itself, or the longest parent that is listed; Site() when there is
    none.
    """
    name = host.partition(":")[0].removesuffix(".").lower()
    exact = _SITES.exact.get(_bare(name)) or _SITES.families.get(_family_of(name))
    labels = name.split(".")
    parents = (_SITES.parents.get(".".join(labels[at:])) for at in range(max(0, len(labels) - 6), len(labels) - 1))
    return exact or next((site for site in parents if site), Site())


def _tags(params: Mapping[str, str], given: Utm) -> Utm:
    return Utm(
        _tag(given.source, "utm_source", params),
        _tag(given.medium, "utm_medium", params),
        _tag(given.campaign, "utm_campaign", params),
        _tag(given.term, "utm_term", params),
        _tag(given.content, "utm_content", params),
    )


def _tag(given: str, name: str, params: Mapping[str, str]) -> str:
    return clean_text(given or params.get(name, ""))[:LONGEST_TAG]


def _referrer_domain(referrer: str, page_host: str) -> str:
    if referrer[:14].lower() == "android-app://":
        package = clean_text(referrer[14 : 14 + LONGEST_TAG]).partition("/")[0].lower()
        return ANDROID_APPS.get(package, package if re.fullmatch(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+", package) else "")
    domain = _bare(host_of(referrer))
    return "" if domain == _bare(page_host.lower()) else domain


def _bare(host: str) -> str:
    return host.removeprefix("www.")


@lru_cache(maxsize=CACHED_HOSTS)
def _kind_of_source(source: str) -> str:
    """The kind of site or medium behind a lower-case utm_source such as google, chatgpt.com or newsletter."""
    if source in _SITES.names:
        return _SITES.names[source]
    return site_of(host_of(source) or source).kind if "." in source else ""


COUNTRY_DOMAIN = re.compile(r"\.(?:com|[a-z]{2}|com?\.[a-z]{2})$")


def _family_of(host: str) -> str:
    """google.co.uk → "google", images.google.fr → "images.google": the part before a country's domain, else ''."""
    return COUNTRY_DOMAIN.sub("", host) if COUNTRY_DOMAIN.search(host) else ""


@dataclass(frozen=True, slots=True)
class _Sites:
    exact: Mapping[str, Site]
    parents: Mapping[str, Site]
    families: Mapping[str, Site]
    names: Mapping[str, str]


def _load_sites(file: Path) -> _Sites:
    exact: dict[str, Site] = {}
    parents: dict[str, Site] = {}
    families: dict[str, Site] = {}
    names: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, name, hosts = line.split("\t")
        names.setdefault(name.lower(), kind)
        for host in hosts.split():
            if host.startswith("="):
                exact[host[1:]] = Site(kind, name)
            elif host.endswith(".{}"):
                families[host.removesuffix(".{}")] = Site(kind, name)
            else:
                parents[host] = Site(kind, name)
            label, _, rest = host.lstrip("=").partition(".")
            if "." not in rest and len(label) > 2:
                names.setdefault(label, kind)  # "facebook" for facebook.com
    known = {name: kind for name, kind in names.items() if name not in ORDINARY_WORDS}
    return _Sites(exact, parents, families, known | dict(SOURCE_ALIASES))


_SITES = _load_sites(SITES_FILE)
