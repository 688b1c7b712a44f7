"""One span at a time: whose it is, what it cost, how long it took, how it ended, to which interaction it belongs."""

import json
import socket
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from metrone.webhooks.merge import absorb, merge
from metrone.webhooks.otlp import prices
from metrone.webhooks.otlp.attributes import NAMES
from metrone.webhooks.otlp.operations import OPERATIONS
from metrone.webhooks.otlp.prices import Tokens, price_of, provider_of_model
from metrone.webhooks.otlp.providers import PROVIDERS, WITH_A_DOT, provider_of
from tests.webhooks.otlp.dialects import ANSWER, DIALECTS, QUESTION
from tests.webhooks.otlp.exports import BEGAN, Sent, only, sent
from tests.webhooks.samples import ARRIVAL, hashed

CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.response.model": "gpt-4o",
}


def chat(**more: Any) -> Sent:
    """A call of a model."""
    return Sent(CHAT | {name.replace("__", "."): value for name, value in more.items()})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("openai", "openai"),
        ("OpenAI", "openai"),
        ("openai.chat", "openai"),
        ("openai.responses", "openai"),
        ("az.ai.openai", "azure.ai.openai"),
        ("azure.ai.openai", "azure.ai.openai"),
        ("azure-openai.chat", "azure.ai.openai"),
        ("aws.bedrock", "aws.bedrock"),
        ("AWS", "aws.bedrock"),
        ("amazon-bedrock", "aws.bedrock"),
        ("vertex_ai", "gcp.vertex_ai"),
        ("google.vertex.chat", "gcp.vertex_ai"),
        ("google.generative-ai", "gcp.gemini"),
        ("Google", "gcp.gemini"),
        ("gcp.gen_ai", "gcp.gemini"),
        ("anthropic.messages", "anthropic"),
        ("MistralAI", "mistral_ai"),
        ("mistral.chat", "mistral_ai"),
        ("xai", "x_ai"),
        ("x_ai", "x_ai"),
        ("groq", "groq"),
        ("some-new-one", "some-new-one"),
        ("langchain", ""),
        ("_OTHER", ""),
        ("", ""),
        ("Ünïcode", ""),
        ("a" * 80, ""),
        ("https://example.com/x", ""),
    ],
)
def test_provider_has_one_name(said: str, meant: str) -> None:
    assert provider_of(said) == meant


def test_names_of_providers_mean_themselves() -> None:
    for name in {*PROVIDERS.values(), *WITH_A_DOT} - {""}:
        assert provider_of(name) == name


@pytest.mark.parametrize(
    ("attributes", "provider"),
    [
        ({"gen_ai.system": "langchain", "gen_ai.request.model": "claude-sonnet-4-20250514"}, "anthropic"),
        ({"gen_ai.system": "langchain", "llm.provider": "azure", "gen_ai.request.model": "gpt-4o"}, "azure.ai.openai"),
        ({"gen_ai.request.model": "openai/gpt-4o"}, "openai"),
        ({"gen_ai.request.model": "our-own-finetune"}, "other"),
        ({}, "other"),
    ],
)
def test_whose_a_model_is_where_no_provider_is_named(attributes: dict[str, Any], provider: str) -> None:
    assert only(Sent({"gen_ai.operation.name": "chat", **attributes})).update.provider == provider


TOKENS: dict[str, tuple[dict[str, Any], tuple[int | None, int | None]]] = {
    "none": ({}, (None, None)),
    "both": ({"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2}, (10, 2)),
    "as text": ({"gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": "2"}, (10, 2)),
    "as floats": ({"gen_ai.usage.input_tokens": 10.0, "gen_ai.usage.output_tokens": 2.5}, (10, None)),
    "negative": ({"gen_ai.usage.input_tokens": -1, "gen_ai.usage.output_tokens": 2}, (None, 2)),
    "newer names first": ({"gen_ai.usage.input_tokens": 10, "gen_ai.usage.prompt_tokens": 99}, (10, None)),
    "the rest of a total": ({"gen_ai.usage.prompt_tokens": 10, "llm.usage.total_tokens": 12}, (10, 2)),
    "a total that is less": ({"gen_ai.usage.prompt_tokens": 10, "llm.usage.total_tokens": 1}, (10, None)),
    "a total alone": ({"gen_ai.usage.total_tokens": 12}, (None, None)),
    "cached within": ({"gen_ai.usage.input_tokens": 10, "gen_ai.usage.cache_read.input_tokens": 8}, (10, None)),
    "cached beside": (
        {
            "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.cache_read_input_tokens": 80,
            "gen_ai.usage.cache_creation_input_tokens": 5,
        },
        (95, None),
    ),
}


@pytest.mark.parametrize(("attributes", "expected"), TOKENS.values(), ids=TOKENS)
def test_tokens(attributes: dict[str, Any], expected: tuple[int | None, int | None]) -> None:
    row = merge([only(Sent(CHAT | attributes)).update])
    assert (row.tokens_in, row.tokens_out) == expected


def test_the_total_of_an_embedding_is_what_it_read() -> None:
    made = only(
        Sent({"gen_ai.operation.name": "embeddings", "gen_ai.system": "openai", "gen_ai.usage.total_tokens": 12})
    )
    assert merge([made.update]).tokens_in == 12


COSTS: dict[str, tuple[dict[str, Any], float | None]] = {
    "the list price": ({"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100}, 0.0035),
    "as the span says": ({"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.cost": 0.5}, 0.5),
    "nothing, as the span says": ({"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.cost": 0.0}, 0.0),
    "as text": ({"llm.cost.total": "0.25"}, 0.25),
    "no number": ({"gen_ai.usage.cost": "NaN"}, None),
    "of details the total": ({"langfuse.observation.cost_details": '{"input": 1, "output": 2, "total": 2.5}'}, 2.5),
    "of details the sum": ({"langfuse.observation.cost_details": '{"input": 1, "output": 2}'}, 3.0),
    "of no details": ({"langfuse.observation.cost_details": "{}"}, None),
    "no tokens, no cost": ({}, None),
    "a model without a price": ({"gen_ai.response.model": "our-own", "gen_ai.usage.input_tokens": 1000}, None),
    "a provider without prices": ({"gen_ai.provider.name": "ollama", "gen_ai.usage.input_tokens": 1000}, None),
}


@pytest.mark.parametrize(("attributes", "expected"), COSTS.values(), ids=COSTS)
def test_cost(attributes: dict[str, Any], expected: float | None) -> None:
    assert merge([only(Sent(CHAT | attributes)).update]).cost_usd == expected


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-4o-2024-08-06"),
        ("azure.ai.openai", "gpt-4o"),
        ("azure.ai.inference", "gpt-4o"),
        ("aws.bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0"),
        ("anthropic", "claude-sonnet-4-20250514"),
        ("gcp.gemini", "gemini-2.5-flash"),
        ("gcp.vertex_ai", "gemini-2.5-flash"),
        ("mistral_ai", "mistral-large-latest"),
        ("x_ai", "grok-3"),
        ("groq", "llama-3.3-70b-versatile"),
        ("deepseek", "deepseek-chat"),
        ("cohere", "command-r-plus"),
        ("openrouter", "openai/gpt-4o-mini"),
        ("openai", "text-embedding-3-small"),
    ],
)
def test_models_have_a_price_without_any_network(provider: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a price was looked for on the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    cost = price_of(provider, model, Tokens(1_000, 100), ARRIVAL)
    assert cost is not None
    assert 0 < cost < 0.1


def test_prices_are_loaded_only_when_one_is_needed() -> None:
    program = "import sys, metrone.webhooks.otlp; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_names_from_outside_do_not_pile_up() -> None:
    for number in range(3_000):
        assert price_of("openai", f"no-such-model-{number}", Tokens(1, 1), ARRIVAL) is None
        assert provider_of_model(f"no-such-{number}/model") == ""
    assert prices._listed.cache_info().currsize <= 2_048


LATENCIES: dict[str, tuple[Sent, float | None]] = {
    "its length": (Sent(CHAT, took=1.25), 1250.0),
    "to the first chunk, in seconds": (Sent(CHAT | {"gen_ai.response.time_to_first_chunk": 0.2}), 200.0),
    "to the first chunk, in milliseconds": (Sent(CHAT | {"ai.response.msToFirstChunk": 210}), 210.0),
    "to the first chunk, as an event": (
        Sent(
            CHAT, took=9, events=[("llm.content.completion.chunk", 0.75, {}), ("llm.content.completion.chunk", 0.5, {})]
        ),
        500.0,
    ),
    "ends before it begins": (Sent(CHAT, at=5, took=-1), None),
}


@pytest.mark.parametrize(("span", "expected"), LATENCIES.values(), ids=LATENCIES)
def test_latency(span: Sent, expected: float | None) -> None:
    assert merge([only(span).update]).latency_ms == expected


ENDINGS: dict[str, tuple[Sent, tuple[str, str]]] = {
    "nothing said": (Sent(CHAT), ("completed", "completed")),
    "a reason": (Sent(CHAT | {"gen_ai.response.finish_reasons": ["stop", "length"]}), ("completed", "length")),
    "an error's type": (Sent(CHAT | {"error.type": "timeout"}, failed=True), ("failed", "timeout")),
    "a status alone": (Sent(CHAT, failed=True), ("failed", "error")),
    "an exception": (
        Sent(
            CHAT, failed=True, events=[("exception", 1, {"exception.type": "ApiError", "exception.message": QUESTION})]
        ),
        ("failed", "ApiError"),
    ),
    "Langfuse's level": (Sent(CHAT | {"langfuse.observation.level": "ERROR"}), ("failed", "error")),
    "a type that is a sentence": (
        Sent(CHAT | {"error.type": "call +1 480 555 0100"}, failed=True),
        ("failed", "error"),
    ),
}


@pytest.mark.parametrize(("span", "expected"), ENDINGS.values(), ids=ENDINGS)
def test_how_it_ended(span: Sent, expected: tuple[str, str]) -> None:
    row = merge([only(span).update])
    assert (row.outcome, row.end_reason) == expected


def test_a_retry_that_went_well_is_no_failure() -> None:
    failed = Sent(CHAT | {"error.type": "rate_limit"}, "b000000000000001", at=0, failed=True)
    again = Sent(CHAT | {"gen_ai.response.finish_reasons": ["stop"]}, "b000000000000002", at=2)
    rows = [merge([only(failed, again).update]), merge([only(again).update, only(failed).update])]
    assert [(row.outcome, row.end_reason) for row in rows] == [("completed", "stop")] * 2


JUDGEMENTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a label": ({"gen_ai.evaluation.name": "TaskCompletion", "gen_ai.evaluation.score.label": "pass"}, "resolved"),
    "a label against": (
        {"gen_ai.evaluation.name": "resolution", "gen_ai.evaluation.score.label": "Fail"},
        "unresolved",
    ),
    "a score of one": ({"gen_ai.evaluation.name": "task success", "gen_ai.evaluation.score.value": 1.0}, "resolved"),
    "a score of none": ({"gen_ai.evaluation.name": "task_success", "gen_ai.evaluation.score.value": 0}, "unresolved"),
    "a score between": ({"gen_ai.evaluation.name": "task_success", "gen_ai.evaluation.score.value": 0.7}, None),
    "an unknown label": ({"gen_ai.evaluation.name": "resolution", "gen_ai.evaluation.score.label": "good"}, None),
    "another question": ({"gen_ai.evaluation.name": "Relevance", "gen_ai.evaluation.score.label": "pass"}, None),
}


@pytest.mark.parametrize(("attributes", "expected"), JUDGEMENTS.values(), ids=JUDGEMENTS)
def test_resolution_is_told_only_where_it_is_clear(attributes: dict[str, Any], expected: str | None) -> None:
    made = only(Sent(CHAT, events=[("gen_ai.evaluation.result", 1.0, attributes)]))
    assert merge([made.update]).resolution == expected
    assert made.event is not None
    assert made.event.ai_resolved is {"resolved": True, "unresolved": False, None: None}[expected]


@pytest.mark.parametrize(
    ("attributes", "kind", "external_id"),
    [
        ({}, "assistant", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ({"gen_ai.conversation.id": "conv_5j"}, "chat", "conv_5j"),
        ({"session.id": "s-1", "gen_ai.conversation.id": "conv_5j"}, "chat", "conv_5j"),
        *(({name: "c-1"}, "chat", "c-1") for name in NAMES["conversation"]),
        ({"session.id": True, "user.id": 7}, "assistant", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ({"session.id": 48291034}, "chat", "48291034"),
        ({"session.id": "two words"}, "chat", hashed("two words")),
        ({"session.id": "chloe@example.com"}, "chat", hashed("chloe@example.com")),
        ({"session.id": "+14805550100"}, "chat", hashed("+14805550100")),
        ({"session.id": "x" * 240}, "chat", hashed("x" * 240)),
    ],
)
def test_which_interaction_it_is(attributes: dict[str, Any], kind: str, external_id: str) -> None:
    update = only(Sent(CHAT | attributes)).update
    assert (update.kind, update.external_id) == (kind, external_id)


def test_traces_of_one_conversation_are_one_and_others_are_others() -> None:
    spans = [
        Sent(CHAT | {"gen_ai.conversation.id": name}, trace=f"{number:032x}")
        for number, name in enumerate(("c-1", "c-2", "c-1"), 1)
    ]
    made = sent(*spans)
    assert [(report.update.external_id, len(report.update.steps)) for report in made.reports] == [
        ("c-1", 2),
        ("c-2", 1),
    ]


def test_a_conversation_that_only_the_root_names_holds_its_whole_trace() -> None:
    root = Sent({"session.id": "c-1"}, "b000000000000001", at=0, took=5)
    made = sent(Sent(CHAT, "b000000000000002", "b000000000000001"), root)
    assert [report.update.external_id for report in made.reports] == ["c-1"]
    assert made.dropped == 1


def test_the_visit_and_the_person_are_tied() -> None:
    update = only(chat(user__id="u-1", traceloop__association__properties__metrone_session="ses_1")).update
    assert (update.session_id, update.person_ids) == ("ses_1", (hashed("u-1"),))
    report = only(chat(user__id="u-1", metrone_visitor="v-1"))
    assert report.update.person_ids == (hashed("v-1"), hashed("u-1"))
    assert report.event is not None
    assert report.event.user_id == "v-1"


def test_embeddings_alone_are_no_interaction_and_add_to_one() -> None:
    embedding = Sent(
        {"gen_ai.operation.name": "embeddings", "gen_ai.provider.name": "openai", "gen_ai.request.model":
         "text-embedding-3-small", "gen_ai.usage.input_tokens": 1000}, "b000000000000001", took=0.2,
    )  # fmt: skip
    alone = only(embedding)
    assert (alone.event, alone.update.outcome) == (None, None)
    answer = Sent(CHAT | {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 0}, "b000000000000002", at=1)
    together, apart = merge([only(embedding, answer).update]), merge([alone.update, only(answer).update])
    assert msgspec.structs.replace(together, first_event_at=0) == msgspec.structs.replace(apart, first_event_at=0)
    assert (together.tokens_in, together.cost_usd, together.model) == (2000, 0.00252, "gpt-4o")
    assert (together.latency_ms, together.started_at) == (1000.0, BEGAN)


USELESS: dict[str, dict[str, Any]] = {
    "a request": {"http.request.method": "POST", "url.full": "https://api.openai.com/v1/chat/completions"},
    "a query": {"db.system.name": "postgresql", "db.query.text": "select 1"},
    "a session without a model": {"session.id": "s-1", "user.id": "u-1"},
    "a chain": {"openinference.span.kind": "CHAIN", "llm.model_name": "gpt-4o"},
    "a task": {"traceloop.span.kind": "task", "traceloop.entity.name": "t"},
    "an agent that is made": {"gen_ai.operation.name": "create_agent", "gen_ai.provider.name": "openai"},
    "a model without usage or provider": {"gen_ai.request.model": "gpt-4o"},
    "a tool that nobody's model asked for": {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t"},
    "an agent without a provider": {"traceloop.span.kind": "agent", "traceloop.entity.name": "t"},
}


@pytest.mark.parametrize("attributes", USELESS.values(), ids=USELESS)
def test_other_spans_are_dropped(attributes: dict[str, Any]) -> None:
    made = sent(Sent(attributes))
    assert (made.spans, made.dropped, made.reports) == (1, 1, ())


def test_operations_are_in_lower_case_as_they_are_asked() -> None:
    assert all(kind == kind.lower() for kinds in OPERATIONS.values() for kind in kinds)


def test_the_same_export_has_the_same_key_and_another_has_another() -> None:
    first, second = chat(), Sent(CHAT, "b000000000000009", at=3)
    keys = []
    for spans in ([first, second], [second, first], [first], [second]):
        event = only(*spans).event
        assert event is not None
        keys.append(event.idempotency_key)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert all(key is not None and len(key) <= 255 for key in keys)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_that_was_said_is_kept_or_printed(dialect: str) -> None:
    made = sent(*DIALECTS[dialect].spans)
    for report in made.reports:
        kept = [msgspec.json.encode(report.update), msgspec.json.encode(absorb(None, report.update))]
        if report.event is not None:
            kept.append(msgspec.json.encode(msgspec.structs.replace(report.event, user_id=None)))
        text = b"".join(kept).decode() + repr(made) + repr(report) + repr(report.talk)
        for hidden in (QUESTION, ANSWER, "480 555", "Chloe", "u-1", "Be kind"):
            assert hidden not in text


def test_messages_of_a_long_history_are_counted_and_the_last_are_told() -> None:
    rows = [{"role": "user" if number % 2 else "assistant", "content": f"text {number}"} for number in range(1, 121)]
    report = only(chat(gen_ai__prompt=json.dumps(rows), gen_ai__response__finish_reasons=["stop"]))
    assert merge([report.update]).messages == 121
    assert report.talk.turns[-1] == "text 119"
    assert len(report.talk.turns) == 50
