"""Say of each source whether it is set up right."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from connectors import registry
from connectors.base import Connector, Probes
from connectors.probed import fault_of
from models import usage
from models.store import Store
from pipeline import wiring
from pipeline.ask_side_by_side import Question
from pipeline.finding import Fault, Finding, Limits
from pipeline.placeholders import placeholder_of_notice
from pipeline.pull import is_on_the_clock
from pipeline.settings import ConfiguredSource, Settings
from policy.errors import SourceError
from policy.evidence import FormBoxes, notice_from
from policy.vocabulary import Notice


def check_sources(store: Store | None, settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield what can be told of each source without asking it. `store` None: it cannot be used."""
    for source in settings.sources:
        place = f"sources[{source.id}]"
        if not source.meanings:
            yield Finding(
                place,
                None,
                "no box is given a meaning, so leads are enquiries only. Cure: add"
                " [[sources.boxes]].",
                Fault.BOXES_WITHOUT_MEANING,
            )
        if source.timing is not None and not is_on_the_clock(source, _impatient(source, None)):
            yield Finding(
                f"{place} schedule",
                None,
                "has no effect, since this source is not pulled by the clock. Cure: take it out.",
                Fault.SCHEDULE_UNUSED,
            )
        if (lacking := source.own.lacks()) is not None:
            yield Finding(place, False, lacking, Fault.PACKAGE_MISSING)
        if store is not None:
            yield from _wordings(store, source)
        if offline or not isinstance(_impatient(source, None), Probes):
            yield Finding(place, True, f"{source.kind}, not asked")
    yield from _same_places(settings)
    if not settings.sources:
        told = "none configured. Cure: add [[sources]] to config.toml."
        yield Finding("sources", None, told, Fault.SOURCES_NONE)


def source_questions(settings: Settings, limits: Limits) -> Iterator[Question]:
    """Yield what is to be asked of the sources that can say whether they are set up right."""
    for source in settings.sources:
        connector = _impatient(source, limits)
        if isinstance(connector, Probes) and source.own.lacks() is None:
            place = f"sources[{source.id}]"
            yield Question(place, partial(_probed, place, connector))


def _impatient(source: ConfiguredSource, limits: Limits | None) -> Connector:
    """Build the connector of a source so that it waits for nothing and nobody for long."""
    own = source.own
    seconds = getattr(own, "timeout_seconds", None)
    if limits is not None and isinstance(seconds, int | float):
        own = own.model_copy(update={"timeout_seconds": min(seconds, limits.call)})
    outside = replace(wiring.outside(source.id), sleep=lambda _: None)
    return registry.source(source.kind).build(own, outside)


def _probed(place: str, connector: Probes) -> Iterator[Finding]:
    try:
        for probe in connector.probe():
            yield Finding(f"{place} {probe.subject}", probe.is_ok, probe.message, probe.fault or "")
    except SourceError as error:
        yield Finding(place, False, str(error), fault_of(error))


def _same_places(settings: Settings) -> Iterator[Finding]:
    """Name sources that read the same page or mailbox: each of their leads would be there twice."""
    readers: dict[str, list[str]] = {}
    for source in settings.sources:
        for place in source.own.places():
            readers.setdefault(place, []).append(source.id)
    for ids in sorted({tuple(ids) for ids in readers.values() if len(ids) > 1}):
        listed = " and ".join(f"sources[{id_}]" for id_ in ids)
        yield Finding(
            "sources",
            False,
            f"{listed} read the same page, account or mailbox, so each lead is stored twice. Cure:"
            " take one of them out.",
            Fault.SOURCES_SAME_PLACE,
        )


def _wordings(store: Store, source: ConfiguredSource) -> Iterator[Finding]:
    """Look at what people were shown: boxes without a meaning, and texts that nobody meant."""
    with store.reading() as connection:
        contents = usage.notices_of_source(connection, source.controller_id, source.id)
    for content in contents:
        shown = notice_from(content)
        place = f"sources[{source.id}] form {shown.form_id}"
        yield from _unmapped_boxes(place, shown, source)
        if (found := placeholder_of_notice(shown)) is not None:
            yield Finding(
                place,
                None,
                f"people read a placeholder in it ({found}). Cure: correct the text of the form.",
                Fault.PLACEHOLDER,
            )


def _unmapped_boxes(place: str, shown: Notice, source: ConfiguredSource) -> Iterator[Finding]:
    """Name optional boxes that people were offered and that nothing gives a meaning."""
    boxes = FormBoxes.of(shown, source.meanings)
    for key, box in boxes.shown.items():
        if boxes.meanings[key] is None and not box.is_required:
            yield Finding(
                place,
                None,
                f"box {key!r} is offered, but nothing says what it means."
                " Cure: add [[sources.boxes]] and run `leadledger deliveries reread`, or leave"
                " it without effect.",
                Fault.BOX_UNMAPPED,
            )
