"""Erase one person of one controller from everything in the house, in one transaction.

What may stand against it is asked of the policy; what remains is a keyed digest where marketing was
involved, digests of the sources' own numbers, and a ledger that names nobody. The bytes go with
`pipeline/scrub.py`, afterwards.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import erasure, expiry, ledger, recall, restriction
from models import lead as leads
from models.keys import new_keys
from models.ledger import LedgerKind
from models.rights_request import request_of_reference
from models.store import Store
from pipeline.corrected_people import people_corrected_from
from pipeline.delete_leads import Doomed, delete_leads
from pipeline.erase_lists import Lists, erase_lists
from pipeline.erase_unread import Found, Scan, erase_unread, find_unread, scan_unread
from pipeline.erasure_subject import Related, find_subject
from pipeline.gather import require_own_key
from pipeline.note_act import Done, note_act, require_actable
from pipeline.opt_out import Said, stop
from pipeline.retention_facts import Holds, clock_facts
from pipeline.settings import ControllerSettings
from policy.erasure import ErasureDelay, delays_of, leaves_suppression
from policy.errors import UsageError
from policy.opt_out import OptOutReason
from policy.retention import plan
from policy.retention_rules import RetentionReason
from policy.rights.steps import Act
from policy.rights.table import Right
from policy.suppression import SuppressionKeys, suppression_digests
from policy.vocabulary import ControllerId, Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """Who is to be erased, on whose word.

    `people` choose, by their keys, among those who share the identifier. `request` is the reference
    of the person's request for it. `is_rehearsal`: look only.
    """

    identifier: Identifier
    actor: str
    people: Sequence[UUID] = ()
    request: str | None = None
    is_rehearsal: bool = False

    def __repr__(self) -> str:
        """Say nothing of who it is."""
        return f"ErasureOrder(by {self.actor})"


@dataclass(slots=True)
class Erased:
    """What an erasure did, without a word about the person.

    `touched` counts what is gone by place, `kept` leads by what stands against erasing them.
    `waiting` are references of requests that must be answered first. `doubtful` counts what stays,
    as it came by an address or number after it was corrected away from them. `recipients` are those
    who must be told, with the number of their recalls. `id` and `leaf_hash` name the ledger's
    entry; None for a rehearsal.
    """

    controller_id: str
    at: datetime
    request: str | None = None
    touched: Counter[str] = field(default_factory=Counter)
    kept: Counter[ErasureDelay] = field(default_factory=Counter)
    delays: tuple[ErasureDelay, ...] = ()
    waiting: tuple[str, ...] = ()
    related: Sequence[Related] = ()
    lists: Lists = field(default_factory=Lists)
    suppressed: int = 0
    doubtful: int = 0
    recipients: Sequence[tuple[str, int]] = ()
    id: UUID | None = None
    leaf_hash: str | None = None

    @property
    def is_complete(self) -> bool:
        """Say whether all of it could be done now."""
        return not (self.delays or self.waiting or self.lists.changed or self.lists.stuck)


def erase(
    store: Store,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    order: ErasureOrder,
    now: datetime,
) -> Erased:
    """Erase one person: leads and all that hangs on them, what is unread, mails, requests, lists.

    What a hold, an open request or a restriction keeps stays, is used no more, and is named; to
    erase again later finishes it. To erase twice is safe. Rules: ERA-1 to ERA-6, RET-11, RET-18.

    Raises:
        UsageError: several people use the identifier, or there is no such request that is open.
        ConfigError: the suppression list was made with another key.
        StoreError: nothing was erased.
    """
    with store.reading() as connection:
        require_own_key(connection, controller.id, suppression_key)
        subject = find_subject(connection, controller.id, order.identifier, order.people)
        scan = scan_unread(connection, controller.id, subject, None)
    opening = store.reading() if order.is_rehearsal else store.writing(controller.id)
    with opening as connection:
        require_own_key(connection, controller.id, suppression_key)
        return _Erasing(connection, controller.id, suppression_key, order, now).done(scan)


class _Erasing:
    """One erasure, in its transaction."""

    def __init__(
        self,
        connection: Connection,
        controller_id: str,
        key: SuppressionKeys,
        order: ErasureOrder,
        now: datetime,
    ) -> None:
        self._connection, self._controller_id, self._key = connection, controller_id, key
        self._order, self._now = order, now
        self._subject = find_subject(connection, controller_id, order.identifier, order.people)
        self._found = Found()
        self._asked_at = self._when_asked()
        self.report = Erased(controller_id, now, order.request, related=self._subject.related)

    def done(self, scan: Scan) -> Erased:
        """Look, decide, and do what may be done; return what it was."""
        report, connection = self.report, self._connection
        reference = self._order.request
        self._found = find_unread(connection, self._controller_id, self._subject, scan, reference)
        ids = {row.id for row in self._subject.leads}
        doomed, kept = self._judged()
        gone = [each.lead.id for each in doomed]
        report.touched["leads"] = len(gone)
        used_for = erasure.used_for(connection, self._controller_id, self._subject.keys, ids)
        if leaves_suppression(used_for, was_unread=self._found.has_unread):
            report.suppressed = len(self._subject.alone)
        report.waiting, report.doubtful = self._found.waiting, self._found.doubtful
        if not report.delays:
            report.touched += self._found.counts()
        is_rehearsal = self._order.is_rehearsal or ErasureDelay.RESTRICTED in report.delays
        report.lists = erase_lists(connection, self._controller_id, gone, is_rehearsal=is_rehearsal)
        report.touched["export_files"] = len(report.lists.deleted)
        if not is_rehearsal:
            self._write(doomed, kept)
        report.recipients = recall.recipients_of(connection, self._controller_id, ids)
        return report

    def _when_asked(self) -> datetime | None:
        """Return when the person asked for it, by the request that is named."""
        if self._order.request is None:
            return None
        row = request_of_reference(self._connection, self._controller_id, self._order.request)
        if row is None or row.right is not Right.ERASURE or not self._is_theirs(row):
            raise UsageError(
                "There is no request for erasure with this reference from this person. Nothing was"
                " erased. Cure: take the reference from `leadledger rights list`."
            )
        require_actable(
            self._connection, self._controller_id, self._order.request, Act.ERASED, self._now
        )
        asked_at: datetime = row.received_at
        return asked_at

    def _is_theirs(self, request: Row[Any]) -> bool:
        """Say whether all that a request names is the person's, or was until it was corrected."""
        given = ((IdentifierKind.EMAIL, request.email), (IdentifierKind.PHONE, request.phone))
        named = {Identifier(kind, value) for kind, value in given if value}
        people = set(self._subject.people)
        return all(
            people & people_corrected_from(self._connection, self._controller_id, [each])
            for each in named - self._subject.alone
        )

    def _judged(self) -> tuple[list[Doomed], list[Row[Any]]]:
        """Ask the policy of each lead, and note what stands against the whole."""
        holds = Holds.of(self._connection, self._controller_id, self._now, has_claims=False)
        doomed: list[Doomed] = []
        kept: list[Row[Any]] = []
        against = self._delays(is_held=bool(holds.on_everything), is_asked_for=False)
        for lead in self._subject.leads:
            facts = replace(clock_facts(lead, holds), erasure_owed_at=self._now)
            planned = plan(self._now, facts)
            delays = self._delays(
                is_held=RetentionReason.LEGAL_HOLD in planned.reasons,
                is_asked_for=RetentionReason.OPEN_REQUEST in planned.reasons,
            )
            if delays:
                kept.append(lead)
                self.report.kept.update(delays)
                against += delays
            else:
                ended = (RetentionReason.ERASURE_OWED,)
                doomed.append(Doomed(lead, None, ended, ("ERA-1", *planned.rules)))
        against += self._delays(is_held=False, is_asked_for=self._found.is_asked_for)
        self.report.delays = tuple(each for each in ErasureDelay if each in against)
        return doomed, kept

    def _delays(self, *, is_held: bool, is_asked_for: bool) -> tuple[ErasureDelay, ...]:
        return delays_of(
            is_held=is_held,
            is_asked_for=is_asked_for,
            restricted_at=self._subject.restricted_at,
            asked_at=self._asked_at,
        )

    def _write(self, doomed: Sequence[Doomed], kept: Sequence[Row[Any]]) -> None:
        report, connection, controller_id = self.report, self._connection, self._controller_id
        actor, now = self._order.actor, self._now
        entries = list(report.lists.entries)
        if not report.delays:
            entries += erase_unread(connection, controller_id, self._found)
        if doomed:
            delete_leads(connection, controller_id, self._key, doomed, actor, now)
        alone = erasure.uncarried(connection, controller_id, self._subject.keys)
        if not report.delays:  # what leads of another time left behind
            expiry.delete_identifiers(connection, controller_id, alone)
            expiry.delete_people(connection, controller_id, self._subject.people)
            self._wait_no_more()
        for lead in kept:
            if lead.expires_at > now:  # owed an erasure from now on: rule RET-26
                leads.better_evidence(connection, controller_id, lead.id, {"expires_at": now})
        if report.suppressed:
            said = Said(None, now, actor, OptOutReason.ERASED)
            stop(connection, controller_id, self._key, sorted(self._subject.alone), said)
        self._note(doomed)
        report.id = new_keys(1, now)[0]
        entry = (LedgerKind.PERSON_ERASED, report.id.hex, self._detail())
        ledger.append(connection, controller_id, actor, [*entries, entry], now)
        [written] = ledger.history(connection, controller_id, [report.id.hex])
        report.leaf_hash = written.leaf_hash.hex()
        if report.request is not None:
            ids = [lead.id for lead in self._subject.leads]
            done = Done(Act.ERASED, ids, is_whole=report.is_complete)
            note_act(connection, controller_id, report.request, done, (actor, now))

    def _wait_no_more(self) -> None:
        """Let no digest remain by which a restored store waits for a restricted person."""
        if restriction.has_restriction_marks(self._connection, self._controller_id):
            owner = ControllerId(self._controller_id)
            known_by = {
                digest
                for each in self._subject.alone
                for digest in suppression_digests(self._key, owner, each)
            }
            restriction.drop_restriction_marks(self._connection, self._controller_id, known_by)

    def _note(self, doomed: Sequence[Doomed]) -> None:
        """Let a restore do again what the entries of leads and deliveries do not say."""
        scopes = [*self._subject.people, *(each.lead.id for each in doomed)]
        found = Found() if self.report.delays else self._found
        if not self.report.delays:
            erasure.strip_holds(self._connection, self._controller_id, scopes)
        mails = [mail.id for mail in found.mails]
        erasure.note_erased(self._connection, self._controller_id, found.requests, mails, scopes)

    def _detail(self) -> dict[str, object]:
        report = self.report
        return {
            "request": report.request,
            "counts": {name: count for name, count in sorted(report.touched.items()) if count},
            "kept": {reason.value: count for reason, count in sorted(report.kept.items())},
            "delays": list(report.delays),
            "waiting": len(report.waiting),
            "suppressed": report.suppressed,
            "complete": report.is_complete,
            "rules": ["ERA-1", "RET-11", "RET-18"],
        }
