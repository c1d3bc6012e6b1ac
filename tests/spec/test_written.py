"""Numbers as the renderer writes them."""

import pytest

from diagramgen.spec.written import writer, written


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (12.345, ".2f", "12.35"),
        (-0.4, "+.2f", "\u22120.40"),
        (0.4, "+.2f", "+0.40"),
        (0.123, ".1%", "12.3%"),
        (-0.05, "+.1%", "\u22125.0%"),
        (10042, ",", "10,042"),
        (1234567, ",", "1,234,567"),
        (1009.05, ",.1f", "1,009.0"),
        (1.5, "~f", "1.5"),
    ],
)
def test_numbers_in_formats_of_d3(number, form, text):
    assert written(number, form) == text


def test_what_a_layer_writes():
    assert writer({"mark": "text", "encoding": {"text": {"format": ".1%"}}})(0.5) == "50.0%"
    points = {"type": "text", "text": {"expr": "format(datum.value * 100, '+.1f')"}}
    assert writer({"mark": points, "encoding": {}})(0.042) == "+4.2"
