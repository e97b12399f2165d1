"""Say whether alarms reach somebody."""

from collections.abc import Iterator

from models import alarm
from models.store import Store
from pipeline.finding import Fault, Finding
from pipeline.settings import Settings
from pipeline.tell_alarms import targets_of
from pipeline.try_alarms import NOBODY


def check_alarms(store: Store, settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each way to somebody that failed the last time, or one for all."""
    targets = targets_of(settings)
    if not targets:
        yield Finding("alarms", None, NOBODY.removeprefix("alarms: "), Fault.ALARMS_TO_NOBODY)
        return
    with store.reading() as connection:
        known = alarm.targets(connection)
    failed = 0
    for target in targets:
        row = known.get(target)
        if row is not None and row.trouble is not None:
            failed += 1
            yield Finding(
                f"alarms[{target}]",
                False,
                f"could not be told: {row.trouble}. Cure: mend it, then run `leadledger alarms"
                " test`; what is untold is told again by itself.",
                Fault.ALARMS_UNTOLD,
            )
    if not failed:
        ways = f"{len(targets)} way(s) to somebody; `leadledger alarms test` tries them"
        yield Finding("alarms", True, ways)
