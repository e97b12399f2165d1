"""Read `config.toml` and the environment, and report every mistake at once, each with its cure."""

import os
import stat
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from connectors import registry
from pipeline.alarm_settings import AlarmSettings
from pipeline.mistakes import meant, sentence
from pipeline.settings import (
    AudienceCommon,
    BackupSettings,
    ConfiguredAudience,
    ConfiguredSource,
    ControllerSettings,
    KeySettings,
    MailSettings,
    OptOutSettings,
    Settings,
    SourceCommon,
    StoreSettings,
    WebSettings,
)
from pipeline.timing import ScheduleSettings
from policy.errors import ConfigError
from policy.suppression import SuppressionKeys

PREFIX = "LEADLEDGER__"
SECTIONS = (
    "store",
    "keys",
    "web",
    "mail",
    "backup",
    "schedule",
    "alarms",
    "optouts",
    "controllers",
    "sources",
    "audiences",
)
KEY_BYTES = 32

M = TypeVar("M", bound=BaseModel)
Tree = dict[str, Any]


def load_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return the checked configuration.

    Raises:
        ConfigError: naming every mistake, its place and its cure; secrets are never repeated.
    """
    tree = overridden(read_tree(path), environment)
    return _Check(path.resolve().parent, environment).settings(tree)


def read_tree(path: Path) -> Tree:
    """Return what stands in a configuration file, unchecked.

    Raises:
        ConfigError: it cannot be read, or is no TOML; with the cure.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"There is no {path}. Cure: run `leadledger init` here, or name the file with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(
            f"{path} cannot be read: {reason}. Cure: name a readable text file."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}. Cure: mend that line.") from None


def overridden(tree: Tree, environment: Mapping[str, str]) -> Tree:
    """Lay `LEADLEDGER__SECTION__KEY=value` over the file; an entry of a list is named by its id."""
    for name, value in sorted(environment.items()):
        if not name.startswith(PREFIX):
            continue
        *parents, last = [part.lower() for part in name.removeprefix(PREFIX).split("__")]
        place: Any = tree
        for part in parents:
            place = _step(place, part, name)
        if not isinstance(place, dict):
            raise ConfigError(f"{name} names no place in the configuration. Cure: check its parts.")
        place[last] = _typed(value)
    return tree


def _step(place: Any, part: str, name: str) -> Any:  # noqa: ANN401 - a tree of TOML values
    if isinstance(place, dict):
        return place.setdefault(part, {})
    if isinstance(place, list):
        for entry in place:
            if isinstance(entry, dict) and _as_variable(entry.get("id")) == part:
                return entry
    raise ConfigError(f"{name} names no entry of the configuration. Cure: check the id in it.")


def _as_variable(entry_id: object) -> str:
    return str(entry_id).replace("-", "_").lower()


def _typed(value: str) -> Any:  # noqa: ANN401 - a TOML value
    """Read a variable as TOML would, and as plain text where that makes no sense.

    Digits stay text: an id made of them is one, and where a number is wanted, text becomes one.
    """
    try:
        found = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value
    return value if isinstance(found, int | float) and not isinstance(found, bool) else found


class _Check:
    """Checks a tree and gathers what is wrong with it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.mistakes: list[str] = []

    def settings(self, tree: Tree) -> Settings:
        self.mistakes += _unknown_keys("", tree, SECTIONS)
        store = self.model(StoreSettings, "store", tree.get("store", {}))
        keys = self.model(KeySettings, "keys", tree.get("keys", {}))
        web = self.model(WebSettings, "web", tree.get("web", {}))
        mail = self.model(MailSettings, "mail", tree["mail"]) if "mail" in tree else None
        backup = self.model(BackupSettings, "backup", tree.get("backup", {}))
        schedule = self.model(ScheduleSettings, "schedule", tree.get("schedule", {}))
        opt_outs = self.model(OptOutSettings, "optouts", tree.get("optouts", {}))
        alarms = self.model(AlarmSettings, "alarms", tree.get("alarms", {}))
        if alarms is not None and alarms.mail_to and "mail" not in tree:
            self.mistakes.append("alarms.mail_to: no mail server is configured. Cure: add [mail].")
        controllers = self.listed(tree, "controllers", ControllerSettings)
        suppression_key = _suppression_keys(keys)
        by_id = {c.id: c for c in controllers}
        sources = self.sources(tree, by_id, suppression_key)
        audiences = self.audiences(tree, by_id)
        links = [key.get_secret_value().encode() for key in keys.links] if keys else []
        if not controllers and not self.mistakes:
            self.mistakes.append("controllers: none. Cure: add a [[controllers]] table.")
        if self.mistakes or not (
            store and keys and web and backup and schedule and opt_outs and alarms
        ):
            raise ConfigError(self.mistakes)
        return Settings(
            folder=self.folder,
            store_url=_anchored(store.url, self.folder),
            suppression_key=suppression_key,
            controllers=controllers,
            sources=[replace(source, links_keys=links) for source in sources],
            links_keys=links,
            web=web,
            mail=mail,
            backup_key=keys.backup.get_secret_value().encode() if keys.backup else None,
            backup=backup,
            schedule=schedule,
            opt_outs=opt_outs,
            audiences=audiences,
            alarms=alarms,
            full_rewrite=store.full_rewrite,
        )

    def listed(self, tree: Tree, name: str, model: type[M]) -> list[M]:
        entries = self.tables(tree, name)
        found = [self.model(model, _place(name, n, e), e) for n, e in enumerate(entries)]
        self.unique_ids(name, entries)
        return [entry for entry in found if entry is not None]

    def tables(self, tree: Tree, name: str) -> list[Tree]:
        entries = tree.get(name, [])
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            return entries
        self.mistakes.append(f"{name}: must be tables. Cure: write [[{name}]] above each.")
        return []

    def unique_ids(self, name: str, entries: Sequence[Tree]) -> None:
        ids = [entry.get("id") for entry in entries]
        for twice in {str(i) for i in ids if i is not None and ids.count(i) > 1}:
            self.mistakes.append(f"{name}: the id {twice!r} stands twice. Cure: rename one.")

    def sources(
        self, tree: Tree, controllers: Mapping[str, ControllerSettings], key: SuppressionKeys
    ) -> list[ConfiguredSource]:
        entries = self.tables(tree, "sources")
        self.unique_ids("sources", entries)
        found = [
            self.source(_place("sources", n, e), e, controllers, key) for n, e in enumerate(entries)
        ]
        return [source for source in found if source is not None]

    def source(
        self,
        place: str,
        entry: Tree,
        controllers: Mapping[str, ControllerSettings],
        key: SuppressionKeys,
    ) -> ConfiguredSource | None:
        shared = {key: entry[key] for key in SourceCommon.model_fields if key in entry}
        common = self.model(SourceCommon, place, shared)
        kind = self.kind(place, entry, "source", registry.kinds())
        if kind is None:
            return None
        rest = {key: value for key, value in entry.items() if key not in SourceCommon.model_fields}
        own = self.model(registry.source(kind).settings, place, rest, SourceCommon.model_fields)
        if common is None or own is None:
            return None
        controller = self.controller(place, common.controller, controllers)
        if controller is None:
            return None
        meanings = tuple(box.meaning() for box in common.boxes)
        return ConfiguredSource(
            common.id,
            common.kind,
            controller,
            common.region,
            meanings,
            own,
            key,
            timing=common.schedule,
        )

    def audiences(
        self, tree: Tree, controllers: Mapping[str, ControllerSettings]
    ) -> list[ConfiguredAudience]:
        entries = self.tables(tree, "audiences")
        self.unique_ids("audiences", entries)
        found = [
            self.audience(_place("audiences", n, e), e, controllers) for n, e in enumerate(entries)
        ]
        return [audience for audience in found if audience is not None]

    def audience(
        self, place: str, entry: Tree, controllers: Mapping[str, ControllerSettings]
    ) -> ConfiguredAudience | None:
        shared = {key: entry[key] for key in AudienceCommon.model_fields if key in entry}
        common = self.model(AudienceCommon, place, shared)
        kind = self.kind(place, entry, "audience", registry.AUDIENCE_KINDS)
        if kind is None:
            return None
        declared = registry.audience(kind)
        rest = {key: value for key, value in entry.items() if key not in shared}
        own = self.model(declared.settings, place, rest, AudienceCommon.model_fields)
        if common is None or own is None:
            return None
        controller = self.controller(place, common.controller, controllers)
        if controller is None:
            return None
        return ConfiguredAudience(common.id, kind, controller, declared.hash_rule, own)

    def kind(self, place: str, entry: Tree, thing: str, known: Sequence[str]) -> str | None:
        """Return the kind of a source or audience, None after noting what is wrong with it."""
        kind = entry.get("kind")
        if kind is None or kind in known:
            return kind
        self.mistakes.append(
            f"{place}.kind: {kind!r} is no kind of {thing}{meant(kind, known)}."
            f" Cure: one of {', '.join(known)}."
        )
        return None

    def controller(
        self, place: str, id_: str, controllers: Mapping[str, ControllerSettings]
    ) -> ControllerSettings | None:
        """Return the controller that an entry names, None after noting that there is none."""
        if id_ not in controllers:
            self.mistakes.append(
                f"{place}.controller: there is no usable controller {id_!r}."
                " Cure: name one of [[controllers]]."
            )
        return controllers.get(id_)

    def model(
        self, model: type[M], place: str, values: object, others: Iterable[str] = ()
    ) -> M | None:
        """Return the values checked, or None after noting what is wrong with them."""
        try:
            return model.model_validate(values, context={"resolve_secret": self.secret})
        except ValidationError as error:
            for mistake in error.errors(include_url=False, include_input=False):
                self.mistakes.append(sentence(model, place, mistake, others))
            return None

    def secret(self, value: object) -> str:
        """Return the secret that `{ env = … }` or `{ file = … }` names.

        Raises:
            ValueError: with the cure; a secret written into the file is not repeated.
        """
        match value:
            case {"env": str(name), **rest} if not rest:
                found = self.environment.get(name, "").strip()
                if not found:
                    raise ValueError(f"the variable {name} is not set. Cure: export {name}=…")
                return found
            case {"file": str(name), **rest} if not rest:
                return _secret_file(self.folder / name)
            case _:
                raise ValueError(
                    "a secret never stands in this file."
                    ' Cure: write { env = "NAME" } or { file = "path" }'
                )


def _secret_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ValueError(f"{path} cannot be read: {reason}. Cure: create it, mode 0600") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"{path} can be read by others. Cure: chmod 600 {path}")
    if not text:
        raise ValueError(f"{path} is empty. Cure: put the secret into it")
    return text


def _place(name: str, number: int, entry: Tree) -> str:
    return f"{name}[{entry['id']}]" if isinstance(entry.get("id"), str) else f"{name}[{number}]"


def _unknown_keys(place: str, tree: Tree, known: Sequence[str]) -> list[str]:
    dot = f"{place}." if place else ""
    return [
        f"{dot}{key}: there is no such key{meant(key, known)}. Cure: mend or remove it."
        for key in tree
        if key not in known
    ]


def _anchored(url: str, folder: Path) -> str:
    """Return a store's address with a relative file name starting at the configuration's folder."""
    start = "sqlite:///"
    name = url.removeprefix(start)
    if not url.startswith(start) or name.startswith(("/", ":memory:")) or not name:
        return url
    return f"{start}{(folder / name).as_posix()}"


def _suppression_keys(keys: KeySettings | None) -> SuppressionKeys:
    if keys is None:
        return SuppressionKeys(b"")
    current, *former = (
        key.get_secret_value().encode() for key in (keys.suppression, *keys.former_suppression)
    )
    return SuppressionKeys(current, tuple(former))
