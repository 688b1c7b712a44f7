"""Metrone for Python: send events, read numbers, see AI agents. What is named here is public; nothing else is."""

from metrone_client.aio import AsyncMetrone, AsyncStream
from metrone_client.asgi import ASGIAgentMiddleware
from metrone_client.client import Metrone
from metrone_client.errors import (
    MetroneAuthError,
    MetroneError,
    MetroneNetworkError,
    MetroneRateLimitError,
    MetroneServerError,
    MetroneTimeoutError,
    MetroneValidationError,
)
from metrone_client.report import FlushResult
from metrone_client.stream import Stream
from metrone_client.tracking import AgentRequest
from metrone_client.wire import VERSION as __version__
from metrone_client.wsgi import WSGIAgentMiddleware

__all__ = [
    "ASGIAgentMiddleware",
    "AgentRequest",
    "AsyncMetrone",
    "AsyncStream",
    "FlushResult",
    "Metrone",
    "MetroneAuthError",
    "MetroneError",
    "MetroneNetworkError",
    "MetroneRateLimitError",
    "MetroneServerError",
    "MetroneTimeoutError",
    "MetroneValidationError",
    "Stream",
    "WSGIAgentMiddleware",
    "__version__",
]
