"""Letters that Liberation Sans does not have: fonts for them, or that there are none."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import pytest

from diagramgen.formats import scripts
from diagramgen.formats.cmap import letters_of
from diagramgen.formats.render import draw_all
from diagramgen.formats.scripts import fonts_for, packages_for, undrawable
from diagramgen.formats.spec import encode


def segments(*ranges):
    """A `cmap` subtable of format 4: ranges of the Basic Multilingual Plane."""
    ranges = [*ranges, (0xFFFF, 0xFFFF)]
    count = len(ranges)
    head = struct.pack(">7H", 4, 16 + 8 * count, 0, 2 * count, 0, 0, 0)
    ends = struct.pack(f">{count}H", *(end for _, end in ranges))
    starts = struct.pack(f">{count}H", *(start for start, _ in ranges))
    return head + ends + b"\0\0" + starts + bytes(4 * count)


def groups(*ranges):
    """A `cmap` subtable of format 12: ranges of all code points."""
    rows = b"".join(struct.pack(">III", start, end, 1) for start, end in ranges)
    return struct.pack(">HHIII", 12, 0, 16 + len(rows), 0, len(ranges)) + rows


def font(*subtables, kind=b"\0\1\0\0", at=0):
    """The bytes of a font that has letters and nothing else; `at` is where they are in a file."""
    places, body = [], b""
    start = 4 + 8 * len(subtables)
    for encoding, subtable in subtables:
        places.append(struct.pack(">HHI", 3, encoding, start + len(body)))
        body += subtable
    cmap = struct.pack(">HH", 0, len(subtables)) + b"".join(places) + body
    record = struct.pack(">4sIII", b"cmap", 0, at + 28, len(cmap))
    return struct.pack(">4sH6x", kind, 1) + record + cmap


def collection(*subtables):
    return struct.pack(">4sIII", b"ttcf", 0x10000, 1, 16) + font(*subtables, at=16)


@pytest.mark.parametrize(
    ("data", "has", "has_not"),
    [
        (font((1, segments((0x41, 0x43), (0x4E00, 0x4E10)))), "AC\u4e00\u4e10", "@D\u4e11\uffff"),
        (font((10, groups((0x41, 0x41), (0x1F600, 0x1F680)))), "A\U0001f680", "B\U0001f681"),
        (font((1, segments((0x41, 0x41))), (10, groups((0x42, 0x42)))), "B", "A"),
        (collection((10, groups((0xAC00, 0xD7A3)))), "\uac00\ud7a3", "A"),
        (font((1, segments((0x41, 0x41))), kind=b"OTTO"), "A", "B"),
        (font((1, segments((0x41, 0x41))), kind=b"wOFF"), "", "A"),
        (font((0, segments((0x41, 0x41)))), "", "A"),
        (b"", "", "A"),
        (b"no font at all, but some text", "", "A"),
        (font((10, groups((0x41, 0x41))))[:40], "", "A"),
    ],
)
def test_the_letters_of_a_font(tmp_path, data, has, has_not):
    file = tmp_path / "some.ttf"
    file.write_bytes(data)
    letters = letters_of(file)
    assert [letter for letter in has + has_not if letters.has(letter)] == list(has)


def test_a_font_that_is_not_there(tmp_path):
    assert not letters_of(tmp_path / "none.ttf").has("A")


CACHES = (scripts._of_scripts, scripts._found, scripts._fonts)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with some fonts, by name, of which each has the letters of a range."""

    def call(**fonts):
        folder = tmp_path / "share" / "fonts" / "some"
        folder.mkdir(parents=True)
        for name, (first, last) in fonts.items():
            (folder / f"{name}.ttf").write_bytes(font((10, groups((ord(first), ord(last))))))
        monkeypatch.setattr(scripts.sys, "platform", "linux")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
        monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
        for cache in CACHES:
            cache.cache_clear()

    yield call
    for cache in CACHES:
        cache.cache_clear()


def test_what_liberation_sans_has_is_drawn_everywhere(machine):
    machine()
    assert (
        undrawable("Größe, Ωmega, Ёлка: 5 ≤ x \N{MINUS SIGN} 1 … “\N{EN DASH}” €\n\t\u200d\ufe0f")
        == ""
    )


def test_letters_that_no_font_has_are_told_once_and_in_order(machine):
    machine(Han=("一", "龥"))
    assert undrawable("网页 हिन्दी 🚀 网 ह") == "दनह🚀"


def test_a_font_that_themes_name_is_none_of_the_machines(machine):
    machine(Arial=("ؠ", "ي"), LiberationSans=("ؠ", "ي"))
    assert undrawable("ع") == "ع"


def test_the_plainest_font_of_a_script_is_taken(machine):
    machine(
        **dict.fromkeys(
            ["Aaa", "NotoSerifHan-Regular", "NotoSansHan-Bold", "NotoSansHan-Regular"], ("一", "龥")
        )
    )
    assert [file.stem for file in scripts._of_scripts()] == ["NotoSansHan-Regular"]


@pytest.mark.parametrize(
    ("letters", "packages"),
    [
        ("网あ한", ["fonts-noto-cjk"]),
        ("🚀", ["fonts-noto-color-emoji"]),
        ("عह", ["fonts-noto-core"]),
        ("ह网", ["fonts-noto-cjk", "fonts-noto-core"]),
        ("", []),
    ],
)
def test_the_packages_that_have_letters(letters, packages):
    assert packages_for(letters) == packages


def picture(*names):
    return encode(
        {
            "data": {"values": [{"a": name} for name in names]},
            "mark": "point",
            "config": {"font": "Liberation Sans"},
            "encoding": {"y": {"field": "a", "type": "nominal"}},
        }
    )


def test_latin_text_stays_the_same_beside_other_fonts():
    before = draw_all(picture("Latin", "Größe"), ["png"], 1)
    draw_all(picture("网页", "ع"), ["png"], 1)
    assert draw_all(picture("Latin", "Größe"), ["png"], 1) == before


def test_no_folder_is_left():
    kept = set(Path(tempfile.gettempdir()).glob("diagramgen-fonts-*"))
    with fonts_for("网"):
        pass
    assert set(Path(tempfile.gettempdir()).glob("diagramgen-fonts-*")) == kept


def test_a_letter_is_drawn_by_a_font_that_has_it():
    """Letters that no font has are boxes, all alike."""
    if undrawable("网页"):
        pytest.skip("the machine has no font for Chinese")
    assert draw_all(picture("网"), ["png"], 1) != draw_all(picture("页"), ["png"], 1)


def test_a_pdf_with_a_font_of_coloured_pictures():
    pdf = draw_all(picture("start 🚀"), ["pdf"], 1)["pdf"]
    assert pdf.startswith(b"%PDF")
