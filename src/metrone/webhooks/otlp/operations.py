"""What a span is: a call of a model, an embedding, a tool's run, an agent's run that repeats what is in it, or none of these."""

from collections.abc import Mapping

from metrone.webhooks.fields import model, number, text
from metrone.webhooks.interaction import Role
from metrone.webhooks.otlp.attributes import KINDS, find
from metrone.webhooks.otlp.span import Span

# By the name that says it, in lower case. None: known, and of no use by itself.
OPERATIONS: Mapping[str, Mapping[str, Role | None]] = {
    "gen_ai.operation.name": {
        "chat": "model",
        "generate_content": "model",
        "text_completion": "model",
        "completion": "model",
        "responses": "model",
        "embeddings": "embedding",
        "embedding": "embedding",
        "rerank": "embedding",
        "execute_tool": "tool",
        "invoke_agent": "agent",
        "invoke_workflow": "agent",
        "agent_step": "agent",
        "create_agent": None,
        "retrieval": None,
    },
    "openinference.span.kind": {
        "llm": "model",
        "embedding": "embedding",
        "reranker": "embedding",
        "tool": "tool",
        "agent": "agent",
        "chain": None,
        "retriever": None,
        "guardrail": None,
        "evaluator": None,
        "prompt": None,
        "decision": None,
    },
    # The outer span of the AI SDK repeats the usage of its steps: https://ai-sdk.dev/docs/ai-sdk-core/telemetry
    "ai.operationId": {
        "ai.generatetext.dogenerate": "model",
        "ai.streamtext.dostream": "model",
        "ai.generateobject.dogenerate": "model",
        "ai.streamobject.dostream": "model",
        "ai.embed.doembed": "embedding",
        "ai.embedmany.doembed": "embedding",
        "ai.rerank.dorerank": "embedding",
        "ai.toolcall": "tool",
        "ai.generatetext": "agent",
        "ai.streamtext": "agent",
        "ai.generateobject": "agent",
        "ai.streamobject": "agent",
        "ai.embed": None,
        "ai.embedmany": None,
        "ai.rerank": None,
    },
    "langfuse.observation.type": {
        "generation": "model",
        "embedding": "embedding",
        "tool": "tool",
        "agent": "agent",
        "span": None,
        "event": None,
        "chain": None,
        "retriever": None,
        "evaluator": None,
        "guardrail": None,
    },
    "traceloop.span.kind": {"agent": "agent", "workflow": "agent", "tool": "tool", "task": None},
    "llm.request.type": {"chat": "model", "completion": "model", "embedding": "embedding", "rerank": "embedding"},
}


def role_of(span: Span) -> Role | None:
    """What the span is by the first name that says it; else a model's call where a model and its provider or usage stand."""
    attributes = span.attributes
    for name in KINDS:
        kind = (text(attributes, name, limit=64) or "").lower()
        if kind in OPERATIONS[name]:
            return OPERATIONS[name][kind]
    has_usage = any(find(attributes, meaning, number) is not None for meaning in ("tokens_in", "tokens_out"))
    if find(attributes, "model", model):
        has_provider = find(attributes, "provider", text) is not None
        return "model" if has_usage or has_provider else None
    # The run of an agent in Pydantic AI before its third version: usage, `agent_name` and no model under a known name.
    return "agent" if has_usage else None
