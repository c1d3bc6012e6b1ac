"""What all tests share; the fixtures stand in `tests/fixtures`, by what they serve."""

from __future__ import annotations

import hypothesis
import pytest

pytest_plugins = [
    f"tests.fixtures.{name}" for name in ("tables", "projects", "commands", "outside")
]

hypothesis.settings.register_profile(
    "same-every-time", derandomize=True, deadline=None, database=None, max_examples=10
)
hypothesis.settings.load_profile("same-every-time")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the snapshots anew")


@pytest.fixture(scope="session")
def assert_snapshot(request):
    """Compare a text with a file; with `--update` write it there."""

    def check(text, file):
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), "`pytest --update` writes it"
        assert text == file.read_text(encoding="utf-8"), "`pytest --update` writes it anew"

    return check
