"""What happens in the case of a request: one step after the other, each only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from policy.errors import UsageError
from policy.london import london_date, midnight
from policy.rights.refusal_reasons import RefusalReason
from policy.rights.refusals import RefusalContent
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.vocabulary import Word


class RequestStatus(Word):
    """How far a request is."""

    OPEN = "open"
    ACTED = "acted"  # use has stopped, and the page said so
    FOR_CLIENT = "for_client"  # it is about a client's data: the client answers
    PASSED_ON = "passed_on"  # the client has it
    ACKNOWLEDGED = "acknowledged"  # a complaint: it is looked into, the outcome is owed
    ANSWERED = "answered"  # the person was told; recipients may still have to be
    CLOSED = "closed"


class StepKind(Word):
    """What one step is. `at` is always when it happened, not when it was written down."""

    TAKEN_IN = "taken_in"  # it came by letter, telephone and the like, and was written down
    SETTLED = "settled"  # use stopped on arrival, and the page said so there and then
    UNDER_EU_LAW = "under_eu_law"  # the person is in the EEA, so EU law applies beside ours
    ASKED = "asked"  # we asked the person something
    HEARD = "heard"  # the full answer came
    EXTENDED = "extended"  # the person was told that it takes longer, and why
    ACKNOWLEDGED = "acknowledged"  # the person was told that the complaint has come
    PASSED_ON = "passed_on"  # the client was told
    SEARCHED = "searched"  # where we looked
    ACTED = "acted"  # what was asked for was done in the store
    ASKED_RECIPIENTS = "asked_recipients"  # the person asks who received the data
    ANSWERED = "answered"  # the person was told the outcome
    REFUSED = "refused"  # the person was told that and why it is not done
    CLOSED = "closed"


class IntakeChannel(Word):
    """By which way a request came that somebody wrote down by hand."""

    LETTER = "letter"
    PHONE = "phone"
    IN_PERSON = "in_person"
    EMAIL = "email"
    SOCIAL_MEDIA = "social_media"
    OTHER = "other"


class Act(Word):
    """What was done in the store about a request."""

    MARKETING_STOPPED = "marketing_stopped"
    ERASED = "erased"
    RECTIFIED = "rectified"
    RESTRICTED = "restricted"
    USE_ENDED = "use_ended"  # another use that was objected to


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a case; what a kind does not have is at its default. `at` is aware.

    `text` is a few words that name nobody: where we looked, why we ask, why it takes longer.
    `is_whole`: all of what was asked for is done. `leads` are the leads that an act was about, by
    keys that name nobody once they are erased. `sha256` is that of the pack that was sent.
    """

    kind: StepKind
    at: datetime
    text: str = ""
    channel: IntakeChannel | None = None
    about: QuestionAbout | None = None
    is_justified: bool = False
    is_prompt: bool = False
    grounds: frozenset[ExtensionGround] = frozenset()
    gives_reasons: bool = False
    act: Act | None = None
    is_whole: bool = True
    leads: tuple[UUID, ...] = ()
    is_nothing_held: bool = False
    names_recipients: bool = False
    sha256: str | None = None
    reason: RefusalReason | None = None
    says: frozenset[RefusalContent] = frozenset()


def happened_at(day: date, known: Iterable[datetime], now: datetime) -> datetime:
    """Return the instant that a step of a London day counts from; only the day is typed.

    Today that is now. On an earlier day it is the last instant of that day that the case knows of,
    so that steps of one day keep the order in which they were written down; else the day's start.
    Rule: CASE-4. UK GDPR Art. 5(1)(d), 12(3).

    Args:
        day: the London date on which it happened.
        known: the receipt, and the times of the steps so far.
        now: aware.

    Raises:
        UsageError: the day has not come yet.
    """
    today = london_date(now)
    if day > today:
        raise UsageError(
            f"{day.isoformat()} has not come yet. Cure: give the day on which it happened."
        )
    if day == today:
        return max((now, *(each for each in known if london_date(each) == day)))
    return max((each for each in known if london_date(each) == day), default=midnight(day))
