"""Metrone: privacy-first analytics for humans and AI agents, self-hosted."""

__version__ = "0.1.0"
