"""What a root may be: a folder, or a URL of one of a few schemes."""

from __future__ import annotations

import re

from diagramgen.errors import visible

PACKAGES = {
    "s3": "s3fs", "gs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "hf": "huggingface_hub",
    "https": "aiohttp",
}  # fmt: skip
"""The schemes that a root may have, and what fsspec needs to reach each, beside itself."""
CREDENTIALS = "fsspec takes addresses and credentials from its configuration and the environment"
SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")


def is_url(root: str) -> bool:
    """Whether a root is meant as a URL rather than as a folder; C: begins no URL."""
    return SCHEME.match(root) is not None


def check_root(root: str) -> str | None:
    """What is wrong with a root; None where nothing is. Shows neither passwords nor queries.

    A URL is of one of the schemes that are known, written as they are: neither fsspec's chains
    (`::`) nor its other file systems are reached, some of which run code.
    """
    if not root.strip() or visible(root, one_line=True) != root:
        return f"got '{visible(root, one_line=True)}'; expected a folder or a URL"
    if not is_url(root):
        return None
    scheme, _, rest = root.partition("://")
    if scheme not in PACKAGES or not rest:
        known = ", ".join(f"{name}://" for name in PACKAGES)
        start = root.partition(":")[0]
        return f"got a URL of '{start}:'; expected a folder (./{start}: is one), or one of {known}"
    host = rest.partition("/")[0]
    if "@" in host and (scheme not in ("az", "abfs") or ":" in host):
        return f"a root of {scheme}:// has a user or a password in it; {CREDENTIALS}"
    for sign, what in (("?", "a query"), ("::", "a chain"), ("\\", "a backslash")):
        if sign in rest:
            return f"a root of {scheme}:// has {what} ({sign}) in it; expected a plain path"
    if not host or "%" in host or " " in host:
        return f"got {scheme}:// without a plain name after it; expected {scheme}://NAME/PATH"
    return None
