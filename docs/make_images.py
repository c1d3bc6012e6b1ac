"""Draw the pictures of README.md and of the tutorial: `python docs/make_images.py`.

They are drawn from the very YAML that stands beside them, and from the sample results.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from pages import PICTURE, ROOT, blocks, bundled_suite, suite_of, walk

import diagramgen

IMAGES = Path(__file__).parent / "images"


def pictures() -> dict[str, bytes]:
    """The bytes of each picture, by its file name."""
    with TemporaryDirectory() as folder:
        return readme_pictures(Path(folder)) | tutorial_pictures(Path(folder))


def readme_pictures(folder: Path) -> dict[str, bytes]:
    """The pictures that README.md shows: charts of its own entries or of the bundled suite."""
    readme = ROOT / "README.md"
    base = bundled_suite()
    entries = [block for block in blocks(readme) if block.text.lstrip().startswith("- ")]
    found = {}
    for i, suite in enumerate([base, *(suite_of(block, base) for block in entries)]):
        file = folder / f"readme{i}.yaml"
        file.write_text(yaml.safe_dump(suite), encoding="utf-8")
        for id_, chart in diagramgen.load(file).items():
            name = f"{id_.rsplit('/', 1)[-1]}.png"
            if f"images/{name}" in readme.read_text(encoding="utf-8"):
                found[name] = chart.render(folder / name).read_bytes()
    shown = PICTURE.findall(readme.read_text(encoding="utf-8"))
    return {Path(path).name: found[Path(path).name] for path in shown}


def tutorial_pictures(folder: Path) -> dict[str, bytes]:
    """The pictures of the tutorial, drawn by its own commands."""
    (folder / "tutorial").mkdir()
    return walk(ROOT / "docs" / "tutorial.md", folder / "tutorial").pictures


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    drawn = pictures()
    for file in IMAGES.iterdir():
        if file.name not in drawn:
            file.unlink()
    for name, data in drawn.items():
        (IMAGES / name).write_bytes(data)
