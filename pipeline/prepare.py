"""Work out what needs no store about a submission: identifiers, findings, grade, dates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Delivery, Submission
from pipeline.settings import ConfiguredSource
from policy import evidence, identity, retention
from policy.evidence import BoxFinding, FormBoxes
from policy.vocabulary import Grade, Identifier, Notice, NoticeId

UNUSABLE_CONTACT = "unusable_contact"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission with what the policy says of it by itself."""

    submission: Submission
    delivery: Delivery
    notice_id: NoticeId | None
    identifiers: tuple[Identifier, ...]
    findings: Sequence[BoxFinding]
    grade: Grade
    submitted_at: datetime
    expires_at: datetime
    remarks: Sequence[str] = field(default=())

    @property
    def external_id(self) -> str:
        """Return the source's own id of the submission."""
        return self.submission.external_id


class Preparer:
    """Prepares the submissions of one source; what depends on the form is done once a form."""

    def __init__(self, source: ConfiguredSource) -> None:
        """Start with no form seen."""
        self._source = source
        self._forms: dict[int, tuple[Notice, NoticeId, FormBoxes]] = {}
        self.notices: dict[NoticeId, Notice] = {}

    def prepare(self, submission: Submission, delivery: Delivery) -> Prepared:
        """Return what the policy says of a submission by itself."""
        notice_id, boxes = self._form(submission)
        has_time = submission.submitted_at is not None
        submitted_at = submission.submitted_at or delivery.received_at
        found, unusable = identity.identifiers(
            submission.contact.emails, submission.contact.phones, self._source.region
        )
        findings = [boxes.finding(answer, has_time=has_time) for answer in submission.boxes or ()]
        return Prepared(
            submission=submission,
            delivery=delivery,
            notice_id=notice_id,
            identifiers=() if submission.is_test else found,
            findings=findings,
            grade=evidence.grade(submission.notice, submission.boxes, has_time=has_time),
            submitted_at=submitted_at,
            expires_at=_expiry(submission, submitted_at, delivery.received_at),
            remarks=(*submission.remarks, UNUSABLE_CONTACT) if unusable else submission.remarks,
        )

    def _form(self, submission: Submission) -> tuple[NoticeId | None, FormBoxes]:
        if submission.notice is None:
            return None, FormBoxes.of(None, self._source.meanings)
        return self._known_form(submission.notice)[1:]

    def notice_id(self, notice: Notice) -> NoticeId:
        """Return the id of a wording, and remember that it must be kept."""
        return self._known_form(notice)[1]

    def _known_form(self, notice: Notice) -> tuple[Notice, NoticeId, FormBoxes]:
        # by identity: a page of leads shares one notice, and hashing its wording each time is dear
        known = self._forms.get(id(notice))
        if known is None or known[0] is not notice:
            boxes = FormBoxes.of(notice, self._source.meanings)
            known = self._forms[id(notice)] = (notice, evidence.notice_id(notice), boxes)
            self.notices[known[1]] = notice
        return known


def _expiry(submission: Submission, submitted_at: datetime, received_at: datetime) -> datetime:
    """Return until when a submission is kept; a test lead is nobody's and goes after 30 days."""
    ends = retention.expires_at(submitted_at)
    return min(ends, retention.quarantine_until(received_at)) if submission.is_test else ends
