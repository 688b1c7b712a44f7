"""Who said what, in the styles that platforms and transcribers use."""

import pytest

from metrone.webhooks.intent.turns import TEXT_MAX, clean, read_caller

STYLES = {
    "lines": ("Agent: Hello, Ace.\nCaller: where is my parcel\nAgent: One moment.", ["where is my parcel"]),
    "one line": ("AI: How can I help? User: where is my parcel AI: sure User: number nine", ["where is my parcel", "number nine"]),
    "slashes": ("Agent: hello there / Caller: where is my parcel", ["where is my parcel"]),
    "clocks": ("[00:01] Agent: hello\n[00:05] Caller: where is my parcel", ["where is my parcel"]),
    "stars": ("**Agent (Mia):** hello\n**Customer:** where is my parcel", ["where is my parcel"]),
    "numbers": ("Agent 1: hello\nCaller 2: where is my parcel", ["where is my parcel"]),
    "angles": ("Bot> hello\nUser> where is my parcel", ["where is my parcel"]),
    "brackets": ("[Agent] hello\n[Customer] where is my parcel", ["where is my parcel"]),
    "dashes": ("agent - hello there\ncustomer - where is my parcel", ["where is my parcel"]),
    "role on a line": ("USER\nwhere is my parcel\nASSISTANT\nlet me see", ["where is my parcel"]),
    "names": ("Sophie: Thank you for calling Ace.\nTom: where is my parcel", ["where is my parcel"]),
    "speakers": ("SPEAKER_00: how may I help\nSPEAKER_01: where is my parcel", ["where is my parcel"]),
    "one known": ("Sophie: Ace, hello\nCaller: where is my parcel", ["where is my parcel"]),
    "json": ('[{"role": "assistant", "content": "hi"}, {"role": "user", "content": "where is my parcel"}]', ["where is my parcel"]),
    "spanish": ("Agente: dígame\nCliente: dónde está mi paquete", ["dónde está mi paquete"]),
    "french spaces": ("Agent : bonjour\nClient : où est mon colis", ["où est mon colis"]),
    "german": ("Mitarbeiter: hallo\nKunde: wo ist mein Paket", ["wo ist mein Paket"]),
    "portuguese": ("Atendente: olá\nUsuário: onde está meu pedido", ["onde está meu pedido"]),
    "italian": ("Operatore: pronto\nUtente: dov'è il mio pacco", ["dov'è il mio pacco"]),
    "dutch": ("Medewerker: hallo\nKlant: waar is mijn pakket", ["waar is mijn pakket"]),
    "summary": ("Summary: The caller asked for a parcel.\nAgent: hello\nCaller: um hi", ["The caller asked for a parcel."]),
    "subject": ("Subject: Parcel\n\nWhere is it?", ["Parcel Where is it?"]),
    "plain": ("where is my parcel", ["where is my parcel"]),
    "a colon": ("PS: where is my parcel", ["PS: where is my parcel"]),
    "one word": ("operator", ["operator"]),
    "a role in a sentence": ("Caller: I was an agent - really: it is so", ["I was an agent - really: it is so"]),
    "too little": ("Agent: Shall I cancel it?\nCaller: yes", ["Shall I cancel it?", "yes"]),
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_caller_is_heard_when_turns_are_written_in(style: str) -> None:
    text, said = STYLES[style]
    assert read_caller(text) == said


@pytest.mark.parametrize("text", ["Agent: hello?\nCaller:", "AI: Hello? Are you there?\nUser: \nAI: Goodbye."])
def test_nothing_is_heard_when_only_the_other_side_speaks(text: str) -> None:
    assert read_caller(text) is None


def test_nothing_is_read_beyond_the_bound() -> None:
    assert sum(map(len, read_caller("word " * 1_000_000) or [])) <= TEXT_MAX


def test_controls_and_lone_surrogates_are_cleaned() -> None:
    assert clean("a\x00b\r\n\tc\ud800") == "a b c?"
