"""The bytes of a JSON file -> its data, with what is wrong at its place."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec

from diagramgen.errors import ResultsError, TruncatedFile
from diagramgen.readers.records import excerpt

MOST_KEPT = 1 << 22
"""What a JSON file of so many bytes says is kept until the next is read."""


def load_json(data: bytes, name: str) -> Any:
    """A JSON file's data; NaN and Infinity are allowed. Raises `ResultsError` with its place.

    Of a small file it is the same each time, for several metrics that read it: never changed.
    """
    return _decoded_once(data, name) if len(data) < MOST_KEPT else _decoded(data, name)


def _decoded(data: bytes, name: str) -> Any:
    try:
        found = msgspec.json.decode(data)
        if _has_all(data, found):
            return found
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass  # what is wrong, if anything is, the careful way tells
    try:
        return DECODER.decode(data.decode(json.detect_encoding(data), "surrogatepass"))
    except json.JSONDecodeError as err:
        message = f"{name}:{err.lineno}:{err.colno}: not valid JSON: {err.msg}"
        raise (TruncatedFile if _ends_early(err) else ResultsError)(message) from err
    except UnicodeDecodeError as err:
        cut = err.reason == "unexpected end of data"
        raise (TruncatedFile if cut else ResultsError)(f"{name}: not valid JSON: {err}") from err
    except RecursionError as err:
        raise ResultsError(f"{name}: not valid JSON: it nests too deep") from err
    except ValueError as err:
        said = str(err).partition(";")[0]  # Python goes on to say how to set its limits
        raise ResultsError(f"{name}: cannot be read: {said}") from err


def _has_all(data: bytes, found: Any) -> bool:
    """Whether what was found has every key of a file: of a key that is there twice one is lost.

    Keys are counted by what stands behind them, of which a space before the colon would hide one.
    """
    spaced = any(space in data for space in SPACES) and SPACED.search(data) is not None
    return not spaced and data.count(BEHIND_KEY) == msgspec.json.encode(found).count(BEHIND_KEY)


BEHIND_KEY = b'":'
SPACES = (b" :", b"\t:", b"\n:", b"\r:")
SPACED = re.compile(rb'"\s+:')
_decoded_once = lru_cache(maxsize=1)(_decoded)
WORDS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")


def _ends_early(err: json.JSONDecodeError) -> bool:
    """Whether a file is right as far as it goes: what is wrong is that it ends there."""
    rest = err.doc[err.pos :].strip()
    in_word = any(word.startswith(rest) for word in WORDS)
    in_number = re.fullmatch(r"[.eE][-+]?", rest) is not None
    in_escape = err.msg.startswith("Invalid \\uXXXX") and len(rest) <= len("u0000")
    return in_word or in_number or in_escape or err.msg.startswith("Unterminated string")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a file; of a key that it has twice nobody knows which value is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise ValueError(f"an object has the key {excerpt(twice)} twice")
    return found


DECODER = json.JSONDecoder(object_pairs_hook=_object)
