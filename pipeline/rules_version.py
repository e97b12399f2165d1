"""Name the rules that decide: the version of the program, and a fingerprint of its policy."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import policy

_DIGITS = 12


@cache
def rules_version() -> str:
    """Return which rules this program decides by, as a list's ledger entry keeps it.

    The fingerprint covers every file of `policy/`, so that a change without a new version shows.
    """
    digest = hashlib.sha256()
    folder = Path(policy.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    try:
        number = version("leadledger")
    except PackageNotFoundError:
        number = "unreleased"
    return f"{number}+{digest.hexdigest()[:_DIGITS]}"
