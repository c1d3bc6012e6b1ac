"""Letters that no font of the machine has are told once for a run, with what to install."""

from __future__ import annotations


def test_letters_without_a_font_are_told(project, main, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "nowhere"))
    project.ppl("run", 100, 网页=4.0, web=3.0)
    project.suite(
        "  - {transform: snapshot, metric: ppl, output: a.png}\n"
        "  - {transform: series, metric: ppl, output: b.png}\n"
        "  - {transform: series, metric: ppl, items: web, output: c.png}\n"
    )
    done = main("render")
    assert done.code == 0
    assert done.err.count("warning") == 1
    assert (
        "warning: no font has the letters 网页: they are drawn as boxes; "
        "install one (Debian: fonts-noto-cjk), and render with --force\n"
    ) in done.err
