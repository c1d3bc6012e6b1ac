"""The codes of diagnostics: what each means and how to mend it. `docs/errors.md` has them all."""

from __future__ import annotations

CODES = {
    "broken-plugin": (
        "An installed package brings the transform or reader, but it cannot be used.",
        "Install a version of the package that fits; the message says what is wrong with this one.",
    ),
    "conflicting-parameters": (
        "Parameters of a transform exclude or need each other.",
        "Keep the one that is meant; the reference page tells what goes with what.",
    ),
    "chart-fails": (
        "With the results at hand the chart cannot be drawn (`validate --results`).",
        "The message says what is missing; a list such as `[2000, first]` has a fallback.",
    ),
    "chart-skipped": (
        "With the results at hand the chart is skipped (`validate --results`, a warning).",
        "Nothing to do, if the source may be missing.",
    ),
    "circular-var": (
        "A var is defined through itself.",
        "Give one of the vars in the circle a value of its own.",
    ),
    "control-character": (
        "A text has a character in it that does something instead of being seen (or a name a tab).",
        "Remove it. Texts of several lines may have tabs and new lines, names may not.",
    ),
    "duplicate-id": (
        "Two charts write to one path, or one to that of a file that is written beside them.",
        "Change one `output`; with `for_each`, name its variable in it.",
    ),
    "duplicate-key": (
        "A mapping has a key twice.",
        "Remove one of them; YAML itself would silently keep the last.",
    ),
    "empty": (
        "A list or mapping that must have something in it is empty.",
        "Put something in, or remove the key.",
    ),
    "missing-column": (
        "The template, or `color_by`, needs a column that the transform's table does not have.",
        "Choose another template; the reference page lists the columns of both.",
    ),
    "missing-key": (
        "A key that must be there is not.",
        "Add it.",
    ),
    "more-findings": (
        "There are more findings in the file than are told.",
        "Mend those that are; often many have one cause.",
    ),
    "outside-output": (
        "The path of a chart leaves the output folder, or `output.dir` the suite's folder.",
        "Write a path below it, without `..` and links; `--out` may name any other folder.",
    ),
    "outside-reference": (
        "A chart, a template or a theme would load something, or link to what is no web page.",
        "Put the numbers into the results, and a picture into the suite as `data:image/png;...`.",
    ),
    "overlapping-groups": (
        "An item is in two groups of one grouping.",
        "Narrow one of the globs: a grouping is a partition.",
    ),
    "same-but-for-case": (
        "Two ids differ only in case; macOS and Windows take them for one file (a warning).",
        "Change one `output`.",
    ),
    "too-large": (
        "There is more of something than a suite may have.",
        "Use `for_each` instead of aliases; split the suite. The reference has the limits.",
    ),
    "unknown-group": (
        "The grouping has no such group.",
        "Use one of the groups that `groupings` of the metric declares.",
    ),
    "unknown-grouping": (
        "The metric has no such grouping.",
        "Declare it in `groupings` of the metric, or use one that is there.",
    ),
    "unknown-item": (
        "A name or glob matches none of the items that the metric's `order` names (a warning).",
        "Correct it, or add the item to `order`; `validate --results` shows the items there are.",
    ),
    "unknown-key": (
        "This part of a suite has no such key.",
        "Correct or remove it.",
    ),
    "unknown-metric": (
        "The suite declares no such metric.",
        "Declare it in `metrics`, or use one that is there.",
    ),
    "unknown-parameter": (
        "The transform has no such parameter, and a chart no such key.",
        "Correct or remove it; the reference page lists the parameters of each transform.",
    ),
    "unknown-source": (
        "The suite declares no such source.",
        "Declare it in `sources`, or use one that is there.",
    ),
    "unknown-template": (
        "There is no template of that name.",
        "Use one of the built-in templates, or put one into the folder that `templates` names.",
    ),
    "unknown-theme": (
        "There is no theme of that name.",
        "Use one of the built-in themes, or a YAML file beside the suite.",
    ),
    "unknown-transform": (
        "There is no transform of that name.",
        "Use one of the transforms of the reference page.",
    ),
    "unknown-var": (
        "`${...}` names neither a var nor a variable of `for_each`; templates have none.",
        "Declare it in `vars`; `output` and `title` also know the steps that the transform finds.",
    ),
    "unsettled-direction": (
        "Nobody has said yet whether more or less of a metric is better (a warning).",
        "Write `better: lower` or `better: higher`, without a question mark.",
    ),
    "unused-metric": (
        "No chart uses the metric (a warning).",
        "Remove it, or use it.",
    ),
    "unused-source": (
        "No chart uses the source (a warning).",
        "Remove it, or use it.",
    ),
    "unused-var": (
        "Nothing names the var (a warning).",
        "Remove it, or use it.",
    ),
    "wrong-root": (
        "The `root` of a source is neither a folder nor a URL that results may be read from.",
        "Write a folder, or a URL of a scheme that the message names, without user or query.",
    ),
    "wrong-type": (
        "A value is of the wrong kind: text where a number is meant, a list where a name is.",
        "Write what the message expects.",
    ),
    "wrong-value": (
        "A value is of the right kind but not one of those allowed.",
        "Write one that the message names.",
    ),
    "yaml-1.1": (
        "A plain word that YAML 1.1 takes for a number, a date, true or false (a warning).",
        "Put it in quotes. Here it is text, as YAML 1.2 has it.",
    ),
    "yaml-syntax": (
        "The file is not YAML.",
        "Look at the place and just before it: indentation, an open bracket, quote or colon.",
    ),
    "yaml-tag": (
        "A YAML tag such as `!!python/object` stands in the file.",
        "Remove it; a suite is plain data.",
    ),
}
"""Code -> (what it means, what to do)."""
