"""The signature algorithms of the platforms: each a function (delivery, secret, now) → Verdict. `now` is epoch seconds.

A malformed header is "invalid", never an exception. Comparisons take constant time. The age of a signature is told only
once the signature itself is right.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from metrone.webhooks.bodies import form_pairs
from metrone.webhooks.delivery import Delivery, Verdict

WINDOW_SEC = 300

Check = Callable[[Delivery, str, float], Verdict]

GENUINE = Verdict("verified")
_WORST_FIRST = ("missing", "invalid", "expired")
_TIMESTAMP = re.compile(r"\d{1,13}")
_RETELL = re.compile(r"v=(\d{1,16}),d=([0-9a-f]{64})")
_HEX = re.compile(r"[0-9a-fA-F]{40,128}")
_HIGH_ESCAPES = re.compile(r"(?:%[89a-fA-F][0-9a-fA-F])+")
_DEFAULT_PORT = {"https": ":443", "http": ":80"}
_AUTHORITY = re.compile(r"(https?)://([^/?#]*)(.*)", re.DOTALL)
_HEX_HASHES = {40: hashlib.sha1, 64: hashlib.sha256, 128: hashlib.sha512}


def verify(checks: Iterable[Check], delivery: Delivery, secrets: Iterable[str], now: float) -> Verdict:
    """The verdict over all ways to prove a delivery and all active secrets: one that fits is enough."""
    told = Verdict("unverified", "No secret is configured for this endpoint.")
    worst = len(_WORST_FIRST)
    for secret in secrets:
        if worst == len(_WORST_FIRST):
            told, worst = Verdict("missing", "The delivery carries no signature."), 0
        if not secret.strip():
            told, worst = Verdict("invalid", "The configured secret is empty."), 1
            continue
        for check in checks:
            verdict = check(delivery, secret, now)
            if verdict.state == "verified":
                return verdict
            if (rank := _WORST_FIRST.index(verdict.state)) >= worst:
                told, worst = verdict, rank
    return told


def check_twilio(delivery: Delivery, secret: str, now: float) -> Verdict:
    """X-Twilio-Signature: base64 HMAC-SHA1 (SHA256 for a SharedKey) over the URL and the sorted form parameters.

    The auth token signs the URL as the customer typed it: https://www.twilio.com/docs/usage/security.
    """
    sent = delivery.header("x-twilio-signature")
    if not sent:
        return _missing("X-Twilio-Signature")
    if not delivery.urls:
        return _invalid("The public address of this server is not known, and Twilio signs it: set METRONE_PUBLIC_URL.")
    is_shared = "algorithm=HMAC_SHA256" in delivery.header("x-twilio-webhooks-signature-settings")
    named = re.search(r"(?:^|[?&])bodySHA256=([0-9a-fA-F]{64})", delivery.query or delivery.urls[0])
    if named and not _same(named[1].lower(), hashlib.sha256(delivery.body).hexdigest()):
        return _invalid("bodySHA256 in the address is not the digest of the body.")
    # Whatever it claims to be, a body that no digest vouches for is signed as a form: a signature of the bare address, as
    # of a GET, must not lend itself to a body.
    tail = b"" if named else _twilio_tail(delivery.body)
    digest = hashlib.sha256 if is_shared else hashlib.sha1
    for url in dict.fromkeys(form for given in delivery.urls for form in _spellings(given)):
        made = hmac.digest(secret.encode(), url.encode("utf-8", "surrogateescape") + tail, digest)
        if _same(sent, base64.b64encode(made).decode()):
            return GENUINE
    return _invalid(
        "X-Twilio-Signature fits no spelling of this server's address with this auth token: check METRONE_PUBLIC_URL "
        "and that the primary auth token of the (sub-)account is set."
    )


def check_telnyx(delivery: Delivery, secret: str, now: float) -> Verdict:
    """telnyx-signature-ed25519: base64 Ed25519 over `{timestamp}|{raw body}`; the secret is Telnyx's public key."""
    sent, timestamp = delivery.header("telnyx-signature-ed25519"), delivery.header("telnyx-timestamp")
    if not sent or not timestamp:
        return _missing("telnyx-signature-ed25519 or telnyx-timestamp")
    signature, key = _decoded(sent), _decoded(secret)
    if signature is None or len(signature) != 64 or not _TIMESTAMP.fullmatch(timestamp):
        return _invalid("telnyx-signature-ed25519 or telnyx-timestamp is malformed.")
    if key is None or len(key) != 32:
        return _invalid("The configured secret is not Telnyx's public key: 32 bytes in base64.")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, timestamp.encode() + b"|" + delivery.body)
    except (InvalidSignature, ValueError):
        return _wrong("telnyx-signature-ed25519")
    return _within(float(timestamp), now)


def check_retell(delivery: Delivery, secret: str, now: float) -> Verdict:
    """x-retell-signature `v={unix ms},d={hex}`: HMAC-SHA256 over the raw body followed by the milliseconds."""
    sent = delivery.header("x-retell-signature")
    if not sent:
        return _missing("x-retell-signature")
    parts = _RETELL.fullmatch(sent)
    if parts is None:
        return _invalid("x-retell-signature is not `v=<milliseconds>,d=<64 hex digits>`.")
    made = hmac.digest(secret.encode(), delivery.body + parts[1].encode(), hashlib.sha256).hex()
    return _within(int(parts[1]) / 1000, now) if _same(parts[2], made) else _wrong("x-retell-signature")


def check_bland(delivery: Delivery, secret: str, now: float) -> Verdict:
    """X-Webhook-Signature (one page of Bland's says X-Bland-Signature): hex HMAC-SHA256 over the raw body."""
    sent = delivery.header("x-webhook-signature") or delivery.header("x-bland-signature")
    if not sent:
        return _missing("X-Webhook-Signature")
    made = hmac.digest(secret.encode(), delivery.body, hashlib.sha256).hex()
    return GENUINE if _same(sent.lower(), made) else _wrong("X-Webhook-Signature")


def check_intercom(delivery: Delivery, secret: str, now: float) -> Verdict:
    """X-Hub-Signature `sha1=<hex>`: HMAC-SHA1 over the raw body, keyed with the app's client secret."""
    sent = delivery.header("x-hub-signature")
    if not sent:
        return _missing("X-Hub-Signature")
    made = hmac.digest(secret.encode(), delivery.body, hashlib.sha1).hex()
    return GENUINE if _same(sent, f"sha1={made}") else _wrong("X-Hub-Signature")


def check_intercom_fin(delivery: Delivery, secret: str, now: float) -> Verdict:
    """X-Fin-Agent-API-Webhook-Signature, whose algorithm is not published: a hex HMAC over the raw body by its length."""
    sent = delivery.header("x-fin-agent-api-webhook-signature")
    if not sent:
        return _missing("X-Fin-Agent-API-Webhook-Signature")
    is_right = _hex_fits(sent.rpartition("=")[2], secret.encode(), delivery.body)
    return GENUINE if is_right else _wrong("X-Fin-Agent-API-Webhook-Signature")


def check_zendesk(delivery: Delivery, secret: str, now: float) -> Verdict:
    """X-Zendesk-Webhook-Signature: base64 HMAC-SHA256 over timestamp and raw body; the key is the secret's own text."""
    name, stamp = "x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp"
    sent, timestamp = delivery.header(name), delivery.header(stamp)
    if not sent or not timestamp:
        return _missing("X-Zendesk-Webhook-Signature or its timestamp")
    signed = timestamp.encode("utf-8", "surrogateescape") + delivery.body
    if _same(sent, base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()):
        return GENUINE
    return _wrong("X-Zendesk-Webhook-Signature")


def check_standard(delivery: Delivery, secret: str, now: float) -> Verdict:
    """Standard Webhooks (https://www.standardwebhooks.com), with `webhook-` or Svix's `svix-` headers; any v1 may fit."""
    for prefix in ("webhook", "svix"):
        signatures = delivery.header(f"{prefix}-signature")
        if signatures:
            break
    else:
        return _missing("webhook-signature")
    identity, timestamp = delivery.header(f"{prefix}-id"), delivery.header(f"{prefix}-timestamp")
    if not identity or not _TIMESTAMP.fullmatch(timestamp):
        return _invalid(f"{prefix}-id or {prefix}-timestamp is absent or malformed.")
    key = _decoded(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    if not key:
        return _invalid("The configured secret is not `whsec_` and base64.")
    signed = f"{identity}.{timestamp}.".encode("utf-8", "surrogateescape") + delivery.body
    made = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if any(_same(sent, made) for sent in signatures.split()[:16]):
        return _within(float(timestamp), now)
    return _wrong(f"{prefix}-signature")


def whsec_problem(secret: str) -> str:
    """What is wrong with a Standard Webhooks secret, '' if nothing. Libraries differ on one without the prefix: refused."""
    is_usable = secret.startswith("whsec_") and bool(_decoded(secret.removeprefix("whsec_")))
    return "" if is_usable else "A signing secret begins with whsec_, with base64 after it. Copy it whole."


def check_vapi(delivery: Delivery, secret: str, now: float) -> Verdict:
    """x-signature: HMAC (SHA-256, 512 or 1; hex or base64) over `{x-timestamp}.{raw body}`, the defaults of a credential.

    Without x-timestamp (a credential with includeTimestamp off) the body alone is signed. The unit is not documented:
    seconds and milliseconds are both read.
    """
    sent = delivery.header("x-signature") or delivery.header("x-vapi-signature")
    if not sent:
        return _missing("x-signature")
    timestamp = delivery.header("x-timestamp")
    if timestamp and not _TIMESTAMP.fullmatch(timestamp):
        return _invalid("x-timestamp is not a number of seconds or milliseconds.")
    signed = timestamp.encode() + b"." + delivery.body if timestamp else delivery.body
    bare = sent.rpartition(",")[2].removeprefix("sha256=").removeprefix("sha512=").removeprefix("sha1=")
    if not _hex_fits(bare, secret.encode(), signed) and not _base64_fits(bare, secret.encode(), signed):
        return _wrong("x-signature")
    if not timestamp:
        return GENUINE
    at = float(timestamp)
    return _within(at / 1000 if at > 1e11 else at, now)


def check_token(*names: str) -> Check:
    """A check for a fixed secret in one of the headers, bare or after `Bearer `."""

    def check(delivery: Delivery, secret: str, now: float) -> Verdict:
        for name in names:
            sent = delivery.header(name)
            if sent:
                scheme, _, rest = sent.partition(" ")
                token = rest.strip() if scheme.lower() == "bearer" else sent
                return GENUINE if _same(token, secret) else _wrong(name)
        return _missing(" or ".join(names))

    return check


def check_basic(delivery: Delivery, secret: str, now: float) -> Verdict:
    """Authorization: Basic, where the secret is `user:password`."""
    scheme, _, rest = delivery.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        return _missing("Authorization: Basic")
    is_right = _same(rest.strip(), base64.b64encode(secret.encode()).decode())
    return GENUINE if is_right else _wrong("Authorization")


def _same(one: str, other: str) -> bool:
    # On bytes: compare_digest raises on text that is not ASCII.
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


def _hex_fits(sent: str, key: bytes, signed: bytes) -> bool:
    digest = _HEX_HASHES.get(len(sent))
    return bool(digest and _HEX.fullmatch(sent)) and _same(sent.lower(), hmac.digest(key, signed, digest or "").hex())


def _base64_fits(sent: str, key: bytes, signed: bytes) -> bool:
    raw = _decoded(sent)
    digest = _HEX_HASHES.get(len(raw) * 2) if raw else None
    return bool(raw and digest) and hmac.compare_digest(raw or b"", hmac.digest(key, signed, digest or ""))


def _twilio_tail(body: bytes) -> bytes:
    """The form's parameters as Twilio signs them: names and values in byte order, each value of a name once."""
    values: dict[bytes, set[bytes]] = {}
    for name, value in form_pairs(body):
        values.setdefault(name, set()).add(value)
    return b"".join(name + value for name in sorted(values) for value in sorted(values[name]))


def _spellings(url: str) -> Iterable[str]:
    """An address as the customer may have typed it: with and without default port, letters escaped or not."""
    for form in (url, _HIGH_ESCAPES.sub(_unescape, url)):
        yield form
        if parts := _AUTHORITY.fullmatch(form):
            scheme, authority, rest = parts.groups()
            port = _DEFAULT_PORT[scheme]
            if authority.endswith(port):
                yield f"{scheme}://{authority.removesuffix(port)}{rest}"
            elif not re.search(r":\d+$", authority):
                yield f"{scheme}://{authority}{port}{rest}"


def _unescape(found: re.Match[str]) -> str:
    try:
        return bytes.fromhex(found[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return found[0]


def _within(at: float, now: float) -> Verdict:
    if abs(now - at) <= WINDOW_SEC:
        return GENUINE
    return Verdict(
        "expired", f"The signature is right, but made {abs(now - at):.0f} s {'ago' if at < now else 'ahead'}."
    )


def _missing(name: str) -> Verdict:
    return Verdict("missing", f"A secret is configured, but the header {name} is absent.")


def _wrong(name: str) -> Verdict:
    return Verdict("invalid", f"{name} does not fit the body with the configured secret.")


def _invalid(reason: str) -> Verdict:
    return Verdict("invalid", reason)
