"""Which attributes are read, and what they mean: all generations of the conventions and the dialects of vendors, in one table.

Of several names for one thing the first that is there counts. What stands in no table here is not even decoded.
https://opentelemetry.io/docs/specs/semconv/gen-ai/ and the pages of OpenLLMetry, OpenInference, the AI SDK and Langfuse.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

_PROPERTIES = "traceloop.association.properties."
_METADATA = "ai.telemetry.metadata."

NAMES: Mapping[str, tuple[str, ...]] = {
    "provider": ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider"),
    "model": (
        "gen_ai.response.model", "ai.response.model", "llm.response.model_name", "gen_ai.request.model",
        "llm.request.model_name", "llm.model_name", "embedding.model_name", "reranker.model_name", "ai.model.id",
        "langfuse.observation.model.name",
    ),
    "tokens_in": (
        "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "llm.usage.prompt_tokens",
        "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens",
    ),
    "tokens_out": (
        "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
        "llm.usage.completion_tokens", "ai.usage.outputTokens", "ai.usage.completionTokens",
    ),
    "tokens_total": (
        "gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens",
    ),
    "cache_read": (
        "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens",
        "gen_ai.usage.details.cache_read_tokens",
    ),
    "cache_write": (
        "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
        "llm.token_count.prompt_details.cache_write", "gen_ai.usage.details.cache_write_tokens",
    ),
    "cost": ("gen_ai.usage.cost", "gen_ai.usage.total_cost", "gen_ai.cost.total_cost", "llm.cost.total", "operation.cost"),
    "usage_details": ("langfuse.observation.usage_details",),
    "cost_details": ("langfuse.observation.cost_details",),
    "conversation": (
        "gen_ai.conversation.id", "langfuse.session.id", "session.id", "gen_ai.thread.id",
        f"{_PROPERTIES}conversation_id", f"{_PROPERTIES}session_id", f"{_PROPERTIES}chat_id", f"{_PROPERTIES}thread_id",
        f"{_METADATA}conversationId", f"{_METADATA}sessionId", f"{_METADATA}chatId", f"{_METADATA}threadId",
    ),
    "user": ("user.id", "enduser.id", "langfuse.user.id", f"{_PROPERTIES}user_id", f"{_METADATA}userId"),
    "agent": (
        "gen_ai.agent.id", "gen_ai.agent.name", "agent.name", "agent_name", "gen_ai.workflow.name",
        "ai.telemetry.functionId", "traceloop.entity.name",
    ),
    "first_chunk_sec": ("gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"),
    "first_chunk_ms": ("ai.response.msToFirstChunk",),
    "first_chunk_at": ("langfuse.observation.completion_start_time",),
    "finish": (
        "gen_ai.response.finish_reasons", "ai.response.finishReason", "gen_ai.completion.0.finish_reason",
        "llm.finish_reason", "llm.response.finish_reason",
    ),
    "error": ("error.type", "exception.type"),
    "level": ("langfuse.observation.level",),
    "messages": (
        "gen_ai.input.messages", "gen_ai.prompt", "ai.prompt.messages", "langfuse.observation.input",
    ),
    "answers": ("gen_ai.output.messages", "gen_ai.completion"),
    "tool_calls": ("ai.response.toolCalls",),
}  # fmt: skip

# What a span is (operations.py), in the order in which the names are asked.
KINDS = (
    "gen_ai.operation.name", "openinference.span.kind", "ai.operationId", "langfuse.observation.type",
    "traceloop.span.kind", "llm.request.type",
)  # fmt: skip

# Messages that come one attribute a field: `PREFIX` index `.` field.
FLATTENED: Mapping[str, str] = {
    "gen_ai.prompt.": "messages",
    "llm.input_messages.": "messages",
    "gen_ai.completion.": "answers",
    "llm.output_messages.": "answers",
}
EVALUATION = ("gen_ai.evaluation.name", "gen_ai.evaluation.score.label", "gen_ai.evaluation.score.value")
OF_MESSAGES = ("content", "role")  # of the events gen_ai.user.message and its sisters
LINKS = ("metrone_session", "metrone_visitor")  # at the end of any name: links.py

_FLATTENED = tuple(FLATTENED)
_EXACT = frozenset((*(name for names in NAMES.values() for name in names), *KINDS, *EVALUATION, *OF_MESSAGES))


def is_read(name: str) -> bool:
    """Whether an attribute of that name is read at all."""
    return name in _EXACT or name.startswith(_FLATTENED) or name.endswith(LINKS)


def find(attributes: Mapping[str, object], meaning: str, read: Callable[[object], T | None]) -> T | None:
    """What `read` makes of the first attribute of that meaning of which it makes anything."""
    for name in NAMES[meaning]:
        if name in attributes and (value := read(attributes[name])) is not None:
            return value
    return None
