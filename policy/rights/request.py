"""One request of a person, as the count of its deadline needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from policy.errors import UsageError
from policy.instants import in_utc
from policy.london import london_date
from policy.rights.table import Right
from policy.vocabulary import Role, Word

ARTICLE_12A_SINCE = date(2026, 2, 5)

# before the first, no such request could be made; after the second, no calendar is known
_FIRST, _LAST = datetime(2018, 5, 25, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


class RightsLaw(Word):
    """Which text a request is counted under.

    `UK_GDPR`: Art. 12A, for requests received on 5 February 2026 or later. It says itself that the
    month runs from identity information or a fee if these come later, and that the days of a
    question about the scope of an access request do not count, the first and the last included.

    `UK_GDPR_2018`: Art. 12(3) as it stood before. The same month and the same extension; but it
    counts from receipt, and both the later start and the pause are the regulator's practice. So the
    pause is read strictly: only the days after the asking, up to the answer, do not count.

    `EU_GDPR`: Art. 12(3) of Regulation (EU) 2016/679, for people in the EEA to whom the service is
    offered. One month from receipt; guidance lets questions suspend it if they are asked promptly,
    and is read as strictly. A fee moves nothing.
    """

    UK_GDPR = "uk_gdpr"
    UK_GDPR_2018 = "uk_gdpr_2018"
    EU_GDPR = "eu_gdpr"


class QuestionAbout(Word):
    """What we may have to ask before we can answer."""

    IDENTITY = "identity"  # of the person, or the authority of who asks for them
    FEE = "fee"  # the answer is its payment
    CLARIFICATION = "clarification"  # which information or processing the request is about


class ExtensionGround(Word):
    """The only two grounds on which the month may be extended (UK GDPR Art. 12A(3))."""

    COMPLEXITY = "complexity"
    NUMBER_OF_REQUESTS = "number_of_requests"


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the person, and when the full answer came (None: not yet). Aware instants.

    `is_justified`: a doubt about identity that is reasonable, a fee that the law lets us charge, or
    a clarification that is reasonably needed. `is_prompt`: asked without undue delay, which only
    EU law makes a condition. Whoever asks decides on both and answers for it; what nobody stated
    moves no deadline.
    """

    about: QuestionAbout
    asked_at: datetime
    answered_at: datetime | None = None
    is_justified: bool = False
    is_prompt: bool = False


@dataclass(frozen=True, slots=True)
class ExtensionNotice:
    """One notice to the person that the answer will take longer. An aware instant.

    `grounds` are those that apply; `gives_reasons` says that the notice states why.
    """

    given_at: datetime
    grounds: frozenset[ExtensionGround] = frozenset()
    gives_reasons: bool = False


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """One request, with what was asked and told since.

    `received_at` is the instant of arrival at any of our channels, read or not. `role` is what we
    are for the data that it is about. `is_under_eu_law`: the person is in the EEA and the service
    is offered to them there, so that EU law applies beside that of the UK.

    Raises:
        UsageError: a time has no zone or cannot be, or an answer comes before its question, or a
            question or notice before the request.
    """

    right: Right
    received_at: datetime
    role: Role
    questions: Sequence[Question] = ()
    extension_notices: Sequence[ExtensionNotice] = ()
    is_under_eu_law: bool = False

    def __post_init__(self) -> None:
        """Refuse facts that no calendar can count."""
        received = _possible(self.received_at, "The time of receipt")
        for question in self.questions:
            asked = _not_before(
                received, "the request", question.asked_at, f"The question of {question.about}"
            )
            if question.answered_at is not None:
                _not_before(
                    asked, "its question", question.answered_at, f"The answer on {question.about}"
                )
        for notice in self.extension_notices:
            _not_before(received, "the request", notice.given_at, "The notice of extension")


def law_at(received_at: datetime) -> RightsLaw:
    """Return the text of the UK that a request is counted under, by its London date of receipt.

    Rule: T-16. UK GDPR Art. 12(3), 12A (inserted by DUAA s. 76, in force from 5 February 2026).

    Raises:
        UsageError: the time has no zone.
    """
    is_new = london_date(in_utc(received_at, "The time of receipt")) >= ARTICLE_12A_SINCE
    return RightsLaw.UK_GDPR if is_new else RightsLaw.UK_GDPR_2018


def _possible(at: datetime, what: str) -> datetime:
    given = in_utc(at, what)
    if not _FIRST <= given < _LAST:
        raise UsageError(
            f"{what} is {given.isoformat()}, not between {_FIRST.year} and {_LAST.year}. "
            f"Cure: give the true date."
        )
    return given


def _not_before(earliest: datetime, first: str, at: datetime, what: str) -> datetime:
    given = _possible(at, what)
    if given < earliest:
        raise UsageError(
            f"{what} is of {given.isoformat()}, before {first}, which is of "
            f"{earliest.isoformat()}. Cure: correct one of the two times."
        )
    return given
