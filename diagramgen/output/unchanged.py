"""Nothing was to do: what the output folder says of the last run, brought up to date."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from diagramgen.errors import OutputError
from diagramgen.output.files import MANIFEST, STATE, OutputFolder, digests
from diagramgen.output.manifest import encode_manifest, nothing_drawn, read_manifest
from diagramgen.output.state import State, encode_state


def confirm(
    state: State, folder: OutputFolder, suite: str, *, touched: bool, notice: Callable[[str], None]
) -> State:
    """The state after a run that found all as it was; in the folder it says so, and the manifest.

    They are written only where that says anything new: the last run has drawn something, or files
    were `touched` since. `suite` is the name of the suite's file. Where the folder cannot be
    written to, `notice` is told.
    """
    outcomes = tuple(
        (id_, "unchanged" if status == "rendered" else status, reason)
        for id_, status, reason in state.outcomes
    )
    if outcomes == state.outcomes and not touched:
        return state
    now = replace(state, outcomes=outcomes)
    try:
        with folder.only_here(notice):
            folder.known |= digests(state.files())
            if outcomes != state.outcomes and (manifest := read_manifest(folder, suite)):
                written = folder.write(MANIFEST, encode_manifest(nothing_drawn(manifest)))
                now = replace(now, others={**state.others, MANIFEST: written})
            folder.write(STATE, encode_state(now))
    except OutputError as err:
        notice(f"warning: {err}; nothing else was to do")
    return now
