"""Phrases that settle the intent by themselves, in seven languages. Only what is right nearly always; the rest is the model's."""

import re

WORDS_MAX = 40


def _phrases(text: str) -> re.Pattern[str]:
    lines = (line.strip() for line in text.strip().splitlines())
    return re.compile(r"(?<!\w)(?:" + "|".join(line for line in lines if line) + r")(?!\w)")


# Intent, words that the text may have at most (a long talk mentions much), phrases in lower case. First match wins.
_RULES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("spam", WORDS_MAX, _phrases(r"""
        (?:have|got|dialed|dialled|called|is|sorry|oops|oh|the) (?:the )?wrong number
        misdialed|misdialled|wrong number
        (?:me he )?equivocado de número|número equivocado
        trompée? de numéro|mauvais numéro|faux numéro
        verwählt|falsche nummer|falsch verbunden
        número errado|foi engano
        sbagliato numero|numero sbagliato
        verkeerd nummer|verkeerd verbonden
        (?:car|vehicle|auto)(?:'s)? (?:extended )?warranty .{0,60}press (?:one|1)
        you(?:'ve| have) been (?:selected|pre-?approved) .{0,60}(?:press|click|gift card|cruise|prize)
    """)),
    ("other", WORDS_MAX, _phrases(r"""
        call(?:ing|ed)? (?:in|out) sick
        won't be (?:in|at) (?:work|school) today
        me reporto enferm[oa]|no (?:puedo|voy a poder) ir a trabajar
        ich melde mich krank|krankmeldung
        ik meld me ziek|ziekmelding
    """)),
    ("human_handoff", 6, _phrases(r"""
        (?:representative|operator|human|real person|live person|live agent|agent)(?: please)?
        (?:speak|talk) (?:to|with) (?:someone|somebody|an? (?:real |live |actual )?(?:person|human|agent|representative))
        (?:hablar con )?(?:una persona|un agente|un humano|un operador)
        (?:parler à )?(?:un conseiller|un humain|une personne|un agent)
        (?:mit )?(?:einem menschen|einem mitarbeiter)
        (?:falar com )?(?:um atendente|uma pessoa|um humano)
        (?:parlare con )?(?:un operatore|una persona|un umano)
        (?:een mens|een medewerker)(?: spreken)?
    """)),
)  # fmt: skip
# Says more than that a person is wanted: then the topic counts, not the wish for a person.
_SALES = re.compile(r"\b(?:sales?|ventas|vertrieb|vente|vendas|vendite|verkoop)\b")


def settle(text: str) -> str | None:
    """The intent that a phrase of `text` (lower case, clean) settles, or None."""
    count = text.count(" ") + 1
    for label, words_max, phrases in _RULES:
        if count <= words_max and phrases.search(text) and not (label == "human_handoff" and _SALES.search(text)):
            return label
    return None
