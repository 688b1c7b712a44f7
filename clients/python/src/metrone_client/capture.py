"""Which answers count as pages. Pure."""

from __future__ import annotations

from typing import Final

# An agent that draws a page fetches its parts too; those are no pages of the site.
PARTS: Final = ("image/", "font/", "audio/", "video/", "text/css", "text/javascript", "application/javascript")


def is_page(content_type: str) -> bool:
    """Whether an answer of this type is something that an agent reads: all but the parts of a page."""
    return not content_type.lower().startswith(PARTS)
