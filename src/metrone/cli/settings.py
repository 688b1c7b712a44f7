"""What `metrone doctor` says about the settings: values that cannot work together, names that nobody reads. Pure."""

import difflib
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from metrone.cli.finding import Finding, note, ok, wrong
from metrone.config import Config
from metrone.control.errors import Invalid
from metrone.control.mail import parse_relay
from metrone.web.address import parse_trusted

PREFIX = "METRONE_"
ALIKE = 0.85  # of 1: a slip of the finger or an s too few, and not just the common prefix
LEVELS = {"debug", "info", "warning", "error", "critical"}


def check_settings(config: Config, environ: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each thing that makes no sense, or one that says that all is well."""
    found = [*_unknown(environ), *_proxies(config), *_public_url(config), *_level(config), *_mail(config)]
    yield from found
    if not found:
        yield ok("settings", "they make sense together")


def _unknown(environ: Mapping[str, str]) -> Iterator[Finding]:
    known = {f"{PREFIX}{spec.name.upper()}" for spec in msgspec.structs.fields(Config)}
    for name in sorted(name for name in environ if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=ALIKE)
        if near:
            yield wrong("settings", f"the server does not know {name}", f"Did you mean {near[0]}?")
        else:
            yield note("settings", f"the server does not know {name}", "docs/settings.md lists those that it reads.")


def _proxies(config: Config) -> Iterator[Finding]:
    try:
        trusted = parse_trusted(config.trusted_proxies)
    except ValueError as error:
        yield wrong(
            "settings", f"METRONE_TRUSTED_PROXIES: {error}", "List addresses or networks: 10.0.0.0/8, 2001:db8::1."
        )
        return
    if any(network.prefixlen == 0 for network in trusted.networks):
        yield wrong(
            "settings",
            "METRONE_TRUSTED_PROXIES trusts everybody, so every visitor may choose an address",
            "List your proxies alone.",
        )
    if config.edge_headers and not trusted:
        yield wrong(
            "settings",
            "METRONE_EDGE_HEADERS is on, but no proxy is trusted to send them",
            "Set METRONE_TRUSTED_PROXIES to the edge network's addresses, or switch it off.",
        )


def _public_url(config: Config) -> Iterator[Finding]:
    if not config.public_url:
        if not _is_loopback(config.host):
            yield note(
                "settings",
                f"the server listens on {config.host}, and links are printed with that address",
                "Set METRONE_PUBLIC_URL to the address that browsers use.",
            )
        return
    url = urlsplit(config.public_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        yield wrong(
            "settings",
            f"METRONE_PUBLIC_URL is {config.public_url!r}",
            "Write it as https://data.example.com.",
        )
    elif url.scheme == "http" and not _is_loopback(url.hostname):
        yield wrong(
            "settings",
            "METRONE_PUBLIC_URL is plain http, so keys and sign-in links cross the network in the open",
            "Put a proxy with TLS in front and write https://.",
        )
    elif url.path.strip("/"):
        yield wrong(
            "settings", f"METRONE_PUBLIC_URL has the path {url.path}", "Serve from the root of a host of its own."
        )


def _level(config: Config) -> Iterator[Finding]:
    if config.log_level.lower() not in LEVELS:
        yield wrong("settings", f"METRONE_LOG_LEVEL is {config.log_level!r}", f"It takes {', '.join(sorted(LEVELS))}.")


def _mail(config: Config) -> Iterator[Finding]:
    if not config.smtp_url:
        return
    try:
        parse_relay(config.smtp_url)
    except Invalid as error:
        yield wrong("settings", "METRONE_SMTP_URL is no address of a mail server", str(error))
    if not config.mail_from:
        yield note("settings", "METRONE_MAIL_FROM is not set, so mail comes from an address that may not exist",
                   "Set it to an address that the mail server may send from.")  # fmt: skip
    if not config.public_url:
        yield note("settings", "mail holds links to the address that the server listens on",
                   "Set METRONE_PUBLIC_URL to the address that browsers use.")  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
