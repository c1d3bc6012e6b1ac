"""One value of a YAML file, found without reading more of it than stands before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml


def scalar_at(text: str, way: Sequence[str], default: str) -> str | None:
    """The text that stands at a way of keys, or `default` where one of these is not there.

    None where that cannot be told without reading the file as what it is: it is no YAML, no text
    stands there, or an anchor, a tag, `<<` or a `$` says something else of it. Only the first
    of two same keys is looked at, since with them no file is valid.
    """
    if not yaml.__with_libyaml__:
        return None
    try:
        return _found(yaml.parse(text, Loader=yaml.CSafeLoader), way, default)
    except (yaml.YAMLError, StopIteration):  # the last of a file with nothing in it
        return None


def _found(events: Iterator[yaml.Event], way: Sequence[str], default: str) -> str | None:
    next(events), next(events)  # the stream and the document begin
    event = next(events)
    for name in way:
        if not isinstance(event, yaml.MappingStartEvent) or event.anchor or event.tag:
            return None
        key = next(events)
        while (found := _text(key)) != name:
            if isinstance(key, yaml.MappingEndEvent):
                return default
            if found is None or found == "<<":
                return None
            _pass_over(events)
            key = next(events)
        event = next(events)
    value = _text(event)
    return None if value is None or "$" in value else value


def _text(event: yaml.Event) -> str | None:
    """The text that an event is, if it is nothing else."""
    if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
        return None
    return str(event.value)


def _pass_over(events: Iterator[yaml.Event]) -> None:
    """Leave a value behind, with all that is in it."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth == 0:
            return
