"""What is known of files from parts of the cache, by how they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from diagramgen.readers import Contents
from diagramgen.readers.columns import ByStep, ReadingColumns
from diagramgen.results.contents import Read, Steps, StepsOfColumns
from diagramgen.results.found import Found
from diagramgen.results.parts import COLUMNS, ONE_STEP, PLAIN_STEP, Loaded, Part


class Known:
    """What is known of the files below a root; of several parts the last counts."""

    def __init__(self, parts: Sequence[Loaded]) -> None:
        self.at: dict[tuple[str, str], tuple[Loaded, list[int]]] = {}
        for part in parts:
            for place, head in enumerate(part.heads):
                known = self.at.get((head.path, head.way))
                if known is None or known[0] is not part:
                    self.at[head.path, head.way] = (part, [place])
                else:
                    known[1].append(place)

    def has(self, file: Found, ways: Mapping[str, str]) -> bool:
        """Whether a file was read in some ways and is, as its version says, the same still."""
        found = [self.at.get((file.path, way)) for way in ways.values()]
        heads = [known[0].heads[place] for known in found if known for place in known[1]]
        return (
            None not in found
            and len({head.sha256 for head in heads}) == 1
            and all(head.version == file.version for head in heads)
            and (file.step is None or all(head.step == file.step for head in heads))
        )

    def read(self, file: Found, ways: Mapping[str, str]) -> Read:
        """A file, which is known, as it was read."""
        found = {metric: self.at[file.path, way] for metric, way in ways.items()}
        contents = {metric: _by_run(*known) for metric, known in found.items()}
        part, (place, *_) = next(iter(found.values()))
        return Read(file, part.heads[place].sha256, contents)

    def merged(self, fresh: Part, ways: Collection[str]) -> Part:
        """One part of what counts and `fresh`, of what is read in some ways: others are gone."""
        whole = Part()
        newer = {(head.path, head.way) for head in fresh.heads}
        for key, (part, places) in self.at.items():
            if key not in newer and key[1] in ways:
                for place in places:
                    whole.take(part, place)
        whole.extend(fresh)
        return whole


def _by_run(part: Loaded, places: Iterable[int]) -> dict[str, Steps]:
    """What some heads of a part have, by run."""
    by_run: dict[str, Steps] = {}
    listed: dict[str, dict[int, Contents]] = {}
    for place in places:
        head = part.heads[place]
        if head.kind == COLUMNS:
            contents = part.contents(place)
            assert isinstance(contents.readings, ReadingColumns)
            by_run[head.run] = StepsOfColumns(contents, ByStep(contents.readings))
            continue
        of_run = listed.setdefault(head.run, {})
        by_run.setdefault(head.run, of_run)
        if head.kind in (ONE_STEP, PLAIN_STEP):
            of_run[head.step] = part.contents(place)
    return by_run
