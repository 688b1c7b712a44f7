"""One query in every dialect: a model asks for a tool, the tool runs, the model answers; around it an agent that repeats
the usage where the dialect has one. With what each must come to."""

import json
from typing import Any, NamedTuple

from tests.webhooks.otlp.exports import Sent

AGENT, FIRST, TOOL, SECOND = "a000000000000001", "a000000000000002", "a000000000000003", "a000000000000004"
QUESTION = "Where is my parcel? Call me on +1 480 555 0100"
ANSWER = "It comes on Monday, Chloe."


class Dialect(NamedTuple):
    """The spans, and what the row of the interaction and its talk must hold."""

    spans: list[Sent]
    row: dict[str, Any]
    turns: tuple[str, ...] = ()


def _query(agent: dict[str, Any], first: dict[str, Any], tool: dict[str, Any], second: dict[str, Any]) -> list[Sent]:
    return [
        Sent(first, FIRST, AGENT, at=0.1, took=1.0),
        Sent(tool, TOOL, AGENT, at=1.2, took=0.5),
        Sent(second, SECOND, AGENT, at=1.8, took=2.0),
        Sent(agent, AGENT, at=0.0, took=4.0),
    ]


_ROW = {
    "provider": "openai",
    "kind": "assistant",
    "model": "gpt-4o-2024-08-06",
    "tokens_in": 500,
    "tokens_out": 100,
    "tool_calls": 1,
    "outcome": "completed",
    "duration_sec": 4.0,
    "latency_ms": 1500.0,
    "cost_usd": 0.00225,  # 500 at $2.50 and 100 at $10 a million
}
_CHAT = {"kind": "chat", "external_id": "conv-7"}
_MESSAGES = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": QUESTION}]
_PARTS = [{"role": "user", "parts": [{"type": "text", "content": QUESTION}]}]
_ASKED = [{"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "track", "arguments": {"id": 1}}]}]
_TOLD = [{"role": "assistant", "parts": [{"type": "text", "content": ANSWER}], "finish_reason": "stop"}]


def _genai(operation: str, tokens_in: int, tokens_out: int, finish: str, **more: Any) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.response.finish_reasons": [finish],
        "gen_ai.usage.input_tokens": tokens_in,
        "gen_ai.usage.output_tokens": tokens_out,
        "gen_ai.conversation.id": "conv-7",
        **more,
    }


def _old(tokens_in: int, tokens_out: int, finish: str, **more: Any) -> dict[str, Any]:
    return {
        "gen_ai.system": "openai",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o-2024-08-06",
        "gen_ai.usage.prompt_tokens": tokens_in,
        "gen_ai.usage.completion_tokens": tokens_out,
        "gen_ai.response.finish_reasons": [finish],
        **more,
    }


def _traceloop(tokens_in: int, tokens_out: int, finish: str, **more: Any) -> dict[str, Any]:
    return {
        "gen_ai.system": "OpenAI",
        "llm.request.type": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.usage.prompt_tokens": tokens_in,
        "gen_ai.usage.completion_tokens": tokens_out,
        "llm.usage.total_tokens": tokens_in + tokens_out,
        "gen_ai.completion.0.finish_reason": finish,
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": QUESTION,
        "traceloop.association.properties.session_id": "conv-7",
        "traceloop.association.properties.user_id": "u-1",
        **more,
    }


def _openinference(tokens_in: int, tokens_out: int, **more: Any) -> dict[str, Any]:
    return {
        "openinference.span.kind": "LLM",
        "llm.system": "openai",
        "llm.model_name": "gpt-4o-2024-08-06",
        "llm.token_count.prompt": tokens_in,
        "llm.token_count.completion": tokens_out,
        "llm.token_count.total": tokens_in + tokens_out,
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.contents.0.message_content.type": "text",
        "llm.input_messages.0.message.contents.0.message_content.text": QUESTION,
        "llm.output_messages.0.message.role": "assistant",
        "input.value": json.dumps({"messages": _MESSAGES}),
        "session.id": "conv-7",
        "user.id": "u-1",
        **more,
    }


def _vercel(kind: str, tokens_in: int, tokens_out: int, **more: Any) -> dict[str, Any]:
    return {
        "operation.name": f"{kind} support",
        "ai.operationId": kind,
        "ai.model.id": "gpt-4o-2024-08-06",
        "ai.model.provider": "openai.responses",
        "ai.usage.inputTokens": tokens_in,
        "ai.usage.outputTokens": tokens_out,
        "ai.telemetry.functionId": "support",
        "ai.telemetry.metadata.sessionId": "conv-7",
        **more,
    }


def _langfuse(tokens_in: int, tokens_out: int, **more: Any) -> dict[str, Any]:
    return {
        "langfuse.observation.type": "generation",
        "langfuse.observation.model.name": "gpt-4o-2024-08-06",
        "langfuse.observation.usage_details": json.dumps({"input": tokens_in, "output": tokens_out}),
        "langfuse.observation.input": json.dumps(_MESSAGES),
        "langfuse.session.id": "conv-7",
        "langfuse.user.id": "u-1",
        **more,
    }


DIALECTS: dict[str, Dialect] = {
    "today's conventions": Dialect(
        _query(
            _genai("invoke_agent", 500, 100, "stop", **{"gen_ai.agent.name": "Support Agent"}),
            _genai("chat", 200, 40, "tool_calls", **{"gen_ai.output.messages": json.dumps(_ASKED)}),
            {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "track", "gen_ai.tool.call.id": "c1"},
            _genai(
                "chat",
                300,
                60,
                "stop",
                **{"gen_ai.input.messages": json.dumps(_PARTS), "gen_ai.output.messages": json.dumps(_TOLD)},
            ),
        ),
        _ROW | _CHAT | {"agent_id": "Support Agent", "messages": 2},
        (QUESTION,),
    ),
    "today's conventions, messages as values, cached tokens, streamed": Dialect(
        [
            Sent(
                _genai(
                    "chat",
                    1000,
                    100,
                    "stop",
                    **{
                        "gen_ai.usage.cache_read.input_tokens": 400,
                        "gen_ai.response.time_to_first_chunk": 0.25,
                        "gen_ai.input.messages": _PARTS,
                    },
                )
            )
        ],
        # 600 at $2.50, 400 at $1.25 and 100 at $10 a million
        _ROW | _CHAT | {"tokens_in": 1000, "tool_calls": 0, "duration_sec": 1.0, "latency_ms": 250.0, "cost_usd": 0.003},
        (QUESTION,),
    ),
    "the conventions up to 1.26": Dialect(
        _query(
            {"gen_ai.system": "openai", "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.id": "asst_1"},
            _old(200, 40, "tool_calls"),
            {"gen_ai.operation.name": "execute_tool"},
            _old(300, 60, "stop"),
        ),
        _ROW | {"agent_id": "asst_1", "external_id": "4bf92f3577b34da6a3ce929d0e0e4736"},
    ),
    "the conventions up to 1.36, messages as events": Dialect(
        [
            Sent(
                _old(500, 100, "stop"),
                events=[
                    ("gen_ai.system.message", 0.0, {"content": "Be kind."}),
                    ("gen_ai.user.message", 0.0, {"content": QUESTION}),
                    ("gen_ai.choice", 1.0, {"message": ANSWER}),
                ],
            )
        ],
        _ROW | {"tool_calls": 0, "duration_sec": 1.0, "latency_ms": 1000.0, "messages": 2},
        (QUESTION,),
    ),
    "OpenLLMetry": Dialect(
        _query(
            {"traceloop.span.kind": "workflow", "traceloop.entity.name": "support"},
            _traceloop(200, 40, "tool_calls", **{"gen_ai.completion.0.tool_calls.0.name": "track"}),
            {"traceloop.span.kind": "tool", "traceloop.entity.name": "track"},
            _traceloop(300, 60, "stop", **{"gen_ai.completion.0.content": ANSWER}),
        ),
        _ROW | _CHAT | {"agent_id": "support", "messages": 2},
        (QUESTION,),
    ),
    "OpenInference": Dialect(
        _query(
            {"openinference.span.kind": "AGENT", "agent.name": "support"},
            _openinference(
                200,
                40,
                **{"llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "track", "llm.cost.total": 0.1},
            ),
            {"openinference.span.kind": "TOOL", "tool.name": "track"},
            _openinference(300, 60, **{"llm.output_messages.0.message.content": ANSWER, "llm.cost.total": 0.2}),
        ),
        _ROW | _CHAT | {"agent_id": "support", "cost_usd": 0.3, "messages": 2},
        (QUESTION,),
    ),
    "the AI SDK": Dialect(
        _query(
            _vercel("ai.streamText", 500, 100),
            _vercel("ai.streamText.doStream", 200, 40, **{"ai.response.finishReason": "tool-calls"}),
            {"ai.operationId": "ai.toolCall", "ai.toolCall.name": "track"},
            _vercel(
                "ai.streamText.doStream",
                300,
                60,
                **{
                    "ai.response.finishReason": "stop",
                    "ai.response.msToFirstChunk": 400.5,
                    "ai.prompt.messages": json.dumps(
                        [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
                    ),
                },
            ),
        ),
        _ROW | _CHAT | {"agent_id": "support", "latency_ms": 700.25, "messages": 2},
        (QUESTION,),
    ),
    "Langfuse": Dialect(
        _query(
            {"langfuse.observation.type": "agent", "langfuse.session.id": "conv-7"},
            _langfuse(200, 40, **{"langfuse.observation.cost_details": json.dumps({"input": 0.25, "output": 0.5})}),
            {"langfuse.observation.type": "tool", "langfuse.session.id": "conv-7"},
            _langfuse(
                300,
                60,
                **{
                    "langfuse.observation.cost_details": json.dumps({"input": 0.5, "output": 0.5, "total": 1.0}),
                    "langfuse.observation.completion_start_time": json.dumps("2026-03-08T09:00:02.800Z"),
                },
            ),
        ),
        _ROW | _CHAT | {"cost_usd": 1.75, "latency_ms": 1000.0, "messages": 1},
        (QUESTION,),
    ),
    "Pydantic AI before its third version": Dialect(
        _query(
            {"model_name": "gpt-4o", "agent_name": "support", "gen_ai.usage.input_tokens": 500,
             "gen_ai.usage.output_tokens": 100},
            _old(200, 40, "tool_call", **{"operation.cost": 0.5}),
            {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "track"},
            _old(300, 60, "stop", **{"operation.cost": 0.25}),
        ),
        _ROW | {"agent_id": "support", "cost_usd": 0.75},
    ),
    "an agent that runs elsewhere, of which only its own span tells": Dialect(
        [Sent(_genai("invoke_agent", 500, 100, "stop"), took=4.0)],
        _ROW | _CHAT | {"latency_ms": 4000.0, "tool_calls": 0},
    ),
    "an agent that failed": Dialect(
        _query(
            _genai("invoke_agent", 500, 100, "stop", **{"error.type": "timeout"}),
            _genai("chat", 200, 40, "tool_calls"),
            {"gen_ai.operation.name": "execute_tool", "error.type": "ToolError"},
            _genai("chat", 300, 60, "stop"),
        ),
        _ROW | _CHAT | {"outcome": "failed", "end_reason": "timeout"},
    ),
    "a framework's call around its client's": Dialect(
        [
            Sent(_openinference(500, 100), FIRST, took=2.0),
            Sent(_genai("chat", 500, 100, "stop"), SECOND, FIRST, at=0.5, took=1.0),
        ],
        _ROW | _CHAT | {"duration_sec": 2.0, "latency_ms": 1000.0, "tool_calls": 0},
        (QUESTION,),
    ),
}  # fmt: skip
