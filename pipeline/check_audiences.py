"""Say of each advertising audience whether people can be taken out of it."""

from collections.abc import Iterator

from pipeline import wiring
from pipeline.finding import Finding
from pipeline.settings import Settings
from policy.errors import LeadsError


def check_audiences(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield what each platform says of its audience; nothing is changed there."""
    for audience in settings.audiences:
        place = f"audiences[{audience.id}]"
        if offline:
            yield Finding(place, True, f"{audience.kind}, not asked")
            continue
        try:
            for probe in wiring.build_audience(audience).probe():
                yield Finding(f"{place} {probe.subject}", probe.is_ok, probe.message)
        except LeadsError as error:
            yield Finding(place, False, str(error))
