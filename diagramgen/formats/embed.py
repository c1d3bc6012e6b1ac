"""What a picture says of itself, inside its file: title, alt text, id, and which suite made it."""

from __future__ import annotations

import json
import logging
import re
import struct
import zlib
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from diagramgen import __version__
from diagramgen.errors import UsageError
from diagramgen.formats.spec import Spec
from diagramgen.local import read_local

PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
ID, SUITE = "diagramgen:id", "diagramgen:suite"
CREATOR = f"diagramgen {__version__}"
SVG_HEAD = re.compile(
    r'<svg[^>]*><title id="title">([^<]*)</title><desc id="desc">([^<]*)</desc><metadata>'
    r'<diagramgen xmlns="urn:diagramgen" id="([^"]*)" suite="([^"]*)"/>'
)
MOST_BYTES, MOST_PDF = 10_000_000, 1_000_000
"""Of a file that is looked into, and of a PDF, whose parts are found only by searching for them."""
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no way to write: control characters, halves of characters."""
RESOURCES = re.compile(rb"(/[A-Z]\w+ <<\n)((?: +/\w+ \d+ 0 R\n){2,})( +>>)")


class Origin(NamedTuple):
    """What is embedded; `suite` is the digest of what the suite says of the chart."""

    title: str
    description: str
    id: str
    suite: str


def origin_of(spec: Spec) -> Origin:
    """What a spec says of itself; empty where its `vegalite` has taken it away.

    Whatever it says there instead, it is text that every kind of file can hold.
    """
    title = spec.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    usermeta = spec.get("usermeta")
    of = usermeta.get("diagramgen") if isinstance(usermeta, dict) else None
    of = of if isinstance(of, dict) else {}
    return _origin(text, spec.get("description"), of.get("id"), of.get("suite"))


def _origin(*said: Any) -> Origin:
    return Origin(*map(_text, said))


def _text(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    return NO_TEXT.sub("\ufffd", " ".join(line for line in lines if isinstance(line, str)))


def printable(node: Any) -> Any:
    """Data with all of its text such that XML can have it."""
    if isinstance(node, dict):
        return {printable(key): printable(value) for key, value in node.items()}
    if isinstance(node, list):
        return [printable(each) for each in node]
    return NO_TEXT.sub("\ufffd", node) if isinstance(node, str) else node


def in_png(png: bytes, origin: Origin) -> bytes:
    """The PNG with text chunks behind its header: Title, Description, Software, id and suite."""
    words = {
        "Title": origin.title,
        "Description": origin.description,
        "Software": CREATOR,
        ID: origin.id,
        SUITE: origin.suite,
    }
    chunks = b"".join(_text_chunk(key, text) for key, text in words.items() if text)
    header = len(PNG_BEGIN) + 4 + 4 + 13 + 4
    return png[:header] + chunks + png[header:]


def _text_chunk(key: str, text: str) -> bytes:
    """PNG specification, 11.3.4.5: key, no compression, no language, text."""
    data = b"iTXt" + key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


def text_of_png(png: bytes) -> dict[str, str]:
    """The texts of a PNG's iTXt chunks by key; none where it is no PNG."""
    found: dict[str, str] = {}
    place = len(PNG_BEGIN)
    while png.startswith(PNG_BEGIN) and place + 8 <= len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"iTXt" and place + length + 12 <= len(png):
            key, _, rest = png[place + 8 : place + 8 + length].partition(b"\0")
            text = rest[2:].split(b"\0", 2)[-1]
            found[key.decode("latin-1")] = text.decode(errors="replace")
        place += length + 12
    return found


def in_svg(svg: str, origin: Origin) -> str:
    """The SVG as one image for screen readers: role, `<title>`, `<desc>`, and `<metadata>`.

    Its text stays text. It asks for Liberation Sans, Arial or Helvetica, whose letters have the
    same widths, so that nothing moves where only one of them is there.
    """
    attributes = 'role="img" aria-labelledby="title desc" class="marks"'
    head = (
        f'<title id="title">{escape(origin.title)}</title>'
        f'<desc id="desc">{escape(origin.description)}</desc>'
        f'<metadata><diagramgen xmlns="urn:diagramgen" id="{escape(origin.id)}" '
        f'suite="{escape(origin.suite)}"/></metadata>'
    )
    first = re.match(r"<svg[^>]*>", svg)
    assert first is not None, "the renderer draws an SVG"
    begin = first[0].replace('class="marks"', attributes)
    return begin + head + svg[first.end() :]


def in_pdf(pdf: bytes, origin: Origin) -> bytes:
    """The PDF with document information: Title, Subject (the alt text), Keywords, Creator.

    Its objects are in an order of their own, not the renderer's, which differs from time to time.
    Fonts are embedded by the renderer.
    """
    from pypdf import PdfReader, PdfWriter

    # The renderer counts an object too few now and then, which is worth no warning.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(RESOURCES.sub(_sorted, pdf))))
    writer.metadata = {
        "/Title": origin.title,
        "/Subject": origin.description,
        "/Keywords": f"{ID}={quote(origin.id)} {SUITE}={origin.suite}",
        "/Creator": CREATOR,
    }
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _sorted(resources: re.Match[bytes]) -> bytes:
    """The same resources in the order of their names: the renderer writes them in any order."""
    lines = resources[2].splitlines(keepends=True)
    return resources[1] + b"".join(sorted(lines)) + resources[3]


def text_of_pdf(pdf: bytes) -> dict[str, str]:
    """The document information of a PDF by key; none where it is no PDF or too long for one."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    if len(pdf) > MOST_PDF:
        return {}
    try:
        information = PdfReader(BytesIO(pdf)).metadata
        return {key.removeprefix("/"): str(text) for key, text in (information or {}).items()}
    except Exception:  # whatever another program's parser raises of a stranger's file: it is no PDF
        return {}


def read_origin(path: Path) -> Origin | None:
    """What a file of any format says of itself; None where it says nothing.

    Raises `UsageError` when it cannot be read, or is longer than `MOST_BYTES`.
    """
    try:
        data = read_local(path, MOST_BYTES)
    except OSError as err:
        raise UsageError(f"cannot read {path}: {err.strerror}") from err
    if data.startswith(PNG_BEGIN):
        texts = text_of_png(data)
        found = _origin(*map(texts.get, ("Title", "Description", ID, SUITE)))
    elif data.startswith(b"%PDF"):
        texts = text_of_pdf(data)
        words = dict(word.partition("=")[::2] for word in texts.get("Keywords", "").split())
        id_, suite = unquote(words.get(ID, "")), words.get(SUITE)
        found = _origin(texts.get("Title"), texts.get("Subject"), id_, suite)
    else:
        text = data.decode(errors="replace")
        svg = SVG_HEAD.match(text)
        page = re.search(r"^ *const spec = (.*);$", text, re.MULTILINE)
        if svg:
            found = _origin(*map(unescape, svg.groups()))
        else:
            found = _origin_of_json(page[1] if page else text)
    return found if found.id else None


def _origin_of_json(text: str) -> Origin:
    try:
        spec = json.loads(text)
    except (ValueError, RecursionError):
        spec = None
    return origin_of(spec) if isinstance(spec, dict) else Origin("", "", "", "")
