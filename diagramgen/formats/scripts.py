"""Fonts of the machine for letters that Liberation Sans does not have, looked for when needed.

A picture of Latin text is drawn by the font that the renderer brings, whatever else is there: no
other is loaded. The first text with other letters lets the renderer know of one font for each
script that the machine has one for, always in the same order; it uses them for such letters alone.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from unicodedata import category

from diagramgen.formats.cmap import Letters, letters_of

OWN = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x1FA, 0x1FF), (0x218, 0x21B), (0x2C6, 0x2C7),
    (0x2C9, 0x2C9), (0x2D8, 0x2DD), (0x37E, 0x37E), (0x384, 0x38A), (0x38C, 0x38C),
    (0x38E, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x1E80, 0x1E85),
    (0x1EF2, 0x1EF3), (0x2010, 0x2011), (0x2013, 0x2015), (0x2017, 0x201E), (0x2020, 0x2022),
    (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x203C, 0x203C),
    (0x203E, 0x203E), (0x2044, 0x2044), (0x20AC, 0x20AC), (0x2113, 0x2113), (0x2116, 0x2116),
    (0x2122, 0x2122), (0x2126, 0x2126), (0x2190, 0x2195), (0x2202, 0x2202), (0x2206, 0x2206),
    (0x220F, 0x220F), (0x2211, 0x2212), (0x2215, 0x2215), (0x2219, 0x221A), (0x221E, 0x221F),
    (0x2229, 0x2229), (0x222B, 0x222B), (0x2248, 0x2248), (0x2260, 0x2261), (0x2264, 0x2265),
    (0x25A0, 0x25A1), (0x25B2, 0x25B2), (0x25BA, 0x25BA), (0x25BC, 0x25BC), (0x25C4, 0x25C4),
    (0x25CA, 0x25CB), (0x25CF, 0x25CF),
)  # fmt: skip
"""The letters of Liberation Sans: Latin, Greek, Cyrillic, and signs."""
LATIN = Letters(tuple(first for first, _ in OWN), tuple(last for _, last in OWN))
SAMPLES = "中あ한عאहঅਅઅஅఅಅഅඅกກကཀកაաአ🚀☀✓★⇒∈𝑥ạ"
"""A letter of each script, in the order in which their fonts are looked through."""
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Mn", "Me", "Zl", "Zp", "Zs"})
"""Categories of what has no shape, or none without a letter."""
SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
KNOWN = ("liberation", "arial", "helvetica")
"""Fonts that themes name: one of the machine's would draw Latin text in place of the renderer's."""
MOST_FILES = 5000
DRAWING = threading.Lock()
"""Held while there are links to fonts."""
REGISTERED: dict[Path, int] = {}
"""The fonts that the renderer knows of, each with its place among them: it forgets none."""
PACKAGES = (
    (0x1100, 0x11FF, "fonts-noto-cjk"), (0x2E80, 0x303F, "fonts-noto-cjk"),
    (0x3040, 0x9FFF, "fonts-noto-cjk"), (0xA960, 0xA97F, "fonts-noto-cjk"),
    (0xAC00, 0xD7FF, "fonts-noto-cjk"), (0xF900, 0xFAFF, "fonts-noto-cjk"),
    (0xFE30, 0xFE4F, "fonts-noto-cjk"), (0xFF00, 0xFFEF, "fonts-noto-cjk"),
    (0x1F000, 0x1FAFF, "fonts-noto-color-emoji"), (0x20000, 0x3FFFF, "fonts-noto-cjk"),
)  # fmt: skip
"""Debian's packages for some ranges of letters; `OTHERS` has those of most other scripts."""
OTHERS = "fonts-noto-core"


@contextmanager
def fonts_for(text: str) -> Iterator[None]:
    """While it is open the renderer has fonts for a text's letters. Latin text takes no time.

    The renderer takes folders, and opens a font's file whenever it draws with it: each has a folder
    to itself, in the system's place for temporary files, for so long.
    """
    letters = _foreign(text)
    if not letters:
        yield
        return
    files = dict.fromkeys((*_of_scripts(), *(_found(letter) for letter in sorted(letters))))
    with DRAWING:
        root = _root()
        try:
            root.mkdir(mode=0o700)
            for file in [*REGISTERED, *files]:
                if file is not None:
                    _link(file, root)
            yield
        finally:
            shutil.rmtree(root, ignore_errors=True)


def undrawable(text: str) -> str:
    """The letters of a text that no font has, in their order."""
    return "".join(letter for letter in sorted(_foreign(text)) if _found(letter) is None)


def packages_for(letters: Iterable[str]) -> list[str]:
    """Debian's packages that have fonts for some letters."""
    found = {
        next((name for first, last, name in PACKAGES if first <= ord(letter) <= last), OTHERS)
        for letter in letters
    }
    return sorted(found)


def _foreign(text: str) -> frozenset[str]:
    if text.isascii():
        return frozenset()
    return frozenset(
        letter
        for letter in set(text)
        if letter > "~" and not LATIN.has(letter) and category(letter) not in INVISIBLE
    )


@cache
def _of_scripts() -> tuple[Path, ...]:
    """The fonts of the scripts that the machine has any for."""
    found = (_first(letter) for letter in SAMPLES)
    return tuple(dict.fromkeys(file for file in found if file is not None))


@cache
def _found(letter: str) -> Path | None:
    """The font that has a letter: one of those of the scripts, else the first of all."""
    fonts = _fonts()
    return next((file for file in _of_scripts() if fonts[file].has(letter)), _first(letter))


def _first(letter: str) -> Path | None:
    return next((file for file, letters in _fonts().items() if letters.has(letter)), None)


@cache
def _fonts() -> dict[Path, Letters]:
    """The letters of each font of the machine, the plainest first."""
    files = islice((file for folder in _folders() for file in _files(folder)), MOST_FILES)
    return {file: letters_of(file) for file in sorted(files, key=_plainness)}


def _plainness(file: Path) -> tuple[bool, bool, bool, str, str]:
    """What fonts are ordered by: upright and of one weight, without serifs, by name."""
    name = file.stem
    regular = "Regular" in name or "ColorEmoji" in name
    return (not regular, not name.startswith("Noto"), "Sans" not in name, name, str(file))


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if Path(name).suffix.lower() in SUFFIXES and not name.lower().startswith(KNOWN):
                yield Path(place, name)


def _folders() -> list[Path]:
    """Where this machine keeps its fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        own = Path(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
        return [windows, own]
    data = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    places = [data, *shared.split(":")]
    return [home / ".fonts", *(Path(place, "fonts") for place in dict.fromkeys(places) if place)]


@cache
def _root() -> Path:
    """A place of this process's own for links to fonts; it is there only while one draws."""
    return Path(tempfile.gettempdir(), f"diagramgen-fonts-{secrets.token_hex(8)}")


def _link(file: Path, root: Path) -> None:
    """A folder with one font in it, of which the renderer is told once."""
    from diagramgen.formats.fonts import renderer

    is_new = file not in REGISTERED
    folder = root / str(REGISTERED.setdefault(file, len(REGISTERED)))
    if folder.exists():
        return
    folder.mkdir()
    try:
        (folder / file.name).symlink_to(file)
    except OSError:  # Windows asks for a privilege
        shutil.copyfile(file, folder / file.name)
    if is_new:
        renderer().register_font_directory(str(folder))
