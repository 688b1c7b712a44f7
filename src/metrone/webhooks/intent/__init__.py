"""What a caller wanted: one of seventeen intents, told from the text of a call or chat, in memory and without network."""

from metrone.webhooks.intent.classifier import Classifier, Conversation, Origin, Verdict, teach
from metrone.webhooks.intent.labels import LABELS

__all__ = ["LABELS", "Classifier", "Conversation", "Origin", "Verdict", "teach"]
