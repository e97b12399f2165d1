"""Look at each source as its platform sees it, and keep what was found for alarms and the status.

A network that fails is no refusal: what was known before then stays, and that nobody could be asked
is written down by itself.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from connectors.base import ProbeResult, Probes
from models import probe
from models.bulk import Values
from models.store import Store
from pipeline import wiring
from pipeline.settings import ConfiguredSource
from pipeline.wiring import House
from policy.errors import LeadsError, SourceError, SourceRefused
from policy.looks import Looked

REACH = "an answer"
"""The subject under which is kept whether a source could be asked at all."""
_LONGEST_SUBJECT = 255


@dataclass(slots=True)
class WatchReport:
    """What a round of looks found: what is wrong with each source, and which gave no answer."""

    looked_at: list[str] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)


def watch_sources(
    house: House,
    now: Callable[[], datetime],
    only: Collection[str] | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> WatchReport:
    """Ask each source that can be asked whether it is set up right, and keep the answers.

    Args:
        house: the installation.
        now: the clock (aware UTC).
        only: the ids of the sources to look at, None for all.
        is_stopping: asked before each source; what is not looked at by then stays as it was.

    Raises:
        StoreError: the store failed; what was kept before stays.
    """
    report = WatchReport()
    for source in house.settings.sources:
        if only is not None and source.id not in only:
            continue
        if is_stopping():
            break
        connector = wiring.build(source, house.signer, now)
        if isinstance(connector, Probes):
            found = _asked(connector)
            report.looked_at.append(source.id)
            if wrong := [each.subject for each in found if _is_wrong(each)]:
                report.wrong[source.id] = wrong
            if not all(each.is_sure for each in found):
                report.unreached.append(source.id)
            _keep(house.store, source, found, now())
    return report


def _asked(connector: Probes) -> list[ProbeResult]:
    """Return what a source says, until it says no more."""
    found: list[ProbeResult] = []
    try:
        found.extend(connector.probe())  # what came before an error stays
    except LeadsError as error:
        # what is missing in the configuration is as sure as a refusal, and somebody must act
        is_sure = isinstance(error, SourceRefused) or not isinstance(error, SourceError)
        found.append(ProbeResult("access", False, str(error), about=Looked.ACCESS, is_sure=is_sure))
    return found


def _keep(store: Store, source: ConfiguredSource, found: list[ProbeResult], now: datetime) -> None:
    own = source.controller_id, source.id
    # what is set up right is nothing to remember; of two words on one thing the bad one counts
    kept = [each for each in found if each.is_sure and each.about is not Looked.SETUP]
    kept += [each for each in found if _is_wrong(each)]
    sure = {each.subject[:_LONGEST_SUBJECT]: each for each in kept}
    silent = next((each for each in found if not each.is_sure), None)
    reach = ProbeResult(
        REACH, silent is None, silent.message if silent else "It answers.", about=Looked.REACH
    )
    is_let_in = not any(_is_wrong(each) for each in kept if each.about is Looked.ACCESS)
    with store.writing(source.controller_id) as connection:
        before = probe.probes_of(connection, *own)
        rows = [
            _row(each, subject, before, now) for subject, each in (*sure.items(), (REACH, reach))
        ]
        # who is refused, or not answered, is told nothing of the rest: that stays as it was
        is_whole = silent is None and is_let_in
        gone = before.keys() - sure.keys() - {REACH} if is_whole else set()
        probe.put_probes(connection, *own, rows, gone)


def _is_wrong(found: ProbeResult) -> bool:
    return found.is_sure and found.is_ok is False


def _row(found: ProbeResult, subject: str, before: Mapping[str, Row[Any]], now: datetime) -> Values:
    known = before.get(subject)
    is_ok = found.is_ok is not False
    is_same = known is not None and known.is_ok == is_ok
    return {
        "subject": subject,
        "about": found.about,
        "is_ok": is_ok,
        "message": found.message,
        "since": known.since if known is not None and is_same else now,
        "looked_at": now,
        "ends_at": found.ends_at,
    }
