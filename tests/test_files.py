"""Files appear whole or not at all, and never outside the output folder."""

import os

import pytest

from diagramgen.errors import OutputError
from diagramgen.files import inside, make_folder, remove_file, write_file


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def error(function, *arguments):
    with pytest.raises(OutputError) as caught:
        function(*arguments)
    return str(caught.value)


def entries(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# inside


@pytest.mark.parametrize("name", ["a.png", "tier2/series/a.png", "a/../b.png", "..a/b..png"])
def test_inside(out, name):
    assert inside(out, name) == out / name


@pytest.mark.parametrize("name", ["../a.png", "a/../../b.png", "/etc/passwd", ".."])
def test_outside(out, name):
    assert error(inside, out, name) == f"{name}: leads out of the output folder"


def test_a_link_out_of_the_folder(out, tmp_path):
    (out / "tier2").symlink_to(tmp_path)
    (out / "b.png").symlink_to("/etc/passwd")
    assert error(inside, out, "tier2/a.png") == "tier2/a.png: leads out of the output folder"
    assert error(inside, out, "b.png") == "b.png: leads out of the output folder"


def test_a_link_within_the_folder(out):
    (out / "real").mkdir()
    (out / "link").symlink_to("real")
    assert inside(out, "link/a.png") == out / "link" / "a.png"


def test_a_folder_that_is_a_link(out, tmp_path):
    (tmp_path / "link").symlink_to(out)
    assert inside(tmp_path / "link", "a.png") == tmp_path / "link" / "a.png"


def test_a_link_to_itself(out):
    (out / "loop").symlink_to("loop")
    with pytest.raises(OutputError):
        write_file(inside(out, "loop/a.png"), b"new")
    assert entries(out) == ["loop"]


# make_folder


def test_a_folder_is_made_and_left_empty(out):
    make_folder(out / "a" / "b", "a/b")
    make_folder(out / "a" / "b", "a/b")
    assert entries(out) == ["a", "a/b"]


def test_a_file_where_the_folder_should_be(out):
    (out / "file").write_text("mine")
    message = "cannot write to x: a file stands where a folder should be"
    assert error(make_folder, out / "file", "x") == message
    assert error(make_folder, out / "file" / "a" / "b", "x") == message
    assert (out / "file").read_text() == "mine"


# write_file


def test_a_file_is_written_with_its_folders(out):
    write_file(out / "a" / "b" / "c.png", b"new")
    assert entries(out) == ["a", "a/b", "a/b/c.png"]
    assert (out / "a" / "b" / "c.png").read_bytes() == b"new"


def test_a_file_is_replaced(out):
    (out / "a.png").write_bytes(b"an older and longer one")
    write_file(out / "a.png", b"new")
    assert entries(out) == ["a.png"]
    assert (out / "a.png").read_bytes() == b"new"


def test_the_permissions_are_those_of_any_new_file(out):
    mask = os.umask(0o027)
    try:
        write_file(out / "a.png", b"new")
    finally:
        os.umask(mask)
    assert (out / "a.png").stat().st_mode & 0o777 == 0o640


def test_a_name_may_be_as_long_as_the_system_allows(out):
    write_file(out / ("x" * 251 + ".png"), b"new")
    assert entries(out) == ["x" * 251 + ".png"]


def test_a_folder_where_the_file_should_be(out):
    """The rename fails at the very end: the folder stays, and no temporary file."""
    (out / "a.png").mkdir()
    (out / "a.png" / "mine").write_text("mine")
    assert error(write_file, out / "a.png", b"new") == "cannot write a.png: Is a directory"
    assert entries(out) == ["a.png", "a.png/mine"]


def test_a_file_where_a_folder_above_should_be(out):
    (out / "a").write_text("mine")
    message = "cannot write b.png: a file stands where a folder should be"
    assert error(write_file, out / "a" / "b.png", b"new") == message
    assert error(write_file, out / "a" / "c" / "b.png", b"new") == message
    assert (out / "a").read_text() == "mine"


def test_a_name_that_is_too_long(out):
    name = "x" * 300 + ".png"
    assert error(write_file, out / name, b"new") == f"cannot write {name}: File name too long"
    assert entries(out) == []


def test_a_write_that_goes_wrong_leaves_the_old_file(out):
    (out / "a.png").write_bytes(b"old")
    with pytest.raises(TypeError):
        write_file(out / "a.png", "text is not bytes")
    assert entries(out) == ["a.png"]
    assert (out / "a.png").read_bytes() == b"old"


# remove_file


def test_a_file_is_removed_with_the_folders_that_it_leaves_empty(out):
    write_file(out / "a" / "b" / "c.png", b"old")
    write_file(out / "a" / "d.png", b"old")
    remove_file(out / "a" / "b" / "c.png", out)
    assert entries(out) == ["a", "a/d.png"]
    remove_file(out / "a" / "d.png", out)
    assert entries(out) == []
    assert out.is_dir()


def test_a_file_that_is_gone_already(out):
    remove_file(out / "a.png", out)
    assert entries(out) == []


def test_a_folder_is_not_removed(out):
    (out / "a.png").mkdir()
    assert error(remove_file, out / "a.png", out).startswith("cannot remove a.png: ")
    assert entries(out) == ["a.png"]
