"""How each platform signs: makes the headers that the checks of `signatures` accept. For tests of an endpoint alone.

Telnyx is missing: it signs with a private key that only Telnyx has.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping

from metrone.webhooks.bodies import form_pairs
from metrone.webhooks.delivery import Delivery

Prove = Callable[[Delivery, str, float], Mapping[str, str]]


def prove(platform: str, delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    """The headers that prove the delivery with this secret at `now` (epoch seconds); none where only the platform can."""
    make = PROOFS.get(platform)
    try:
        return make(delivery, secret, now) if make else {}
    except ValueError:  # a whsec_ secret without base64 behind it, which proves nothing
        return {}


def _twilio(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    pairs = sorted(set(form_pairs(delivery.body)))
    signed = delivery.urls[0].encode() + b"".join(name + value for name, value in pairs)
    return {"x-twilio-signature": base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha1)).decode()}


def _vapi(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    stamp = str(round(now * 1000))
    return {"x-timestamp": stamp, "x-signature": _hex(secret, stamp.encode() + b"." + delivery.body)}


def _retell(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    stamp = str(round(now * 1000))
    return {"x-retell-signature": f"v={stamp},d={_hex(secret, delivery.body + stamp.encode())}"}


def _bland(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    return {"x-webhook-signature": _hex(secret, delivery.body)}


def _standard(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    identity, stamp = "msg_metrone_test", str(round(now))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.digest(key, f"{identity}.{stamp}.".encode() + delivery.body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(made).decode()}"
    return {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": signature}


def _intercom(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    return {"x-hub-signature": f"sha1={hmac.digest(secret.encode(), delivery.body, hashlib.sha1).hex()}"}


def _zendesk(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    stamp = str(round(now))
    made = hmac.digest(secret.encode(), stamp.encode() + delivery.body, hashlib.sha256)
    signature = base64.b64encode(made).decode()
    return {"x-zendesk-webhook-signature": signature, "x-zendesk-webhook-signature-timestamp": stamp}


def _generic(delivery: Delivery, secret: str, now: float) -> Mapping[str, str]:
    return _standard(delivery, secret, now) if secret.startswith("whsec_") else {"x-webhook-secret": secret}


def _hex(secret: str, signed: bytes) -> str:
    return hmac.digest(secret.encode(), signed, hashlib.sha256).hex()


PROOFS: dict[str, Prove] = {
    "twilio": _twilio,
    "vapi": _vapi,
    "retell": _retell,
    "bland": _bland,
    "openai": _standard,
    "anthropic": _standard,
    "intercom": _intercom,
    "zendesk": _zendesk,
    "generic": _generic,
}
