"""Durable on disk before we say yes: group commit in, drain out. Knows no column store."""
