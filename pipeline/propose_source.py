"""Propose the configuration of a new source out of a file, where there is no source yet."""

import re
from pathlib import Path

from connectors import registry
from pipeline.rehearse_import import Rehearsal, propose_for
from pipeline.wiring import outside

ANY_FILE = "lead_files"
"""The kind of source that reads files of anybody's making."""


def propose_source(path: Path) -> Rehearsal:
    """Return what a file is and a source that could read it. Needs no installation.

    Raises:
        UsageError: the file is in no known format, or cannot be opened.
    """
    declared = registry.source(ANY_FILE)
    form = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-")[:40] or "leads"
    settings = declared.settings.model_validate({"form": form})
    return propose_for(declared.build(settings, outside(form)), path)
