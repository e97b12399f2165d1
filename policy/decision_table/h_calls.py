"""Group H, calls: the registers, what a line's holder said, and automated calls (PERM-62 to 69)."""

from datetime import datetime, timedelta

from policy.consent import consent_state
from policy.decision_table.c_opt_out import stands
from policy.decision_table.case import Case, Denials
from policy.decision_table.h_interest import interest
from policy.facts import RegisterCheck
from policy.london import london_date, midnight
from policy.vocabulary import Channel, Purpose, ReasonCode, Register, RegulatedCall

CHECK_GOOD_DAYS = 28
LISTED = {Register.TPS: ReasonCode.TPS_LISTED, Register.CTPS: ReasonCode.CTPS_LISTED}


def live_call(case: Case) -> Denials:
    """Yield what stands against a call by a person.

    Who agreed to our calls may be called though the number is listed (PERM-65), so the registers
    are asked of the others only.
    """
    if not case.state.is_given:
        yield from interest(case, "PERM-62")
        yield from _registers(case)
    refused_since = case.facts.line_refused_since
    if refused_since is not None and stands(case, refused_since):
        yield "PERM-67", ReasonCode.SUPPRESSED
    yield from _regulated(case)


def automated_call() -> Denials:
    """Yield that nothing but consent to automated calls permits them."""
    yield "PERM-68", ReasonCode.CONSENT_NOT_FOR_CHANNEL


def latest_checks(case: Case) -> dict[Register, RegisterCheck]:
    """Return the last check of each register up to the time that is asked about."""
    known = [check for check in case.facts.register_checks if check.checked_at <= case.use.at]
    # of two at one instant the one that found the number listed counts
    known.sort(key=lambda check: (check.checked_at, check.is_listed))
    return {check.register: check for check in known}


def check_ends(check: RegisterCheck) -> datetime:
    """Return when a check is too old: 28 whole days between London dates (PECR reg. 21(3))."""
    return midnight(london_date(check.checked_at) + timedelta(days=CHECK_GOOD_DAYS))


def _registers(case: Case) -> Denials:
    checks = latest_checks(case)
    is_fresh = [case.use.at < check_ends(check) for check in checks.values()]
    if len(is_fresh) < len(Register) or not all(is_fresh):
        yield "PERM-63", ReasonCode.TPS_CHECK_STALE
    listed = [
        register for register in Register if register in checks and checks[register].is_listed
    ]
    row = "PERM-66" if listed and _agreed_to_other_channels(case) else "PERM-64"
    for register in listed:
        yield row, LISTED[register]


def _agreed_to_other_channels(case: Case) -> bool:
    """Say whether a general consent to marketing stands that does not name calls."""
    events, at = case.facts.events, case.use.at
    marketing = Purpose.DIRECT_MARKETING
    others = (each for each in Channel if each is not Channel.LIVE_CALL)
    return any(consent_state(events, marketing, other, at).is_given for other in others)


def _regulated(case: Case) -> Denials:
    """Claims management needs consent to calls; pensions have conditions besides any consent."""
    message = case.use.message
    if message is None or message.regulated is None:
        return
    is_pension = message.regulated is RegulatedCall.PENSIONS
    is_met = message.meets_pension_conditions if is_pension else case.state.is_given
    if not is_met:
        yield "PERM-69", ReasonCode.CONSENT_MISSING
