"""The fuzzer over the OpenAPI document, against a running server: no 5xx, no undocumented status, shape, type or header."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metrone.web.operations import OPERATIONS
from tests.running import RunningServer
from tests.web.visitors import new_interaction

SCHEMATHESIS = str(Path(sys.executable).parent / "schemathesis")
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance",
)  # fmt: skip
SEED = "20"
SECONDS = 90
# What is sent may hold fields that nobody knows (wire.md: they are ignored); what is answered may not.
SENT = ("Batch", "IncomingEvent", "Queries", "Query", "Filters", "MetricNames", "DimensionName", "OrderBy")


@pytest.mark.slow
def test_server_does_what_its_document_says_when_fuzzed(
    start_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    server = start_server(METRONE_STREAM_SECONDS="1", METRONE_STREAMS_PER_KEY="100")
    project = server.project()
    key = server.key(project, "admin")
    described = json.dumps(close_answers(server.client().get("/v1/openapi.json").json()))
    # An example of an id is nobody's: with one that is there, the answer about it is looked at as well.
    (nobodys,) = {place for operation in OPERATIONS for place in operation.places.values()}
    assert nobodys in described
    document = tmp_path / "openapi.json"
    document.write_text(described.replace(nobodys, new_interaction(server, project, "front-desk")))
    command = [
        SCHEMATHESIS, "run", str(document), "--url", server.url, "--header", f"X-Api-Key: {key}",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", "8",
        "--seed", SEED, "--continue-on-failure", "--no-shrink", "--request-timeout", "10",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS * 3, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:]
    assert "Tested: " in done.stdout
    assert "Traceback" not in server.log.read_text()


def close_answers(document: dict[str, Any]) -> dict[str, Any]:
    """The document with answers that may hold no field beyond those that it names."""
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and name not in SENT and not name.endswith("Params"):
            schema["additionalProperties"] = False
    return document
