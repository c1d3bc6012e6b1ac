"""What is kept of result files from run to run: what is read again, and that it is never wrong."""

import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context

import duckdb
import pytest
from pandas.testing import assert_frame_equal

from diagramgen.errors import NotInFile
from diagramgen.results import cache as module
from diagramgen.results.cache import INDEX, MOST_PARTS, Cache
from diagramgen.results.folder import Local
from diagramgen.results.plan import make_plan
from diagramgen.results.read import read_plan
from diagramgen.suite.load import load
from tests.fixtures.projects import HEADER

CHARTS = """\
  - {transform: series, metric: ppl, output: ppl.png}
  - {transform: series, metric: acc, output: acc.png}
"""
TABLES = """\
version: 1
title: Tables
output: {dir: out}
sources:
  sweep: {root: results, checkpoint: a.csv, runs: {column: run}}
  lone: {root: results, checkpoint: "b*.csv"}
metrics:
  loss: {better: lower, read: {reader: csv, step: step, item: item, value: loss}}
charts:
  - {transform: series, metric: loss, source: [sweep, lone], output: loss.png}
"""


class Folder:
    """A store in a folder, as simple as can be."""

    def __init__(self, path):
        self.path = path
        path.mkdir(exist_ok=True)

    def read(self, name):
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name, data):
        (self.path / name).write_bytes(data)

    def names(self):
        return sorted(file.name for file in self.path.iterdir())

    def remove(self, name):
        (self.path / name).unlink()


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store that is used for however few files."""
    monkeypatch.setattr(module, "WORTH", 0)
    return Folder(tmp_path / "cache")


@pytest.fixture
def fetched(monkeypatch):
    """The paths of the files that were read."""
    paths = []
    read = Local.read
    monkeypatch.setattr(Local, "read", lambda self, path: paths.append(path) or read(self, path))
    return paths


@pytest.fixture
def many(project):
    """Thirty checkpoints of `run` with two files each, of which some lack values."""
    project.suite(CHARTS)
    for step in range(1, 31):
        project.ppl("run", step, web=12.5 + step, math=9.25 if step % 3 else None)
        project.acc("run", step, qa=step / 64)
    return project


def read(project, store, code="1"):
    """The results as a run with the cache has them, which it then writes."""
    cache = Cache(store, code)
    suite = load(project.folder / "charts.yaml")
    found = read_plan(make_plan(suite, memory=cache), memory=cache)
    cache.save(cache.store)
    return found


def check(project, found):
    """Expect what is read without a cache."""
    plain = read_plan(make_plan(load(project.folder / "charts.yaml")))
    assert_frame_equal(found.table, plain.table)
    assert found.digests == plain.digests
    assert found.warnings == plain.warnings
    assert {name: each.files for name, each in found.plan.sources.items()} == {
        name: each.files for name, each in plain.plan.sources.items()
    }


def test_of_sixty_files_the_ten_that_changed_are_read(many, store, fetched):
    check(many, read(many, store))
    for step in range(1, 8):
        many.ppl("run", step, web=1.5, code=step + 0.125)
    for step in (31, 32, 33):
        many.acc("run", step, qa=0.5, copa=0.25)
    (many.folder / "results/run/step_9/ppl.json").unlink()
    fetched.clear()
    found = read(many, store)
    changed = [f"step_{step}/ppl.json" for step in range(1, 8)]
    assert sorted(fetched) == sorted([*changed, *(f"step_{n}/acc.json" for n in (31, 32, 33))])
    check(many, found)
    fetched.clear()
    read(many, store)
    assert fetched == []


def spoil_index(store):
    store.write(INDEX, b'{"version": 1, "parts": {"0": 7}}')


def newer_index(store):
    store.write(INDEX, store.read(INDEX).replace(b'"version":1', b'"version":2'))


def part(store):
    [name] = [name for name in store.names() if name != INDEX]
    return name


def cut(store):
    store.write(part(store), store.read(part(store))[:-20])


def tamper(store):
    data = bytearray(store.read(part(store)))
    data[100] ^= 1
    store.write(part(store), bytes(data))


def delete(store):
    store.remove(part(store))


def swap(store, select):
    """A part of someone else, whose name and place in the index are right."""
    old, file = part(store), store.path / "new"
    with duckdb.connect() as database:
        source = f"read_parquet('{store.path / old}')"
        database.execute(f"COPY ({select.format(source)}) TO '{file}' (FORMAT parquet)")
    data = file.read_bytes()
    file.unlink()
    digest = sha256(data).hexdigest()
    store.write(f"{digest}.parquet", data)
    text = store.read(INDEX).replace(old.removesuffix(".parquet").encode(), digest.encode())
    store.write(INDEX, text)


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_index,
        newer_index,
        cut,
        tamper,
        delete,
        lambda store: swap(store, "SELECT 1 AS kind"),
        lambda store: swap(store, "SELECT * EXCLUDE n, n::FLOAT AS n FROM {}"),
        lambda store: swap(store, "SELECT * FROM {} WHERE item IS DISTINCT FROM 'qa'"),
        lambda store: swap(store, "SELECT * REPLACE ('{{' AS noted) FROM {}"),
        lambda store: swap(store, "SELECT * REPLACE (item || chr(27) AS item) FROM {}"),
        lambda store: swap(store, "SELECT * REPLACE (NULL::BIGINT AS step) FROM {}"),
    ],
)
def test_what_is_not_as_it_was_written_is_not_believed(many, store, fetched, spoil):
    read(many, store)
    spoil(store)
    fetched.clear()
    found = read(many, store)
    assert len(fetched) == 60
    check(many, found)
    fetched.clear()
    check(many, read(many, store))
    assert len(fetched) == 60  # of the check alone
    assert len(store.names()) == 2


def test_other_programs_and_other_readers_read_again(many, store, fetched):
    read(many, store)
    fetched.clear()
    read(many, store, code="2")
    assert len(fetched) == 60
    fetched.clear()
    many.suite(CHARTS, HEADER.replace("value: ppl}", "value: ppl, n: ppl}"))
    check(many, read(many, store, code="2"))
    assert sorted(set(fetched)) == sorted(f"step_{n}/{m}.json" for n in range(1, 31)
                                          for m in ("ppl", "acc"))  # fmt: skip
    assert len(fetched) == 30 + 60


def test_a_touched_file_is_read_again_and_says_the_same(many, store, fetched):
    before = read(many, store)
    os.utime(many.folder / "results/run/step_4/acc.json", ns=(1, 1))
    fetched.clear()
    after = read(many, store)
    assert fetched == ["step_4/acc.json"]
    assert_frame_equal(before.table, after.table)


def test_many_parts_become_one(many, store, fetched):
    for step in range(MOST_PARTS + 1):
        many.acc("run", 100 + step, qa=0.5)
        read(many, store)
    assert len(store.names()) == 2
    fetched.clear()
    found = read(many, store)
    assert fetched == []
    check(many, found)


def test_steps_and_runs_inside_tables_are_known_without_reading(project, store, fetched):
    project.write("charts.yaml", TABLES)
    project.write("results/a.csv", "run,step,item,loss\nx,1,a,2.5\nx,2,a,\ny,2,b,0.5\ny,2,b,0.25\n")
    long = "".join(f"{step},{item},{step / 8}\n" for step in range(6000) for item in "pq")
    project.write("results/b.csv", f"step,item,loss\n{long}")
    project.write("results/b2.csv", "step,item,loss\n6001,p,1.5\n")
    found = read(project, store)
    check(project, found)
    assert list(found.plan.sources) == ["sweep/x", "sweep/y", "lone"]
    fetched.clear()
    again = read(project, store)
    assert fetched == ["b.csv"]  # as long as it is, its copy would not be read any sooner
    assert list(again.plan.sources) == ["sweep/x", "sweep/y", "lone"]
    check(project, again)


def test_what_cannot_be_read_is_not_kept(many, store, fetched):
    many.write("results/run/step_40/ppl.json", '{"slices": {"web": {"p')
    read(many, store)
    many.ppl("run", 40, web=7.5)
    fetched.clear()
    check(many, read(many, store))
    assert fetched[0] == "step_40/ppl.json"
    assert len(fetched) == 1 + 61


def test_few_small_files_are_read_without_a_cache(many, tmp_path):
    store = Folder(tmp_path / "cache")
    read(many, store)
    assert store.names() == []


def test_chunks_are_read_elsewhere_and_come_back_the_same(many, monkeypatch):
    monkeypatch.setattr("diagramgen.results.contents.CHUNK_FILES", 7)
    plan = make_plan(load(many.folder / "charts.yaml"))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = read_plan(plan, hand_out=pool.map)
    check(many, found)


def test_what_a_file_lacks_travels():
    err = NotInFile("run/a.json", "value", "no 'acc'; there is 'f1'")
    again = pickle.loads(pickle.dumps(err))
    assert (str(again), again.key) == ("run/a.json: no 'acc'; there is 'f1'", "value")
    assert str(again) == str(err)
