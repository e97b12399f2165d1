"""What a person may ask for, and what each request is entitled to, as one table."""

from datetime import datetime, timedelta
from typing import NamedTuple

from policy.instants import in_utc
from policy.vocabulary import Word


class Right(Word):
    """What somebody asks of a controller. Neither of the interchange formats has all of these."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION_TO_MARKETING = "objection_to_marketing"
    OBJECTION_TO_OTHER_USE = "objection_to_other_use"  # based on legitimate interests
    PORTABILITY = "portability"
    WITHDRAWAL_OF_CONSENT = "withdrawal_of_consent"
    ONE_CLICK_UNSUBSCRIBE = "one_click_unsubscribe"
    COMPLAINT = "complaint"
    AUTOMATED_DECISION = "automated_decision"


class IdentityCheck(Word):
    """How sure we must be who asks."""

    NEVER = "never"  # no proof, login or reason is ever asked for
    LIGHT = "light"  # a request from the address or number that we hold is usually enough
    PROPORTIONATE = "proportionate"  # as much as the harm of telling the wrong person asks for


class DeadlineRule(Word):
    """Which period a request starts."""

    ONE_MONTH = "one_month"  # may be extended, and refused with reasons (T-3, T-5, T-8)
    AT_ONCE = "at_once"  # done on receipt; confirmed within the month, never put off (T-10)
    ACKNOWLEDGED = "acknowledged"  # 30 days to acknowledge; looked into from receipt (T-11)


class AtOnce(Word):
    """What happens the moment that a request arrives."""

    NOTHING = "nothing"
    USE_STOPS = "use_stops"
    USE_IS_RESTRICTED = "use_is_restricted"  # until our grounds have been weighed


class RightFacts(NamedTuple):
    """What one right is entitled to.

    `may_be_clarified`: a question about its scope may pause the month. `tells_recipients`: each
    recipient must be told when it is done. `source`: the articles.
    """

    identity: IdentityCheck
    deadline: DeadlineRule
    at_once: AtOnce
    may_be_clarified: bool
    tells_recipients: bool
    source: str


_NEVER, _LIGHT, _PROPER = IdentityCheck.NEVER, IdentityCheck.LIGHT, IdentityCheck.PROPORTIONATE
_MONTH, _NOW, _30_DAYS = DeadlineRule.ONE_MONTH, DeadlineRule.AT_ONCE, DeadlineRule.ACKNOWLEDGED
_NOTHING, _STOP, _RESTRICT = AtOnce.NOTHING, AtOnce.USE_STOPS, AtOnce.USE_IS_RESTRICTED

DELAYS_DELETION = (Right.ACCESS, Right.PORTABILITY, Right.COMPLAINT)
"""While such a request is open, what it is about is not deleted (DPA s. 173). Rule: RET-16."""

# fmt: off
RIGHTS: dict[Right, RightFacts] = {
    #                               identity  deadline  at once   clarified tells recipients
    Right.ACCESS: RightFacts(
                                    _PROPER, _MONTH,   _NOTHING,  True,  False,
                                    "UK GDPR Art. 12, 12A, 15"),
    Right.RECTIFICATION: RightFacts(
                                    _PROPER, _MONTH,   _NOTHING,  False, True,
                                    "UK GDPR Art. 16, 18(1)(a), 19"),
    Right.ERASURE: RightFacts(
                                    _LIGHT,  _MONTH,   _NOTHING,  False, True,
                                    "UK GDPR Art. 17, 19"),
    Right.RESTRICTION: RightFacts(
                                    _LIGHT,  _MONTH,   _NOTHING,  False, True,
                                    "UK GDPR Art. 18, 19"),
    Right.OBJECTION_TO_MARKETING: RightFacts(
                                    _NEVER,  _NOW,     _STOP,     False, False,
                                    "UK GDPR Art. 12(3), 21(2), 21(3)"),
    Right.OBJECTION_TO_OTHER_USE: RightFacts(
                                    _LIGHT,  _MONTH,   _RESTRICT, False, False,
                                    "UK GDPR Art. 18(1)(d), 21(1)"),
    Right.PORTABILITY: RightFacts(
                                    _PROPER, _MONTH,   _NOTHING,  False, False,
                                    "UK GDPR Art. 20"),
    Right.WITHDRAWAL_OF_CONSENT: RightFacts(
                                    _NEVER,  _NOW,     _STOP,     False, False,
                                    "UK GDPR Art. 7(3), 17(1)(b)"),
    Right.ONE_CLICK_UNSUBSCRIBE: RightFacts(
                                    _NEVER,  _NOW,     _STOP,     False, False,
                                    "RFC 8058; UK GDPR Art. 7(3), 21(3)"),
    Right.COMPLAINT: RightFacts(
                                    _NEVER,  _30_DAYS, _NOTHING,  False, False,
                                    "DPA s. 164A"),
    Right.AUTOMATED_DECISION: RightFacts(
                                    _PROPER, _MONTH,   _NOTHING,  False, False,
                                    "UK GDPR Art. 22A to 22C; EU GDPR Art. 22"),
}
# fmt: on
"""The rights, one row each. Rules: T-6, T-7, T-10, T-11, T-15."""

ONE_CLICK_HOURS = 48


def may_ask_identity(right: Right, *, doubt_is_reasonable: bool) -> bool:
    """Say whether the person may be asked who they are before the request is dealt with.

    For any right, but in reasonable doubt only; and never for an objection to direct marketing, a
    withdrawal, an unsubscribe or a complaint. Rule: T-7. UK GDPR Art. 12(6), 21(3), 7(3).
    """
    return doubt_is_reasonable and RIGHTS[right].identity is not IdentityCheck.NEVER


def effective_at(right: Right, received_at: datetime) -> datetime | None:
    """Return the UTC instant from which use stops or is restricted, None where nothing does.

    That is the arrival itself: the answer may take its month, the effect may not. Rule: T-10. UK
    GDPR Art. 7(3), 18(1)(d), 21(3).

    Raises:
        UsageError: the time has no zone.
    """
    arrived = in_utc(received_at, "The time of receipt")
    return None if RIGHTS[right].at_once is AtOnce.NOTHING else arrived


def one_click_honoured_by(received_at: datetime) -> datetime:
    """Return the UTC instant by which mailbox providers expect a one-click request honoured.

    Theirs is an expectation of senders, 48 elapsed hours; here the request counts from receipt, see
    `effective_at`. Rule: T-10. UK GDPR Art. 21(3); RFC 8058.

    Raises:
        UsageError: the time has no zone.
    """
    return in_utc(received_at, "The time of receipt") + timedelta(hours=ONE_CLICK_HOURS)
