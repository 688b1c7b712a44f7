"""What a call of a model costs where its span does not say: list prices of genai-prices, out of the data in the package.

Nothing is fetched: that is done only by its UpdatePrices, which nobody here starts. Package and data take 0.9 s and 90 MB,
so they are loaded by the first span that needs a price, not with this module.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from metrone.webhooks.otlp.providers import OTHER, provider_of

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

# Where the two name a provider differently and genai-prices does not know ours.
NAMES_THERE: Mapping[str, str] = {
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "x_ai": "x-ai",
}


class Tokens(msgspec.Struct, frozen=True, gc=False):
    """Tokens of one call. `inputs` includes what was read from and written to the cache; None is not known."""

    inputs: int | None = None
    outputs: int | None = None
    cache_read: int = 0
    cache_write: int = 0


def price_of(provider: str, model: str, tokens: Tokens, at: float) -> float | None:
    """US dollars at the list price of that time (epoch seconds), None where provider, model or tokens are not known."""
    if tokens.inputs is None and tokens.outputs is None:
        return None
    found = _listed(provider, model.lower())
    if found is None:
        return None
    from genai_prices import Usage  # not at the top: see there

    usage = Usage(
        input_tokens=tokens.inputs or 0,
        output_tokens=tokens.outputs or 0,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write,
    )
    try:
        calculated = found[1].calc_price(usage, found[0], genai_request_timestamp=datetime.fromtimestamp(at, UTC))
    except (ValueError, LookupError):  # more cached tokens than tokens, or no price for that time
        return None
    return round(float(calculated.total_price), 10)


def provider_of_model(model: str) -> str:
    """Whose a model is by its name alone: "openai/gpt-4o" and "gpt-4o" are OpenAI's; '' where it is not known."""
    found = _listed("", model.lower())
    return provider_of(found[0].id) if found else ""


# Their own look-up keeps every name that it was ever asked; names come from outside, so ours forgets.
@lru_cache(maxsize=2_048)
def _listed(provider: str, model: str) -> "tuple[Provider, ModelInfo] | None":
    from genai_prices.data_snapshot import find_provider_by_id, get_snapshot  # not at the top: see there

    listed = get_snapshot().providers
    owner, slash, bare = model.partition("/")
    candidates: list[tuple[Provider | None, str]]
    if provider and provider != OTHER:
        candidates = [(find_provider_by_id(listed, NAMES_THERE.get(provider, provider)), model)]
    else:
        by_model = (each for each in listed if each.model_match is not None and each.model_match.is_match(model))
        candidates = [(find_provider_by_id(listed, owner), bare)] if slash else []
        candidates.append((next(by_model, None), model))
    for candidate, name in candidates:
        if candidate is not None and (found := candidate.find_model(name, all_providers=listed)) is not None:
            return candidate, found
    return None
