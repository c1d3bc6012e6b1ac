"""A part of the cache: what comes back of what was written."""

import pytest

from diagramgen.errors import NotInFile
from diagramgen.model.checkpoints import NO_STEP
from diagramgen.readers import Contents, Reading
from diagramgen.results.contents import Read
from diagramgen.results.found import Found
from diagramgen.results.known import Known
from diagramgen.results.parts import Part, load_part

FILE = Found("a/x.json", None, None, "7-1", 7)
NAN = float("nan")
LACKS = NotInFile("r/a/x.json", "value", "no 'acc'")
STEPS = {
    10: Contents(
        [Reading("qa", 0.5, 40.0, NAN, None, 5), Reading("qa", 0.25)], "2026-01", ("odd",)
    ),
    -3: Contents([Reading("", NAN, 2.0)]),
    20: Contents([Reading("piqa", float("inf")), Reading("qa", 1e-300, 1.0, 0.125)]),
    NO_STEP: Contents([], lacks=LACKS),
}


def told(contents):
    """What is there, in a form that says that NaN is NaN."""
    return str(list(contents.readings)), contents.date, contents.warnings, str(contents.lacks)


def test_each_run_and_step_comes_back():
    part = Part()
    part.add(Read(FILE, "d1g", {"acc": {"r1": STEPS, "r2": {}}}), {"acc": "way"})
    known = Known([load_part(part.encode())])
    assert known.has(FILE, {"acc": "way"})
    read = known.read(FILE, {"acc": "way"})
    assert (read.file, read.sha256, list(read.contents)) == (FILE, "d1g", ["acc"])
    assert read.contents["acc"]["r2"] == {}
    found = read.contents["acc"]["r1"]
    assert {step: told(each) for step, each in found.items()} == {
        step: told(each) for step, each in STEPS.items()
    }


@pytest.mark.parametrize(
    ("file", "ways"),
    [
        (FILE._replace(version="8-1"), {"acc": "way"}),
        (FILE._replace(path="a/y.json"), {"acc": "way"}),
        (FILE._replace(step=10), {"acc": "way"}),
        (FILE, {"acc": "other way"}),
        (FILE, {"acc": "way", "ppl": "way of ppl"}),
    ],
)
def test_what_is_not_the_same_is_not_known(file, ways):
    part = Part()
    part.add(Read(FILE, "d1g", {"acc": {"": STEPS}}), {"acc": "way"})
    assert not Known([load_part(part.encode())]).has(file, ways)
