"""The real SDK for Python with OpenTelemetry's own instrumentation of OpenAI's client, over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import openai
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from metrone.webhooks.merge import merge
from tests.webhooks.otlp.world import COST_USD, MODEL, TOKENS_IN, TOKENS_OUT, World, running_world

QUESTION = "Where is my parcel?"


@pytest.fixture
def world() -> Iterator[World]:
    with running_world() as running:
        yield running


@contextmanager
def traced(world: World) -> Iterator[TracerProvider]:
    """An application under the SDK; what it did is exported when the block ends."""
    exporter = OTLPSpanExporter(
        endpoint=world.traces_url, headers={"X-Api-Key": "metrone_live_1"}, compression=Compression.NoCompression
    )
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    instrumentor = OpenAIInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        yield provider
    finally:
        instrumentor.uninstrument()
        provider.shutdown()


def ask(world: World, model: str = "gpt-4o", is_streamed: bool = False) -> None:
    with openai.OpenAI(api_key="none", base_url=world.openai_url, max_retries=0) as client:
        messages = [{"role": "user", "content": QUESTION}]
        if is_streamed:
            options = {"include_usage": True}
            stream = client.chat.completions.create(model=model, messages=messages, stream=True, stream_options=options)  # type: ignore[call-overload]
            assert len(list(stream)) == 3
        else:
            client.chat.completions.create(model=model, messages=messages)  # type: ignore[arg-type]


def test_one_answer_is_one_query(world: World) -> None:
    with traced(world):
        ask(world)
    (report,) = world.reports
    row = merge([report.update])
    assert (row.provider, row.kind, row.model, row.outcome) == ("openai", "assistant", MODEL, "completed")
    assert (row.tokens_in, row.tokens_out, row.cost_usd, row.tool_calls) == (TOKENS_IN, TOKENS_OUT, COST_USD, 0)
    assert row.duration_sec is not None
    assert row.latency_ms is not None
    assert 0 < row.latency_ms <= 30_000
    assert report.event is not None
    assert (report.event.event_type, report.event.ai_cost_usd) == ("ai_query", COST_USD)
    assert world.headers[0]["x-api-key"] == "metrone_live_1"
    assert world.headers[0]["content-type"] == "application/x-protobuf"


def test_answers_of_one_trace_add_up(world: World) -> None:
    with traced(world) as provider, provider.get_tracer("shop").start_as_current_span("handle question"):
        ask(world)
        ask(world, is_streamed=True)
    (made,) = world.made
    assert (made.spans, made.dropped) == (3, 1)
    row = merge(report.update for report in world.reports)
    assert (row.tokens_in, row.tokens_out, row.cost_usd) == (2 * TOKENS_IN, 2 * TOKENS_OUT, 2 * COST_USD)


def test_a_question_that_fails_is_a_failed_query(world: World) -> None:
    with traced(world), pytest.raises(openai.NotFoundError):
        ask(world, model="gpt-0")
    (report,) = world.reports
    row = merge([report.update])
    assert (row.outcome, row.end_reason, row.model) == ("failed", "openai.NotFoundError", "gpt-0")
    assert (row.tokens_in, row.cost_usd) == (None, None)


def test_recorded_messages_are_told_to_the_classifier_and_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")
    with traced(world):
        ask(world)
    (report,) = world.reports
    assert report.talk.turns == (QUESTION,)
    assert merge([report.update]).messages == 2
    assert QUESTION not in repr(report.update) + repr(report.event)
