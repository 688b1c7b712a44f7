"""What an event is: the vocabulary, the shape clients send, the row that is stored. Pure; no I/O."""
