"""Who speaks in a transcript: the words that platforms and transcribers put before a turn, by role. Words only, no parsing."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Compared lower-case, without brackets, digits and stars: "[Agent 1]" and "**AGENT**" are both "agent".
AGENT = _words(
    """
    agent ai assistant bot chatbot voicebot virtual-assistant ai-agent ai-assistant operator rep representative csr system ivr
    advisor adviser receptionist staff support support-agent human-agent service clerk dispatcher concierge host employee
    virtual-agent voice-agent answering-service model gpt company business admin teammate fin expert consultant nurse-line
    agente asistente ia operador recepcionista empresa asesor teleoperador operadora robot
    conseiller conseillère assistante opérateur opératrice accueil téléconseiller standard
    ki mitarbeiter mitarbeiterin berater beraterin assistent assistentin agentin zentrale empfang
    atendente assistente recepção operador-virtual
    operatore operatrice centralino addetto
    medewerker medewerkster assistente-virtuale baliemedewerker receptioniste
    """
)
CALLER = _words(
    """
    caller user customer client human patient guest visitor me lead contact member tenant resident prospect student parent
    consumer end-user buyer subscriber shopper enduser requester person passenger traveler homeowner
    cliente usuario usuaria llamante persona paciente clienta huésped
    cliente utilisateur utilisatrice appelant appelante patiente visiteur cliente-final usager
    kunde kundin anrufer anruferin nutzer nutzerin patientin benutzer gast besucher mieter
    usuário usuária chamador visitante hóspede
    utente chiamante paziente ospite visitatore
    klant gebruiker beller patiënt bezoeker cliënt
    """
)
# Labels before a text that are no speakers: what stands behind them is about the conversation.
FIELD = _words(
    """
    subject summary tags topic notes description title message note reason body
    asunto resumen etiquetas mensaje objet résumé sujet betreff zusammenfassung nachricht
    assunto resumo mensagem oggetto riassunto riepilogo messaggio onderwerp samenvatting bericht
    """
)
SUMMARY = frozenset(
    {"summary", "resumen", "résumé", "zusammenfassung", "resumo", "riassunto", "riepilogo", "samenvatting"}
)
# What only the answering side says; tells the sides apart where the speakers have names or numbers.
AGENT_PHRASES = (
    "how can i help", "how may i", "thank you for calling", "thanks for calling", "what can i do for you", "can i have your",
    "may i have your", "let me check", "i'd be happy to", "how can we help", "anything else i can", "speaking, how",
    "en qué puedo", "gracias por llamar", "que puis-je", "comment puis-je", "merci d'avoir appelé", "wie kann ich ihnen",
    "was kann ich für sie", "como posso ajudar", "em que posso", "come posso aiutar", "waarmee kan ik", "hoe kan ik u",
)  # fmt: skip
