"""Group D: restriction, and the time of keeping (PERM-17 to PERM-24)."""

from datetime import datetime

from policy.decision_table.case import Case, Denials, is_any_in_force
from policy.facts import Restriction
from policy.vocabulary import Operation, Purpose, ReasonCode


def keeping(case: Case) -> Denials:
    """Yield what restriction and expiry forbid.

    A legal hold blocks deletion and grants no use of its own (PERM-24).
    """
    if case.facts.restrictions:
        yield from _restriction(case)
    if case.is_expired:
        yield from _expiry(case)


def _restriction(case: Case) -> Denials:
    at = case.use.at
    known = [each for each in case.facts.restrictions if not _is_exempt(case, each)]
    if any(each.since <= at and _is_on(each, at) for each in known):
        yield "PERM-18", ReasonCode.RESTRICTED
    if any(each.since <= at and not _is_on(each, at) and _is_untold(each, at) for each in known):
        yield "PERM-19", ReasonCode.RESTRICTED


def _expiry(case: Case) -> Denials:
    purpose = case.use.purpose
    if purpose is Purpose.RIGHTS_HANDLING and has_open_request(case):
        return  # PERM-22, and PERM-83 beside a hold
    if not case.is_held:
        yield "PERM-23", ReasonCode.EXPIRED_RETENTION
    elif purpose is not Purpose.LEGAL_CLAIM:  # PERM-20
        yield "PERM-21", ReasonCode.LEGAL_HOLD_ONLY


def _is_exempt(case: Case, restriction: Restriction) -> bool:
    """Storage, legal claims, and what the person agreed to after the restriction (PERM-17)."""
    if case.use.operation is Operation.STORE or case.use.purpose is Purpose.LEGAL_CLAIM:
        return True
    if case.use.purpose is Purpose.RIGHTS_HANDLING:
        return has_open_request(case)
    given = case.state.latest if case.is_marketing and case.state.is_given else None
    return given is not None and given.occurred_at > restriction.since


def _is_on(restriction: Restriction, at: datetime) -> bool:
    return restriction.lifted_at is None or at < restriction.lifted_at


def _is_untold(restriction: Restriction, at: datetime) -> bool:
    return restriction.told_at is None or at < restriction.told_at


def is_restricted(case: Case) -> bool:
    """Say whether a restriction is on, or was lifted without the person's being told."""
    at = case.use.at
    return any(
        each.since <= at and (_is_on(each, at) or _is_untold(each, at))
        for each in case.facts.restrictions
    )


def has_open_request(case: Case) -> bool:
    """Say whether the person's request for access, portability or a complaint is open."""
    return is_any_in_force(case.facts.access_requests, case.use.at)
