"""Names in titles: words, not patterns."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from diagramgen.transforms.words import is_one, listing, mid, of_some


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (None, ""),
        ("*", ""),
        ("math_*", " of math"),
        ("*_hard", " of hard"),
        ("mmlu/*", " of mmlu"),
        ("finemath[34]plus", " of some slices"),
        (("web", "math_[ab]"), " of some slices"),
        ("suite/mmlu/stem", " of suite/mmlu/stem"),
        ("group:origin/Anchors", " of Anchors"),
        ("group:origin/HQ/web", " of HQ/web"),
        ("group:origin", " of origin"),
        (("group:origin/Anchors", "web", "web"), " of Anchors and web"),
        (("web", "code", "math"), " of web, code and math"),
        (("web", "code", "math", "wiki"), " of 4 slices"),
        (("web", "code", "math", "wiki_*"), " of some slices"),
    ],
)
def test_items_in_words(definitions, items, words):
    assert of_some(items, definitions.metrics["ppl"]) == words


def test_items_go_by_their_labels_and_the_metrics_own_plural(definitions):
    metric = replace(definitions.metrics["ppl"], labels={"web": "The web"}, items="corpora")
    assert of_some("web", metric) == " of The web"
    assert of_some(tuple("abcd"), metric) == " of 4 corpora"


@pytest.mark.parametrize(
    ("items", "one"),
    [(None, False), ("web", True), (("web", "code"), False), ("w*", False), ("group:o/A", False)],
)
def test_whether_one_item_is_asked_for(items, one):
    assert is_one(items) is one


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("Accuracy", "accuracy"),
        ("Bits per byte", "bits per byte"),
        ("Word error rate", "word error rate"),
        ("PPL", "PPL"),
        ("Tier2 PPL", "Tier2 PPL"),
        ("HellaSwag accuracy", "HellaSwag accuracy"),
        ("Brier score", "Brier score"),
        ("F1", "F1"),
        ("loss", "loss"),
        ("Größe", "Größe"),
        ("", ""),
    ],
)
def test_a_label_within_a_phrase(label, within):
    assert mid(label) == within


@pytest.mark.parametrize(
    ("names", "words"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_in_a_sentence(names, words):
    assert listing(names) == words
