"""What a User-Agent says of the browser, the operating system and the kind of device. Pure; who is a bot is decided in
agents, and the User-Agent itself goes no further than here.
"""

from dataclasses import dataclass
from functools import lru_cache

from ua_parser import OS, Domain, UserAgent, load_lazy_builtins
from ua_parser.regex import Resolver  # the Rust engine: a missing wheel fails here, never falls back to Python (24 ms)

LONGEST_USER_AGENT = 1_000  # characters; real ones are under 600, and the time to parse grows with the length
LONGEST_NAME = 64  # characters; some families are cut out of the text itself, so a hostile one could be any length
LONGEST_VERSION = 16
CACHED_USER_AGENTS = 10_000  # at most 10 MB of ASCII keys

# ua-parser's family → the name on the screen, where they differ. Web views that name no app get the names that
# marketers know from other tools.
BROWSERS = {
    "Other": "", "Chrome Mobile": "Chrome", "Chrome Mobile iOS": "Chrome", "HeadlessChrome": "Chrome",
    "Chrome Mobile WebView": "Android WebView", "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari (in-app)",
    "WebKit Nightly": "Safari", "Firefox Mobile": "Firefox", "Firefox iOS": "Firefox", "Firefox Beta": "Firefox",
    "Edge Mobile": "Edge", "IE": "Internet Explorer", "IE Mobile": "Internet Explorer",
    "IE Large Screen": "Internet Explorer", "Opera Mobile": "Opera", "Opera Tablet": "Opera", "OperaMobile": "Opera",
    "Android": "Android Browser", "DuckDuckGo Mobile": "DuckDuckGo", "UC Browser Mobile": "UC Browser",
    "QQ Browser Mobile": "QQ Browser", "QQ Browser Mini": "QQ Browser", "Baidu Browser Mobile": "Baidu Browser",
    "MiuiBrowser": "MIUI Browser", "Yandex Browser Mobile": "Yandex Browser", "Brave Mobile": "Brave",
    "Google": "Google app", "Snapchat Mobile": "Snapchat",
}  # fmt: skip
SYSTEMS = {
    "Other": "", "Mac OS X": "macOS", "Mac OS": "macOS", "ATV OS X": "tvOS", "WatchOS": "watchOS",
    "Chromecast Android": "Android", "Chromecast Linux": "Linux", "Chromecast": "Linux",
    "Windows Mobile": "Windows Phone",
}  # fmt: skip
LINUX_FAMILIES = frozenset(
    {
        "Linux", "Ubuntu", "Kubuntu", "Debian", "Fedora", "Linux Mint", "Arch Linux", "CentOS", "Red Hat", "SUSE",
        "Gentoo", "Kali", "Mandriva", "Slackware", "PCLinuxOS", "Mageia", "Puppy", "VectorLinux", "Lupuntu", "Lindows",
        "Lubuntu",
    }
)  # fmt: skip
DESKTOPS = frozenset({"Windows", "macOS", "Linux", "Chrome OS", "FreeBSD", "OpenBSD", "NetBSD", "Solaris", "Haiku"})

# The first line of which one text is in the lower-case User-Agent decides; most specific first.
DEVICE_TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("console", ("playstation", "xbox", "nintendo")),
    ("tv", (
        "smart-tv", "smarttv", "smart tv", "appletv", "apple tv", "googletv", "google tv", "android tv", "hbbtv", "netcast",
        "netrange", "web0s", "webos.tv", "roku", "bravia", "viera", "aquos", "crkey", "; aft", "tizen tv", "tv safari",
        "tvos", "opera tv", "philipstv", "dtv", "mibox", "mitv", "shield android",
    )),
    ("other", (
        "oculusbrowser", "quest ", "watch os", "watchos", "wear os", "qtcarbrowser", "tesla/", "apple watch", "vision pro",
    )),
    ("tablet", (
        "ipad", "playbook", "kindle", "silk-accelerated", "; sm-t", "tablet;", "tablet)", "android tablet", "xoom",
    )),
    ("mobile", (
        "iphone", "ipod", "mobile", "mobi ", "mobi/", "windows phone", "blackberry", "bb10", "kaios", "opera mini",
        "symbian", "j2me", "midp", "iemobile", "webos/", "fennec",
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Client:
    """Names as people say them, '' where unknown; versions are the major number alone.

    `device_type` is desktop, mobile, tablet, tv, console, other or ''.
    """

    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    device_type: str = ""


UNKNOWN = Client()


def parse_client(user_agent: str) -> Client:
    """The client behind a User-Agent of any length and content; the part after 1,000 characters is not looked at."""
    return _parse(user_agent[:LONGEST_USER_AGENT])


@lru_cache(maxsize=1)
def _engine() -> Resolver:
    return Resolver(load_lazy_builtins())


@lru_cache(maxsize=CACHED_USER_AGENTS)
def _parse(user_agent: str) -> Client:
    if not user_agent or not user_agent.isprintable():
        # The engine takes valid UTF-8 only (a lone surrogate raises), and no browser sends a control character.
        user_agent = "".join(c for c in user_agent if c.isprintable())
    if not user_agent:
        return UNKNOWN
    found = _engine()(user_agent, Domain.USER_AGENT | Domain.OS)
    lower = user_agent.lower()
    browser, browser_version = _browser(found.user_agent)
    system, system_version = _system(found.os, lower)
    return Client(browser, browser_version, system, system_version, _device_type(lower, system))


def _browser(found: UserAgent | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    name = BROWSERS.get(found.family, found.family)[:LONGEST_NAME]
    return name, (found.major or "")[:LONGEST_VERSION] if name else ""


def _system(found: OS | None, lower: str) -> tuple[str, str]:
    if found is None:
        return "", ""
    if found.family in LINUX_FAMILIES:
        return "Linux", ""  # a distribution's number beside the name Linux would be read as the kernel's
    name = SYSTEMS.get(found.family, found.family)[:LONGEST_NAME]
    version = (found.major or "")[:LONGEST_VERSION]
    if name == "iOS" and "ipad" in lower and version.isdecimal() and int(version) >= 13:
        name = "iPadOS"  # the name that Apple gave the tablets' system from version 13 on
    return name, version if name else ""


def _device_type(lower: str, system: str) -> str:
    for device_type, texts in DEVICE_TEXTS:
        if any(text in lower for text in texts):
            return device_type
    if system == "Android":
        return "tablet"  # phones say "Mobile" (developer.chrome.com/docs/multidevice/user-agent), tablets do not
    return "desktop" if system in DESKTOPS else ""
