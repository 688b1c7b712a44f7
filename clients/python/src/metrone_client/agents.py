"""The AI agents that a server can tell by their User-Agent. The names are those of the Metrone server; a test holds them equal."""

from __future__ import annotations

import re
from typing import Final

LONGEST_USER_AGENT: Final = 1_000  # characters; the server reads no more

NAMES: Final = (
    "AddSearchBot", "AgentTimes", "AI2Bot", "AI2Bot-DeepResearchEval", "Ai2Bot-Dolma", "aiHitBot", "AIWebIndex",
    "amazon-kendra", "amazon-QBusiness", "Amazon-Bedrock-AgentCore-Browser", "Amazonbot", "AmazonBuyForMe",
    "Amzn-SearchBot", "Amzn-User", "Anchor Browser", "Andibot", "Anomura", "anthropic-ai", "ApifyBot",
    "ApifyWebsiteContentCrawler", "Applebot", "Aranet-SearchBot", "atlassian-bot", "Awario", "AzureAI-SearchBot",
    "bedrockbot", "bigsur.ai", "Bravebot", "Brightbot", "BuddyBot", "Bytespider", "CCBot", "Channel3Bot",
    "ChatGLM-Spider", "ChatGPT Agent", "ChatGPT-User", "Claude-Code", "Claude-SearchBot", "Claude-User", "Claude-Web",
    "ClaudeBot", "Cloudflare-AutoRAG", "CloudVertexBot", "cohere-ai", "cohere-training-data-crawler", "Cotoyogi",
    "CragCrawler", "Crawl4AI", "Crawlspace", "Datenbank Crawler", "DeepSeekBot", "Devin", "Diffbot", "DuckAssistBot",
    "Echobot Bot", "EchoboxBot", "ExaBot", "ExaSearchBot", "FacebookBot", "Factset_spyderbot", "FirecrawlAgent",
    "FriendlyCrawler", "GeistHaus-PageFetcher", "Gemini-Deep-Research", "Google-Agent", "Google-CloudVertexBot",
    "Google-Firebase", "Google-Gemini-CLI", "Google-GeminiNotebook", "Google-NotebookLM", "GoogleAgent-Mariner",
    "GoogleAgent-URLContext", "GoogleOther", "GoogleOther-Image", "GoogleOther-Video", "GPTBot", "HenkBot", "iAskBot",
    "iaskspider", "ICC-Crawler", "ImagesiftBot", "imageSpider", "img2dataset", "ISSCyberRiskCrawler", "kagi-fetcher",
    "Kangaroo Bot", "Kimi-User", "KlaviyoAIBot", "KunatoCrawler", "laion-huggingface-processor", "LAIONDownloader",
    "Lightpanda", "LinerBot", "Linguee Bot", "LinkupBot", "Manus-User", "meta-externalagent", "meta-externalfetcher",
    "meta-webindexer", "MistralAI-User", "Mozilla-Tabstack", "MyCentralAIScraperBot", "NagetBot",
    "netEstate Imprint Crawler", "newsai/", "NotebookLM", "NovaAct", "OAI-SearchBot", "omgili", "omgilibot",
    "opencode", "PanguBot", "Panscient", "Perplexity-User", "PerplexityBot", "PerplexityUser", "PetalBot", "PhindBot",
    "Poggio-Citations", "Poseidon Research Crawler", "QualifiedBot", "Querit-SearchBot", "QueritBot", "QuillBot",
    "Reflectionbot", "SBIntuitionsBot", "SemrushBot-OCOB", "SemrushBot-SWA", "Shap-User", "ShapBot",
    "Sidetrade indexer bot", "TavilyBot", "Terra Cotta", "TerraCotta", "Thinkbot", "TikTokSpider", "Timpibot",
    "TongyiBot", "TwinAgent", "UseAI", "VelenPublicWebCrawler", "WARDBot", "Webzio-Extended", "wpbot", "WRTNBot",
    "YaK/", "YandexAdditional", "YandexAdditionalBot", "YiyanBot", "YouBot", "ZanistaBot",
)  # fmt: skip


def is_ai_agent(user_agent: str) -> bool:
    """Whether this is the User-Agent of an AI agent: whether it holds a name as a whole word, in any case."""
    return _NAMED.search(user_agent[:LONGEST_USER_AGENT].lower()) is not None


def _pattern(name: str) -> str:
    # `newsai/` goes on with a version, so the end of a word is asked for where the name ends in one only.
    return re.escape(name.lower()) + ("(?![a-z0-9])" if name[-1].isalnum() else "")


_NAMED = re.compile(f"(?<![a-z0-9])(?:{'|'.join(_pattern(name) for name in NAMES)})")
