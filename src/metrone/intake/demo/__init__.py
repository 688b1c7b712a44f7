"""Believable data of a shop that does not exist, for `metrone demo`: seeded, and taken through the same STEPS as real events."""
