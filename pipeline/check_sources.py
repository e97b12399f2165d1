"""Say of each source whether it is set up right."""

from collections.abc import Iterator

from connectors.base import Probes
from models import usage
from models.store import Store
from pipeline import wiring
from pipeline.finding import Finding
from pipeline.settings import ConfiguredSource, Settings
from policy.errors import LeadsError
from policy.evidence import FormBoxes, notice_from


def check_sources(store: Store | None, settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield what is right and wrong with each source. `store` None: it cannot be used."""
    for source in settings.sources:
        yield from _source(store, source, offline=offline)
    if not settings.sources:
        yield Finding("sources", None, "none configured. Cure: add [[sources]] to config.toml.")


def _source(store: Store | None, source: ConfiguredSource, *, offline: bool) -> Iterator[Finding]:
    place = f"sources[{source.id}]"
    if not source.meanings:
        yield Finding(
            place,
            None,
            "no box is given a meaning, so leads are enquiries only. Cure: add [[sources.boxes]].",
        )
    if store is not None:
        yield from _unmapped_boxes(store, source)
    connector = wiring.build(source)
    if offline or not isinstance(connector, Probes):
        yield Finding(place, True, f"{source.kind}, not asked")
        return
    try:
        for probe in connector.probe():
            yield Finding(f"{place} {probe.subject}", probe.is_ok, probe.message)
    except LeadsError as error:
        yield Finding(place, False, str(error))


def _unmapped_boxes(store: Store, source: ConfiguredSource) -> Iterator[Finding]:
    """Name optional boxes that people were offered and that nothing gives a meaning."""
    with store.reading() as connection:
        contents = usage.notices_of_source(connection, source.controller_id, source.id)
    for content in contents:
        shown = notice_from(content)
        boxes = FormBoxes.of(shown, source.meanings)
        for key, box in boxes.shown.items():
            if boxes.meanings[key] is None and not box.is_required:
                yield Finding(
                    f"sources[{source.id}] form {shown.form_id}",
                    None,
                    f"box {key!r} is offered, but nothing says what it means."
                    " Cure: add [[sources.boxes]] and run `leadledger deliveries reread`, or leave"
                    " it without effect.",
                )
