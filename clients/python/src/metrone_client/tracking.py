"""The tracking half of both clients: every call hands one event over and returns at once. Nothing here raises or waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from metrone_client.agents import is_ai_agent
from metrone_client.delivery import Delivery
from metrone_client.errors import MetroneError
from metrone_client.events import EventFields, Interaction, Properties, build_event, encode_event, name_for_wire

if TYPE_CHECKING:
    from typing_extensions import Unpack

SessionPhase = Literal["start", "end", "timeout"]


@dataclass(frozen=True)
class AgentRequest:
    """A request for a page that an AI agent made. `response_ms`: until the answer began."""

    user_agent: str
    page_url: str
    status_code: int | None = None
    response_ms: float | None = None
    referrer: str | None = None


class Tracking:
    """What `Metrone` and `AsyncMetrone` have in common."""

    _delivery: Delivery

    def pageview(
        self, url: str, title: str | None = None, properties: Properties | None = None, **fields: Unpack[EventFields]
    ) -> None:
        """A page was seen."""
        self._hand_over("pageview", {"page_url": url, "page_title": title, **fields}, properties)

    def track(self, name: str, properties: Properties | None = None, **fields: Unpack[EventFields]) -> None:
        """Something of your own happened: `name` is the event's type, 1–64 characters."""
        self._hand_over(name, fields, properties)

    def conversion(
        self, name: str, value: float | None = None, properties: Properties | None = None, **fields: Unpack[EventFields]
    ) -> None:
        """Somebody did what you hope for. `value` is money where `properties` name a `currency`."""
        self._hand_over("conversion", fields, {"conversion_type": name, "value": value}, properties)

    def interaction(
        self,
        interaction_type: str,
        target: str | None = None,
        properties: Properties | None = None,
        **fields: Unpack[EventFields],
    ) -> None:
        """Somebody used something, for example `interaction("click", "cta_hero")`."""
        self._hand_over("interaction", fields, {"interaction_type": interaction_type, "target": target}, properties)

    def track_ai_call(self, **interaction: Unpack[Interaction]) -> None:
        """A voice call with an AI agent. Events with one `call_id` are one interaction."""
        self._hand_over("ai_call", name_for_wire(interaction), interaction.get("properties"))

    def track_ai_chat(self, **interaction: Unpack[Interaction]) -> None:
        """A chat with an AI agent. Events with one `session_id` are one interaction."""
        self._hand_over("ai_chat", name_for_wire(interaction), interaction.get("properties"))

    def track_ai_intent(self, **interaction: Unpack[Interaction]) -> None:
        """What somebody wanted of an AI agent, for example `intent="book_appointment"`."""
        self._hand_over("ai_intent", name_for_wire(interaction), interaction.get("properties"))

    def track_ai_session(self, phase: SessionPhase, **interaction: Unpack[Interaction]) -> None:
        """A session with an AI assistant began or ended."""
        self._hand_over(f"ai_session_{phase}", name_for_wire(interaction), interaction.get("properties"))

    def track_agent_request(self, request: AgentRequest) -> bool:
        """Count a request for a page if an AI agent made it; whether one did. The middleware calls this."""
        if not is_ai_agent(request.user_agent):
            return False
        about = {"status_code": request.status_code, "response_ms": request.response_ms}
        fields = {"page_url": request.page_url, "referrer": request.referrer, "user_agent": request.user_agent}
        self._hand_over("pageview", fields, {"agent_capture": "server"}, about)
        return True

    def _hand_over(self, event_type: str, fields: Mapping[str, Any], *properties: Properties | None) -> None:
        try:
            event = encode_event(build_event(event_type, fields, properties))
        except MetroneError as error:
            self._delivery.refuse(error)
        else:
            self._delivery.add(event)
