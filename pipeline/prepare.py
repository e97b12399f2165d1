"""Work out what needs no store about a submission: identifiers, findings, grade, dates."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from connectors.base import Delivery, Submission
from pipeline.screen import FormScreen, Masking
from pipeline.settings import ConfiguredSource
from policy import evidence, identity, retention
from policy.evidence import BoxFinding, FormBoxes
from policy.vocabulary import (
    BoxAnswer,
    BoxDefect,
    EventKind,
    Grade,
    Identifier,
    Notice,
    NoticeId,
)

UNUSABLE_CONTACT = "unusable_contact"
_ONE_FORM_AT_MOST = 4_096


@dataclass(frozen=True, slots=True)
class Findings:
    """What the boxes of a submission are worth, how that is kept, and the grade of the evidence.

    All submissions with the same answers on the same form share one.
    """

    found: Sequence[BoxFinding]
    as_kept: Sequence[dict[str, Any]]
    grade: Grade


class Prepared(NamedTuple):
    """A submission with what the policy says of it by itself.

    Where answers told something sensitive, `submission` has them masked, `masking` says what was
    done, and `masked_payload` is what may be kept of the delivery. `delivery` stays as it came.
    """

    submission: Submission
    delivery: Delivery
    notice_id: NoticeId | None
    identifiers: tuple[Identifier, ...]
    findings: Findings
    submitted_at: datetime
    expires_at: datetime
    remarks: Sequence[str] = ()
    masking: Masking | None = None
    masked_payload: bytes | None = None

    @property
    def external_id(self) -> str:
        """Return the source's own id of the submission."""
        return self.submission.external_id

    @property
    def name(self) -> str | None:
        """Return what the person is called, however the form asked for it."""
        contact = self.submission.contact
        if contact.full_name:
            return contact.full_name
        return " ".join(filter(None, (contact.first_name, contact.last_name))) or None

    @property
    def grade(self) -> Grade:
        """Return how good the evidence is."""
        return self.findings.grade


@dataclass(slots=True)
class _Form:
    """A form that was met: its wording, what its boxes mean, and the answers seen so far."""

    notice: Notice | None
    notice_id: NoticeId | None
    boxes: FormBoxes
    screen: FormScreen
    answered: dict[Any, Findings] = field(default_factory=dict)

    def findings(
        self, boxes: tuple[BoxAnswer, ...] | None, *, has_time: bool, needs_confirmation: bool
    ) -> Findings:
        """Return what answers are worth; the same answers are judged once."""
        answers = None if boxes is None else tuple([_answer(box) for box in boxes])
        asked = has_time, needs_confirmation, answers
        known = self.answered.get(asked)
        if known is None:
            if len(self.answered) >= _ONE_FORM_AT_MOST:
                self.answered.clear()  # values that nobody offered could be anything
            found = [
                self.boxes.finding(box, has_time=has_time, needs_confirmation=needs_confirmation)
                for box in boxes or ()
            ]
            grade = evidence.grade(self.notice, boxes, has_time=has_time)
            known = self.answered[asked] = Findings(found, [_kept(f) for f in found], grade)
        return known


def _answer(box: BoxAnswer) -> tuple[str, str | None, bool | None]:
    return box.key, box.raw, box.is_ticked


def _kept(finding: BoxFinding) -> dict[str, Any]:
    """Return what was found of one box, as it is kept on the lead."""
    meaning = finding.meaning
    return {
        "box": finding.key,
        "raw": finding.raw,
        "kind": finding.kind,
        "defect": finding.defect,
        "purpose": meaning.purpose if meaning else None,
        "channels": meaning.channels if meaning else (),
    }


class Preparer:
    """Prepares the submissions of one source; what depends on the form is done once a form."""

    def __init__(self, source: ConfiguredSource) -> None:
        """Start with no form seen."""
        self._region = source.region
        self._meanings = source.meanings
        self._forms: dict[int, _Form] = {}
        self._no_form = _Form(None, None, FormBoxes.of(None, source.meanings), FormScreen(None))
        self.notices: dict[NoticeId, Notice] = {}

    def prepare(self, submission: Submission, delivery: Delivery) -> Prepared:
        """Return what the policy says of a submission by itself."""
        notice, contact = submission.notice, submission.contact
        form = self._form(notice) if notice is not None else self._no_form
        given_at = submission.submitted_at
        submitted_at = given_at or delivery.received_at
        found, unusable = identity.identifiers(contact.emails, contact.phones, self._region)
        masking = form.screen.masking(submission.answers) if submission.answers else None
        prepared = Prepared(
            submission,
            delivery,
            form.notice_id,
            () if submission.is_test else found,
            form.findings(
                submission.boxes,
                has_time=given_at is not None,
                needs_confirmation=submission.needs_confirmation,
            ),
            submitted_at,
            _expiry(submission, submitted_at, delivery.received_at),
            (*submission.remarks, UNUSABLE_CONTACT) if unusable else submission.remarks,
        )
        return prepared if masking is None else _masked(prepared, masking)

    def notice_id(self, notice: Notice) -> NoticeId | None:
        """Return the id of a wording, and remember that it must be kept."""
        return self._form(notice).notice_id

    def _form(self, notice: Notice) -> _Form:
        # by identity: a page of leads shares one notice, and hashing its wording each time is dear
        known = self._forms.get(id(notice))
        if known is None or known.notice is not notice:
            notice_id = evidence.notice_id(notice)
            boxes = FormBoxes.of(notice, self._meanings)
            known = _Form(notice, notice_id, boxes, FormScreen(notice))
            self._forms[id(notice)] = known
            self.notices[notice_id] = notice
        return known


def _masked(prepared: Prepared, masking: Masking) -> Prepared:
    return prepared._replace(
        submission=prepared.submission._replace(answers=masking.answers),
        masking=masking,
    )


def _expiry(submission: Submission, submitted_at: datetime, received_at: datetime) -> datetime:
    """Return until when a submission is kept; a test lead is nobody's and goes after 30 days."""
    # a time that lies ahead of its arrival is wrong, and must not lengthen the keeping
    ends = retention.expires_at(min(submitted_at, received_at))
    return min(ends, retention.quarantine_until(received_at)) if submission.is_test else ends


def still_waiting(prepared: Prepared) -> Prepared:
    """Return a reading of a lead whose ticks had to be confirmed when they came.

    Whatever a later copy, or another configuration, says of them: only the confirmation makes a
    consent of them. Rule: EV-12. UK GDPR Art. 7(1).
    """
    found = [
        replace(each, kind=EventKind.ATTEMPTED, defect=BoxDefect.AWAITING_CONFIRMATION)
        if each.kind is EventKind.GIVEN
        else each
        for each in prepared.findings.found
    ]
    kept = Findings(found, [_kept(each) for each in found], prepared.grade)
    return prepared._replace(findings=kept)
