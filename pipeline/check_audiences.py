"""Say of each advertising audience whether people can be taken out of it."""

from collections.abc import Iterator
from functools import partial

from pipeline import wiring
from pipeline.ask_side_by_side import Question
from pipeline.finding import Fault, Finding
from pipeline.settings import ConfiguredAudience, Settings
from policy.errors import LeadsError


def unasked_audiences(settings: Settings) -> Iterator[Finding]:
    """Yield the audiences that are configured, without asking their platforms."""
    for audience in settings.audiences:
        yield Finding(_place(audience), True, f"{audience.kind}, not asked")


def audience_questions(settings: Settings) -> Iterator[Question]:
    """Yield what is to be asked of the platforms; nothing is changed there."""
    for audience in settings.audiences:
        yield Question(_place(audience), partial(_probed, audience))


def _probed(audience: ConfiguredAudience) -> Iterator[Finding]:
    place = _place(audience)
    try:
        for probe in wiring.build_audience(audience).probe():
            fault = "" if probe.is_ok else Fault.AUDIENCE_UNUSABLE
            yield Finding(f"{place} {probe.subject}", probe.is_ok, probe.message, fault)
    except LeadsError as error:
        yield Finding(place, False, str(error), Fault.AUDIENCE_UNUSABLE)


def _place(audience: ConfiguredAudience) -> str:
    return f"audiences[{audience.id}]"
