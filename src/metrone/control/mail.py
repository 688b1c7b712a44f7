"""Mail goes out: plain text by the SMTP server of the settings, over TLS. Knows no letter and no user."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from metrone.config import Config
from metrone.control.errors import Invalid, Unavailable

TIMEOUT_SEC = 20
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Relay:
    """The SMTP server. `is_near` where it runs on this machine, and so may do without TLS."""

    host: str
    port: int
    is_tls: bool
    is_near: bool
    user: str
    password: str = field(repr=False)


def parse_relay(smtp_url: str) -> Relay:
    """The server that METRONE_SMTP_URL names. Raises Invalid."""
    advice = "METRONE_SMTP_URL takes smtp://user:password@host:587 or smtps://user:password@host:465."
    try:
        url = urlsplit(smtp_url)
        port = url.port
    except ValueError:
        raise Invalid("smtp_url", advice) from None
    if url.scheme not in _PORTS or not url.hostname:
        raise Invalid("smtp_url", advice)
    return Relay(
        host=url.hostname,
        port=port or _PORTS[url.scheme],
        is_tls=url.scheme == "smtps",
        is_near=_is_near(url.hostname),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )


def send_letter(config: Config, letter: Letter) -> None:
    """Hand the letter to the SMTP server. Blocks, for as long as 20 seconds. Raises Unavailable, and Invalid for settings."""
    relay = parse_relay(config.smtp_url)
    message = EmailMessage()
    message["From"] = config.mail_from or f"metrone@{relay.host}"
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=relay.host)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office note comes back
    message.set_content(letter.text)
    try:
        with _connect(relay) as server:
            if relay.user:
                server.login(relay.user, relay.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # The server's own words may hold the address, so only the kind of trouble is told.
        raise Unavailable(f"The mail server did not take a message ({type(error).__name__}).") from None


def _connect(relay: Relay) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if relay.is_tls:
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=TIMEOUT_SEC, context=context)
    server = smtplib.SMTP(relay.host, relay.port, timeout=TIMEOUT_SEC)
    server.ehlo_or_helo_if_needed()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    elif not relay.is_near:
        server.close()
        raise smtplib.SMTPNotSupportedError("no STARTTLS")
    return server


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
