"""Ask advertising platforms to drop who has left, and keep asking until they say that it is done.

Any number of programs may do so at once. Rules: AUD-2, AUD-4.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from models import audience as audiences
from models import audience_removal as removals
from models import ledger
from models.audience import AudienceKey
from models.ledger import Entry, LedgerKind
from pipeline.audience_turn import ACTOR, AudienceRound, AudienceTurn, key_of
from pipeline.wiring import House
from policy.audiences import given_up_at
from policy.errors import SourceError

SET_ASIDE = 3


@dataclass(slots=True)
class RemovalReport:
    """What a round did, an entry for each audience that is configured or was."""

    rounds: list[AudienceRound] = field(default_factory=list)

    @property
    def errors(self) -> list[SourceError]:
        """Return what kept the round from being complete."""
        return [each.error for each in self.rounds if each.error is not None]

    @property
    def exit_code(self) -> int:
        """Return the exit code of the most urgent cause; 3 where something was given up."""
        codes = [error.exit_code for error in self.errors]
        if any(each.given_up for each in self.rounds):
            codes.append(SET_ASIDE)
        return min(codes, default=0)

    @property
    def is_idle(self) -> bool:
        """Say whether there was nothing to do."""
        return not any(each.counts or each.error for each in self.rounds)


def remove_from_audiences(
    house: House,
    now: Callable[[], datetime],
    is_stopping: Callable[[], bool] = lambda: False,
    *,
    is_rehearsal: bool = False,
    is_by_hand: bool = False,
) -> RemovalReport:
    """Take one round: follow what was asked, ask what is due, and give up what is too old.

    Any number of programs may do so at once. What a platform refuses ends in the report, never in
    an exception, and the others go on.

    Args:
        house: an open installation.
        now: the clock (aware UTC).
        is_stopping: asked before each call; what has not been begun by then waits.
        is_rehearsal: count only; nobody is asked and nothing is written.
        is_by_hand: ask also those platforms that are left alone for a while after a refusal.

    Raises:
        StoreError: the store failed; what is not noted as confirmed is asked again.
    """
    report = RemovalReport()
    if is_rehearsal:
        return _rehearsed(house)
    for controller in house.settings.controllers:
        report.rounds += _give_up(house, controller.id, now())
    for configured in house.settings.audiences:
        turn = AudienceTurn(house, configured, now, is_stopping)
        turn.take(is_by_hand=is_by_hand)
        report.rounds.append(turn.done)
    return report


def _rehearsed(house: House) -> RemovalReport:
    owners = {each.controller.id for each in house.settings.audiences}
    with house.store.reading() as connection:
        waiting = {
            AudienceKey(row.controller_id, row.audience_id): row.waiting
            for row in removals.removals_waiting(connection, owners)
        }
    return RemovalReport(
        [
            AudienceRound(each.id, each.controller.id, due=waiting.get(key_of(each), 0))
            for each in house.settings.audiences
        ]
    )


def _give_up(house: House, controller_id: str, now: datetime) -> list[AudienceRound]:
    """Drop the hashes whose time is over, and set the time of those that are new. Rule: AUD-2."""
    with house.store.reading() as connection:
        if not removals.has_unseen_or_over(connection, controller_id, now):
            return []
    with house.store.writing(controller_id) as connection:
        removals.note_seen(connection, controller_id, given_up_at(now))
        over = removals.drop_given_up(connection, controller_id, now)
        for audience_id, count in over.items():
            audiences.note_failed(connection, AudienceKey(controller_id, audience_id), count, now)
        entries: list[Entry] = [
            (
                LedgerKind.AUDIENCE_REMOVAL_FAILED,
                None,
                {"audience": audience_id, "count": count, "reason": "given_up"},
            )
            for audience_id, count in over.items()
        ]
        ledger.append(connection, controller_id, ACTOR, entries, now)
    return [AudienceRound(id_, controller_id, given_up=count) for id_, count in over.items()]
