"""One audience in one round: follow what its platform works on, then ask for what is due.

The platform is asked outside of any transaction. Who is killed between its answer and the note of
it asks once more when the claim is over: to remove somebody twice harms nobody. Rule: AUD-4.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from connectors.audiences import MOST_MEMBERS, Members, Receipt, RemovalState, Removes
from models import audience as audiences
from models import audience_removal as removals
from models import delivery as deliveries
from models import ledger
from models.audience import AudienceKey
from models.delivery import RunOutcome
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from pipeline import wiring
from pipeline.hand_over import as_it_stood, in_words
from pipeline.pull import outcome_of
from pipeline.settings import ConfiguredAudience
from pipeline.wiring import House
from policy.audiences import is_asked_anew
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from policy.recipients import removal_barriers
from policy.vocabulary import IdentifierKind
from policy.waiting import again_at

ACTOR = "audiences"
LEASE = timedelta(minutes=30)
"""For how long a claim holds: longer than a call takes, however often it is tried."""
FIRST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(hours=6)
FIRST_LOOK, LONGEST_LOOK = timedelta(minutes=5), timedelta(hours=1)


@dataclass(slots=True)
class AudienceRound:
    """What one round did for one audience. Counts are addresses and numbers, not people.

    `asked`: the platform took them in; `confirmed`: it has removed them; `reopened`: it has not,
    and is asked anew; `given_up`: their time is over. A rehearsal counts what is `due` only.
    """

    audience_id: str
    controller_id: str
    due: int = 0
    asked: int = 0
    confirmed: int = 0
    reopened: int = 0
    given_up: int = 0
    error: SourceError | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Return what happened, by name; nothing that did not."""
        named = ("asked", "confirmed", "reopened", "given_up")
        return {name: count for name in named if (count := getattr(self, name))}


def key_of(configured: ConfiguredAudience) -> AudienceKey:
    """Return the key by which the store knows an audience."""
    return AudienceKey(configured.controller.id, configured.id)


class AudienceTurn:
    """One audience in one round."""

    def __init__(
        self,
        house: House,
        configured: ConfiguredAudience,
        now: Callable[[], datetime],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._house = house
        self._configured = configured
        self._of = key_of(configured)
        self._now = now
        self._is_stopping = is_stopping
        self._connector: Removes = wiring.build_audience(configured, now)
        self._has_answered = False
        self.done = AudienceRound(configured.id, configured.controller.id)

    def take(self, *, is_by_hand: bool) -> None:
        """Follow, then ask; the first refusal ends the turn, and the next ones come later."""
        began = self._now()
        with self._house.store.reading() as connection:
            known = audiences.audience_of_key(connection, self._of)
        is_resting = known is not None and known.rest_until is not None and began < known.rest_until
        if is_resting and not is_by_hand:
            return
        try:
            self._follow()
            for kind in IdentifierKind:
                while not self._is_stopping() and self._ask(kind):
                    pass
        except SourceError as error:
            self._rest(error, known.failures if known and not self._has_answered else 0)
        else:
            if self._has_answered and known is not None and known.failures:
                with self._writing() as connection:
                    audiences.note_answer(connection, self._of)
        self._record(began)

    def _follow(self) -> None:
        """Ask how far the platform is with what it took in before."""
        with self._writing() as connection:
            now = self._now()
            claimed = removals.claim_requests(connection, self._of, now, now + LEASE)
        for place, row in enumerate(claimed):
            if self._is_stopping():
                self._let_go_of_requests(claimed[place:])
                return
            try:
                found = self._connector.follow(row.request_id)
            except SourceError:
                self._let_go_of_requests(claimed[place:])
                raise
            self._has_answered = True
            if found.state is RemovalState.DONE:
                self._confirm(row.request_id)
            elif found.state is RemovalState.FAILED:
                self._reopen(row, found.reason or "failed")
            elif is_asked_anew(row.sent_at, self._now()):
                self._reopen(row, "unfinished")
            else:
                self._look_again(row)

    def _let_go_of_requests(self, rows: Sequence[Row[Any]]) -> None:
        with self._writing() as connection:
            for row in rows:
                removals.postpone_request(connection, self._of, row.request_id, self._now())

    def _confirm(self, request_id: str) -> None:
        now = self._now()
        with self._writing() as connection:
            count = removals.drop_request(connection, self._of, request_id)
            if count:
                self._note_confirmed(connection, count, request_id, now)
        self.done.confirmed += count

    def _reopen(self, row: Row[Any], reason: str) -> None:
        """Ask the same people anew, after a while, since the platform has not removed them all."""
        now = self._now()
        due_at = again_at(row.attempts, now, FIRST_REST, LONGEST_REST)
        with self._writing() as connection:
            count = removals.reopen_request(connection, self._of, row.request_id, due_at)
            detail = self._detail(count, row.request_id) | {"reason": reason}
            entries: list[Entry] = [(LedgerKind.AUDIENCE_REMOVAL_FAILED, None, detail)]
            ledger.append(connection, self._of.controller_id, ACTOR, entries if count else [], now)
        self.done.reopened += count
        self.done.error = SourceChanged(
            f"{self._configured.id}: the platform has not removed {count:,} that it took in"
            f" ({reason}, request {row.request_id}). They are asked anew. Cure: if it goes on, look"
            " at the audience at the platform."
        )

    def _look_again(self, row: Row[Any]) -> None:
        due_at = again_at(row.attempts, self._now(), FIRST_LOOK, LONGEST_LOOK)
        with self._writing() as connection:
            removals.postpone_request(connection, self._of, row.request_id, due_at)

    def _ask(self, kind: IdentifierKind) -> bool:
        """Ask for one helping of one kind; say whether there was any."""
        with self._writing() as connection:
            now = self._now()
            claimed = removals.claim_removals(
                connection, self._of, kind, now, now + LEASE, MOST_MEMBERS
            )
        if not claimed:
            return False
        try:
            self._require_recipient()
            receipt = self._connector.remove(Members(kind, [row.hashes for row in claimed]))
        except SourceError:
            with self._writing() as connection:
                ids = [row.id for row in claimed]
                removals.postpone_removals(connection, self._of.controller_id, ids, self._now())
            raise
        self._has_answered = True
        self._note(receipt, claimed)
        return True

    def _require_recipient(self) -> None:
        """Refuse to hand hashes to a platform that may be handed nothing; they wait. Rule: RCP-4.

        Raises:
            SourceRefused: naming what stands against it, and the cure.
        """
        own = self._configured
        facts, channels = (
            (own.recipient.facts, own.recipient.channels) if own.recipient else (None, ())
        )
        found = removal_barriers(facts, channels, own.controller.role, self._now())
        if found:
            raise SourceRefused(
                f"{own.id}: no hash is handed over, and all wait: {in_words(found)}"
            )

    def _note(self, receipt: Receipt, claimed: Sequence[Row[Any]]) -> None:
        """Write down what the platform answered, and let go of the hashes that it is done with."""
        now, ids = self._now(), [row.id for row in claimed]
        owner = self._of.controller_id
        with self._writing() as connection:
            if receipt.is_done or receipt.request_id is None:
                removals.drop_audience_removals(connection, owner, ids)
                self._note_confirmed(
                    connection, len(ids), receipt.request_id, now, receipt.received
                )
                self.done.confirmed += len(ids)
                return
            follow_at = now + FIRST_LOOK
            removals.note_sent(connection, owner, ids, receipt.request_id, now, follow_at)
            detail = self._detail(len(ids), receipt.request_id) | self._handed_to()
            entry: Entry = (LedgerKind.AUDIENCE_REMOVAL_ASKED, None, detail)
            ledger.append(connection, owner, ACTOR, [entry], now)
        self.done.asked += len(ids)

    def _note_confirmed(
        self,
        connection: Connection,
        count: int,
        request_id: str | None,
        now: datetime,
        received: int | None = None,
    ) -> None:
        audiences.note_confirmed(connection, self._of, count, request_id, now)
        detail = self._detail(count, request_id) | {"received": received} | self._handed_to()
        entry: Entry = (LedgerKind.AUDIENCE_REMOVAL_CONFIRMED, None, detail)
        ledger.append(connection, self._of.controller_id, ACTOR, [entry], now)

    def _detail(self, count: int, request_id: str | None) -> dict[str, object]:
        return {"audience": self._of.id, "count": count, "request_id": request_id}

    def _handed_to(self) -> dict[str, object]:
        """Return what the ledger keeps of the platform: hashes are a disclosure. Rule: RCP-3."""
        recipient = self._configured.recipient
        kept = as_it_stood(recipient, None) | {"recipient": recipient.id if recipient else None}
        return {name: value for name, value in kept.items() if value is not None}

    def _rest(self, error: SourceError, failures: int) -> None:
        """Leave the platform alone for a while, longer each time, and as long as it asked for."""
        self.done.error = error
        now = self._now()
        until = again_at(failures + 1, now, FIRST_REST, LONGEST_REST)
        if isinstance(error, SourceUnavailable) and error.retry_after is not None:
            until = max(until, now + error.retry_after)
        with self._writing() as connection:
            audiences.let_rest(connection, self._of, failures + 1, until)

    def _record(self, began: datetime) -> None:
        """Write down how the turn went; turns that found nothing to do share one row."""
        now, error = self._now(), self.done.error
        row = {
            "controller_id": self._of.controller_id,
            "id": new_keys(1, now)[0],
            "job": ACTOR,
            "source_id": self._of.id,
            "started_at": began,
            "finished_at": now,
            "outcome": outcome_of(error) if error else RunOutcome.DONE,
            "counts": self.done.counts,
            "message": str(error) if error else None,
        }
        is_uneventful = not error and not self.done.counts
        with self._writing() as connection:
            if not (is_uneventful and deliveries.renew_run(connection, row)):
                deliveries.record_run(connection, row)

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._house.store.writing(self._of.controller_id)
