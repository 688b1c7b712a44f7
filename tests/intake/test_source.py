"""Where a visit came from: the rules of the table, and anything that a page may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.intake import source
from metrone.intake.source import CHANNELS, CLICK_IDS, DIRECT, RULES, Attribution, Site, Utm, attribute, site_of

HOST = "www.example.com"
NONE = Utm()
GOOGLE = "https://www.google.com/"

# referrer, query parameters, channel, referrer_domain
CASES: list[tuple[str, dict[str, str], str, str]] = [
    # no referrer, or the site's own
    ("", {}, "direct", ""),
    ("", {"page": "2"}, "direct", ""),
    ("https://www.example.com/other?utm_source=x", {}, "direct", ""),
    ("https://example.com/", {}, "direct", ""),
    ("javascript:alert(1)", {}, "direct", ""),
    ("not a url", {}, "direct", ""),
    # search
    (GOOGLE, {}, "organic_search", "google.com"),
    ("https://www.google.co.uk/search?q=secret", {}, "organic_search", "google.co.uk"),
    ("https://google.com.br/", {}, "organic_search", "google.com.br"),
    ("https://images.google.fr/", {}, "organic_search", "images.google.fr"),
    ("https://www.bing.com/", {}, "organic_search", "bing.com"),
    ("https://duckduckgo.com/", {}, "organic_search", "duckduckgo.com"),
    ("https://de.search.yahoo.com/", {}, "organic_search", "de.search.yahoo.com"),
    ("https://yandex.com.tr/", {}, "organic_search", "yandex.com.tr"),
    ("https://search.brave.com/", {}, "organic_search", "search.brave.com"),
    ("android-app://com.google.android.googlequicksearchbox/", {}, "organic_search", "google.com"),
    ("", {"utm_source": "google"}, "organic_search", ""),
    ("", {"utm_source": "Bing", "utm_medium": "Organic"}, "organic_search", ""),
    # looks like search and is not
    ("https://docs.google.com/document", {}, "referral", "docs.google.com"),
    ("https://google.evil.example/", {}, "referral", "google.evil.example"),
    ("https://notgoogle.com/", {}, "referral", "notgoogle.com"),
    ("https://google.com.evil.example/", {}, "referral", "google.com.evil.example"),
    ("https://finance.yahoo.com/", {}, "referral", "finance.yahoo.com"),
    # social, video
    ("https://l.facebook.com/l.php", {"fbclid": "x"}, "organic_social", "l.facebook.com"),
    ("", {"fbclid": "x"}, "organic_social", ""),
    ("https://t.co/abc", {}, "organic_social", "t.co"),
    ("https://www.linkedin.com/", {}, "organic_social", "linkedin.com"),
    ("https://news.ycombinator.com/item", {}, "organic_social", "news.ycombinator.com"),
    ("android-app://com.reddit.frontpage/", {}, "organic_social", "reddit.com"),
    ("", {"utm_source": "facebook"}, "organic_social", ""),
    ("", {"utm_source": "ig", "utm_medium": "social"}, "organic_social", ""),
    ("", {"utm_source": "any", "utm_medium": "social-media"}, "organic_social", ""),
    ("https://www.youtube.com/watch", {}, "organic_video", "youtube.com"),
    ("", {"utm_source": "tiktok"}, "organic_video", ""),
    # AI assistants
    ("https://chatgpt.com/", {}, "ai_assistants", "chatgpt.com"),
    ("https://chatgpt.com/", {"utm_source": "chatgpt.com"}, "ai_assistants", "chatgpt.com"),
    ("", {"utm_source": "chatgpt.com"}, "ai_assistants", ""),
    ("", {"utm_source": "openai", "utm_medium": "referral"}, "ai_assistants", ""),
    ("https://www.perplexity.ai/search", {}, "ai_assistants", "perplexity.ai"),
    ("https://claude.ai/chat", {}, "ai_assistants", "claude.ai"),
    ("https://gemini.google.com/", {}, "ai_assistants", "gemini.google.com"),
    ("https://copilot.microsoft.com/", {}, "ai_assistants", "copilot.microsoft.com"),
    ("android-app://com.openai.chatgpt/", {}, "ai_assistants", "chatgpt.com"),
    # shopping
    ("https://www.amazon.de/dp/1", {}, "organic_shopping", "amazon.de"),
    ("https://www.etsy.com/", {}, "organic_shopping", "etsy.com"),
    (GOOGLE, {"srsltid": "x"}, "organic_search", "google.com"),
    ("", {"srsltid": "x"}, "organic_shopping", ""),
    # paid
    (GOOGLE, {"gclid": "x"}, "paid_search", "google.com"),
    ("", {"gbraid": "x"}, "paid_search", ""),
    ("https://www.bing.com/", {"msclkid": "x"}, "paid_search", "bing.com"),
    ("", {"utm_source": "google", "utm_medium": "cpc"}, "paid_search", ""),
    ("", {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "workshop"}, "paid_search", ""),
    ("", {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "shopping_de"}, "paid_shopping", ""),
    ("", {"utm_source": "x.example", "utm_medium": "cpc", "gclid": "x"}, "paid_search", ""),
    ("", {"utm_source": "facebook", "utm_medium": "paid_social", "fbclid": "x"}, "paid_social", ""),
    ("", {"utm_source": "ig", "utm_medium": "ads"}, "paid_social", ""),
    ("", {"ttclid": "x"}, "paid_social", ""),
    ("", {"li_fat_id": "x"}, "paid_social", ""),
    ("", {"utm_source": "youtube", "utm_medium": "cpv"}, "paid_video", ""),
    ("", {"utm_source": "amazon", "utm_medium": "cpc"}, "paid_shopping", ""),
    ("", {"utm_source": "partner.example", "utm_medium": "cpc"}, "paid_other", ""),
    ("", {"utm_source": "x.example", "utm_medium": "unpaid"}, "campaign_other", ""),
    ("", {"utm_source": "google", "utm_medium": "display"}, "display", ""),
    ("", {"dclid": "x"}, "display", ""),
    # sent out
    ("", {"utm_source": "newsletter"}, "email", ""),
    ("", {"utm_source": "june", "utm_medium": "Email"}, "email", ""),
    ("https://mail.google.com/", {}, "email", "mail.google.com"),
    ("android-app://com.google.android.gm/", {}, "email", "mail.google.com"),
    ("", {"mc_cid": "x"}, "email", ""),
    ("", {"utm_source": "twilio", "utm_medium": "sms"}, "sms", ""),
    ("", {"utm_source": "onesignal"}, "push", ""),
    ("", {"utm_source": "show", "utm_medium": "podcast"}, "audio", ""),
    ("https://blog.example.org/", {"utm_source": "blog", "utm_medium": "affiliate"}, "affiliates", "blog.example.org"),
    ("", {"irclickid": "x"}, "affiliates", ""),
    # everything else
    ("https://blog.example.org/post?token=1", {}, "referral", "blog.example.org"),
    ("https://www.blog.example.org:8080/", {}, "referral", "blog.example.org:8080"),
    ("android-app://com.unknown.app/", {}, "referral", "com.unknown.app"),
    ("android-app://<script>/", {}, "direct", ""),
    ("", {"utm_source": "partner", "utm_medium": "referral"}, "referral", ""),
    ("", {"utm_source": "flyer", "utm_medium": "qr"}, "campaign_other", ""),
    ("", {"utm_campaign": "spring"}, "campaign_other", ""),
    ("https://blog.example.org/", {"utm_campaign": "spring"}, "campaign_other", "blog.example.org"),
    ("", {"utm_source": "free"}, "campaign_other", ""),
    ("", {"gclid": ""}, "direct", ""),
]  # fmt: skip


@pytest.mark.parametrize(("referrer", "params", "channel", "domain"), CASES)
def test_attribute_names_the_channel(referrer: str, params: dict[str, str], channel: str, domain: str) -> None:
    found = attribute(referrer, HOST, params, NONE)
    assert (found.channel, found.referrer_domain) == (channel, domain)
    assert found.traffic_source == CHANNELS[channel]


def test_every_channel_is_reached_by_a_case_and_a_rule() -> None:
    assert {channel for channel, _ in RULES} == set(CHANNELS)
    assert {channel for _, _, channel, _ in CASES} == set(CHANNELS)
    assert set(CLICK_IDS.values()) <= set(CHANNELS)
    assert set(CHANNELS.values()) == {"direct", "organic", "social", "referral", "campaign"}


def test_attribute_lets_given_tags_win_over_the_url() -> None:
    params = {"utm_source": "google", "utm_medium": "cpc", "utm_term": "shoes"}
    found = attribute("", HOST, params, Utm(source="newsletter", medium="email"))
    assert found == Attribution("campaign", "email", "", "newsletter", "email", "", "shoes")


def test_attribute_keeps_tags_as_written() -> None:
    found = attribute("", HOST, {"utm_source": "Google", "utm_medium": "CPC", "utm_campaign": "Été 2026"}, NONE)
    assert (found.utm_source, found.utm_medium, found.utm_campaign) == ("Google", "CPC", "Été 2026")
    assert found.channel == "paid_search"


def test_attribute_keeps_the_name_of_a_click_id_and_never_its_value() -> None:
    found = attribute("", HOST, {"gclid": "person-42"}, NONE)
    assert found.click_id == "gclid"
    assert "person-42" not in repr(found)


def test_attribute_keeps_the_tags_of_a_link_within_the_site() -> None:
    found = attribute(f"https://{HOST}/", HOST, {"utm_source": "banner", "utm_medium": "display"}, NONE)
    assert (found.channel, found.referrer_domain) == ("display", "")


def test_attribute_compares_hosts_whatever_the_case_and_www() -> None:
    assert attribute("https://EXAMPLE.com:443/", "www.example.com", {}, NONE) == DIRECT
    assert attribute("http://localhost:3000/", "localhost:3000", {}, NONE) == DIRECT
    assert attribute("http://localhost:3000/", "localhost:4000", {}, NONE).channel == "referral"
    assert attribute("https://blog.example.com/", "example.com", {}, NONE).channel == "referral"


def test_attribute_cleans_and_bounds_tags() -> None:
    found = attribute("", HOST, {"utm_source": "a\x00b\n" + "x" * 999}, Utm(medium="\ud800m"))
    assert found.utm_source == "ab" + "x" * (source.LONGEST_TAG - 2)
    assert found.utm_medium == "m"


SITES = [
    ("facebook.com", Site("social", "Facebook")),
    ("m.facebook.com", Site("social", "Facebook")),
    ("WWW.Google.DE", Site("search", "Google")),
    ("google.co.jp:443", Site("search", "Google")),
    ("naver.com", Site("search", "Naver")),
    ("www.naver.com", Site("search", "Naver")),
    ("blog.naver.com", Site()),
    ("mail.yandex.ru", Site("email", "Yandex Mail")),
    ("youtube.com.", Site("video", "YouTube")),
    ("com", Site()),
    ("", Site()),
    (".", Site()),
    (".".join("a" * 100), Site()),
]


@pytest.mark.parametrize(("host", "expected"), SITES)
def test_site_of_finds_the_longest_listed_parent(host: str, expected: Site) -> None:
    assert site_of(host) == expected


def test_caches_are_bounded() -> None:
    for cached in (site_of, source._attribute, source._kind_of_source):
        assert cached.cache_info().maxsize is not None


TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Z", "C")), max_size=60)
NAMES = st.sampled_from([*CLICK_IDS, "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "q"])


@given(
    st.one_of(TEXT, TEXT.map("https://{}".format), TEXT.map("android-app://{}".format)),
    TEXT,
    st.dictionaries(NAMES, TEXT, max_size=4),
    st.builds(Utm, TEXT, TEXT, TEXT, TEXT, TEXT),
)
def test_attribute_never_raises_and_stays_in_the_closed_lists(
    referrer: str, host: str, params: dict[str, str], given_tags: Utm
) -> None:
    found = attribute(referrer, host, params, given_tags)
    assert CHANNELS[found.channel] == found.traffic_source
    assert found.click_id in {"", *CLICK_IDS}
    for text in (found.referrer_domain, found.utm_source, found.utm_medium, found.utm_campaign, found.utm_term):
        text.encode("utf-8")
        assert len(text) <= source.LONGEST_TAG


@given(st.dictionaries(NAMES, TEXT, max_size=4))
def test_attribute_gives_the_same_again_from_its_cache(params: dict[str, str]) -> None:
    first = attribute(GOOGLE, HOST, params, NONE)
    source._attribute.cache_clear()
    assert attribute(GOOGLE, HOST, params, NONE) == first
