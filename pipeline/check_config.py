"""Look at the configuration file before it is believed: who may change it, and what it says."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.finding import Fault, Finding
from pipeline.placeholders import placeholders_of

_TOLD_ELSEWHERE = ("web.public_url", ".privacy_contact")


def check_file(path: Path, tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Say who else may change the file: whoever can, decides where leads and opt-outs go."""
    mode = path.stat().st_mode
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding(
            "config file",
            False if mode & stat.S_IWOTH else None,
            f"{path.name} can be changed by others. Cure: chmod go-w {path}",
            Fault.CONFIG_OPEN,
        )
    if mode & (stat.S_IRGRP | stat.S_IROTH) and _holds_password(tree):
        yield Finding(
            "config file",
            False,
            f"{path.name} holds a password in store.url, and can be read by others. Cure: chmod 600"
            f" {path}",
            Fault.CONFIG_OPEN,
        )


def _holds_password(tree: Mapping[str, Any]) -> bool:
    store = tree.get("store")
    url = store.get("url") if isinstance(store, dict) else None
    try:
        return isinstance(url, str) and urlsplit(url).password is not None
    except ValueError:
        return False


def check_secret_folders(tree: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    """Say of each folder with secrets whether others can look into it or put files into it."""
    places = {(folder / name).parent for name in _secret_files(tree)}
    for place in sorted(places - {folder}):
        if not place.is_dir() or not place.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            continue
        may_change = place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        yield Finding(
            f"folder {place.name}",
            False if may_change else None,
            f"others can {'change' if may_change else 'look into'} the folder of the secrets."
            f" Cure: chmod 700 {place}",
            Fault.SECRETS_OPEN,
        )


def _secret_files(tree: object) -> Iterator[str]:
    match tree:
        case {"file": str(name)}:
            yield name
        case dict(entries):
            for entry in entries.values():
                yield from _secret_files(entry)
        case list(entries):
            for entry in entries:
                yield from _secret_files(entry)


def check_placeholders(tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Name each value that an example left behind; people would read it, or nobody answer there."""
    for place, found in placeholders_of(dict(tree)):
        if not place.endswith(_TOLD_ELSEWHERE):
            yield Finding(
                place,
                None,
                f"holds a placeholder ({found}). Cure: put in what is meant.",
                Fault.PLACEHOLDER,
            )
