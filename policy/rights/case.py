"""The case of a request: what its steps add up to, computed anew each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from policy.rights.complaints import ComplaintReplies, acknowledged_at
from policy.rights.deadlines import Deadline, deadline
from policy.rights.request import ExtensionNotice, Question, QuestionAbout, RightsRequest
from policy.rights.steps import Act, CaseStep, RequestStatus, StepKind
from policy.rights.table import RIGHTS, AtOnce, DeadlineRule, Right
from policy.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Case:
    """One request with its steps, in the order in which they were written down.

    `knows_identity`: it was established on arrival who asks, or need not be. The rest is computed.
    """

    right: Right
    received_at: datetime
    role: Role
    knows_identity: bool
    steps: Sequence[CaseStep] = ()

    @property
    def times(self) -> tuple[datetime, ...]:
        """Return the times that are known: of receipt, and of each step."""
        return (self.received_at, *(step.at for step in self.steps))

    def of(self, *kinds: StepKind) -> list[CaseStep]:
        """Return the steps of some kinds."""
        return [step for step in self.steps if step.kind in kinds]

    @property
    def shown_at(self) -> datetime | None:
        """Return when the person first showed who they are, None: by no step of the case."""
        heard = [s.at for s in self.of(StepKind.HEARD) if s.about is QuestionAbout.IDENTITY]
        return min(heard, default=None)

    @property
    def is_identity_known(self) -> bool:
        """Say whether it is established who asks, as far as it must be. Rule: T-7."""
        return self.knows_identity or self.shown_at is not None

    @property
    def is_complaint(self) -> bool:
        """Say whether it is a complaint."""
        return RIGHTS[self.right].deadline is DeadlineRule.ACKNOWLEDGED

    @property
    def is_for_client(self) -> bool:
        """Say whether it is about a client's data: the client answers."""
        return self.role is Role.PROCESSOR

    @property
    def is_under_eu_law(self) -> bool:
        """Say whether EU law applies as well. Rule: T-9."""
        return bool(self.of(StepKind.UNDER_EU_LAW))

    @property
    def acknowledged_at(self) -> datetime | None:
        """Return when a complaint was acknowledged; an outcome acknowledges too. Rule: T-11."""
        given = [step.at for step in self.of(StepKind.ACKNOWLEDGED)]
        told = [step.at for step in self.of(StepKind.ANSWERED)]
        replies = ComplaintReplies(min(given, default=None), min(told, default=None))
        return acknowledged_at(replies) if self.is_complaint else None

    @property
    def told_at(self) -> datetime | None:
        """Return when the person was told the outcome or a refusal, None: not yet.

        What was said before the last act told of something that had not happened. Rule: CASE-3.
        """
        acts = [step.at for step in self.of(StepKind.ACTED)]
        told = self.of(StepKind.ANSWERED, StepKind.REFUSED, StepKind.SETTLED)
        return min((s.at for s in told if s.at >= max(acts, default=s.at)), default=None)

    @property
    def request(self) -> RightsRequest:
        """Return the facts by which the deadline is counted. Rules: T-1 to T-16."""
        notices = [
            ExtensionNotice(step.at, step.grounds, step.gives_reasons)
            for step in self.of(StepKind.EXTENDED)
        ]
        return RightsRequest(
            self.right,
            self.received_at,
            self.role,
            questions_of(self.steps),
            notices,
            self.is_under_eu_law,
        )

    @property
    def deadline(self) -> Deadline:
        """Return the deadline that binds, with each step of its count."""
        return deadline(self.request)

    @property
    def status(self) -> RequestStatus:
        """Return how far it is. Rule: CASE-1. UK GDPR Art. 5(2), 12(3)."""
        if self.of(StepKind.CLOSED):
            return RequestStatus.CLOSED
        if self.is_for_client:
            is_passed_on = bool(self.of(StepKind.PASSED_ON))
            return RequestStatus.PASSED_ON if is_passed_on else RequestStatus.FOR_CLIENT
        if self.of(StepKind.SETTLED):
            return RequestStatus.ACTED
        if self.told_at is not None:
            return RequestStatus.ANSWERED
        is_acknowledged = self.acknowledged_at is not None
        return RequestStatus.ACKNOWLEDGED if is_acknowledged else RequestStatus.OPEN

    @property
    def due_on(self) -> date | None:
        """Return the London date by which the next thing is owed, None where no date can be said.

        That is while a question waits for its answer, and for the outcome of a complaint that was
        acknowledged, which is owed without undue delay. Rules: CASE-1, T-2, T-11. UK GDPR Art.
        12(3), 12A; DPA s. 164A.
        """
        if self.status is RequestStatus.ACKNOWLEDGED:
            return None
        return self.deadline.due

    @property
    def waiting_since(self) -> datetime | None:
        """Return when the oldest question was asked that keeps the case from having a day.

        None: it has a day, or none is kept from it by a question. Rules: CASE-1, T-2, T-6. UK GDPR
        Art. 12A(2), 12A(5).
        """
        waiting_for = self.deadline.waiting_for
        return min(
            (
                each.asked_at
                for each in questions_of(self.steps)
                if each.answered_at is None and each.about in waiting_for
            ),
            default=None,
        )


def first_steps(right: Right, role: Role, at: datetime, *, is_told: bool) -> list[CaseStep]:
    """Return the steps that a request has on arrival by itself: use has stopped, where it does.

    `is_told`: the person was told so there and then, by the page or a mail that could be read
    without doubt. Rules: CASE-1, T-10. UK GDPR Art. 7(3), 12(3), 21(3).
    """
    if RIGHTS[right].at_once is not AtOnce.USE_STOPS:
        return []
    is_settled = is_told and role is not Role.PROCESSOR
    if is_settled:
        return [CaseStep(StepKind.SETTLED, at)]
    return [CaseStep(StepKind.ACTED, at, act=Act.MARKETING_STOPPED)]


def questions_of(steps: Iterable[CaseStep]) -> list[Question]:
    """Return each question of a case with the answer that came first after it, if one did.

    An answer ends every question about the same thing that was open. Rules: CASE-1, T-2, T-6. UK
    GDPR Art. 12A.
    """
    questions: list[Question] = []
    for step in steps:
        if step.about is None:
            continue
        if step.kind is StepKind.ASKED:
            flags = step.is_justified, step.is_prompt
            questions.append(Question(step.about, step.at, None, *flags))
        elif step.kind is StepKind.HEARD:
            questions = [
                replace(each, answered_at=step.at)
                if each.about is step.about
                and each.answered_at is None
                and each.asked_at <= step.at
                else each
                for each in questions
            ]
    return questions
