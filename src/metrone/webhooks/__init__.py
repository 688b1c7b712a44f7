"""What voice, chat and assistant platforms send, translated into Metrone's words. Pure: no I/O, no database, no clock."""
