"""All platforms, as a literal list: a platform is one file and one line here."""

from metrone.webhooks import anthropic, bland, generic, intercom, openai, retell, telnyx, twilio, vapi, zendesk
from metrone.webhooks.adapter import Adapter

PLATFORMS: tuple[Adapter, ...] = (
    twilio.ADAPTER,
    telnyx.ADAPTER,
    vapi.ADAPTER,
    retell.ADAPTER,
    bland.ADAPTER,
    openai.ADAPTER,
    anthropic.ADAPTER,
    intercom.ADAPTER,
    zendesk.ADAPTER,
    generic.ADAPTER,
)
ADAPTERS: dict[str, Adapter] = {adapter.name: adapter for adapter in PLATFORMS}
