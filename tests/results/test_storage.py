"""Result files are found and read alike in a folder, on a web server and on an S3 server."""

import json
import os
import re
import socket
import ssl
import sys
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest

from diagramgen.errors import ResultsError
from diagramgen.results.folder import Local
from diagramgen.results.remote import AT_ONCE, Remote
from diagramgen.results.storage import open_storage

fsspec = pytest.importorskip("fsspec")

SERIES = "  - {transform: series, metric: ppl, output: ppl/series.png}\n"
MACRO = "  - {transform: macro, metric: ppl, template: plain, output: ppl/macro.png}\n"
ACC = "  - {transform: macro, metric: acc, template: plain, output: acc/macro.png}\n"
OLD = "  - {transform: macro, metric: ppl, source: old, template: plain, output: old.png}\n"
ROOT = Path(__file__).parents[2]
HIDE = """\
import sys


class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "{package}":
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hide())
"""
WHENCE = "fsspec takes addresses and credentials from its configuration and the environment"

UNKNOWN_KEY = "The AWS Access Key Id you provided does not exist in our records."
AWS = {
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
TREE = [
    "160m_step5.json",
    "[x]*.json",
    "a/deep/step_7/ppl.json",
    "notes.txt",
    "qa/copa.json",
    "qa/qa.json",
    "step_1/ppl.json",
    "step_1/tasks/copa.json",
    "step_1/tasks/qa.json",
    "step_10/ppl.json",
    "step_2/acc.json",
    "step_2/ppl.json",
    "step_2/tasks/qa.json",
    "step_4/ppl.json/part.json",
    "step_x/ppl.json",
]
PATTERNS = {
    "step_{step}/ppl.json": [
        ("step_1/ppl.json", 1, None),
        ("step_10/ppl.json", 10, None),
        ("step_2/ppl.json", 2, None),
    ],
    "step_{step}/*.json": [
        ("step_1/ppl.json", 1, None),
        ("step_10/ppl.json", 10, None),
        ("step_2/acc.json", 2, None),
        ("step_2/ppl.json", 2, None),
    ],
    "step_{step}/tasks/{item}.json": [
        ("step_1/tasks/copa.json", 1, "copa"),
        ("step_1/tasks/qa.json", 1, "qa"),
        ("step_2/tasks/qa.json", 2, "qa"),
    ],
    "step_{step}/**/qa.json": [
        ("step_1/tasks/qa.json", 1, None),
        ("step_2/tasks/qa.json", 2, None),
    ],
    "step_1/**": [
        ("step_1/ppl.json", None, None),
        ("step_1/tasks/copa.json", None, None),
        ("step_1/tasks/qa.json", None, None),
    ],
    "**/step_{step}/ppl.json": [
        ("a/deep/step_7/ppl.json", 7, None),
        ("step_1/ppl.json", 1, None),
        ("step_10/ppl.json", 10, None),
        ("step_2/ppl.json", 2, None),
    ],
    "**/**/step_7/*": [("a/deep/step_7/ppl.json", None, None)],
    "a/**/deep/**/step_{step}/{item}.json": [("a/deep/step_7/ppl.json", 7, "ppl")],
    "a/deep/step_{step}/ppl.json": [("a/deep/step_7/ppl.json", 7, None)],
    "160m_step{step}.json": [("160m_step5.json", 5, None)],
    "*_step{step}.json": [("160m_step5.json", 5, None)],
    "{item}/{item}.json": [("qa/qa.json", None, "qa")],
    "*.txt": [("notes.txt", None, None)],
    "notes.txt": [("notes.txt", None, None)],
    "notes.txt/*": [],
    "[x]*.json": [("[x]*.json", None, None)],
    "a**/deep/step_7/p**.json": [("a/deep/step_7/ppl.json", None, None)],
    "step_?/ppl.json": [],
    "nowhere/step_{step}/ppl.json": [],
    "qa": [],
}
FOLDERS = {
    "step_{step}": {1, 2, 4, 10},
    "step_{step}/**": {1, 2, 4, 10},
    "step_{step}/tasks": {1, 2},
    "**/step_{step}": {1, 2, 4, 7, 10},
    "a/*/step_{step}": {7},
    "160m_step{step}.json": set(),
    "nowhere/step_{step}": set(),
    "qa": set(),
    "": set(),
}


@pytest.fixture(scope="module")
def s3():
    """A file system: that of an S3 server of this machine, found and entered by the environment.

    It has one bucket, `bucket`.
    """
    pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (AWS | {"AWS_ENDPOINT_URL": f"http://{host}:{port}"}).items():
            environment.setenv(name, value)
        system = fsspec.filesystem("s3")
        system.mkdir("bucket")
        yield system
        type(system).clear_instance_cache()
    server.stop()


def certify(folder):
    """A key and a certificate of this machine's loopback in one file, made for the test."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(1))
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = builder.add_extension(host, critical=False).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, plain, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(secret + certificate.public_bytes(pem))
    return folder / "server.pem"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Patient(ThreadingHTTPServer):
    """A server that lets all who come at once wait: whom it turns away comes again in seconds."""

    request_queue_size = 2 * AT_ONCE


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """A folder, and the address at which a web server of this machine has it.

    fsspec's configuration says which certificate to believe.
    """
    pytest.importorskip("aiohttp")
    folder = tmp_path_factory.mktemp("web")
    pem = certify(tmp_path_factory.mktemp("certificate"))
    server = Patient(("127.0.0.1", 0), partial(Quiet, directory=folder))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    with pytest.MonkeyPatch.context() as changed:
        believed = ssl.create_default_context(cafile=pem)
        changed.setitem(fsspec.config.conf, "https", {"ssl": believed})
        yield folder, f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Place(NamedTuple):
    """A root that files can be put under; `folder` is what the file system calls it."""

    root: str
    system: fsspec.AbstractFileSystem
    folder: str

    def put(self, files):
        self.system.pipe({f"{self.folder}/{path}": data for path, data in files.items()})

    def open(self):
        return open_storage(self.root, Path("/"))


@pytest.fixture(params=["folder", "web", "s3"])
def place(request, tmp_path):
    """A root of each kind, of which nothing is there yet."""
    name = uuid.uuid4().hex
    local = fsspec.filesystem("file", auto_mkdir=True)
    if request.param == "folder":
        return Place(str(tmp_path / name), local, str(tmp_path / name))
    if request.param == "web":
        folder, address = request.getfixturevalue("web")
        return Place(f"{address}/{name}", local, str(folder / name))
    root = f"s3://bucket/{name}"
    return Place(root, request.getfixturevalue("s3"), root)


@pytest.fixture
def tree(place):
    """The storage of a root with all files of the tree."""
    place.put(dict.fromkeys(TREE, b"{}"))
    return place.open()


@pytest.mark.usefixtures("s3")
def test_a_url_is_a_remote_root(tmp_path):
    assert isinstance(open_storage("s3://bucket/runs", tmp_path), Remote)
    assert open_storage("runs", tmp_path).root == tmp_path / "runs"
    assert open_storage("/runs", tmp_path).root == Path("/runs")


def test_files_by_pattern(tree):
    found = {pattern: [file[:3] for file in tree.find(pattern)] for pattern in PATTERNS}
    assert found == PATTERNS


def test_folders_by_pattern(tree):
    assert {pattern: tree.folders(pattern) for pattern in FOLDERS} == FOLDERS


def test_no_such_root(place):
    with pytest.raises(FileNotFoundError):
        place.open().find("step_{step}/ppl.json")
    with pytest.raises(FileNotFoundError):
        place.open().folders("runs/step_{step}")


def test_a_root_that_is_a_file(place):
    place.put({"runs": b""})
    with pytest.raises(FileNotFoundError):
        open_storage(f"{place.root}/runs", Path("/")).find("*")


def test_a_slash_at_the_end_of_a_root(place):
    place.put({"step_1/ppl.json": b"1"})
    storage = open_storage(f"{place.root}/", Path("/"))
    assert [file.path for file in storage.find("step_{step}/*")] == ["step_1/ppl.json"]
    assert storage.read("step_1/ppl.json") == b"1"


def test_a_file_that_changes_has_another_version(place):
    def versions():
        return [file.version for file in place.open().find("step_{step}/ppl.json")]

    place.put({"step_1/ppl.json": b"1.0", "step_2/ppl.json": b"1.0"})
    before = versions()
    assert versions() == before
    place.put({"step_2/ppl.json": b"2.25"})  # a web server's times are whole seconds
    assert [old == new for old, new in zip(before, versions(), strict=True)] == [True, False]


def test_files_that_come_later_are_found(place):
    place.put({"step_1/ppl.json": b"{}"})
    assert place.open().folders("step_{step}") == {1}
    place.put({"step_2/ppl.json": b"{}"})
    assert place.open().folders("step_{step}") == {1, 2}


def test_reading(place):
    place.put({"step_1/[a]*.json": b"\x00\xff", "step_1/a.json": b""})
    storage = place.open()
    assert storage.read("step_1/[a]*.json") == b"\x00\xff"
    assert storage.read("step_1/a.json") == b""
    with pytest.raises(FileNotFoundError) as caught:
        storage.read("step_2/a.json")
    assert caught.value.strerror == "No such file or directory"


def test_reading_many(place):
    files = {f"step_{step}/ppl.json": str(step).encode() for step in range(AT_ONCE + 6)}
    place.put(files)
    paths = ["lost.json", *files, "step_3/ppl.json", "lost.json"]
    read = list(place.open().read_all(paths))
    assert read[1:-1] == [*files.values(), b"3"]
    assert [(type(err), err.strerror) for err in (read[0], read[-1])] == [
        (FileNotFoundError, "No such file or directory")
    ] * 2


def test_nothing_to_read(place):
    assert list(place.open().read_all([])) == []


# Folders of this machine.


@pytest.fixture
def runs(tmp_path):
    """A folder with links: to a file, to a folder, to itself, to nowhere, and back up."""
    (tmp_path / "runs" / "step_1").mkdir(parents=True)
    (tmp_path / "runs" / "step_1" / "ppl.json").write_text("{}", encoding="utf-8")
    for name, target in {
        "step_1/copy.json": "ppl.json",
        "step_1/lost.json": "nowhere.json",
        "step_1/loop.json": "loop.json",
        "step_1/up": "..",
        "step_2": "step_1",
        "step_3": "nowhere",
        "step_4": "step_4",
    }.items():
        (tmp_path / "runs" / name).symlink_to(target)
    return tmp_path / "runs"


def test_a_link_is_what_it_leads_to(runs):
    assert [file.path for file in Local(runs).find("step_{step}/*")] == [
        "step_1/copy.json",
        "step_1/ppl.json",
        "step_2/copy.json",
        "step_2/ppl.json",
    ]
    assert Local(runs).folders("step_{step}") == {1, 2}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("copy.json", ["step_1/copy.json", "step_2/copy.json"]),
        ("up/step_1/ppl.json", ["step_1/up/step_1/ppl.json", "step_2/up/step_1/ppl.json"]),
        ("up", []),
        ("loop.json", []),
        ("lost.json", []),
        ("ppl.json/ppl.json", []),
        ("../step_1/ppl.json", []),
        ("./ppl.json", []),
        ("/ppl.json", []),
        (f"{'a' * 300}.json", []),
        ("\0.json", []),
    ],
)
def test_a_file_is_asked_for_by_its_name(runs, name, found):
    assert [file.path for file in Local(runs).find(f"step_{{step}}/{name}")] == found


def test_folders_are_looked_for_once(runs):
    storage = Local(runs)
    assert storage.folders("step_{step}") == {1, 2}
    (runs / "step_2").unlink()
    (runs / "step_7").symlink_to("step_1")
    assert [file.path for file in storage.find("step_{step}/ppl.json")] == ["step_1/ppl.json"]
    assert Local(runs).folders("step_{step}") == {1, 7}


def test_any_folders_are_without_links(runs):
    found = [file.path for file in Local(runs).find("**/*.json")]
    assert found == ["step_1/copy.json", "step_1/ppl.json"]


def test_the_version_of_a_link_is_that_of_its_file(runs):
    by_path = {file.path: file.version for file in Local(runs).find("step_1/*")}
    assert by_path["step_1/copy.json"] == by_path["step_1/ppl.json"]


def test_a_folder_that_cannot_be_listed(runs):
    with pytest.raises(ResultsError) as caught:
        Local(runs / "step_4").find("*.json")
    assert str(caught.value) == "Too many levels of symbolic links"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_a_file_that_cannot_be_read(runs):
    (runs / "step_1" / "odd.json").symlink_to("/proc/self/mem")
    assert [file.path for file in Local(runs).find("step_1/o*.json")] == ["step_1/odd.json"]
    read = list(Local(runs).read_all(["step_1/odd.json", "step_1/ppl.json"]))
    assert [getattr(each, "strerror", each) for each in read] == ["Input/output error", b"{}"]


@pytest.fixture
def odd(tmp_path):
    """A folder with a pipe, a socket, and a link to a device, all named as results are."""
    (tmp_path / "step_1").mkdir()
    os.mkfifo(tmp_path / "step_1" / "pipe.json")
    (tmp_path / "step_1" / "zero.json").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "step_1" / "socket.json"))
        yield tmp_path


def test_what_is_no_regular_file_is_no_result_and_is_never_opened(odd):
    assert Local(odd).find("step_{step}/*.json") == []
    read = list(Local(odd).read_all(["step_1/pipe.json", "step_1/zero.json"]))
    assert [err.strerror for err in read] == ["not a regular file"] * 2


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate((1 << 28) + 1)
    with pytest.raises(OSError, match="larger than the 268,435,456 bytes that it may have"):
        Local(tmp_path).read("large.json")


@pytest.mark.parametrize(
    ("name", "told"),
    [(b"a\xff.json", "step_1/a\\udcff.json"), (b"a\nb.json", "step_1/a\\nb.json")],
    ids=["not-unicode", "newline"],
)
def test_a_name_that_is_no_text_is_told(tmp_path, name, told):
    (tmp_path / "step_1").mkdir()
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/step_1/" + name))).write_bytes(b"{}")
    with pytest.raises(ResultsError) as caught:
        Local(tmp_path).find("step_{step}/*.json")
    expected = f"the file '{told}': rename it: names of results are text without control characters"
    assert str(caught.value) == expected


def test_folders_below_many_stars_are_listed_once(tmp_path):
    folder = tmp_path.joinpath(*["d"] * 30)
    folder.mkdir(parents=True)
    (folder / "x.json").write_bytes(b"{}")
    found = Local(tmp_path).find("**/d/" * 8 + "*.json")
    assert [file.path for file in found] == ["d/" * 30 + "x.json"]


def test_folders_may_nest_deeper_than_calls_can(tmp_path):
    folder = tmp_path.joinpath(*["d"] * 400)
    folder.mkdir(parents=True)
    (folder / "x.json").write_bytes(b"{}")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        found = Local(tmp_path).find("**/*.json")
    finally:
        sys.setrecursionlimit(limit)
    assert [file.path for file in found] == ["d/" * 400 + "x.json"]


def test_any_folders_at_the_end_are_no_file(tmp_path):
    (tmp_path / "step_1").mkdir()
    assert Local(tmp_path).folders("**") == set()
    assert Local(tmp_path).find("**/**") == []


# What only the S3 server has.


def test_one_listing_serves_every_pattern(s3):
    s3.pipe({"bucket/once/a/step_1/x.json": b"", "bucket/once/step_2/x.json": b""})
    storage = Remote("s3://bucket/once")
    assert storage.folders("step_{step}") == {2}
    s3.rm("bucket/once", recursive=True)
    assert [file.path for file in storage.find("a/step_{step}/x.json")] == ["a/step_1/x.json"]
    assert [file.path for file in storage.find("*/x.json")] == ["step_2/x.json"]


def test_an_object_that_stands_for_a_folder_is_no_file(s3):
    for folder in ("", "step_1/", "step_1/ppl.json/", "step_2/"):
        s3.call_s3("put_object", Bucket="bucket", Key=f"marked/{folder}", Body=b"")
    s3.pipe("bucket/marked/step_1/ppl.json/part.json", b"{}")
    storage = Remote("s3://bucket/marked")
    assert [file.path for file in storage.find("**")] == ["step_1/ppl.json/part.json"]
    assert storage.find("step_{step}/*") == []
    assert storage.folders("step_{step}") == {1, 2}


@contextmanager
def guarded():
    """The server lets nobody in whom it does not know."""
    address = f"{os.environ['AWS_ENDPOINT_URL']}/moto-api/reset-auth"
    words = {"Content-Type": "text/plain"}
    urlopen(Request(address, b"0", words)).close()
    try:
        yield
    finally:
        urlopen(Request(address, b"inf", words)).close()


def test_files_that_may_not_be_read(s3):
    s3.pipe({"bucket/secret/a.json": b"{}", "bucket/secret/b.json": b"{}"})
    storage = Remote("s3://bucket/secret")
    with guarded():
        read = list(storage.read_all(["a.json", "b.json"]))
    assert [err.strerror for err in read] == [UNKNOWN_KEY] * 2


# A suite with roots on the S3 server.


@pytest.fixture
def suite(project, s3):
    """Write a suite, and put the results of the folder `results` where its roots are."""
    runs = f"s3://bucket/{uuid.uuid4().hex}"

    def write(charts, change=None):
        project.suite(charts)
        file = project.folder / "charts.yaml"
        text = file.read_text(encoding="utf-8").replace("root: results/", f"root: {runs}/")
        file.write_text(text.replace(*change) if change else text, encoding="utf-8")
        s3.put(f"{project.folder}/results", runs, recursive=True)
        return runs

    for step, web, qa in ((2000, 12.5, 0.25), (10000, 11.1, 1 / 3), (9000, 13.0, 0.2)):
        project.ppl("run", step, web=web, math=9.0)
        project.acc("run", step, qa=qa)
    return write


RENDER = ("render", "--formats", "vl.json")
"""With formats that nothing has to draw, no process starts to load the renderer."""
CHARTS = SERIES + MACRO + ACC + OLD


def test_the_same_charts_as_from_a_folder(suite, project, main):
    project.suite(CHARTS)
    assert main(*RENDER, "--out", "local").code == 0
    suite(CHARTS)
    done = main(*RENDER)
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "rendered  ppl/series\n"
        "rendered  ppl/macro\n"
        "rendered  acc/macro\n"
        "skipped   old: source 'old' is not there\n"
        "3 rendered, 1 skipped in out\n"
    )
    for chart in ("ppl/series", "ppl/macro", "acc/macro"):
        local, remote = (project.read(f"{out}/{chart}.vl.json") for out in ("local", "out"))
        assert remote == local
    assert project.read("out/ppl/macro.vl.json")["data"]["values"] == [
        {"source": "run", "step": 2000, "value": 10.75},
        {"source": "run", "step": 10000, "value": 10.05},
    ]


def test_the_other_commands(suite, main):
    suite(MACRO)
    assert main("list") == (0, "ppl/macro  macro          ready\n", "")
    assert main("data", "ppl/macro", "--format", "csv") == (
        0,
        "source,step,value\nrun,2000,10.75\nrun,10000,10.05\n",
        "",
    )
    suite(MACRO + ACC + OLD)
    checked = main("validate", "--results")
    assert (checked.code, checked.out.splitlines()) == (
        0,
        [
            "charts.yaml:26:17: warning[chart-skipped]: 'old': source 'old' is not there",
            "    " + OLD.rstrip(),
            "                    ^^^^^",
            "run, ppl: 2 slices x 3 steps, no gaps",
            "        2000  9000*  10000",
            "  web      +      +      +",
            "  math     +      +      +",
            "  * the bridge",
            "run, acc: 1 task x 3 steps, no gaps",
            "      2000  9000*  10000",
            "  qa     +      +      +",
            "  * the bridge",
        ],
    )


def test_address_and_credentials_of_fsspecs_configuration(suite, run, project):
    suite(MACRO)
    given = {
        "endpoint_url": os.environ["AWS_ENDPOINT_URL"],
        "key": "someone",
        "secret": "secret",
        "config_kwargs": {"retries": {"total_max_attempts": 1}},
    }
    nothing = dict.fromkeys(("AWS_ENDPOINT_URL", *AWS), "")
    done = run("list", folder=project.folder, env=nothing | {"FSSPEC_S3": json.dumps(given)})
    assert done == (0, "ppl/macro  macro          ready\n", "")


def test_only_what_changed_is_drawn_again(suite, main, s3):
    runs = suite(CHARTS)
    assert main(*RENDER).code == 0
    assert main(*RENDER).err.endswith("3 unchanged, 1 skipped in out\n")
    s3.pipe(f"{runs}/run/step_2000/acc.json", b'{"qa": 0.75}')
    assert main(*RENDER).err == (
        "rendered  acc/macro\n"
        "skipped   old: source 'old' is not there\n"
        "1 rendered, 2 unchanged, 1 skipped in out\n"
    )


def test_a_truncated_file_is_left_out(suite, main, s3):
    runs = suite(MACRO)
    s3.pipe(f"{runs}/run/step_2000/ppl.json", b'{"slices": {"web"')
    done = main("render")
    assert (done.code, done.err.splitlines()) == (
        0,
        [
            "warning: source 'run', step 2000: step_2000/ppl.json ends in the middle",
            "rendered  ppl/macro",
            "1 rendered in out",
        ],
    )
    place = f"{runs}/run/step_2000/ppl.json:1:18"
    assert main("render", "--strict") == (
        3,
        "",
        f"error: {place}: not valid JSON: Expecting ':' delimiter\n",
    )


# Why a suite cannot get at its results, in one line each.


@pytest.fixture
def refused(main):
    """What `render` says when it fails with exit code 3."""

    def call():
        done = main("render")
        assert (done.code, done.out) == (3, "")
        return done.err

    return call


def test_no_such_folder(suite, refused):
    runs = suite(MACRO, ("/run,", "/walk,"))
    assert refused() == f"error: source 'run': its folder {runs}/walk does not exist\n"


def test_no_such_bucket(suite, refused):
    suite(MACRO, ("bucket", "pail"))
    assert re.fullmatch(
        r"error: source 'run': its folder s3://pail/\w+/run does not exist\n", refused()
    )


def test_no_results_in_a_folder(suite, refused, s3):
    runs = suite(MACRO, ("/run,", "/walk,"))
    s3.pipe(f"{runs}/walk/notes.txt", b"")
    s3.pipe(f"{runs}/walk/a/ppl.json", b"{}")
    said = f"nothing in {runs}/walk is like 'step_{{step}}'; there is 'a/', 'notes.txt'"
    found = f"no results found at {runs}/walk/step_{{step}}/"
    assert refused() == f"error: source 'run': {found}: {said}\n"


def test_wrong_credentials(suite, refused):
    runs = suite(MACRO)
    with guarded():
        said = refused()
    listing = f"source 'run': {runs}/run: cannot be listed"
    assert said == f"error: {listing}: {UNKNOWN_KEY}; {WHENCE}\n"


def test_no_credentials(suite, refused_alone):
    runs = suite(MACRO)
    said = refused_alone(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    reason = "Unable to locate credentials"
    assert said == f"error: source 'run': {runs}/run: cannot be listed: {reason}; {WHENCE}\n"


@pytest.fixture
def refused_alone(run, project):
    """The same, in a process of its own with some other environment."""

    def call(**environment):
        done = run("render", folder=project.folder, env=environment)
        assert (done.code, done.out) == (3, "")
        return done.err

    return call


@pytest.mark.parametrize("optional", ["", " optional: true,"])
def test_nobody_is_there(suite, refused_alone, optional):
    """That the source is optional does not hide it."""
    runs = suite(MACRO, ("label: Run,", f"label: Run,{optional}"))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        said = refused_alone(AWS_ENDPOINT_URL=address)
    reason = f'Could not connect to the endpoint URL: "{address}/bucket"'
    assert said == f"error: source 'run': {runs}/run: cannot be listed: {reason}; {WHENCE}\n"


@pytest.mark.parametrize(
    ("package", "reason"),
    [("fsspec", "No module named 'fsspec'"), ("s3fs", "Install s3fs to access S3")],
)
def test_a_package_is_missing(suite, refused_alone, project, package, reason):
    runs = suite(MACRO)
    project.write("hide/sitecustomize.py", HIDE.format(package=package))
    said = refused_alone(PYTHONPATH=f"{project.folder}/hide{os.pathsep}{ROOT}")
    install = "pip install 'diagramgen-charts[remote]' s3fs"
    assert said == f"error: {runs}/run: a remote root needs an extra: {install} ({reason})\n"
