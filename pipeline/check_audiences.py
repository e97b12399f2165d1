"""Say of each advertising audience whether people can be taken out of it."""

from collections import defaultdict
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


def shared_audiences(settings: Settings) -> Iterator[Finding]:
    """Yield the lists at a platform that several controllers share. Rule: ISO-2.

    Who opts out of one of them would leave the list of the other as well.
    """
    users: dict[str, dict[str, str]] = defaultdict(dict)
    for audience in settings.audiences:
        for place in audience.own.places():
            users[place].setdefault(audience.controller.id, _place(audience))
    for shared in sorted({tuple(own.values()) for own in users.values() if len(own) > 1}):
        yield Finding(
            "audiences",
            False,
            f"{' and '.join(shared)} take people out of the same lists for different controllers,"
            " so an opt-out from one counts for the other. Cure: give each controller lists of its"
            " own.",
            Fault.AUDIENCES_SHARED,
        )


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
