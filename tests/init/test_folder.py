"""What people name, and which numbers in paths are steps."""

import pytest

from diagramgen.errors import UsageError
from diagramgen.init.folder import by_pattern, matching, places


@pytest.mark.parametrize(
    ("path", "pattern", "step"),
    [
        ("step_100/x.json", "step_{step}/x.json", 100),
        ("160m_step143000.json", "160m_step{step}.json", 143000),
        ("run/checkpoint-500/x.json", "run/checkpoint-{step}/x.json", 500),
        ("checkpoints/500/x.json", "checkpoints/{step}/x.json", 500),
        ("global_step1000/x.json", "global_step{step}/x.json", 1000),
        ("iter_0020000.json", "iter_{step}.json", 20000),
        ("ckpt-1k/x.json", "ckpt-{step}/x.json", 1000),
        ("ckpt-1.5M/x.json", "ckpt-{step}/x.json", 1500000),
        ("stage1-step1000-tokens4B/x.json", "stage1-step{step}-tokens4B/x.json", 1000),
        ("epoch_2/step_40.json", "epoch_2/step_{step}.json", 40),
        ("epoch_2/x.json", "epoch_{step}/x.json", 2),
        ("step5/m_step5.json", "step{step}/m_step{step}.json", 5),
        ("step7/results_2024-06-03T01-44-31.928514.json", "step{step}/results_*.json", 7),
    ],
)
def test_a_number_is_a_step_where_a_word_says_so(path, pattern, step):
    [(found, [file])] = by_pattern([path]).items()
    assert (found, file.step) == (pattern, step)
    assert matching(found, [path]) == {path: step}


@pytest.mark.parametrize(
    "path",
    [
        "7B/x.json", "190M-1xC.csv", "seed_1/x.json", "v0.4/x.json", "gpt2/x.json",
        "llama-2-13b/x.json", "2024-06-03/x.json", "5-shot/x.json", "step-5B/x.json",
        "timestep5/x.json", "instep3.json", "iter0.5.json", "tokens4B/x.json", "100.json",
        "step5x/y.json",
    ],
)  # fmt: skip
def test_any_other_number_is_none(path):
    [(found, [file])] = by_pattern([path]).items()
    assert (found, file.step) == (path, None)


def test_names_that_are_only_numbers_are_steps_in_a_folder_of_such():
    assert list(by_pattern(["3000.json", "0013000.json"])) == ["{step}.json"]
    assert list(by_pattern(["1.json", "2.json", "notes.json"])) == [
        "1.json",
        "2.json",
        "notes.json",
    ]


# What may be named.


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for path in ("a/x.json", "a/y.txt", "b/step_1/z.json", "b/step_2/z.json", "b/.hidden/h.json"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_files_and_globs(tree):
    a, b = tree / "a", tree / "b"
    both = ["step_1/z.json", "step_2/z.json"]
    assert places([a, b]) == {a: ["x.json", "y.txt"], b: both}
    assert places([a / "x.json"]) == {a: ["x.json"]}
    assert places([tree / "*"]) == {a: ["x.json", "y.txt"], b: both}
    assert places([b / "**" / "z.json"]) == {b: both}


def test_the_folder_of_a_checkpoint_is_a_part_of_its_run(tree):
    b = tree / "b"
    assert places([b / "step_1"]) == {b: ["step_1/z.json"]}
    assert places([b / "step_1", b / "step_2"]) == {b: ["step_1/z.json", "step_2/z.json"]}
    assert places([b / "step_2" / "z.json"]) == {b: ["step_2/z.json"]}


def test_everything_that_is_not_there_is_told_at_once(tree):
    with pytest.raises(UsageError) as caught:
        places([tree / "none", tree / "a", tree / "*.csv"])
    assert str(caught.value) == f"{tree}/none: is not there\n{tree}/*.csv: matches nothing"
