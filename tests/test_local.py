import os
import re
from pathlib import Path

import pytest

from diagramgen.errors import visible
from diagramgen.local import read_local


def test_a_file_is_read_whole_also_through_a_link(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").symlink_to("a")
    assert read_local(tmp_path / "a") == b"12345"
    assert read_local(tmp_path / "b", most=5) == b"12345"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
        (lambda path: path.write_bytes(b"123456"), "larger than the 5 bytes that it may have"),
        (Path.absolute, "No such file or directory"),
    ],
    ids=["pipe", "device", "folder", "link-to-itself", "large", "nothing"],
)
def test_what_is_no_regular_file_is_refused_and_never_waited_for(tmp_path, make, words):
    make(tmp_path / "x")
    with pytest.raises(OSError, match=re.escape(words)):
        read_local(tmp_path / "x", most=5)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("right\u202eto left", "right\\u202eto left"),
        ("half \ud800", "half \\ud800"),
        ("line\n\tand tab", "line\n\tand tab"),
        ("naïve 漢字 🙂", "naïve 漢字 🙂"),
    ],
)
def test_characters_that_would_do_something_are_shown_as_escapes(text, shown):
    assert visible(text) == shown


def test_what_is_told_in_one_line_stays_in_it():
    assert visible("a\nb\tc", one_line=True) == "a\\nb\\tc"
