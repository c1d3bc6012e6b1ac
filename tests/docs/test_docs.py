"""The pages: every block in them is right, every recipe is drawn, every output shown is real."""

import json
import re
import shutil
from functools import cache
from pathlib import Path

import jsonschema
import make_images
import make_reference
import msgspec
import pytest
import yaml
from pages import PICTURE, ROOT, blocks, bundled_suite, suite_of, walk

from diagramgen.document.document import parse_document
from diagramgen.looks import templates
from diagramgen.output.build import build
from diagramgen.results.plan import make_plan
from diagramgen.suite.load import load as load_suite
from diagramgen.suite.schema import suite_schema
from diagramgen.transforms import TRANSFORMS

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
YAML = [block for page in PAGES for block in blocks(page) if block.language == "yaml"]
SUITE_KEYS = {"version", *suite_schema()["properties"]}
RECIPES = list(dict.fromkeys(block.heading for block in blocks(DOCS / "cookbook.md")))
RUNS = {"small": 1.08, "medium": 1.0, "large": 0.94}
"""The runs of the recipes, and by what their last perplexities differ from stage 2's."""


def place(block):
    return f"{block.page}:{block.line}"


def is_suite(block):
    """Whether a block is a suite, or a part of one, that should be right."""
    data = parse_document(block.text, block.page).data
    other_file = block.file is not None and Path(block.file).name != "charts.yaml"
    return (
        block.word is None
        and not other_file
        and (isinstance(data, list) or bool(SUITE_KEYS & set(data)))
    )


@pytest.mark.parametrize("block", YAML, ids=place)
def test_every_yaml_block_is_yaml(block):
    assert parse_document(block.text, block.page).data


@pytest.mark.parametrize("block", [block for block in YAML if is_suite(block)], ids=place)
def test_every_suite_is_valid(block, tmp_path):
    suite = suite_of(block, bundled_suite())
    assert [*jsonschema.Draft202012Validator(suite_schema()).iter_errors(suite)] == []
    beside = [each for each in YAML if each.file and each.heading == block.heading]
    for each in beside:
        (tmp_path / each.file).parent.mkdir(exist_ok=True)
        (tmp_path / each.file).write_text(each.text, "utf-8")
    (tmp_path / "charts.yaml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    assert load_suite(tmp_path / "charts.yaml").charts


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    lost = []
    for link in re.findall(r"\]\(([^)#]*)(?:#([^)]+))?\)", text):
        path, anchor = link
        if path.startswith("https:"):
            continue
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_every_transform_brings_an_example_that_is_drawn(tmp_path):
    examples = {name: yaml.safe_load(kind.example) for name, kind in TRANSFORMS.items()}
    charts = [chart for example in examples.values() for chart in example]
    assert [chart["transform"] for chart in charts] == list(examples)
    suite = bundled_suite() | {"charts": charts, "output": {"formats": ["vl.json"]}}
    (tmp_path / "charts.yaml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    outcomes = build(make_plan(load_suite(tmp_path / "charts.yaml")))
    assert {outcome.status for outcome in outcomes} == {"rendered"}


# The README.


def test_the_first_screen():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:32]
    assert lines[0] == "# diagramgen"
    assert [line for line in lines if line.startswith("    make")] == [
        "    make render    # sets up what it needs, draws the 33 charts of the bundled suite",
        "    make test      # sets up what it needs, passes the tests",
    ]
    assert len(PICTURE.findall("\n".join(lines))) == 2
    entry = blocks(ROOT / "README.md")[0]
    assert entry.text.startswith("  - transform:")
    assert len(entry.text.splitlines()) <= 8


def test_the_python_of_the_readme(tmp_path, monkeypatch):
    (tmp_path / "charts.yaml").write_text(yaml.safe_dump(bundled_suite()), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (code,) = (block for block in blocks(ROOT / "README.md") if block.language == "python")
    names = {}
    exec(code.text, names)
    assert list(names["chart"].table().columns) == ["source", "step", "value", "n"]
    assert names["chart"].chart().to_dict()["title"]["text"] == "Macro Tier2 PPL"
    assert (tmp_path / "macro.svg").read_text(encoding="utf-8").startswith("<svg")


# The tutorial.


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    return walk(DOCS / "tutorial.md", tmp_path_factory.mktemp("tutorial"))


def test_the_tutorial_shows_what_its_commands_print(tutorial, assert_snapshot):
    assert_snapshot(tutorial.text, DOCS / "tutorial.md")


def test_the_pictures_are_up_to_date(tutorial, tmp_path):
    drawn = make_images.readme_pictures(tmp_path) | tutorial.pictures
    kept = {file.name: file.read_bytes() for file in make_images.IMAGES.iterdir()}
    assert sorted(kept) == sorted(drawn)
    stale = [name for name, data in drawn.items() if kept[name] != data]
    assert not stale, "`make generate` draws them anew"


# The reference.


def test_the_reference_is_up_to_date():
    kept = make_reference.PAGE.read_text(encoding="utf-8")
    assert kept == make_reference.reference(), "`make generate` writes it anew"


def test_everything_in_the_reference_has_words():
    page = make_reference.reference()
    assert [line for line in page.splitlines() if line.endswith("|  |")] == []
    assert all(f"### {name}\n" in page for name in TRANSFORMS)
    assert all(f"| `{name}` | " in page for name in templates.built_in())


@pytest.mark.parametrize(
    ("transform", "parameters"),
    [
        ("series", {"interval": 0.9}),
        ("series", {"by": "origin"}),
        ("macro", {"by": "origin", "reference": "bridge"}),
        ("relative", {"baseline": "first"}),
        ("relative", {"baseline": "first", "by": "origin"}),
        ("delta", {}),
        ("delta", {"each": "step", "of": "macro"}),
        ("snapshot", {}),
        ("snapshot", {"steps": ["first", "last"]}),
        ("domain", {}),
        ("support", {}),
        ("tradeoff", {"x": "a", "y": "b", "color": "c"}),
        ("quadrant", {"x": "a", "y": "b", "against": "old"}),
        ("quadrant", {"x": "a", "y": "b", "color": "c", "baseline": "first"}),
        ("stage-compare", {"against": "old", "view": "trend"}),
        ("stage-compare", {"against": "old", "view": "at", "of": "macro"}),
        ("stage-compare", {"against": "old", "view": "delta"}),
        ("stage-compare", {"against": "old", "view": "delta", "of": "macro"}),
        ("stage-compare", {"against": "old", "view": "history", "by": "origin"}),
    ],
)
def test_a_transform_is_documented_with_its_columns_and_template(transform, parameters):
    kind = TRANSFORMS[transform]
    measures = "x" in parameters
    words = {"transform": transform, "source": "new"} | ({} if measures else {"metric": "ppl"})
    record = msgspec.convert(words | parameters, kind)
    said = make_reference.reference().partition(f"### {transform}\n")[2].partition("\n| key")[0]
    bounds = {"lower", "upper"}  # what `interval` says of itself
    assert [name for name in record.columns() - bounds if not re.search(rf"\b{name}", said)] == []
    assert f"`{record.default_template()}`" in said.partition("**Template:**")[2]


# The cookbook.


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory):
    """A folder with the results that the recipes read."""
    folder = tmp_path_factory.mktemp("kitchen")
    checkpoints = ROOT / "evaluation" / "_runs_stage2" / "eval_results" / "by_checkpoint"
    for run, end in RUNS.items():
        for file in checkpoints.glob("step_*/*.json"):
            step = int(file.parent.name.removeprefix("step_"))
            if step == 50_000:
                continue
            factor = 1.03 + (end - 1.03) * (step / 22_000) ** 0.5
            results = json.loads(file.read_text(encoding="utf-8"))
            for record in results.get("slices", {}).values():
                record["ppl"] *= factor
            for record in results.get("tasks", {}).values():
                record["acc"] /= factor
            copy = folder / "runs" / run / file.parent.name / file.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(json.dumps(results), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def recipe(kitchen):
    """Draw a recipe: its charts' specs by id, after a look at its pictures."""
    base = bundled_suite() | {"output": {"formats": ["png", "vl.json"], "scale": 1}}

    @cache
    def draw(heading):
        found = [block for block in blocks(DOCS / "cookbook.md") if block.heading == heading]
        for block in found:
            if block.file is not None:
                (kitchen / block.file).parent.mkdir(parents=True, exist_ok=True)
                (kitchen / block.file).write_text(block.text, encoding="utf-8")
        (block,) = (block for block in found if block.file is None)
        shutil.rmtree(kitchen / "diagrams", ignore_errors=True)
        suite = yaml.safe_dump(suite_of(block, base), sort_keys=False)
        (kitchen / "charts.yaml").write_text(suite, encoding="utf-8")
        outcomes = build(make_plan(load_suite(kitchen / "charts.yaml")))
        specs = {}
        for outcome in outcomes:
            specs[outcome.planned.id] = outcome.reason
            if outcome.status == "rendered":
                assert sorted(outcome.files) == [f"{outcome.planned.id}.png",
                                                 f"{outcome.planned.id}.vl.json"]  # fmt: skip
                png = (kitchen / "diagrams" / f"{outcome.planned.id}.png").read_bytes()
                assert png.startswith(b"\x89PNG")
                assert len(png) > 5000
                text = (kitchen / "diagrams" / f"{outcome.planned.id}.vl.json").read_text("utf-8")
                specs[outcome.planned.id] = json.loads(text)
        return specs

    return draw


@pytest.fixture(scope="module")
def spec_of(recipe):
    """The spec of the one chart of a recipe."""

    def draw(heading):
        (spec,) = recipe(heading).values()
        return spec

    return draw


def rows(spec):
    return spec["data"]["values"]


def values(spec, column):
    return list(dict.fromkeys(row[column] for row in rows(spec)))


def encoding(spec, mark, channel):
    """A channel of the first layer with that mark."""
    for view in (spec, *spec.get("layer", ())):
        if view.get("mark", {}).get("type") == mark:
            return spec.get("encoding", {}).get(channel) or view["encoding"][channel]
    raise AssertionError(f"no {mark}")


def test_there_are_enough_recipes():
    assert len(RECIPES) >= 18


@pytest.mark.parametrize("heading", RECIPES)
def test_every_recipe_is_drawn(recipe, heading):
    drawn = recipe(heading)
    assert drawn
    if heading != "Skip what is not there yet":
        assert [id_ for id_, spec in drawn.items() if not isinstance(spec, dict)] == []


def test_only_the_code_slices(spec_of):
    spec = spec_of("Only the code slices")
    assert values(spec, "item") == [
        "code",
        "code_stackv2_edu_filtered",
        "code_starcoder2data_extras_lhq",
    ]


def test_leave_out_early_steps(spec_of):
    assert values(spec_of("Leave out early steps"), "step") == [10000, 14000, 18000, 22000]


def test_compare_three_runs(spec_of):
    spec = spec_of("Compare three runs")
    assert encoding(spec, "line", "color")["scale"]["domain"] == ["small", "medium", "large"]
    assert len(rows(spec)) == 3 * 6


def test_each_slice_of_three_runs_in_a_plot_of_its_own(spec_of):
    spec = spec_of("Each slice of three runs in a plot of its own")
    assert spec["facet"]["field"] == "item"
    assert encoding(spec["spec"], "line", "color")["field"] == "source"


def test_small_multiples_of_one_run(spec_of):
    spec = spec_of("Small multiples of one run")
    assert len(spec["facet"]["sort"]) == 11
    assert spec["resolve"]["scale"] == {"y": "independent"}


def test_skip_what_is_not_there_yet(recipe):
    assert recipe("Skip what is not there yet") == {
        "stage2_vs_stage3": "source 'stage3' is not there"
    }


def test_group_averages_over_time(spec_of):
    assert values(spec_of("Group averages over time"), "group") == ["web", "code", "math"]


def test_averages(spec_of):
    subtitles = [
        spec_of(heading)["title"]["subtitle"][1]
        for heading in (
            "Geometric mean of perplexity",
            "Weighted by the number of examples",
            "One way of averaging for a whole metric",
        )
    ]
    assert subtitles == [
        "Stage 2 · geometric mean over slices",
        "Stage 2 · mean over tasks, weighted by n",
        "Stage 2 · geometric mean over slices",
    ]


def test_bars_sorted_by_value(spec_of):
    spec = spec_of("Bars sorted by value")
    ordered = sorted(rows(spec), key=lambda row: -row["value"])
    assert encoding(spec, "bar", "y")["sort"] == [row["item"] for row in ordered]


def test_several_steps_side_by_side(spec_of):
    assert values(spec_of("Several steps side by side"), "step") == [2000, 10000, 22000]


def test_a_heatmap(spec_of):
    spec = spec_of("A heatmap of items by steps")
    assert encoding(spec, "rect", "x")["field"] == "step"
    assert encoding(spec, "rect", "y")["field"] == "item"
    assert encoding(spec, "rect", "color")["field"] == "value"


def test_change_since_the_first_step(spec_of):
    spec = spec_of("What has changed since the first step, at every step")
    assert [row["value"] for row in rows(spec) if row["step"] == 2000] == [0, 0, 0]


def test_against_several_baselines(spec_of):
    first, bridge = spec_of("Against several baselines")["hconcat"]
    assert values(first, "from_step") == [2000]
    assert values(bridge, "from_step") == [50000]


def test_against_several_runs(spec_of):
    assert values(spec_of("Against several runs"), "against") == ["small", "medium"]


def test_a_reference_line(spec_of):
    spec = spec_of("A reference line")
    assert values(spec, "label") == ["end of Stage 1"]
    assert encoding(spec, "rule", "y")["field"] == "reference"


def test_one_measure_against_another(spec_of):
    spec = spec_of("One measure against another")
    assert encoding(spec, "point", "x")["title"] == "Math perplexity (lower is better)"
    assert encoding(spec, "point", "fill")["field"] == "color"


def test_the_stages_end_to_end(spec_of):
    labels = values(spec_of("The stages end to end"), "label")
    assert labels[0] == "Stage 1, 2,000"
    assert labels[-1] == "Stage 2, 22,000"


def test_intervals(spec_of):
    bands, bars = spec_of("Confidence bands"), spec_of("Error bars")
    assert encoding(bands, "area", "y2") == {"field": "upper"}
    assert encoding(bars, "rule", "x2") == {"field": "upper"}
    assert all(row["lower"] < row["value"] < row["upper"] for row in rows(bands) + rows(bars))


def test_display_names(spec_of):
    spec = spec_of("Display names for items")
    assert "GitHub code" in [row["label"] for row in spec["layer"][-1]["data"]["values"]]
    assert values(spec, "item")[0] == "code"


def test_my_own_colours(recipe):
    drawn = recipe("My own colours")
    ranges = {id_: encoding(spec, "line", "color")["scale"] for id_, spec in drawn.items()}
    assert ranges["own_colors_of_items"]["range"] == ["crimson"] * 3 + ["#008837"] * 4
    assert ranges["own_colors_of_groups"]["range"] == ["steelblue", "crimson", "#008837"]
    assert ranges["own_colors_of_sources"]["range"] == ["silver", "#7b3294"]
    dashes = encoding(drawn["own_colors_of_items"], "line", "strokeDash")["scale"]["range"]
    assert len({*map(tuple, dashes[:3])}) == 3


def test_a_log_axis(spec_of):
    assert encoding(spec_of("A log axis"), "line", "y")["scale"]["type"] == "log"


def test_another_unit(spec_of):
    spec = spec_of("A metric in another unit, with another axis title")
    title = "Tier2 loss in nats per token (lower is better)"
    assert encoding(spec, "line", "y")["title"] == title
    assert all(2 < row["value"] < 3 for row in rows(spec))


def test_words_and_size(recipe):
    ((id_, spec),) = recipe("Words and size").items()
    assert id_ == "gains_2000_to_22000"
    assert spec["title"]["text"] == "What the tasks gained between steps 2000 and 22000"
    assert (spec["width"], spec["height"]) == (420, 300)


def test_two_panels(spec_of):
    assert len(spec_of("Two panels in one picture")["hconcat"]) == 2


def test_letters_and_legend(spec_of):
    spec = spec_of("Larger letters and the legend below, on every chart")
    assert spec["config"]["legend"]["orient"] == "bottom"
    assert spec["config"]["axis"]["labelFontSize"] == 15
    assert spec["config"]["axis"]["gridColor"] == "#e6e6e6"


def test_a_chart_that_no_template_offers(spec_of):
    spec = spec_of("A chart Vega-Lite can do and no template offers")
    assert spec["mark"]["type"] == "boxplot"
    assert "layer" not in spec


def test_my_own_template(spec_of):
    spec = spec_of("My own template")
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["line", "point"]
    assert encoding(spec, "point", "color")["scale"]["domain"] == [2000, 22000]


def test_one_chart_for_each_step(recipe):
    drawn = recipe("One chart for each of several steps")
    assert list(drawn) == ["tier2_at_2000", "tier3_at_2000", "tier2_at_22000", "tier3_at_22000"]


def test_words_for_each_run(recipe):
    drawn = recipe("One chart for each run, with words of its own")
    assert [spec["title"]["subtitle"] for spec in drawn.values()] == [
        ["Pretraining"],
        ["With high-quality data"],
    ]


def test_other_files(recipe):
    drawn = recipe("Nested records, plain numbers, a list")
    read = {id_: [(row["item"], row["value"]) for row in rows(spec)] for id_, spec in drawn.items()}
    assert read == {
        "nested": [("qa", 0.41), ("qa_de", 0.35)],
        "plain": [("code", 4.25), ("math", None), ("web", 12.5)],
        "listed": [("copy", 0.9), ("sort", 0.4)],
    }
