"""What the test button sends: of every platform, an interaction that is counted, signed as the platform signs."""

import msgspec
import pytest

from metrone.intake.deliveries import OTLP, SOURCES, Source
from metrone.webhooks.adapter import Translation
from metrone.webhooks.delivery import Delivery
from metrone.webhooks.examples import make_example
from metrone.webhooks.proofs import PROOFS, prove
from metrone.webhooks.signatures import verify
from tests.webhooks.samples import ARRIVAL, hashed

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ALL = [*SOURCES.values(), OTLP]


def example(source: Source, digit: str = "1") -> Delivery:
    made = make_example(source.name, digit * 32, ARRIVAL)
    url = f"https://stats.example.com/v1/webhooks/{source.name}/main"
    return Delivery(made.body, {"content-type": made.content_type}, urls=(url,))


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_an_example_tells_of_an_interaction_of_its_own(source: Source) -> None:
    ids = set()
    for digit in ("a", "b"):
        made = source.translate(example(source, digit), ARRIVAL, hashed)
        assert isinstance(made, Translation)
        assert not made.dropped
        assert not made.warning
        (report,) = made.reports
        assert report.event is not None
        assert not report.talk.turns
        ids.add(report.update.external_id)
    assert len(ids) == 2


@pytest.mark.parametrize("source", [each for each in ALL if each.name in PROOFS], ids=lambda source: source.name)
@pytest.mark.parametrize("secret", [SECRET, "a secret of mine"])
def test_a_proof_is_what_the_platforms_checks_accept(source: Source, secret: str) -> None:
    delivery = example(source)
    proof = prove(source.name, delivery, secret, ARRIVAL)
    signed = msgspec.structs.replace(delivery, headers={**delivery.headers, **proof})
    is_usable = source.adapter is not None and not source.adapter.check_secret(secret)
    assert (verify(source.checks, signed, [secret], ARRIVAL).state == "verified") is is_usable
    assert verify(source.checks, signed, ["another one"], ARRIVAL).state in {"invalid", "missing"}


def test_every_platform_is_signed_for_but_those_that_only_they_can_sign() -> None:
    assert {each.name for each in ALL} - set(PROOFS) == {"telnyx", "otlp"}
    assert prove("telnyx", example(SOURCES["telnyx"]), SECRET, ARRIVAL) == {}
