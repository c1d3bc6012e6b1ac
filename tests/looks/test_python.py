"""Templates in Python: what the function of a file makes is a template as one in YAML is."""

from __future__ import annotations

import re

import pytest
import yaml

from diagramgen.errors import UsageError
from diagramgen.looks.templates import TemplateFolder, load, used_templates

DOTS = """\
import altair as alt


def chart():
    return (
        alt.Chart(usermeta={"needs": ["value"], "keys": ["item"]})
        .mark_point(filled=True)
        .encode(x="value:Q", y="item:N", tooltip=["item:N", "value:Q"])
    )
"""
SAME = """\
usermeta: {needs: [value], keys: [item]}
mark: {type: point, filled: true}
encoding:
  tooltip: [{field: item, type: nominal}, {field: value, type: quantitative}]
  x: {field: value, type: quantitative}
  y: {field: item, type: nominal}
"""


@pytest.fixture
def template(tmp_path):
    """The template of a file with that text, which may run."""

    def make(text):
        (tmp_path / "dots.py").write_text(text, encoding="utf-8")
        return load("dots", TemplateFolder(tmp_path, python=True))

    return make


def test_it_is_the_same_as_in_yaml(template, tmp_path):
    (tmp_path / "yaml").mkdir()
    (tmp_path / "yaml" / "dots.yaml").write_text(SAME, encoding="utf-8")
    of_yaml = load("dots", TemplateFolder(tmp_path / "yaml"))
    assert template(DOTS) == of_yaml._replace(origin="python")
    assert of_yaml.spec == {
        key: value for key, value in yaml.safe_load(SAME).items() if key != "usermeta"
    }


def test_layers_are_layers(template):
    layered = """\
import altair as alt


def chart():
    dots = alt.Chart().mark_point().encode(x="value:Q", y="item:N")
    zero = alt.Chart().mark_rule().encode(x=alt.datum(0))
    return alt.layer(dots, zero, usermeta={"needs": ["value"]})
"""
    found = template(layered)
    assert [view["mark"]["type"] for view in found.spec["layer"]] == ["point", "rule"]
    assert (found.needs, found.keys) == (("value",), ())


def test_it_is_run_again_when_its_file_has_changed(template):
    assert template(DOTS).spec["mark"]["filled"] is True
    assert template(DOTS.replace("filled=True", "filled=False, size=9")).spec["mark"]["size"] == 9


def test_nothing_is_written_beside_it(template, tmp_path):
    template(DOTS)
    assert [path.name for path in tmp_path.iterdir()] == ["dots.py"]


def test_it_runs_only_where_the_person_allows_it(tmp_path):
    (tmp_path / "dots.py").write_text("raise ValueError('it ran')", encoding="utf-8")
    said = f"{tmp_path.name}/dots.py is Python, which runs only with --allow-python"
    with pytest.raises(UsageError, match=f"^{re.escape(said)}$"):
        load("dots", TemplateFolder(tmp_path))
    (tmp_path / "dots.py").rename(tmp_path / "line.py")
    # It would stand in for a built-in template of that name, whether a chart names it or not.
    found = used_templates([], TemplateFolder(tmp_path))
    assert found.unread == {"line": said.replace("dots.py", "line.py")}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1/0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def chart(:", "SyntaxError: invalid syntax (dots.py, line 1)"),
        ("x = 1", "needs a function `chart` that returns an altair chart"),
        ("chart = 1", "needs a function `chart` that returns an altair chart"),
        ("def chart(): return {'mark': 'bar'}", "got dict; expected an altair chart"),
        ("def chart(): raise KeyError('a')", "KeyError: 'a'"),
        (DOTS.replace('usermeta={"needs": ["value"], "keys": ["item"]}', ""),
         "a template needs the key 'usermeta'"),
        (DOTS.replace('["value"]', '["valu"]'),
         "usermeta.needs.0: 'needs', entry 1: got 'valu'; expected "),
        (DOTS.replace("mark_point(filled=True)", "mark_image(url='https://a.example/b.png')"),
         "mark.url: "),
        (DOTS.replace('x="value:Q"', 'x=alt.X("value:Q", scale=3)'), "SchemaValidationError: "),
    ],
)  # fmt: skip
def test_what_is_no_template(template, tmp_path, text, problem):
    with pytest.raises(UsageError) as caught:
        template(text)
    assert str(caught.value).startswith(f"{tmp_path.name}/dots.py: {problem}")
