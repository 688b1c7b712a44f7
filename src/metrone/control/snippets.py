"""SNIPPETS: what a newcomer pastes, one text for each way in. A table, no behaviour but filling one.

The command line and the dashboard show these texts with their own address and key in them; the documentation shows them as
they stand here, and tests/control/test_snippets.py holds it to that.
"""

from dataclasses import dataclass
from typing import Literal

# What the texts say where a reader's own address and keys belong. Browsers get the key that can only write.
ORIGIN = "https://data.yoursite.com"
WRITE_KEY = "metrone_live_YOUR_WRITE_KEY"
API_KEY = "metrone_live_YOUR_API_KEY"

Language = Literal["html", "ts", "tsx", "python", "json", "sh"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """One text to paste; `page` is the file in docs/ that explains it."""

    name: str
    title: str
    language: Language
    page: str
    text: str

    def fill(self, origin: str, key: str) -> str:
        """The text with a real address (no trailing slash) and a real key."""
        return self.text.replace(ORIGIN, origin).replace(WRITE_KEY, key).replace(API_KEY, key)


_ALL = (
    Snippet(
        "script",
        "Script tag",
        "html",
        "tracker.md",
        f'<script defer src="{ORIGIN}/m.js" data-key="{WRITE_KEY}"></script>',
    ),
    Snippet(
        "sdk",
        "Browser SDK",
        "ts",
        "browser.md",
        f"""\
import {{ Metrone }} from '@metrone-io/sdk'

const metrone = new Metrone({{
  apiKey: '{WRITE_KEY}',
  endpoint: '{ORIGIN}',
  autoTrackSPA: true,
}})

metrone.track('signup', {{ plan: 'growth', source: 'landing' }})""",
    ),
    Snippet(
        "react",
        "React",
        "tsx",
        "react.md",
        f"""\
import {{ MetroneProvider }} from '@metrone-io/react'
import {{ YourApp }} from './YourApp'

const config = {{ apiKey: '{WRITE_KEY}', endpoint: '{ORIGIN}' }}

export function App() {{
  return (
    <MetroneProvider config={{config}} trackRouteChanges>
      <YourApp />
    </MetroneProvider>
  )
}}""",
    ),
    Snippet(
        "server-js",
        "Node, Deno, Bun, Workers",
        "ts",
        "server-js.md",
        f"""\
import {{ MetroneServer }} from '@metrone-io/server'

const metrone = new MetroneServer({{
  apiKey: '{API_KEY}',
  endpoint: '{ORIGIN}',
}})""",
    ),
    Snippet(
        "python",
        "Python",
        "python",
        "server-python.md",
        f"""\
from metrone_client import Metrone

metrone = Metrone("{API_KEY}", endpoint="{ORIGIN}")

metrone.pageview("https://yoursite.com/pricing", "Pricing")
metrone.track("api_request", {{"endpoint": "/users", "method": "GET"}})
metrone.conversion("purchase", 69, {{"currency": "USD", "plan": "growth"}}, user_id="customer-17")
metrone.interaction("click", "cta_hero")""",
    ),
    Snippet(
        "mcp",
        "Claude and other agents (MCP)",
        "json",
        "mcp.md",
        f"""\
{{
  "mcpServers": {{
    "metrone": {{
      "command": "npx",
      "args": ["-y", "@metrone-io/mcp"],
      "env": {{
        "METRONE_API_KEY": "{API_KEY}",
        "METRONE_ENDPOINT": "{ORIGIN}"
      }}
    }}
  }}
}}""",
    ),
    Snippet(
        "curl",
        "From a command line",
        "sh",
        "events.md",
        f"""\
curl -X POST {ORIGIN}/v1/events \\
  -H "X-Api-Key: {WRITE_KEY}" -H "Content-Type: application/json" \\
  -d '{{"event_type": "custom", "event_name": "signup", "page_url": "https://example.com/"}}'""",
    ),
)

SNIPPETS = {snippet.name: snippet for snippet in _ALL}
