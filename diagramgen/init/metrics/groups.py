"""Which items belong together: MMLU's subjects, names with one prefix, parents of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isclose, isfinite

from diagramgen.init.folder import common_start

MMLU: Mapping[str, str] = {
    "stem": "abstract_algebra anatomy astronomy college_biology college_chemistry "
    "college_computer_science college_mathematics college_physics computer_security "
    "conceptual_physics electrical_engineering elementary_mathematics high_school_biology "
    "high_school_chemistry high_school_computer_science high_school_mathematics "
    "high_school_physics high_school_statistics machine_learning",
    "humanities": "formal_logic high_school_european_history high_school_us_history "
    "high_school_world_history international_law jurisprudence logical_fallacies moral_disputes "
    "moral_scenarios philosophy prehistory professional_law world_religions",
    "social_sciences": "econometrics high_school_geography high_school_government_and_politics "
    "high_school_macroeconomics high_school_microeconomics high_school_psychology "
    "human_sexuality professional_psychology public_relations security_studies sociology "
    "us_foreign_policy",
    "other": "business_ethics clinical_knowledge college_medicine global_facts human_aging "
    "management marketing medical_genetics miscellaneous nutrition professional_accounting "
    "professional_medicine virology",
}
"""The categories of MMLU's 57 subjects, as its authors and the harnesses draw them."""
CATEGORY = {subject: name for name, subjects in MMLU.items() for subject in subjects.split()}
SUBJECT = re.compile(r"(hendrycksTest-|mmlu[_:-])([a-z_]+)(.*)")
SEPARATORS = "_-:./"


def subjects(items: Iterable[str]) -> dict[str, str]:
    """The category of each item that is one of MMLU's subjects."""
    found = {item: SUBJECT.fullmatch(item) for item in items}
    return {item: CATEGORY[match[2]] for item, match in found.items()
            if match and match[2] in CATEGORY}  # fmt: skip


def subject(item: str) -> str:
    """The name of a subject of MMLU for people."""
    match = SUBJECT.fullmatch(item)
    return (match[2] if match else item).replace("_", " ")


def families(items: Iterable[str], least: int = 3) -> dict[str, list[str]]:
    """Items whose names begin alike, by that prefix; a prefix that all share tells nothing."""
    names = sorted(set(items))
    shared = _shared_prefix(names)
    by_word: dict[str, list[str]] = {}
    for name in names:
        word = re.match(rf"[^{re.escape(SEPARATORS)}]*", name[len(shared) :])
        by_word.setdefault(shared + (word[0] if word else ""), []).append(name)
    return {
        _shared_prefix(members): members for members in by_word.values() if len(members) >= least
    }


def _shared_prefix(names: list[str]) -> str:
    """What all names begin with, up to a separator."""
    shared = common_start(names)
    ends = [i + 1 for i, letter in enumerate(shared) if letter in SEPARATORS]
    return shared[: ends[-1]] if ends and len(names) > 1 else ""


def parents(sizes: Mapping[str, tuple[float, float]]) -> dict[str, list[str]]:
    """The items that only average others: item -> those others.

    `sizes` has each item's value and n. An item is such a one where the items whose names begin
    with its name average to its value, weighted by n or not; alike names alone tell nothing.
    """
    found = {}
    for item, (value, _) in sizes.items():
        children = [name for name in sizes if name != item and name.startswith(item)
                    and name[len(item)] in SEPARATORS]  # fmt: skip
        values = [sizes[name][0] for name in children]
        weights = [sizes[name][1] for name in children]
        if len(children) < 2 or not all(map(isfinite, [value, *values])):
            continue
        means = [sum(values) / len(values)]
        if all(map(isfinite, weights)):
            pairs = zip(values, weights, strict=True)
            means.append(sum(v * n for v, n in pairs) / sum(weights))
        if len(set(values)) > 1 and any(isclose(value, mean, rel_tol=1e-6) for mean in means):
            found[item] = children
    return found
