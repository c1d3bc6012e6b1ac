"""Lines that have room."""

from diagramgen.spec.text import text_width
from diagramgen.spec.wrap import wrapped


def test_words_go_on_in_the_next_line():
    width = text_width("one two", 10)
    assert wrapped("one two three", width, 10) == ["one two", "three"]
    assert wrapped("one two three", 2 * width, 10) == ["one two three"]
    assert wrapped("", 100, 10) == []


def test_a_word_that_is_too_long_is_broken():
    # A letter x has half the size's width.
    assert wrapped("a " + "x" * 7, 3 * 0.5 * 10, 10) == ["a", "xxx", "xxx", "x"]
