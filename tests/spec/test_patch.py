"""What an entry's `vegalite` does to a spec."""

import json

import pytest

from diagramgen.spec.patch import patched

SPEC = {
    "title": {"text": "PPL", "subtitle": ["Run"]},
    "mark": {"type": "bar", "color": "red"},
    "encoding": {
        "y": {"field": "item", "sort": ["web", "code"], "axis": {"title": "Slice"}},
        "color": {"field": "group", "scale": {"range": ["red", "blue"]}},
    },
    "config": {"axis": {"grid": False, "domainColor": "#888888"}, "line": {"strokeWidth": 2}},
}


def changed(patch):
    """The top keys of `SPEC` that a patch changes, with what they have then."""
    gone = dict.fromkeys([*SPEC, *patch], "gone")
    before, after = gone | SPEC, gone | patched(SPEC, patch)
    return {key: after[key] for key in after if after[key] != before[key]}


@pytest.mark.parametrize(
    ("patch", "y"),
    [
        ({"sort": None}, {"field": "item", "sort": None, "axis": {"title": "Slice"}}),
        ({"axis": None}, {"field": "item", "sort": ["web", "code"], "axis": None}),
        ({"stack": None}, SPEC["encoding"]["y"] | {"stack": None}),
        ({"title": None}, SPEC["encoding"]["y"] | {"title": None}),
        ({"axis": {"title": None}}, SPEC["encoding"]["y"] | {"axis": {"title": None}}),
        ({"field": None}, {"sort": ["web", "code"], "axis": {"title": "Slice"}}),
        ({"sort": ["code"]}, SPEC["encoding"]["y"] | {"sort": ["code"]}),
    ],
)
def test_null_in_a_channel(patch, y):
    encoding = changed({"encoding": {"y": patch}})["encoding"]
    assert encoding == {"y": y, "color": SPEC["encoding"]["color"]}


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        ({"title": None}, {"title": "gone"}),
        ({"title": {"subtitle": None}}, {"title": {"text": "PPL"}}),
        ({"title": {"text": "Mine"}}, {"title": {"text": "Mine", "subtitle": ["Run"]}}),
        ({"title": "Mine"}, {"title": "Mine"}),
        ({"encoding": {"color": None}}, {"encoding": {"y": SPEC["encoding"]["y"]}}),
        ({"encoding": None}, {"encoding": "gone"}),
        ({"width": None}, {}),
        ({"layer": None, "mark": "bar"}, {"mark": "bar"}),
        ({"mark": {"color": None}}, {"mark": {"type": "bar"}}),
        ({"mark": {"tooltip": None}}, {"mark": SPEC["mark"] | {"tooltip": None}}),
        ({"config": {"line": None}}, {"config": {"axis": SPEC["config"]["axis"]}}),
        (
            {"config": {"axis": {"grid": None, "domainColor": None}}},
            {"config": SPEC["config"] | {"axis": {"domainColor": None}}},
        ),
        ({"config": {"style": {"zero": {"color": "red"}}}},
         {"config": SPEC["config"] | {"style": {"zero": {"color": "red"}}}}),
        ({"layer": [{"mark": None, "title": None}]}, {"layer": [{"mark": None, "title": None}]}),
        ({"usermeta": {"mine": None}}, {"usermeta": {"mine": None}}),
    ],
)  # fmt: skip
def test_what_a_patch_changes(patch, after):
    assert changed(patch) == after


def test_what_vega_lite_does_not_know_stays_to_be_told_of():
    assert changed({"widht": None}) == {"widht": None}
    y = changed({"encoding": {"y": {"srot": None}}})["encoding"]["y"]
    assert y == SPEC["encoding"]["y"] | {"srot": None}


def test_without_a_patch_a_spec_is_as_it_was():
    assert patched(SPEC, None) is SPEC
    assert patched(SPEC, {}) is SPEC


def test_a_patch_changes_neither_side():
    patch = {"encoding": {"y": {"axis": {"grid": True}}}}
    before = json.dumps([SPEC, patch])
    after = patched(SPEC, patch)
    after["encoding"]["y"]["axis"]["grid"] = after["mark"] = None
    assert json.dumps([SPEC, patch]) == before


def test_views_in_views_without_end_are_soon_looked_through():
    patch = {"title": None}
    for _ in range(90):
        patch = {"spec": patch}
    assert json.dumps(patched({}, patch)).endswith('"spec": {}' + "}" * 90)
