"""How the tests of the check break an installation in one way, and read what is said of it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.check import check
from pipeline.finding import Finding
from pipeline.settings import ConfiguredSource, Settings, WebSettings
from tests import build
from tests.web.serving import free_port

BACKUP_KEY = b"a-key-for-backups-of-the-tests-0123456789"
NOBODY_UID = 65_534


def installed(url: str, folder: Path, *sources: ConfiguredSource, **changes: Any) -> Settings:
    """Return the settings of an installation that lacks nothing."""
    known = build.settings(url, *sources, folder=folder)
    given: dict[str, Any] = {"backup_key": BACKUP_KEY, "web": WebSettings(port=free_port())}
    return replace(known, **given | changes)


def found(settings: Settings, **how: Any) -> list[Finding]:
    """Return what the check says, offline unless it is told otherwise; each cure is there."""
    told = list(check(settings, **{"offline": True} | how))
    for finding in told:
        assert not (finding.is_ok and finding.fault), finding
        assert finding.is_ok or "Cure: " in finding.message, finding
    return told


def the(fault: str, settings: Settings, **how: Any) -> Finding:
    """Return the one finding of a fault."""
    told = found(settings, **how)
    [finding] = [each for each in told if each.fault == fault]
    return finding


def faults(settings: Settings, **how: Any) -> set[str]:
    """Return the names of what is found."""
    return {each.fault for each in found(settings, **how)} - {""}


@contextmanager
def powerless() -> Iterator[Path]:
    """Give a folder, and take away the rights of root while the block runs: root may write all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        os.chown(folder, NOBODY_UID, NOBODY_UID)
        os.seteuid(NOBODY_UID)
        try:
            yield folder
        finally:
            os.seteuid(0)
