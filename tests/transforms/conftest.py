"""Every transform in its variants, and results on which all of them work."""

import pytest

from diagramgen.transforms.delta import Delta
from diagramgen.transforms.domain import Domain
from diagramgen.transforms.macro import Macro
from diagramgen.transforms.parameters import Measure
from diagramgen.transforms.quadrant import Quadrant
from diagramgen.transforms.relative import Relative
from diagramgen.transforms.series import Series
from diagramgen.transforms.snapshot import Snapshot
from diagramgen.transforms.stage_compare import StageCompare
from diagramgen.transforms.support import Support
from diagramgen.transforms.tradeoff import Tradeoff

PPL = {"source": "new", "metric": "ppl"}
THREE = PPL | {"against": ("older", "old")}
EVERY = {
    "series": Series(**PPL),
    "series by": Series(**PPL, by="domain", interval=0.9),
    "series of two": Series(source=("old", "new"), metric="acc", items="*a"),
    "macro": Macro(**PPL, interval=0.95),
    "macro by": Macro(**PPL, by="origin", reference="bridge"),
    "macro of three": Macro(source=("older", "old", "new"), metric="acc", average="weighted"),
    "relative": Relative(**PPL, baseline=("bridge", "first")),
    "relative by": Relative(**PPL, by="origin", baseline="first"),
    "relative of macro": Relative(source=("old", "new"), metric="acc", of="macro", baseline=2000),
    "delta": Delta(**PPL),
    "delta by": Delta(**PPL, by="domain", from_="bridge"),
    "delta of macro": Delta(source="new", metric="acc", of="macro", average="geometric"),
    "delta of each step": Delta(**PPL, each="step", from_="bridge"),
    "snapshot": Snapshot(**PPL),
    "snapshot of several": Snapshot(**PPL, steps=("first", "bridge"), group="origin"),
    "snapshot by": Snapshot(**PPL, by="domain", interval=0.5),
    "domain": Domain(source="new", metric="acc", average="weighted"),
    "support": Support(source="new", metric="acc"),
    "support by": Support(source="new", metric="acc", by="domain"),
    "tradeoff": Tradeoff(source=("old", "new"), x="ppl", y="acc", color=Measure(metric="ppl")),
    "quadrant": Quadrant(source="new", x="ppl", y="acc", color="acc", baseline="bridge"),
    "quadrant against": Quadrant(source="new", x="ppl", y="acc", against=("older", "old")),
    "trend": StageCompare(**THREE, view="trend"),
    "trend of macro": StageCompare(**THREE, view="trend", of="macro", average="geometric"),
    "at": StageCompare(**THREE, view="at", step=(1000, 2000)),
    "at by": StageCompare(**THREE, view="at", by="domain", steps=(1000, 2000)),
    "stage delta": StageCompare(**THREE, view="delta"),
    "stage delta of macro": StageCompare(**THREE, view="delta", of="macro"),
    "history": StageCompare(**THREE, view="history", of="macro"),
}
STEPS = {"new": (1000, 2000, 3000, 9000), "old": (500, 1000, 2000), "older": (1000, 2000)}
VALUES = {
    "ppl": {"web": 20.0, "wiki": 10.0, "code": 4.0, "math": 8.0, "extra": 7.0},
    "acc": {"qa": 0.4, "copa": 0.6, "piqa": 0.7},
}
MISSING = {("old", "wiki", 1000), ("new", "math", 2000), ("older", "piqa", 2000)}


@pytest.fixture(scope="session", params=EVERY.values(), ids=EVERY)
def transform(request):
    """Each transform, and each of its ways to make a table."""
    return request.param


@pytest.fixture(scope="session")
def every_transform():
    return tuple(EVERY.values())


@pytest.fixture(scope="session")
def results(make_results):
    """Three sources and two metrics, some values missing, an item that only `new` has."""
    lines = ["source  metric  step  item  value  n  stderr"]
    for source, steps in STEPS.items():
        for step in steps:
            for metric, items in VALUES.items():
                for place, (item, start) in enumerate(items.items()):
                    if item == "extra" and source != "new":
                        continue
                    gone = (source, item, step) in MISSING
                    value = "-" if gone else start * (1 + place / 10) / (1 + step / 9000)
                    cells = (source, metric, step, item, value, 100 + 7 * place, 0.01 * (place + 1))
                    lines.append("  ".join(map(str, cells)))
    return make_results("\n".join(lines))


@pytest.fixture(scope="session")
def at(results, definitions, make_checkpoints):
    """The checkpoints of `results`."""
    return make_checkpoints(results, definitions)


@pytest.fixture(scope="session")
def resolved(transform, at):
    return transform.resolve(at)


@pytest.fixture(scope="session")
def table(resolved, results, definitions):
    return resolved(results, definitions)
