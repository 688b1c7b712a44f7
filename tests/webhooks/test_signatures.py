"""Whether a delivery is genuine: known vectors, and every way in which a header can be wrong."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.webhooks.delivery import Delivery, Verdict
from metrone.webhooks.registry import ADAPTERS, PLATFORMS
from metrone.webhooks.signatures import verify, whsec_problem

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text())
GENUINE = [vector for vector in VECTORS if vector["is_genuine"]]
NAMES = [f"{vector['platform']}: {vector['name']}" for vector in VECTORS]
FORM = "application/x-www-form-urlencoded"


def delivery_of(vector: dict[str, Any], **headers: str) -> Delivery:
    """The request that a vector describes."""
    pairs = vector.get("form", [])
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs) if pairs else vector.get("body", "")
    url = vector.get("url", "")
    return Delivery(
        body.encode(),
        {"content-type": FORM if pairs else "application/json", **vector["headers"], **headers},
        query=url.partition("?")[2],
        urls=(url,) if url else (),
    )


def judge(vector: dict[str, Any], delivery: Delivery | None = None, *secrets: str, now: float | None = None) -> Verdict:
    """The verdict on a vector's delivery, at its own time unless told otherwise."""
    adapter = ADAPTERS[vector["platform"]]
    at = vector["now"] if now is None else now
    return verify(adapter.checks, delivery or delivery_of(vector), secrets or (vector["secret"],), at)


def vector_of(platform: str) -> dict[str, Any]:
    """One genuine vector of a platform."""
    return next(vector for vector in GENUINE if vector["platform"] == platform)


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_vector(vector: dict[str, Any]) -> None:
    assert judge(vector).state == ("verified" if vector["is_genuine"] else "invalid")


@pytest.mark.parametrize(
    "vector", GENUINE, ids=[name for name, v in zip(NAMES, VECTORS, strict=True) if v["is_genuine"]]
)
def test_anything_changed_is_refused(vector: dict[str, Any]) -> None:
    sent = delivery_of(vector)
    assert judge(vector, sent, "another secret").state == "invalid"
    if sent.body and "bodySHA256" not in vector.get("url", ""):
        tampered = Delivery(
            sent.body + (b"&Digits=9" if "form" in vector else b" "), sent.headers, sent.query, urls=sent.urls
        )
        assert judge(vector, tampered).state == "invalid"


def test_body_digest_in_the_address_is_held_to_the_body() -> None:
    vector = next(vector for vector in GENUINE if "bodySHA256" in vector.get("url", ""))
    sent = delivery_of(vector)
    forged = Delivery(b'{"property": "other"}', sent.headers, sent.query, urls=sent.urls)
    assert judge(vector, forged).state == "invalid"


def test_several_secrets_are_active() -> None:
    for vector in GENUINE:
        assert judge(vector, None, "the next one", vector["secret"]).state == "verified", vector["name"]


def test_no_secret_is_unverified_and_no_signature_is_missing() -> None:
    for adapter in PLATFORMS:
        assert verify(adapter.checks, Delivery(b"{}"), (), 0).state == "unverified"
        verdict = verify(adapter.checks, Delivery(b"{}"), ("a secret",), 0)
        assert verdict.state == "missing"
        assert not verdict.is_accepted


@pytest.mark.parametrize("platform", ["telnyx", "vapi", "retell", "openai", "anthropic"])
def test_a_signature_holds_for_five_minutes_both_ways(platform: str) -> None:
    vector = vector_of(platform)
    states = [judge(vector, now=vector["now"] + seconds).state for seconds in (-299, 299, -301, 301)]
    assert states == ["verified", "verified", "expired", "expired"]


@pytest.mark.parametrize("platform", ["bland", "intercom", "zendesk", "twilio"])
def test_a_signature_without_signed_time_never_expires(platform: str) -> None:
    assert judge(vector_of(platform), now=4e9).state == "verified"


MALFORMED = [
    "",
    " ",
    "v1",
    "v1,",
    "v1,!!!",
    "sha1=",
    "v=,d=",
    "v=12,d=zz",
    "=",
    "é",
    "\udcff",
    "a" * 64,
    "A" * 5000,
    "v1,é v1,== ,",
]


@pytest.mark.parametrize("vector", GENUINE, ids=[v["platform"] + ": " + v["name"] for v in GENUINE])
def test_malformed_headers_are_no_exception(vector: dict[str, Any]) -> None:
    for name in vector["headers"]:
        for value in MALFORMED:
            if name in ("content-type", "x-twilio-webhooks-signature-settings"):
                continue
            verdict = judge(vector, delivery_of(vector, **{name: value}))
            assert verdict.state in ("invalid", "missing"), (name, value)


@settings(deadline=None)  # a busy machine is no error
@given(st.sampled_from(GENUINE), st.text(max_size=80), st.text(max_size=80))
def test_any_header_and_any_secret_get_a_verdict(vector: dict[str, Any], value: str, secret: str) -> None:
    for name in vector["headers"]:
        judge(vector, delivery_of(vector, **{name: value}), secret, "whsec_" + secret)


def test_rotation_sends_two_signatures_and_one_must_fit() -> None:
    vector = vector_of("openai")
    right = vector["headers"]["webhook-signature"]
    for sent in (f"v1,AAAA {right}", f"{right} v1,AAAA", f"v1a,zzzz v2,x {right}"):
        assert judge(vector, delivery_of(vector, **{"webhook-signature": sent})).state == "verified"
    svix = {name.replace("webhook", "svix"): value for name, value in vector["headers"].items()}
    assert judge({**vector, "headers": svix}).state == "verified"


def test_vapi_takes_its_token_by_header_and_by_bearer() -> None:
    vapi = ADAPTERS["vapi"]
    for headers in ({"x-vapi-secret": "s3cret"}, {"authorization": "Bearer s3cret"}, {"authorization": "s3cret"}):
        assert verify(vapi.checks, Delivery(b"{}", headers), ("old", "s3cret"), 0).state == "verified"
        assert verify(vapi.checks, Delivery(b"{}", headers), ("other",), 0).state == "invalid"


def test_vapi_signs_seconds_too_and_in_base64_and_with_the_standard_recipe() -> None:
    vapi, body, key = ADAPTERS["vapi"], b'{"message":{"type":"hang"}}', b"k3y"
    raw = hmac.digest(key, b"1750000000." + body, hashlib.sha256)
    for sent in (raw.hex(), "sha256=" + raw.hex(), base64.b64encode(raw).decode()):
        headers = {"x-signature": sent, "x-timestamp": "1750000000"}
        assert verify(vapi.checks, Delivery(body, headers), ("k3y",), 1_750_000_010).state == "verified"
    bare = {"x-signature": hmac.digest(key, body, hashlib.sha256).hex()}
    assert verify(vapi.checks, Delivery(body, bare), ("k3y",), 0).state == "verified"
    assert judge({**vector_of("openai"), "platform": "vapi"}).state == "verified"


def test_twilio_signs_the_address_as_typed() -> None:
    vector = next(vector for vector in GENUINE if "31 parameters" in vector["name"])
    sent = delivery_of(vector)
    seen = "http://10.0.0.7:8000/v1/webhooks/twilio/main?key=metrone_live_0123456789abcdef0123456789abcdef"
    inside = Delivery(sent.body, sent.headers, sent.query, urls=(seen,))
    assert judge(vector, inside).state == "invalid"
    assert judge(vector, Delivery(sent.body, sent.headers, sent.query, urls=(seen, *sent.urls))).state == "verified"
    ported = sent.urls[0].replace(".com/", ".com:443/")
    assert judge(vector, Delivery(sent.body, sent.headers, sent.query, urls=(ported,))).state == "verified"
    assert "METRONE_PUBLIC_URL" in judge(vector, Delivery(sent.body, sent.headers, sent.query)).reason


def test_a_twilio_signature_of_the_bare_address_lends_itself_to_no_body() -> None:
    vector = next(vector for vector in GENUINE if vector["name"] == "no parameters")
    sent = delivery_of(vector)
    for content_type, body in (
        ("application/json", b'{"CallSid": "CA1"}'),
        (FORM, b"CallSid=CA1"),
        ("text/json", b"CallSid=CA1"),
    ):
        for method in ("POST", "GET", "PUT"):
            forged = Delivery(body, {**sent.headers, "content-type": content_type}, sent.query, method, sent.urls)
            assert judge(vector, forged).state == "invalid"


def test_credentials_and_port_of_the_typed_address() -> None:
    vector = next(vector for vector in GENUINE if vector["name"].startswith("credentials kept"))
    sent = delivery_of(vector)
    seen = vector["url"].replace(":443", "")
    assert judge(vector, Delivery(sent.body, sent.headers, sent.query, urls=(seen,))).state == "verified"


def test_an_empty_secret_proves_nothing() -> None:
    empty = {"x-webhook-signature": hmac.digest(b"", b"{}", hashlib.sha256).hex()}
    for secrets in (("",), (" ",), ("", "right")):
        assert not verify(ADAPTERS["bland"].checks, Delivery(b"{}", empty), secrets, 0).is_accepted


def test_twilio_letters_of_a_path_may_arrive_escaped() -> None:
    vector = next(vector for vector in GENUINE if vector["name"] == "raw international path")
    sent = delivery_of(vector)
    escaped = vector["url"].replace("ñ", "%C3%B1")
    assert judge(vector, Delivery(sent.body, sent.headers, urls=(escaped,))).state == "verified"


def test_zendesk_takes_the_other_ways_that_it_offers() -> None:
    zendesk = ADAPTERS["zendesk"]
    basic = {"authorization": "Basic dXNlcjpwYXNz"}
    for headers, secret in (
        (basic, "user:pass"),
        ({"authorization": "Bearer t0k"}, "t0k"),
        ({"x-api-key": "t0k"}, "t0k"),
    ):
        assert verify(zendesk.checks, Delivery(b"{}", headers), (secret,), 0).state == "verified"


def test_intercom_fin_signs_by_another_header() -> None:
    sent = {"x-fin-agent-api-webhook-signature": hmac.digest(b"k", b"{}", hashlib.sha256).hex()}
    assert verify(ADAPTERS["intercom"].checks, Delivery(b"{}", sent), ("k",), 0).state == "verified"
    assert verify(ADAPTERS["intercom"].checks, Delivery(b"{} ", sent), ("k",), 0).state == "invalid"


def test_secrets_are_looked_at_when_they_are_typed() -> None:
    assert whsec_problem("whsec_c2VjcmV0Cg==") == ""
    assert all(whsec_problem(secret) for secret in ("", "c2VjcmV0Cg==", "whsec_", "whsec_!!"))
    assert ADAPTERS["telnyx"].check_secret(vector_of("telnyx")["secret"]) == ""
    assert ADAPTERS["telnyx"].check_secret("KEY0123") != ""
    assert ADAPTERS["twilio"].check_secret(" ") != ""


def test_no_verdict_repeats_a_secret_or_a_signature() -> None:
    for vector in GENUINE:
        wrong = judge(vector, None, "not-the-right-secret")
        assert "not-the-right-secret" not in wrong.reason
        assert not any(value in wrong.reason for value in vector["headers"].values() if len(value) > 20)
