"""The seventeen intents, and the names that platforms and their customers give to them. Tables only."""

import re
import unicodedata

# What the caller wanted: one dominant reason for a conversation. Stable identifiers; docs/intents.md describes each.
LABELS: dict[str, str] = {
    "scheduling": "book, reserve, ask for a slot",
    "rescheduling": "move an existing appointment, delivery or booking to another time",
    "cancellation": "cancel a booking, order, subscription or trial",
    "pricing": "know a price, quote, discount, what a plan costs",
    "billing": "ask or act on a charge, invoice, payment method, instalment, double charge",
    "support": "get something that does not work to work; how-to; repair",
    "complaint": "say they are unhappy and want it heard or made good",
    "order_status": "know where an order, delivery, application or repair is",
    "hours_location": "opening hours, address, directions, parking, area served",
    "product_info": "know what is offered, features, availability, suitability, cover",
    "sales_lead": "buy, get a demo, become a customer, be called by sales",
    "human_handoff": "reach a person or a named person or department, with no other topic",
    "account_access": "sign in, reset a password, verify, unlock, change account details",
    "refund_return": "return goods or get money back",
    "feedback": "praise, suggest, rate, answer a survey",
    "spam": "robocall, telemarketing, wrong number, prank, scam",
    "other": "none of these: silence, job applications, absences, suppliers, off-topic",
}
OTHER = "other"

# Words of a platform's own name → intent, the first row whose words are all in the name. Seen in assistants' structured
# outputs, Retell post-call analysis, Telnyx insights, Intercom topics and Zendesk tags: "book_appointment", "Refund request".
_NAMES: tuple[tuple[str, str], ...] = (
    ("rescheduling", "reschedule|rescheduling|rescheduled|postpone"),
    ("rescheduling", "postponement|move appointment|change appointment|modify appointment"),
    ("rescheduling", "change booking|modify booking|change reservation"),
    ("rescheduling", "modify reservation|update appointment|reprogramar|verschieben"),
    ("refund_return", "refund|refunds|return|returns|exchange"),
    ("refund_return", "money back|reimbursement|chargeback|reembolso|remboursement|erstattung"),
    ("cancellation", "cancel|cancellation|cancelation|cancelled|canceled"),
    ("cancellation", "cancelling|unsubscribe|churn|terminate|termination|opt out"),
    ("account_access", "login|log in|sign in|signin|password|account access"),
    ("account_access", "account locked|unlock|verification|verify|authentication|2fa|mfa"),
    ("account_access", "account update|update account|account change"),
    ("account_access", "change address|address change|update details|credentials"),
    ("order_status", "order status|order tracking|track order|tracking"),
    ("order_status", "wismo|where is my order|delivery status|shipping status|shipment"),
    ("order_status", "application status|claim status|repair status|status|shipping|delivery"),
    ("human_handoff", "human|handoff|hand off|handover"),
    ("human_handoff", "transfer|live agent|agent request|speak to agent|speak to representative"),
    ("human_handoff", "representative|operator|callback|call back"),
    ("human_handoff", "talk to person|escalation|leave message|take message"),
    ("sales_lead", "sales|sale|lead|demo|purchase|buy|buying"),
    ("sales_lead", "signup|sign up|new customer|prospect|enroll|enrollment|place order|order food"),
    ("pricing", "pricing|price|prices|quote|quotation|estimate|cost|costs|rates|discount|promotion|plans"),
    ("billing", "billing|bill|bills|invoice|invoices|payment"),
    ("billing", "payments|charge|charges|pay|double charge|instalment|installment"),
    ("scheduling", "book|booking|bookings|schedule|scheduling"),
    ("scheduling", "appointment|appointments|reservation|reserve|make appointment|new appointment"),
    ("scheduling", "availability check|cita|termin|rendez vous"),
    ("complaint", "complaint|complaints|complain|dissatisfaction|dissatisfied|grievance|unhappy"),
    ("feedback", "feedback|survey|praise|compliment|suggestion|feature request|testimonial|review|rating|csat|nps"),
    ("spam", "spam|robocall|telemarketing|telemarketer|wrong number|prank|scam|solicitation|fraud call|junk"),
    ("hours_location", "hours|opening hours|business hours|location"),
    ("hours_location", "directions|address|parking|store locator|service area"),
    ("support", "support|technical|troubleshoot|troubleshooting|tech|bug"),
    ("support", "problem|issue|repair|maintenance|how to|outage|help"),
    ("product_info", "product|products|service info|services|information|info"),
    ("product_info", "features|faq|general inquiry|inquiry|enquiry|question|coverage"),
    ("other", "other|unknown|none|no intent|misc|general"),
    ("other", "silence|job application|employment|career|na|not applicable"),
)  # fmt: skip
_ROWS = tuple((label, [tuple(name.split()) for name in names.split("|")]) for label, names in _NAMES)
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
RAW_MAX = 200


def map_name(raw: str) -> str | None:
    """The intent that a platform's own name stands for ("BookAppointment", "order-status"); None where none is known."""
    plain = unicodedata.normalize("NFKC", raw[:RAW_MAX])
    words = tuple(word.lower() for word in _WORD.findall(_HUMP.sub(" ", plain)))
    if not words:
        return None
    if "_".join(words) in LABELS:
        return "_".join(words)
    held = set(words)
    return next((label for label, names in _ROWS if any(held.issuperset(name) for name in names)), None)
