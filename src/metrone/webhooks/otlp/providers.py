"""One name a provider, whatever the instrumentation calls it: that of `gen_ai.provider.name` in today's conventions."""

import re
from collections.abc import Mapping

OTHER = "other"  # a model of which nobody says whose it is

# Lower-case names of gen_ai.system in all versions, of OpenInference, OpenLLMetry and the AI SDK. '' is no provider but a
# framework or gateway: then the model tells.
PROVIDERS: Mapping[str, str] = {
    "az.ai.openai": "azure.ai.openai",
    "azure": "azure.ai.openai",
    "azure-openai": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "az.ai.inference": "azure.ai.inference",
    "aws": "aws.bedrock",
    "aws_bedrock": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "google.vertex": "gcp.vertex_ai",
    "google_vertexai": "gcp.vertex_ai",
    "vertexai": "gcp.vertex_ai",
    "vertex_ai": "gcp.vertex_ai",
    "vertex": "gcp.vertex_ai",
    "gemini": "gcp.gemini",
    "google": "gcp.gemini",
    "google.generative-ai": "gcp.gemini",
    "google_genai": "gcp.gemini",
    "gcp.gen_ai": "gcp.gemini",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "xai": "x_ai",
    "x-ai": "x_ai",
    "watsonx": "ibm.watsonx.ai",
    "ibm": "ibm.watsonx.ai",
    "togetherai": "together_ai",
    "together": "together_ai",
    "together-ai": "together_ai",
    "fireworks-ai": "fireworks",
    "fireworks_ai": "fireworks",
    "hugging_face": "huggingface",
    "moonshotai": "moonshot_ai",
    "moonshot": "moonshot_ai",
    "_other": "",
    "unknown": "",
    "gateway": "",
    "langchain": "",
    "langgraph": "",
    "llamaindex": "",
    "litellm": "",
    "crewai": "",
    "autogen": "",
    "pydantic_ai": "",
    "pydantic-ai": "",
    "openai_agents": "",
    "strands-agents": "",
    "vercel": "",
}
WITH_A_DOT = frozenset(
    {"aws.bedrock", "azure.ai.openai", "azure.ai.inference", "gcp.gemini", "gcp.vertex_ai", "ibm.watsonx.ai"}
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def provider_of(name: str | None) -> str:
    """The provider that an attribute names, '' where it names none: "OpenAI", "openai.chat" and "openai" are one."""
    key = (name or "").strip().lower().replace(" ", "_")
    while key:
        if key in WITH_A_DOT:
            return key
        if key in PROVIDERS:
            return PROVIDERS[key]
        shorter, dot, _ = key.rpartition(".")
        if not dot:
            return key if _NAME.fullmatch(key) else ""
        key = shorter
    return ""
