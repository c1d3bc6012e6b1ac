"""What is told to people cannot do anything to their terminal; data stays exact."""

import json

from diagramgen.cli.terminal import put, tell, tell_error
from diagramgen.errors import Diagnostic, SuiteError, UsageError, json_text

HOSTILE = "a\x1b[2J\nerror: b\t\u202ec\x9b1m"
ESCAPED = r"a\x1b[2J\nerror: b\t\u202ec\x9b1m"


def finding(message, source_line, column, length):
    return Diagnostic(
        "charts.yaml", 1, column, "error", "unknown-key", message, source_line, length
    )


def test_a_line_stays_a_line(capfd):
    tell(HOSTILE)
    assert capfd.readouterr() == ("", f"{ESCAPED}\n")


def test_an_error_of_several_lines(capfd):
    tell_error(UsageError("no a\x1bb\nno c\rd"))
    assert capfd.readouterr().err == "error: no a\\x1bb\nerror: no c\\x0dd\n"


def test_a_finding_and_the_line_that_it_quotes(capfd):
    tell_error(SuiteError([finding(HOSTILE, "é\u202e: \x9bx", column=5, length=2)]))
    assert capfd.readouterr().err == (
        f"charts.yaml:1:5: error[unknown-key]: {ESCAPED}\n"
        "    é\\u202e: \\x9bx\n"
        "             ^^^^^\n"
    )


def test_json_is_exact_and_escaped():
    text = json_text({HOSTILE: ["é", "\ud800"]})
    assert json.loads(text) == {HOSTILE: ["é", "\ud800"]}
    assert text == (
        '{\n "a\\u001b[2J\\nerror: b\\t\\u202ec\\u009b1m": [\n  "é",\n  "\\ud800"\n ]\n}'
    )


def test_half_a_character_in_data(capfd):
    put("a\ud800\x1b\n")
    assert capfd.readouterr().out == "a\\ud800\x1b\n"


def test_the_list_of_charts(project, main):
    project.write("p\x1b[31m.yaml", "version: 1\n")
    done = main("validate", "p\x1b[31m.yaml", folder=project.folder)
    assert done.out.startswith(r"p\x1b[31m.yaml:1:1: error[missing-key]: the suite needs the key ")
    assert done.err == "p\\x1b[31m.yaml: 3 errors\n"
