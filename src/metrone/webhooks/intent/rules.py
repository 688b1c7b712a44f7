"""Phrases that settle the intent by themselves, in seven languages. Only what is right nearly always; the rest is the model's."""

import re

# A longer text mentions much: nothing in it settles anything.
WORDS_MAX = 40
PERSON_WORDS_MAX = 8


def _phrases(text: str) -> re.Pattern[str]:
    lines = (line.strip() for line in text.strip().splitlines())
    return re.compile(r"(?<!\w)(?:" + "|".join(line for line in lines if line) + r")(?!\w)")


# Intent, phrases in lower case. First match wins.
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("spam", _phrases(r"""
        misdialed|misdialled|wrong number(?! (?:of|on|in|for|listed))
        (?:me he )?equivocado de número|número equivocado
        trompée? de numéro|mauvais numéro|faux numéro
        verwählt|falsche nummer|falsch verbunden
        número errado|foi engano
        sbagliato numero|numero sbagliato
        verkeerd nummer|verkeerd verbonden
        (?:car|vehicle|auto)(?:'s)? (?:extended )?warranty .{0,60}press (?:one|1)
        you(?:'ve| have) been (?:selected|pre-?approved) .{0,60}(?:press|click|gift card|cruise|prize)
    """)),
    ("other", _phrases(r"""
        call(?:ing|ed)? (?:in|out) sick
        won't be (?:in|at) (?:work|school) today
        me reporto enferm[oa]|no (?:puedo|voy a poder) ir a trabajar
        ich melde mich krank|krankmeldung
        ik meld me ziek|ziekmelding
    """)),
)  # fmt: skip
_WORD = re.compile(r"[\w']+")
# A text of nothing but these words asks for a person ("no. representative please"); one of the first must be there.
_PERSON = frozenset(
    _WORD.findall(
        "representative operator human agent person somebody someone agente persona humano operador operadora conseiller opérateur "
        "humain personne mensch mitarbeiter berater atendente pessoa operatore umano mens medewerker"
    )
)
_AROUND = frozenset(
    _WORD.findall(
        "a an the real live actual another please now no yes hi hello i want need to speak talk with get me let can could just "
        "un una uno por favor quiero hablar con s'il vous plaît je veux parler à ein einen einem einer bitte ich möchte will mit "
        "sprechen um uma quero falar com per favore voglio parlare een alstublieft ik wil met spreken echt echte"
    )
)


def settle(text: str) -> str | None:
    """The intent that a phrase of `text` (lower case, clean) settles, or None."""
    words = _WORD.findall(text[:1000])
    if len(words) <= PERSON_WORDS_MAX and _PERSON.intersection(words) and (_PERSON | _AROUND).issuperset(words):
        return "human_handoff"
    if len(words) > WORDS_MAX:
        return None
    return next((label for label, phrases in _RULES if phrases.search(text)), None)
