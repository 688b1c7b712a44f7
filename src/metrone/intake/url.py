"""Takes page URLs and referrers apart and keeps what may be stored: host and path, never credentials, a query string
or a fragment. Pure; nothing here raises, whatever the text.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_plus

LONGEST_URL = 8_192  # characters looked at; browsers and proxies cut earlier
LONGEST_PATH = 2_000  # characters stored
LONGEST_HOST = 253  # RFC 1035, 2.3.4
LONGEST_VALUE = 512  # characters of one query parameter
CACHED_PAGES = 4_096  # at most 32 MB, were every URL of the longest kind
MOST_PARAMS = 200  # a tagged URL has about twenty

SCHEMES = {"http": ":80", "https": ":443"}
# What no stored text may hold: control characters (browsers drop them from URLs too, url.spec.whatwg.org) and lone
# surrogates, which cannot be written as UTF-8.
UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
AUTHORITY_END = re.compile(r"[/\\?#]")
# Letters of any script (internationalised names arrive as they are), or an IPv6 address in brackets; then a port.
HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
HOST_ANY_SCRIPT = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class PageUrl:
    """Where a page is. `host` is '' unless the URL was http(s); `path` starts with / or is ''; `params` has lower-case
    names, the first value of each name, decoded.
    """

    host: str = ""
    path: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    host: str
    path: str
    query: str
    fragment: str


@lru_cache(maxsize=CACHED_PAGES)
def split_page(page_url: str, page_path: str) -> PageUrl:
    """The page behind an event's `page_url` and `page_path`, either of which may be '' or nonsense.

    A given path wins over the URL's. A hash route (#/… or #!/…) is part of the path; every other fragment and each
    query string is dropped, after its parameters were read.
    """
    given = _split_path(page_path) if page_path else None
    sources = [parts for parts in (_split(page_url), given) if parts is not None]
    host = next((parts.host for parts in sources if parts.host), "")
    params: dict[str, str] = {}
    for source in sources:
        if source.query:
            _read_params(source.query, params)
        if "?" in source.fragment:
            _read_params(source.fragment.partition("?")[2], params)
    path = _stored_path(sources[-1]) if sources else ""
    return PageUrl(host, path, params)


@lru_cache(maxsize=CACHED_PAGES)
def clean_url(url: str) -> str:
    """Scheme, host and path of an http(s) URL, at most 2,000 characters; '' for anything else (javascript:, data:,
    …).
    """
    parts = _split(url)
    if parts is None or not parts.host:
        return ""
    return f"{parts.scheme}://{parts.host}{parts.path or '/'}"[:LONGEST_PATH]


def clean_text(text: str) -> str:
    """The text without control characters, lone surrogates and outer blanks."""
    return (text if text.isprintable() else UNWANTED.sub("", text)).strip()


def host_of(url: str) -> str:
    """The host of an http(s) URL, in lower case, with a port only where it is not the scheme's own; else ''."""
    parts = _split(url)
    return parts.host if parts else ""


def _split(url: str) -> _Parts | None:
    """An http(s) URL, or a path that starts with /, in its parts; None for anything else."""
    text = clean_text(url[:LONGEST_URL])
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in SCHEMES or rest[:2] not in {"//", "\\\\", "/\\", "\\/"}:
        return _split_path(text) if text.startswith("/") and not text.startswith("//") else None
    rest = rest[2:]
    end = AUTHORITY_END.search(rest)  # a backslash ends it too, as in every browser: https://evil.example\@good.example
    at = end.start() if end else len(rest)
    host = _host(rest[:at], SCHEMES[scheme])
    return _split_tail(scheme, host, rest[at:]) if host else None


def _split_path(text: str) -> _Parts:
    text = clean_text(text[:LONGEST_URL])
    if text[:8].lower().startswith(("http://", "https://")):
        return _split(text) or _Parts("", "", "", "", "")
    return _split_tail("", "", text)


def _split_tail(scheme: str, host: str, tail: str) -> _Parts:
    before, _, fragment = tail.partition("#")
    path, _, query = before.partition("?")
    return _Parts(scheme, host, path.replace("\\", "/"), query, fragment)


def _host(authority: str, own_port: str) -> str:
    host = authority.rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    if colon and not port:
        host = name
    host = host.removesuffix(own_port)
    name, dot, port = host.partition(".:")
    host = f"{name}:{port}" if dot else host.removesuffix(".")
    if len(host) > LONGEST_HOST:
        return ""
    return host if (HOST if host.isascii() else HOST_ANY_SCRIPT).fullmatch(host) else ""


def _stored_path(parts: _Parts) -> str:
    path = parts.path or "/"
    if not path.startswith("/"):
        path = f"/{path}"
    if parts.fragment.startswith(("/", "!/")):
        path = f"{path}#{parts.fragment.partition('?')[0]}"
    return path[:LONGEST_PATH]


def _read_params(query: str, into: dict[str, str]) -> None:
    for pair in query.split("&", MOST_PARAMS)[:MOST_PARAMS]:
        name, _, value = pair.partition("=")
        if name and len(name) <= LONGEST_VALUE:
            value = clean_text(unquote_plus(value[: LONGEST_VALUE * 3]))[:LONGEST_VALUE]
            into.setdefault(clean_text(unquote_plus(name)).lower(), value)
