"""What the keys of a suite beside its charts mean."""

from __future__ import annotations

import pytest

from diagramgen.looks.templates import TemplateFolder
from diagramgen.suite.settings import check_settings, check_theme, own_templates

READ = {"reader": "json", "file": "p.json"}
GOOD = {
    "version": 1,
    "sources": {"run": {"root": "results"}},
    "metrics": {"ppl": {"better": "lower", "read": READ}},
}


def said(folder, elsewhere=False, **changes):
    found = check_settings(GOOD | changes, folder, elsewhere=elsewhere)
    return [(each.where, each.code, each.message) for each in found]


def messages(folder, **changes):
    return [message for _, _, message in said(folder, **changes)]


def test_what_is_right(tmp_path):
    assert said(tmp_path) == []
    assert said(tmp_path, output={"dir": "a/b", "theme": "dark"}) == []
    assert (
        said(tmp_path, sources={"run": {"root": "r", "tokens_per_step": {"0": 1, "10": 2}}}) == []
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/tmp/a", "'/tmp/a' is not below the suite's folder; elsewhere only by --out"),
        ("C:/a", "'C:/a' is not below the suite's folder; elsewhere only by --out"),
        (r"a\b", r"'a\b' is not below the suite's folder; elsewhere only by --out"),
        ("a/../b", "'a/../b' leaves the suite's folder; elsewhere only by --out"),
        ("~/a", "'~/a' leaves the suite's folder; elsewhere only by --out"),
        (f"a/{'x' * 256}", f"'a/{'x' * 55}...' is too long for a folder's name"),
    ],
)
def test_output_folders_that_a_suite_may_not_name(tmp_path, name, message):
    assert messages(tmp_path, output={"dir": name}) == [message]
    assert messages(tmp_path, output={"dir": name}, elsewhere=True) == []


@pytest.mark.parametrize("name", ["x" * 255, "a/~", "a..b", "...", "."])
def test_output_folders_that_it_may(tmp_path, name):
    assert said(tmp_path, output={"dir": name}) == []


def test_an_output_folder_behind_a_link(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").symlink_to(tmp_path)
    assert said(tmp_path, output={"dir": "a/b/c"}) == [
        (
            ("output", "dir"),
            "outside-output",
            "'a/b' is a link; where it leads only by --out",
        )
    ]


@pytest.mark.parametrize("step", ["ten", "-5", "1.5", "01", "1" * 19, ""])
def test_steps_that_are_none(tmp_path, step):
    sources = {"run": {"root": "r", "tokens_per_step": {step: 5}}}
    assert said(tmp_path, sources=sources) == [
        (
            ("sources", "run", "tokens_per_step", step),
            "wrong-value",
            f"'{step}' is not a step: expected a number such as 0 or 10000",
        )
    ]


def test_steps_that_are(tmp_path):
    steps = dict.fromkeys(("0", "7", "10000", "1" * 18), 5)
    assert said(tmp_path, sources={"run": {"root": "r", "tokens_per_step": steps}}) == []


def test_roots_that_are_none(tmp_path):
    ((where, code, message),) = said(tmp_path, sources={"run": {"root": "reference:a"}})
    assert (where, code) == (("sources", "run", "root"), "wrong-root")
    assert message.startswith("'root': got a URL of 'reference:'; expected a folder")


def metric(**read):
    return {"ppl": {"better": "lower", "read": read}}


def test_readers_and_their_keys(tmp_path):
    known = (
        "json, lm-eval, lighteval, olmes, inspect, csv, jsonl, json-table, parquet or tensorboard"
    )
    place = ("metrics", "ppl", "read")
    assert said(tmp_path, metrics=metric(reader="cvs")) == [
        (
            (*place, "reader"),
            "wrong-value",
            f"'reader': got 'cvs'; expected {known}; did you mean 'csv'?",
        )
    ]
    assert said(tmp_path, metrics=metric(reader="json", valu="a")) == [
        (
            (*place, "valu"),
            "unknown-key",
            "'valu' is not a key of 'read'; did you mean 'value'?",
        )
    ]
    assert said(tmp_path, metrics=metric(reader="csv")) == [
        (
            place,
            "conflicting-parameters",
            "reader 'csv': needs `value` (a long table) or `columns` (a wide one)",
        )
    ]
    # What is of the wrong type is told once.
    assert [code for _, code, _ in said(tmp_path, metrics=metric(reader="csv", step=3))] == [
        "wrong-type"
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sources": {"run": None}}, "wrong-type"),
        ({"sources": []}, "wrong-type"),
        ({"metrics": {"ppl": 3}}, "wrong-type"),
        ({"metrics": {"ppl": {"better": "lower", "read": []}}}, "wrong-type"),
        ({"metrics": metric(reader=3)}, "wrong-type"),
        ({"output": []}, "wrong-type"),
        ({"sources": {"run": {"root": 3, "tokens_per_step": []}}}, "wrong-type"),
    ],
)
def test_what_is_of_the_wrong_type_is_told_as_that(tmp_path, changes, code):
    assert {each for _, each, _ in said(tmp_path, **changes)} == {code}


def test_themes(tmp_path):
    def found(name):
        return [(each.code, each.message) for each in check_theme(name, tmp_path)]

    (tmp_path / "own.yaml").write_text("background: white\n", encoding="utf-8")
    for name in ("light", "dark", "print", "own.yaml", None, 3):
        assert found(name) == []
    ((code, message),) = found("drak")
    assert (code, message) == ("unknown-theme", "'drak' is not a theme; did you mean 'dark'?")
    ((code, message),) = found("nowhere.yaml")
    assert (code, message[:9]) == ("wrong-value", "'theme': ")


@pytest.mark.parametrize("python", [False, True])
def test_the_folder_of_own_templates(tmp_path, python):
    findings = []
    (tmp_path / "looks").mkdir()

    def found(**settings):
        return own_templates(settings, tmp_path, findings, python=python)

    assert found(templates="looks") == TemplateFolder(tmp_path / "looks", python)
    assert found() is None
    assert found(templates=["looks"]) is None
    assert findings == []
    assert found(templates="look") is None
    assert [each.message for each in findings] == [
        "'templates': there is no folder 'look' beside the suite"
    ]
