"""Which step a case may take next; every refusal names the cure."""

from collections.abc import Callable, Collection, Mapping

from policy.errors import UsageError
from policy.london import london_date
from policy.rights.answer_flaws import require_answer, require_refusal
from policy.rights.case import Case, questions_of
from policy.rights.deadlines import deadlines
from policy.rights.extensions import extension_flaw, may_be_extended
from policy.rights.owed import Owed
from policy.rights.questions import Effect
from policy.rights.request import ExtensionNotice, QuestionAbout
from policy.rights.steps import CaseStep, RequestStatus, StepKind
from policy.rights.table import RIGHTS, DeadlineRule, may_ask_identity

_FOR_CLIENTS = frozenset({StepKind.PASSED_ON, StepKind.ACTED, StepKind.CLOSED})


def require_step(case: Case, step: CaseStep, left: Collection[Owed] = ()) -> None:
    """Refuse a step that makes no sense, or that the law does not know. Rule: CASE-2.

    UK GDPR Art. 12, 12A, 19, 21(3), 28(3)(e); DPA s. 164A.

    Args:
        case: as it stands.
        step: what is to be added to it.
        left: what is owed still, which only closing asks for.

    Raises:
        UsageError: with the reason and the cure; nothing is to be written.
    """
    if case.status is RequestStatus.CLOSED:
        raise UsageError("This case is closed. Cure: open a new one with `leadledger rights open`.")
    if step.at < case.received_at:
        raise UsageError(
            f"This would have been before the request came, on {case.received_at:%Y-%m-%d}."
            " Cure: give the true day."
        )
    if case.is_for_client and step.kind not in _FOR_CLIENTS:
        raise UsageError(
            "This is about a client's data, so the client decides and answers. Cure: give it to the"
            " client, then `leadledger rights pass-on`."
        )
    check = _CHECKS.get(step.kind)
    if check is not None:
        check(case, step)
    if step.kind is StepKind.CLOSED and left:
        raise UsageError(
            f"This case stays open, since something is owed: {', '.join(left)}."
            " Cure: `leadledger rights show` says of each what to do."
        )


def _require_question(case: Case, step: CaseStep) -> None:
    """Refuse a question that may not be asked. Rules: CASE-2, T-2, T-7.

    UK GDPR Art. 12(5), 12(6).
    """
    _require_untold(case)
    is_identity = step.about is QuestionAbout.IDENTITY
    if is_identity and not may_ask_identity(case.right, doubt_is_reasonable=True):
        raise UsageError(
            f"Who asks for {_name(case)} is never asked to show who they are. Cure: do what they"
            " ask."
        )
    can_charge = RIGHTS[case.right].deadline is DeadlineRule.ONE_MONTH
    if step.about is QuestionAbout.FEE and not can_charge:
        raise UsageError(f"There is never a fee for {_name(case)}. Cure: do what they ask.")
    if any(q.about is step.about and q.answered_at is None for q in questions_of(case.steps)):
        raise UsageError(
            "They were asked this already, and have not answered. Cure: when the answer comes,"
            " `leadledger rights heard`."
        )


def _require_open_question(case: Case, step: CaseStep) -> None:
    """Refuse an answer to what nobody asked; who they are somebody may show unasked.

    Rule: CASE-2. UK GDPR Art. 12(6).
    """
    open_ = [q for q in questions_of(case.steps) if q.about is step.about and q.answered_at is None]
    if not open_ and (step.about is not QuestionAbout.IDENTITY or case.is_identity_known):
        raise UsageError(
            "Nothing of this kind was asked that still waits. Cure: see `leadledger rights show`."
        )
    if any(q.asked_at > step.at for q in open_):
        raise UsageError("The answer would be older than its question. Cure: give the true day.")


_EXTENSION_CURES = {
    Effect.EXTENSION_WITHOUT_GROUND: "name the ground with --ground",
    Effect.EXTENSION_WITHOUT_REASONS: "say with --reasons what the person was told",
    Effect.EXTENSION_TOLD_TOO_LATE: "answer now, and record it; the first month is over",
}


def _require_extension(case: Case, step: CaseStep) -> None:
    """Refuse an extension that extends nothing. Rules: CASE-2, T-5. UK GDPR Art. 12A(3), 12A(4)."""
    _require_untold(case)
    if not may_be_extended(case.right):
        raise UsageError(
            f"There is no more time for {_name(case)}: it takes effect at once, or has a period of"
            " its own. Cure: answer it."
        )
    if case.of(StepKind.EXTENDED):
        raise UsageError("It was extended already, which can be done once. Cure: answer in time.")
    notice = ExtensionNotice(step.at, step.grounds, step.gives_reasons)
    for each in deadlines(case.request):
        # while a question waits, nobody knows yet until when notice may be given
        flaw = extension_flaw(notice, each.notice_by or london_date(step.at))
        if flaw is not None:
            until = f" (until {each.notice_by})" if each.notice_by else ""
            raise UsageError(
                f"This extends nothing: {flaw.replace('_', ' ')}{until}."
                f" Cure: {_EXTENSION_CURES[flaw]}."
            )


def _require_complaint(case: Case, _step: CaseStep) -> None:
    """Refuse to acknowledge what is no complaint, or was. Rules: CASE-2, T-11. DPA s. 164A."""
    if not case.is_complaint:
        raise UsageError(
            "Only a complaint is acknowledged. Cure: answer the request, with `leadledger rights"
            " answer`."
        )
    if case.acknowledged_at is not None:
        raise UsageError("It was acknowledged already. Cure: look into it, and answer it.")


def _require_client(case: Case, _step: CaseStep) -> None:
    """Refuse to pass on what is our own to answer. Rule: CASE-2. UK GDPR Art. 28(3)(e)."""
    if not case.is_for_client:
        raise UsageError("This is about data of our own: nobody else answers. Cure: answer it.")
    if case.of(StepKind.PASSED_ON):
        raise UsageError("It was passed on already. Cure: nothing; `leadledger rights close`.")


def _require_recipients(case: Case, _step: CaseStep) -> None:
    """Refuse to note a question that changes nothing. Rules: CASE-2, T-15. UK GDPR Art. 19."""
    if not RIGHTS[case.right].tells_recipients:
        raise UsageError(
            f"For {_name(case)} no recipient is told of anything. Cure: a copy of the data names"
            " who received it; open a request for access."
        )


def _require_untold(case: Case) -> None:
    if case.told_at is not None:
        raise UsageError(
            f"The person was told the outcome on {case.told_at:%Y-%m-%d}. Cure: see `leadledger"
            " rights show` for what is left."
        )


def _name(case: Case) -> str:
    return case.right.replace("_", " ")


_CHECKS: Mapping[StepKind, Callable[[Case, CaseStep], None]] = {
    StepKind.ASKED: _require_question,
    StepKind.HEARD: _require_open_question,
    StepKind.EXTENDED: _require_extension,
    StepKind.ACKNOWLEDGED: _require_complaint,
    StepKind.PASSED_ON: _require_client,
    StepKind.ASKED_RECIPIENTS: _require_recipients,
    StepKind.ANSWERED: require_answer,
    StepKind.REFUSED: require_refusal,
}
