"""Write `config.example.toml` and the first `config.toml` out of the settings' own descriptions."""

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from connectors import registry
from pipeline.alarm_settings import AlarmSettings
from pipeline.settings import (
    AudienceCommon,
    BackupSettings,
    BoxSettings,
    ControllerSettings,
    KeySettings,
    MailSettings,
    OptOutSettings,
    SourceCommon,
    StoreSettings,
    WebSettings,
)
from pipeline.timing import ScheduleSettings

_HEAD = """\
# LeadLedger. Every key is described above it; the values are the defaults, or examples.
# Any value can be set from outside: LEADLEDGER__STORE__URL=…, LEADLEDGER__SOURCES__META_MAIN__REGION=…
# Secrets never stand here: write { env = "NAME" } or { file = "path" } (mode 0600).
"""
_WIDTH = 96
_KEYS = {
    "suppression": {"file": "secrets/suppression.key"},
    "links": [{"file": "secrets/links.key"}],
    "backup": {"file": "secrets/backup.key"},
}
_CONTROLLER = {
    "id": "my-agency",
    "name": "My Agency Ltd",
    "privacy_contact": "privacy@my-agency.example",
}
_CLIENT = {
    "id": "my-client",
    "name": "My Client Ltd",
    "role": "processor",
    "privacy_contact": "privacy@my-client.example",
}
_BOX = {"key": "email_updates", "purpose": "direct_marketing", "channels": ["email"]}


def example_configuration() -> str:
    """Return `config.example.toml`: every key of every kind of source and audience, described.

    The values are the fields' own `examples`, else their defaults.
    """
    parts = [_HEAD, *_base(), *_client(), f"\n[mail]\n{_table(MailSettings, {})}"]
    parts.append(f"\n[alarms]\n{_table(AlarmSettings, {})}")
    for kind in registry.kinds():
        values = {"id": _source_id(kind), "kind": kind, "controller": _CONTROLLER["id"]}
        own = registry.source(kind).settings
        parts.append(f"\n[[sources]]\n{_table(SourceCommon, values, {'boxes'})}")
        parts.append(_table(own, values))
        parts += _nested("sources", own)
        parts.append(f"\n[[sources.boxes]]\n{_table(BoxSettings, _BOX)}")
    for kind in registry.AUDIENCE_KINDS:
        values = {"id": _source_id(kind), "kind": kind, "controller": _CONTROLLER["id"]}
        parts.append(f"\n[[audiences]]\n{_table(AudienceCommon, values)}")
        parts.append(_table(registry.audience(kind).settings, values))
    return "".join(parts)


def starting_configuration() -> str:
    """Return the first `config.toml`: everything but sources, which stand there as comments."""
    start = "".join([_HEAD, *_base()])
    whole = example_configuration()
    sources = whole[len(start) :].strip("\n")
    hint = (
        "# Take away the leading `#` where you have such a thing, and put your own values in.\n#\n"
    )
    return f"{start}\n{hint}{textwrap.indent(sources, '# ', lambda _: True)}\n"


def _base() -> Iterator[str]:
    yield f"\n[store]\n{_table(StoreSettings, {})}"
    yield f"\n[keys]\n{_table(KeySettings, _KEYS)}"
    yield f"\n[backup]\n{_table(BackupSettings, {})}"
    yield f"\n[optouts]\n{_table(OptOutSettings, {})}"
    yield f"\n[web]\n{_table(WebSettings, {})}"
    yield f"\n[schedule]\n{_table(ScheduleSettings, {})}"
    yield f"\n[[controllers]]\n{_table(ControllerSettings, _CONTROLLER)}"


def _client() -> Iterator[str]:
    """Yield a client, whose data is held as its processor, with its contract and instruction."""
    yield f"\n[[controllers]]\n{_table(ControllerSettings, _CLIENT)}"
    yield from _nested("controllers", ControllerSettings)


def _source_id(kind: str) -> str:
    """Return a short id for a source: `meta-main` of `meta_lead_ads`, `files-main` of files."""
    telling = [word for word in kind.split("_") if word not in {"lead", "leads"}]
    return f"{telling[0]}-main"


def _table(
    model: type[BaseModel], values: Mapping[str, Any], skipped: set[str] | None = None
) -> str:
    """Return the plain keys of one table; those without a value or default stand as comments."""
    lines: list[str] = []
    for name, field in model.model_fields.items():
        if name in (skipped or ()) or _tables_of(field):
            continue
        lines += _described(field)
        value = values.get(name, _default(field))
        written = field.alias or name
        lines.append(f"{written} = {_toml(value)}" if value is not None else f'# {written} = ""')
    return "\n".join(lines) + "\n"


def _nested(above: str, model: type[BaseModel]) -> Iterator[str]:
    """Yield the tables within a table: TOML wants them after its plain keys."""
    for name, field in model.model_fields.items():
        is_list = isinstance(_default(field), list | tuple)
        for table in _tables_of(field):
            place = f"{above}.{name}"
            head = f"[[{place}]]" if is_list else f"[{place}]"
            described = "\n".join(_described(field))
            yield f"\n{described}\n{head}\n{_table(type(table), dict(table))}"
            yield from _nested(place, type(table))


def _tables_of(field: FieldInfo) -> Sequence[BaseModel]:
    """Return the example tables of a field whose value is a table, or a list of tables."""
    value = _default(field)
    values = value if isinstance(value, list | tuple) else (value,)
    return [each for each in values if isinstance(each, BaseModel)]


def _described(field: FieldInfo) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(field.description or "", _WIDTH)]


def _default(field: FieldInfo) -> Any:  # noqa: ANN401 - any setting's value
    if field.examples:
        return field.examples[0]
    return None if field.is_required() else field.default


def _toml(value: Any) -> str:  # noqa: ANN401 - any setting's value
    match value:
        case bool():
            return str(value).lower()
        case dict():
            inner = ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items())
            return f"{{ {inner} }}"
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case str():
            return json.dumps(str(value), ensure_ascii=False)
        case _:
            return str(value)


if __name__ == "__main__":
    sys.stdout.write(example_configuration())
