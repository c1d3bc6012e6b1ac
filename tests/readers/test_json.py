"""The JSON reader: a file's text in, readings or one clear line out."""

import math

import msgspec
import pytest

from diagramgen.errors import ResultsError
from diagramgen.readers import Runs
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
        (
            "[]",
            "tasks",
            "e: the file is a list; put * in the way for its elements, before 'tasks'",
        ),
        ('{"r": 5}', "r.tasks", "e: r: got 5; expected an object with 'tasks'"),
        ('{"r": 5}', "r.*", "e: r: got 5; expected an object"),
        ('{"r": [1]}', "r.*", "e: r[0]: got 1; expected an object or a list of records"),
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


# What the keys on the way say.


@pytest.fixture
def runs():
    """Each run's readings of a text, as plain tuples (step, item, value)."""

    def call(text, found_by, **keys):
        found = JsonReader(**keys).read_runs(text.encode(), "e", found_by)
        return {
            run: [(r.step, r.item, r.value) for r in each.readings] for run, each in found.items()
        }

    return call


def steps(text, **keys):
    found = JsonReader(**keys).read(text.encode(), "e").readings
    return [(each.step, each.item, each.value) for each in found]


STEPS_IN_AN_OBJECT = """{"r": {"step100": {"qa": {"acc": 0.5}, "x": {"acc": 1}},
                          "ckpt-20": {"qa": {"acc": 0.25}, "y": {}}}}"""
STEPS_IN_LISTS = """{"eval_qa_acc": [{"100": 0.5}, {"20": 0.25}], "eval_x_acc": [{"100": 1}],
                      "eval_time": 7}"""


@pytest.mark.parametrize(
    ("records", "text"),
    [
        ("{step}.{item}", '{"100": {"qa": 0.5, "x": 1}, "20": {"qa": 0.25}}'),
        ("step_{step}", '{"step_100": {"qa": 0.5, "x": 1}, "step_20": {"qa": 0.25}, "best": 5}'),
        ("r.{step}.{item}.acc", STEPS_IN_AN_OBJECT),
        ("eval_{item}_acc.*.{step}", STEPS_IN_LISTS),
    ],
)
def test_keys_that_are_steps_and_items(records, text):
    found = steps(text, records=records)
    assert sorted(found) == [(20, "qa", 0.25), (100, "qa", 0.5), (100, "x", 1.0)]
    assert JsonReader(records=records).steps_inside


def test_a_record_at_the_end_of_a_way_with_its_fields():
    text = '{"10": {"qa": {"m": {"acc": 0.5, "n": 4}}, "x": {"m": {"acc": true, "n": 2}}, "y": {}}}'
    found = JsonReader(records="{step}.{item}.m", value="acc", n="n").read(text.encode(), "e")
    assert found.readings == [("qa", 0.5, 4.0, NAN, 10, None), ("x", 1.0, 2.0, NAN, 10, None)]


def test_keys_that_are_runs(runs):
    text = '{"llama": {"qa": 0.5}, "qwen": {"qa": 1, "x": 0}, "date": {"qa": 7}}'
    expected = {"llama": [(None, "qa", 0.5)], "qwen": [(None, "qa", 1.0), (None, "x", 0.0)]}
    found_by = Runs(columns=("llama", "qw*"))
    assert runs(text, found_by, records="{run}") == expected
    assert runs(text, found_by, records="{run}.{item}") == expected


def test_a_field_that_is_the_run(runs):
    text = '[{"m": "a", "t": "qa", "v": 0.5}, {"m": "b", "t": "qa", "v": 1}]'
    assert runs(text, Runs(column="m"), item="t", value="v") == {
        "a": [(None, "qa", 0.5)], "b": [(None, "qa", 1.0)],
    }  # fmt: skip
    text = '{"config": {"model": "a"}, "results": {"qa": 0.5}}'
    assert runs(text, Runs(column="/config.model"), records="results") == {
        "a": [(None, "qa", 0.5)],
    }  # fmt: skip


# Fields of the file, steps of records, and records that count.


def test_a_key_that_need_not_be_there(read):
    keys = {"records": "scores?.test?", "item": "/task", "value": "main"}
    assert read('{"task": "qa", "scores": {"test": [{"main": 0.5}]}}', **keys) == [
        ("qa", 0.5, NAN, NAN),
    ]  # fmt: skip
    assert read('{"task": "qa", "scores": {"dev": []}}', **keys) == []
    assert read('{"name": "model"}', **keys) == []


def test_a_field_of_the_file(read):
    text = '{"task": "qa", "size": 40, "scores": {"test": [{"main": 0.5, "lang": "en"}]}}'
    found = read(text, records="scores.test", item="/task", value="main", n="/size")
    assert found == [("qa", 0.5, 40.0, NAN)]
    found = read(text, records="scores.test", item="{/task} {lang}", value="main")
    assert found == [("qa en", 0.5, NAN, NAN)]
    assert read('{"t": "qa", "m": {"acc": 1}}', item="/t", value="m.acc") == [("qa", 1.0, NAN, NAN)]


def test_the_step_of_a_record_else_of_the_file():
    text = '{"step": 7, "r": [{"t": "qa", "step": 3, "v": 1}, {"t": "qa", "v": 0}]}'
    keys = {"records": "r", "item": "t", "value": "v"}
    assert steps(text, step="step", **keys) == [(3, "qa", 1.0), (7, "qa", 0.0)]
    said = "e: item 'qa' is there twice at step 7"
    with pytest.raises(ResultsError, match=f"^{said}$"):
        steps(text, step="/step", **keys)
    text = '{"step": 7, "r": {"qa": {"v": 1, "step": "step3"}, "x": {"v": 0}}}'
    assert steps(text, records="r", value="v", step="step") == [
        (3, "qa", 1.0), (7, "x", 0.0),
    ]  # fmt: skip


STATS = """[
 {"name": {"name": "em", "split": "test"}, "count": 1, "mean": 0.5},
 {"name": {"name": "em", "split": "test", "perturbation": {"name": "typos"}}, "mean": 0.25},
 {"name": {"name": "em", "split": "valid"}, "mean": 1},
 {"name": {"name": "f1", "split": "test"}, "mean": 0.75}]"""


def test_only_records_that_count(read, error):
    one = {"name.name": "em", "name.split": "test", "name.perturbation": ""}
    assert read(STATS, where=one, value="mean") == [("", 0.5, NAN, NAN)]
    where = {"name.split": "test", "name.perturbation": ""}
    assert read(STATS, where=where, item="name.name", value="mean") == [
        ("em", 0.5, NAN, NAN), ("f1", 0.75, NAN, NAN),
    ]  # fmt: skip
    assert read(STATS, where={"name.split": "train"}, item="name.name", value="mean") == []
    assert error(STATS, where=where, value="mean") == (
        "e: several records count; say in `read.item` which field has the item's name"
    )
    assert error(STATS, where={"name.spilt": "test"}, value="mean") == (
        "e: no record has 'name.spilt'; there is 'split', 'name'"
    )
    text = '{"qa": {"acc": 1, "done": true}, "x": {"acc": 1, "done": false}}'
    assert read(text, where={"done": "true"}, value="acc") == [("qa", 1.0, NAN, NAN)]


RUNS_COLUMNS = "`runs: {columns: [...]}` of the source need each other"


@pytest.mark.parametrize(
    ("text", "keys", "message"),
    [
        ('{"best": {"qa": 1}}', {"records": "{step}"},
         'e: the file: got "best"; expected a step, a whole number of 64 bits'),
        ('{"best": {"qa": 1}}', {"records": "step_{step}"},
         "e: no key in the file is like 'step_{step}'; there is 'best'"),
        ('{"r": {"a": {"m": 1}, "b": {"n": 1}}}', {"records": "r.{item}.acc"},
         "e: no 'acc' in r.a; there is 'm'"),
        ('[{"a": 1}]', {"records": "{item}"},
         "e: the file is a list; put * in the way for its elements, before '{item}'"),
        ('{"a": [true, false]}', {}, "e: a: got [true, false]; expected a number"),
        ('{"a": {"v": 1}}', {"records": "{item}", "value": "v", "n": "/n.all"},
         "e: the file has no 'n'; there is 'a'"),
        ('{"t": 5, "r": [{"v": 1}]}', {"records": "r", "item": "/t", "value": "v"},
         "e: t: got 5; expected the item's name"),
        ('{"r": {"qa": 1}}', {"records": "{run}"},
         f"e: {{run}} in the reader's `records` and {RUNS_COLUMNS}"),
    ],
)  # fmt: skip
def test_what_keys_and_fields_cannot_say(error, text, keys, message):
    assert error(text, **keys) == message


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"records": "{item}.{item}"}, "once at most"),
        ({"records": "{item}", "item": "t"}, "say the same"),
        ({"records": "{step}", "step": "s"}, "say the same"),
    ],
)
def test_keys_that_say_too_much(keys, said):
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert({"reader": "json", **keys}, JsonReader)
