"""How the tests make answer packs, and look whether anybody else is in one."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from models.store import Store
from pipeline.access_log import Looked
from pipeline.access_pack import WrittenPack, write_pack
from pipeline.settings import ConfiguredSource
from policy.rights.packs import PackKind
from policy.vocabulary import Identifier
from tests.build import NOW, controller, email, settings, source


def unread(_: Looked) -> None:
    """Take down a look in a record that nobody reads."""


def packed(
    store: Store,
    folder: Path,
    *identifiers: Identifier,
    kind: PackKind = PackKind.ACCESS,
    at: datetime = NOW,
    sources: Collection[ConfiguredSource] = (),
    **more: Any,
) -> WrittenPack:
    """Write the pack of somebody, of Priya if nobody is named."""
    house = settings(str(store.url), *(sources or (source(),)))
    owner = more.pop("owner", None) or controller()
    asked = identifiers or (email(),)
    return write_pack(store, house, owner, asked, kind, folder, at, **{"note": unread} | more)


def document(folder: Path) -> dict[str, Any]:
    """Return what an answer says to machines."""
    found: dict[str, Any] = orjson.loads((folder / "answer.json").read_bytes())
    return found


def text_of(folder: Path) -> str:
    """Return all that stands in the files of an answer, in lower case."""
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.iterdir())).lower()
