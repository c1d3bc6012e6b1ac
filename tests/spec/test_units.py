"""Steps as tokens."""

import pytest

import diagramgen
from diagramgen.errors import SuiteError
from diagramgen.spec.units import tokens_at
from diagramgen.suite.load import load


@pytest.mark.parametrize(
    ("step", "per_step", "tokens"),
    [
        (0, 2_097_152, 0),
        (1000, 2_097_152, 2_097_152_000),
        (500, {"0": 1e6, "1000": 2e6}, 5e8),
        (1000, {"0": 1e6, "1000": 2e6}, 1e9),
        (1500, {"0": 1e6, "1000": 2e6}, 2e9),
        (3000, {"1000": 2e6, "0": 1e6, "2000": 4e6}, 1e9 + 2e9 + 4e9),
    ],
)
def test_tokens_at_a_step(step, per_step, tokens):
    assert tokens_at(step, per_step) == tokens


@pytest.fixture
def tokens_suite(project):
    def write(source):
        project.write(
            "charts.yaml",
            f"""\
version: 1
sources: {{run: {{root: results{source}}}}}
metrics: {{ppl: {{better: lower, read: {{reader: json, file: ppl.json}}}}}}
charts:
  - {{transform: series, source: run, metric: ppl, unit: tokens, output: ppl.png}}
""",
        )
        for step in (1000, 3000):
            project.write(f"results/step_{step}/ppl.json", {"web": 12.5})

    return write


def test_the_table_and_the_x_axis_have_tokens(tokens_suite, drawn):
    tokens_suite(", tokens_per_step: 2e6")
    spec = drawn("ppl")
    assert [(row["step"], row["x"]) for row in spec["data"]["values"]] == [
        (1000, 2e9),
        (3000, 6e9),
    ]
    x = spec["layer"][0]["encoding"]["x"]
    assert (x["field"], x["axis"]["title"], x["axis"]["values"]) == ("x", "Tokens", [2e9, 6e9])


def test_tokens_need_tokens_per_step(tokens_suite, problems):
    tokens_suite("")
    place = "charts.yaml:5:57: error[missing-key]"
    assert problems() == [
        f"{place}: 'unit: tokens' needs the key 'tokens_per_step' of source 'run'"
    ]


@pytest.fixture
def drawn(project):
    """The spec of one chart of the project's suite."""
    return lambda id_: diagramgen.load(project.folder / "charts.yaml")[id_].spec()


@pytest.fixture
def problems(project):
    """The first line of every diagnostic of the project's suite."""

    def found():
        with pytest.raises(SuiteError) as caught:
            load(project.folder / "charts.yaml")
        return [str(each).splitlines()[0] for each in caught.value.diagnostics]

    return found
