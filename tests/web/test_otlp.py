"""OpenTelemetry's own exporter for Python, pointed at a running server."""

import gzip

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from tests.running import RunningServer, TestProject
from tests.web.deliveries import EVER, Desk

PATH = "/v1/otlp/v1/traces"
ANSWER: dict[str, str | int] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.conversation.id": "conversation-9",
    "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"never to be kept"}]}]',
}


@pytest.fixture
def desk(server: RunningServer, project: TestProject) -> Desk:
    return Desk(server, project)


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
@pytest.mark.parametrize("header", ["X-Api-Key", "Authorization"])
def test_spans_of_one_conversation_are_one_chat(desk: Desk, compression: Compression, header: str) -> None:
    key = desk.project.write
    exporter = OTLPSpanExporter(
        endpoint=desk.server.url + PATH,
        headers={header: key if header == "X-Api-Key" else f"Bearer {key}"},
        compression=compression,
    )
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("shop")
    for _ in range(3):  # an export each
        with tracer.start_as_current_span("chat gpt-4o", attributes=ANSWER):
            pass
    with tracer.start_as_current_span("GET /"):
        pass
    provider.shutdown()
    desk.logged(4)
    (row,) = desk.interactions(1)
    assert (row["kind"], row["provider"], row["model"], row["outcome"]) == ("chat", "openai", "gpt-4o", "completed")
    assert (row["tokens_in"], row["tokens_out"]) == (3000, 300)
    assert row["cost_usd"] == pytest.approx(3 * 0.0035)
    assert {delivery["result"] for delivery in desk.logged(4)} == {"taken", "ignored"}
    assert desk.ask("ai", **EVER)["by_model"][0]["ai_tokens_in"] == 3000


def test_json_is_taken_too_and_what_cannot_be_read_is_refused(desk: Desk) -> None:
    client = desk.server.client(desk.project.write)
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "chat", "kind": 3,
        "startTimeUnixNano": "1772553600000000000", "endTimeUnixNano": "1772553601000000000",
        "attributes": [
            {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
            for name, value in ANSWER.items()
        ],
    }  # fmt: skip
    body = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": [span]}]}]}
    answer = client.post(PATH, json=body)
    assert (answer.status_code, answer.json(), answer.headers["content-type"]) == (200, {}, "application/json")
    desk.interactions(1)
    for content, media in ((b"{", "application/json"), (b"\xff\xff", "application/x-protobuf"), (b"{}", "text/html")):
        assert client.post(PATH, content=content, headers={"content-type": media}).status_code == 400
    cut = {"content-type": "application/json", "content-encoding": "gzip"}
    assert client.post(PATH, content=gzip.compress(b"{}")[:-4], headers=cut).status_code == 400
    assert desk.server.client().post(PATH, json=body).status_code == 401
