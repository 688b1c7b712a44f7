"""The names that platforms give to intents."""

import pytest

from metrone.webhooks.intent.labels import LABELS, map_name

NAMES = {
    "book_appointment": "scheduling",
    "BookAppointment": "scheduling",
    "Appointment Booking": "scheduling",
    "make-reservation": "scheduling",
    "reschedule_appointment": "rescheduling",
    "cancel_appointment": "cancellation",
    "subscription-cancellation": "cancellation",
    "Refund request": "refund_return",
    "cancel_and_refund": "refund_return",
    "order.tracking": "order_status",
    "password_reset": "account_access",
    "billing_question": "billing",
    "pricing inquiry": "pricing",
    "Product Question": "product_info",
    "technicalSupport": "support",
    "speak_to_agent": "human_handoff",
    "demo_request": "sales_lead",
    "store_hours": "hours_location",
    "wrong_number": "spam",
    "CSAT survey": "feedback",
    "job application": "other",
    "COMPLAINT": "complaint",
}


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_platform_is_mapped(name: str) -> None:
    assert map_name(name) == NAMES[name]


@pytest.mark.parametrize("label", LABELS)
def test_label_stays_itself(label: str) -> None:
    assert map_name(label) == label
    assert map_name(label.upper().replace("_", "-")) == label


@pytest.mark.parametrize("name", ["", "  ", "zebra_dance", "\x00", "\ud800", "🙂"])
def test_unknown_name_is_not_guessed(name: str) -> None:
    assert map_name(name) is None
