"""OpenTelemetry: spans of generative AI into chats and assistant queries. Pure, like all of webhooks."""

from metrone.webhooks.otlp.translation import Traces, translate_traces

__all__ = ["Traces", "translate_traces"]
