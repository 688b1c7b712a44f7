"""What platforms send, translated: payload to interaction updates and incoming events. Pure: no I/O, no clock, no database."""
