"""The JSON reader: a file's text in, readings or one clear line out."""

import math

import pytest

from diagramgen.errors import ResultsError
from diagramgen.readers.json import JsonReader
from diagramgen.readers.records import MISSING, binomial_stderr

NAN = pytest.approx(math.nan, nan_ok=True)


@pytest.fixture
def read():
    """The readings of a text, as plain tuples (item, value, n, stderr)."""

    def call(text, **keys):
        data = text if isinstance(text, bytes) else text.encode()
        return [tuple(reading[:4]) for reading in JsonReader(**keys).read(data, "e").readings]

    return call


@pytest.fixture
def error(read):
    """The message of the error that a text gives."""

    def call(text, **keys):
        with pytest.raises(ResultsError) as caught:
            read(text, **keys)
        return str(caught.value)

    return call


# What records may look like.


def test_an_object_of_records(read):
    text = '{"tasks": {"copa": {"acc": 0.72, "n": 100}, "piqa": {"acc": 0.625, "n": 1838}}}'
    found = read(text, records="tasks", value="acc", n="n")
    assert found == [("copa", 0.72, 100.0, NAN), ("piqa", 0.625, 1838.0, NAN)]


def test_readings_come_in_the_order_of_the_file(read):
    assert [item for item, *_ in read('{"c": 1, "a": 2, "b": 3}')] == ["c", "a", "b"]


def test_a_list_of_records(read):
    text = '[{"name": "copa", "acc": 0.72}, {"name": "piqa", "acc": 0.625}]'
    found = read(text, item="name", value="acc")
    assert found == [("copa", 0.72, NAN, NAN), ("piqa", 0.625, NAN, NAN)]


def test_records_that_are_plain_numbers(read):
    assert read('{"copa": 0.72, "piqa": 1}') == [("copa", 0.72, NAN, NAN), ("piqa", 1.0, NAN, NAN)]


def test_no_records(read):
    assert read("{}") == []
    assert read("[]", item="name") == []
    assert read('{"tasks": {}}', records="tasks", value="acc") == []


# The way to the records and to their fields.


@pytest.mark.parametrize("records", ["results.v2.tasks", ("results", "v2", "tasks")])
def test_a_way_of_several_keys(read, records):
    text = '{"results": {"v1": null, "v2": {"tasks": {"copa": 0.72}}}}'
    assert read(text, records=records) == [("copa", 0.72, NAN, NAN)]


def test_keys_with_dots_in_them_are_a_list(read):
    text = '{"v0.4": {"copa": {"acc.norm": 0.72}}}'
    found = read(text, records=("v0.4",), value=("acc.norm",))
    assert found == [("copa", 0.72, NAN, NAN)]


def test_a_star_is_every_key(read):
    text = '{"short": {"tasks": {"qa": 1, "sum": 2}}, "long": {"tasks": {"niah": 3}}}'
    found = read(text, records="*.tasks")
    assert found == [("qa", 1.0, NAN, NAN), ("sum", 2.0, NAN, NAN), ("niah", 3.0, NAN, NAN)]


def test_fields_below_one_another(read):
    text = '{"copa": {"metrics": {"acc": {"mean": 0.72, "se": 0.045}}, "size": {"n": 100}}}'
    found = read(text, value="metrics.acc.mean", stderr=("metrics", "acc", "se"), n="size.n")
    assert found == [("copa", 0.72, 100.0, 0.045)]


def test_a_name_below_other_keys(read):
    text = '[{"task": {"id": "copa"}, "acc": 0.72}]'
    assert read(text, item="task.id", value="acc") == [("copa", 0.72, NAN, NAN)]


def test_other_fields_and_other_records_do_not_matter(read):
    text = '{"tasks": {"copa": {"acc": 0.72, "alias": "COPA", "extra": [1]}}, "macro": "x"}'
    assert read(text, records="tasks", value="acc") == [("copa", 0.72, NAN, NAN)]


# Missing values.


@pytest.mark.parametrize(
    "missing",
    ["null", "NaN", "Infinity", "-Infinity", "1e999", '"N/A"', '"n/a"', '"NA"', '"nan"', '"inf"',
     '"Infinity"', '"-inf"', '""', '" N/A "', "1" + "0" * 400],
)  # fmt: skip
def test_missing(read, missing):
    assert read(f'{{"copa": {missing}}}') == [("copa", NAN, NAN, NAN)]


def test_a_record_without_the_field_is_missing(read):
    text = '{"copa": {"acc": 0.72}, "piqa": {"n": 5}, "qasc": null, "sciq": {"acc": null}}'
    found = read(text, value="acc", n="n")
    assert found == [
        ("copa", 0.72, NAN, NAN),
        ("piqa", NAN, 5.0, NAN),
        ("qasc", NAN, NAN, NAN),
        ("sciq", NAN, NAN, NAN),
    ]


def test_a_field_below_a_missing_one_is_missing(read):
    text = '{"copa": {"m": {"acc": 0.72}}, "piqa": {"m": null}, "qasc": {}}'
    found = read(text, value="m.acc")
    assert found == [("copa", 0.72, NAN, NAN), ("piqa", NAN, NAN, NAN), ("qasc", NAN, NAN, NAN)]


def test_all_records_missing(read):
    assert read('{"copa": null}', value="acc") == [("copa", NAN, NAN, NAN)]


def test_the_words_for_missing_are_lower_case():
    assert {word.lower() for word in MISSING} == MISSING


# Numbers.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-1.5", -1.5),
        ("1e-300", 1e-300),
        ("0.1", 0.1),
        ("4994286", 4994286.0),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ],
)
def test_numbers(read, text, value):
    assert read(f'{{"copa": {text}}}') == [("copa", value, NAN, NAN)]


# Standard errors.


@pytest.mark.parametrize(
    ("p", "n", "stderr"),
    [
        (0.5, 101, 0.05),
        (0.2, 17, 0.1),
        (0.0, 10, 0.0),
        (1.0, 10, 0.0),
        (0.5, 2, 0.5),
        (0.5, 1, NAN),
        (0.5, 0, NAN),
        (0.5, math.nan, NAN),
        (math.nan, 10, NAN),
        (1.5, 10, NAN),
        (-0.5, 10, NAN),
    ],
)
def test_binomial_stderr(p, n, stderr):
    """sqrt(p (1 - p) / (n - 1)): 0.25 / 100 = 0.05 squared, 0.16 / 16 = 0.1 squared."""
    assert binomial_stderr(p, n) == (stderr if stderr is NAN else pytest.approx(stderr, rel=1e-12))


def test_a_binomial_stderr_is_derived(read):
    text = '{"copa": {"acc": 0.2, "n": 17}, "piqa": {"acc": 0.5}}'
    found = read(text, value="acc", n="n", stderr="binomial")
    assert found == [("copa", 0.2, 17.0, pytest.approx(0.1)), ("piqa", 0.5, NAN, NAN)]


def test_a_stderr_of_the_file(read):
    text = '{"copa": {"acc": 0.72, "acc_stderr": "N/A"}, "piqa": {"acc": 0.6, "acc_stderr": 0.01}}'
    found = read(text, value="acc", stderr="acc_stderr")
    assert found == [("copa", 0.72, NAN, NAN), ("piqa", 0.6, NAN, 0.01)]


# What a file's text may be.


def test_utf_8_with_and_without_a_mark(read):
    assert read('{"größe": 1}') == [("größe", 1.0, NAN, NAN)]
    assert read('\ufeff{"größe": 1}') == [("größe", 1.0, NAN, NAN)]
    assert read('{"größe": 1}'.encode("utf-16")) == [("größe", 1.0, NAN, NAN)]


# Errors: the file, the place in it, what is there, what was expected.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1\n "b": 2}', "e:2:2: not valid JSON: Expecting ',' delimiter"),
        ('{"tasks":\n  {"a": 0.', "e:2:10: not valid JSON: Expecting ',' delimiter"),
        ("", "e:1:1: not valid JSON: Expecting value"),
        ("acc: 1", "e:1:1: not valid JSON: Expecting value"),
        ("{} {}", "e:1:4: not valid JSON: Extra data"),
    ],
)
def test_broken_json(error, text, message):
    assert error(text) == message


def test_text_that_is_no_unicode(error):
    assert error(b'{"a": "\xff"}') == (
        "e: not valid JSON: 'utf-8' codec can't decode byte 0xff in position 7: invalid start byte"
    )


def test_endless_nesting(error):
    assert error("[" * 100_000).startswith("e: not valid JSON: ")


def test_a_number_of_thousands_of_digits(error):
    assert error(f'{{"a": {"1" * 5000}}}').startswith("e: cannot be read: Exceeds the limit")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('"high"', '"high"'),
        ('"53.1%"', '"53.1%"'),
        ('"2024-01-01"', '"2024-01-01"'),
        ("[0.5]", "[0.5]"),
        ('{"mean": 0.5}', '{"mean": 0.5}'),
        (f'"{"x" * 60}"', f'"{"x" * 36}...'),
    ],
)
def test_a_value_that_is_no_number(error, value, shown):
    text = f'{{"tasks": {{"copa": {{"acc": {value}}}}}}}'
    message = f"e: tasks.copa.acc: got {shown}; expected a number"
    assert error(text, records="tasks", value="acc") == message


@pytest.mark.parametrize(
    ("text", "keys", "message"),
    [
        ('{"copa": "x"}', {}, 'e: copa: got "x"; expected a number'),
        ('{"copa": {"n": []}}', {"value": "n"}, "e: copa.n: got []; expected a number"),
        (
            '{"copa": {"acc": 1, "n": -1}}',
            {"value": "acc", "n": "n"},
            "e: copa.n: got -1; expected a number from 0",
        ),
        (
            '{"copa": {"acc": 1, "se": "-0.5"}}',
            {"value": "acc", "stderr": "se"},
            'e: copa.se: got "-0.5"; expected a number from 0',
        ),
        (
            '{"t": [{"task": "copa", "acc": "x"}]}',
            {"records": "t", "item": "task", "value": "acc"},
            'e: t[0].acc: got "x"; expected a number',
        ),
        (
            '{"copa": {"acc": 1, "m": {"n": "x"}}}',
            {"value": "acc", "n": "m.n"},
            'e: copa.m.n: got "x"; expected a number',
        ),
    ],
)
def test_the_place_of_a_wrong_number(error, text, keys, message):
    assert error(text, **keys) == message


@pytest.mark.parametrize(
    ("text", "records", "message"),
    [
        ("5", "", "e: the file: got 5; expected an object or a list of records"),
        ("null", "", "e: the file: got null; expected an object or a list of records"),
        ('{"t": 5}', "t", "e: t: got 5; expected an object or a list of records"),
        ('{"t": {}}', "tasks", "e: no 'tasks'; there is 't'"),
        ("{}", "tasks", "e: no 'tasks'; there is nothing"),
        ('{"r": {"a": 1, "b": 2}}', "r.tasks", "e: no 'tasks' in r; there is 'a', 'b'"),
        ("[]", "tasks", "e: the file: got []; expected an object with 'tasks'"),
        ('{"r": 5}', "r.tasks", "e: r: got 5; expected an object with 'tasks'"),
        ('{"r": [1, 2]}', "r.*", "e: r: got [1, 2]; expected an object"),
        ('{"r": {"a": {"t": {}}, "b": {}}}', "r.*.t", "e: no 't' in r.b; there is nothing"),
        ("[1]", "", "e: the file is a list; say in `read.item` which field has the item's name"),
        ('{"r": []}', "r", "e: r is a list; say in `read.item` which field has the item's name"),
    ],
)
def test_a_way_that_leads_nowhere(error, text, records, message):
    assert error(text, records=records) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"acc": 1}]', "e: the file[0].task: got null; expected the item's name"),
        ('[{"task": 7}]', "e: the file[0].task: got 7; expected the item's name"),
        ('[{"task": "a"}, 5]', "e: the file[1]: got 5; expected an object with 'task'"),
    ],
)
def test_a_record_of_a_list_without_a_name(error, text, message):
    assert error(text, item="task", value="acc") == message


@pytest.mark.parametrize(
    ("text", "keys", "message"),
    [
        (
            '{"a": {"acc": 1, "n": 2}}',
            {"value": "ac"},
            "e: no record has 'ac'; there is 'acc', 'n'",
        ),
        ('{"a": {}}', {"value": "acc"}, "e: no record has 'acc'; there is nothing"),
        (
            '{"a": {"acc": 1}}',
            {"value": "acc", "n": "count"},
            "e: no record has 'count'; there is 'acc'",
        ),
        (
            '{"a": {"acc": 1}}',
            {"value": "acc", "stderr": "se"},
            "e: no record has 'se'; there is 'acc'",
        ),
        (
            '{"a": {"m": {"acc": 1}}, "b": {"m": {"acc": 2}}}',
            {"value": "m.accuracy"},
            "e: no record has 'm.accuracy'; there is 'acc'",
        ),
    ],
)
def test_a_field_that_no_record_has(error, text, keys, message):
    assert error(text, **keys) == message


def test_a_record_that_is_a_number_has_no_fields(error):
    message = "e: copa: got 0.5; expected an object with 'acc'"
    assert error('{"copa": 0.5}', value="acc") == message


def test_an_item_that_is_there_twice(error):
    message = "e: item 'copa' is there twice"
    assert error('[{"t": "copa", "v": 1}, {"t": "copa", "v": 2}]', item="t", value="v") == message
    assert error('{"a": {"copa": 1}, "b": {"copa": 2}}', records="*") == message


def test_a_key_that_is_there_twice(error):
    message = 'e: cannot be read: an object has the key "copa" twice'
    assert error('{"tasks": {"copa": 1, "piqa": 2, "copa": 3}}', records="tasks") == message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("\\ud83d", '"\\ud83d"'),
        ("a\\u0000b", '"a\\u0000b"'),
        ("a\\u2028b", '"a\\u2028b"'),
        ("x" * 201, f'"{"x" * 36}...'),
    ],
    ids=["half", "nul", "separator", "long"],
)
def test_a_name_is_text_of_one_line(error, name, told):
    assert error(f'{{"{name}": 1}}') == (
        f"e: the file: got {told}; expected the item's name, "
        "up to 200 characters of text without control characters"
    )


def test_truth_and_numeric_text_are_numbers(read):
    text = '{"a": true, "b": false, "c": "0.25", "d": " 1e-3 "}'
    assert [reading[:2] for reading in read(text)] == [
        ("a", 1.0), ("b", 0.0), ("c", 0.25), ("d", 0.001),
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["9223372036854775808", "1e+300", "true", "2.5", '"soon"', "[1]"])
def test_a_step_is_a_whole_number_of_64_bits(error, step):
    said = error(f'{{"step": {step}, "t": {{"qa": 0.5}}}}', records="t", step="step")
    assert said == f"e: step: got {step}; expected a step, a whole number of 64 bits"


def test_the_largest_step():
    text = b'{"step": 9223372036854775807, "t": {"qa": 0.5}}'
    found = JsonReader(records="t", step="step").read(text, "e").readings
    assert [reading.step for reading in found] == [9223372036854775807]


LONG_NUMBER = "e: cannot be read: Exceeds the limit (4300 digits) for integer string conversion"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "e: not valid JSON: it nests too deep"),
        (
            '{"a": ' + "1" * 5000 + "}",
            f"{LONG_NUMBER}: value has 5000 digits",
        ),
        ('{"a": 1, "b": 2, "b": 3}', 'e: cannot be read: an object has the key "b" twice'),
    ],
    ids=["deep", "digits", "twice"],
)
def test_what_python_cannot_read_is_told_in_one_line(error, text, message):
    assert error(text) == message
