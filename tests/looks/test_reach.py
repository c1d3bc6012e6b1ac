"""What a suite says that would load something or lead astray, found before anything is drawn.

`tests/suite/bad/outside-reference-*` has what is said of it in entries and defaults.
"""

from __future__ import annotations

import json

import pytest

from diagramgen.looks.reach import references

SERIES = "{transform: series, metric: ppl, template: plain, output: a.png"


def places(spec):
    return [".".join(map(str, way)) for way, _ in references(spec)]


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"data": {"url": "a.json"}}, ["data.url"]),
        ({"layer": [{"mark": "bar"}, {"data": {"url": "a"}}]}, ["layer.1.data.url"]),
        ({"mark": {"url": "data:image/png;base64,aa"}}, []),
        ({"mark": {"url": "DATA:image/PNG;base64,aa"}}, []),
        ({"mark": {"url": "data:text/html,a"}}, ["mark.url"]),
        ({"mark": {"url": {"signal": "a"}}}, ["mark.url"]),
        ({"encoding": {"url": {"value": "data:image/gif;base64,aa"}}}, []),
        ({"encoding": {"url": {"value": "a.png"}}}, ["encoding.url"]),
        ({"encoding": {"url": {"condition": [{"test": "a", "value": "a"}]}}}, ["encoding.url"]),
        ({"encoding": {"url": {"value": "data:image/gif;,", "field": "a"}}}, ["encoding.url"]),
        ({"data": {"url": None}}, []),
        ({"encoding": {"href": {"field": "item"}}}, []),
        ({"encoding": {"href": {"value": "mailto:a@example.org"}}}, []),
        ({"encoding": {"href": {"value": "vbscript:a"}}}, ["encoding.href"]),
        ({"encoding": {"href": {"value": 1}}}, ["encoding.href"]),
        ({"mark": {"fill": "url(#own)"}}, []),
        ({"config": {"range": {"category": ["red", "url(a)"]}}}, ["config.range.category.1"]),
        ({"mark": {"font": "@import 'a'"}}, ["mark.font"]),
        ({"title": "url(a)", "description": "url(a)", "text": ["url(a)"]}, []),
        ({"title": {"text": "a", "color": "url(a)"}}, ["title.color"]),
        ({"data": {"values": [{"url": "a", "item": "url(a)"}]}}, []),
        ({"datasets": {"a": [{"url": "a"}]}, "usermeta": {"url": "a"}}, []),
    ],
)
def test_what_reaches_outside(spec, found):
    assert places(spec) == found


def test_a_template_is_checked_like_an_entry(project, main):
    project.suite(f"  - {SERIES.replace('plain', 'mine')}}}\n")
    project.write("looks/mine.yaml", "usermeta: {needs: []}\nmark: {type: image, url: a.png}\n")
    done = main("validate")
    assert done.code == 1
    assert done.out == (
        "looks/mine.yaml:2:21: error[outside-reference]: 'url' loads 'a.png'; a chart holds all "
        "that it shows: its table, and pictures written out as 'data:image/png;base64,...'\n"
        "    mark: {type: image, url: a.png}\n"
        "                        ^^^\n"
    )


def test_a_theme_is_checked_like_an_entry(project, main):
    project.suite(f"  - {SERIES}}}\n")
    suite = (project.folder / "charts.yaml").read_text("utf-8")
    project.write("charts.yaml", suite.replace("{dir: out", "{theme: mine.yaml, dir: out"))
    project.write("mine.yaml", "axis:\n  gridColor: url(https://example.org/a.svg#a)\n")
    done = main("validate")
    assert done.code == 1
    assert done.out == (
        "mine.yaml:2:3: error[outside-reference]: 'gridColor' loads "
        "'url(https://example.org/a.svg#a)'; a chart holds all that it shows: its table, and "
        "pictures written out as 'data:image/png;base64,...'\n"
        "      gridColor: url(https://example.org/a.svg#a)\n"
        "      ^^^^^^^^^\n"
    )


@pytest.mark.parametrize(
    "usermeta",
    [
        "{diagramgen: {id: mine, suite: '0'}}",
        "{diagramgen: null}",
        "null",
        "mine",
        "[1]",
        "{embedOptions: {patch: 'https://example.org/a.json', sourceHeader: <script></script>}}",
    ],
)
def test_no_entry_says_where_its_chart_comes_from(project, main, usermeta):
    project.ppl("run", 100, web=2.5)
    project.suite(f"  - {SERIES}, vegalite: {{usermeta: {usermeta}}}}}\n")
    assert main("render", "--formats", "vl.json").code == 0
    saved = json.loads((project.folder / "out" / "a.vl.json").read_text("utf-8"))["usermeta"]
    assert list(saved) == ["diagramgen"]
    assert saved["diagramgen"]["id"] == "a"
    assert len(saved["diagramgen"]["suite"]) == 64
