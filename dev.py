#!/usr/bin/env python3
"""Set the project up and run it: `python3 dev.py demo`, `python3 dev.py test`.

Needs Python 3.11 or newer with venv, and a package index; nothing else. The first call makes
`.venv` and installs what `constraints.txt` names; later calls start at once. Anything else after
`dev.py` is handed to the `leadledger` command: `python3 dev.py check`, `python3 dev.py export
--help`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "installed.sha256"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
TASKS = {
    "test": ["pytest", "-n", "auto", "--dist", "worksteal"],
    "bench": ["python", "-m", "benchmarks"],
    "python": ["python"],
}


def wanted_stamp() -> str:
    """Return the digest of everything that decides what gets installed."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def works() -> bool:
    """Say whether `.venv` has a Python of the same version as this one."""
    version = "import sys; print(sys.version_info[:2])"
    try:
        made_for = (ENVIRONMENT / "pyvenv.cfg").read_text()
        found = subprocess.run([BIN / "python", "-c", version], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    is_same = found.stdout.decode().strip() == str(sys.version_info[:2])
    # its scripts name the folder it was made in, and do not start from another
    return is_same and str(ENVIRONMENT) in made_for


def ensure_environment() -> None:
    """Make `.venv` and install into it, unless the stamp says that it is up to date."""
    wanted = wanted_stamp()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    print("Setting up .venv (about a minute) ...", file=sys.stderr)
    if not works():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    subprocess.run(
        [
            *(BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--constraint", ROOT / "constraints.txt", "--editable", f"{ROOT}[dev]"),
        ],
        check=True,
    )
    STAMP.write_text(wanted)


def main() -> int:
    """Run one task or one leadledger command in the project's own environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what older Pythons are started with
        print("LeadLedger needs Python 3.11 or newer; start this with a newer python3.")
        return 2
    words = sys.argv[1:] or ["--help"]
    try:
        ensure_environment()
    except subprocess.CalledProcessError as error:
        print(f"The set-up stopped: {error}", file=sys.stderr)
        print(
            "Cure: see the message above; on Debian `apt install python3-venv`; the package index"
            " must be reachable.",
            file=sys.stderr,
        )
        return 1
    program, *first = TASKS.get(words[0], ["leadledger", words[0]])
    folder = ROOT if words[0] in TASKS else None
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(BIN / program), *first, *words[1:]]
    try:
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
