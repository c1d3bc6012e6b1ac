"""Names cut in their middle."""

from diagramgen.spec.text import text_width
from diagramgen.spec.wrap import shortened


def cut(*labels, limit):
    found = shortened({label: label for label in labels}, limit, 10)
    assert all(text_width(text, 10) <= limit for text in found.values())
    return [*found.values()]


def test_names_that_fit_stay():
    assert cut("web", "code", limit=40) == ["web", "code"]


def test_a_long_name_loses_its_middle():
    """At 10 pixels a digit takes 5.56 and the ellipsis 10."""
    assert cut("0123456789", limit=44) == ["012…789"]


def test_names_that_differ_only_before_their_middle_keep_more_of_their_beginning_or_end():
    one, other = cut("aaaaaaaaaaaa1aaaaaaaaaaaaaa", "aaaaaaaaaaaa2aaaaaaaaaaaaaa", limit=110)
    assert one != other
