"""One file a step, in the order of their down_revision. A published step is never edited; add another."""
