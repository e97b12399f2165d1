"""The end of a client's contract: what is owed by when, and when its data may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from policy.client_contract import ExitChoice
from policy.periods import Period
from policy.retention_duties import ExitDuty
from policy.retention_ends import RetentionFacts
from policy.retention_rules import DataClass

STILL_ARRIVING = timedelta(minutes=10)
"""What was on its way into the store when a package was begun may be missing in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitFacts:
    """How far the end of one contract is dealt with. Times are aware UTC.

    `ended_at` is the instant after the last day, `choice` what the client wants, None while it has
    not said. The others are when each was done, None if it was not.
    """

    ended_at: datetime
    exit_days: int
    choice: ExitChoice | None = None
    has_sub_processors: bool = False
    returned_at: datetime | None = None
    deleted_at: datetime | None = None
    sub_processors_done_at: datetime | None = None
    certified_at: datetime | None = None


def exit_due_at(facts: ExitFacts) -> datetime:
    """Return by when all must be done: so many days after the end. Rule: RET-19.

    UK GDPR Art. 28(3)(g); own rule for 30 days.
    """
    return facts.ended_at + timedelta(days=facts.exit_days)


def duties_done(facts: ExitFacts) -> frozenset[ExitDuty]:
    """Return which duties of a contract's end are done.

    A choice is carried out when the client has its data back, if it wanted that, and nothing is
    left here: also who only wanted it back leaves no copy. Rule: CNT-4. UK GDPR Art. 28(3)(g).
    """
    is_back = facts.choice is not None and (
        not facts.choice.is_returned or facts.returned_at is not None
    )
    done = {
        ExitDuty.CHOICE_RECORDED: facts.choice is not None,
        ExitDuty.CHOICE_CARRIED_OUT: is_back and facts.deleted_at is not None,
        ExitDuty.SUB_PROCESSORS_DONE: (
            not facts.has_sub_processors or facts.sub_processors_done_at is not None
        ),
        ExitDuty.CERTIFICATE_ISSUED: facts.certified_at is not None,
    }
    return frozenset(duty for duty, is_done in done.items() if is_done)


def may_certify(facts: ExitFacts) -> bool:
    """Say whether all but the certificate is done. Rule: CNT-4. UK GDPR Art. 5(2), 28(3)(g)."""
    return duties_done(facts) >= set(ExitDuty) - {ExitDuty.CERTIFICATE_ISSUED}


def deletable_until(facts: ExitFacts, now: datetime) -> datetime | None:
    """Return up to when what came may go, None while nothing may.

    Nothing goes before the contract's end and the client's choice, and nothing that the client
    wants back before it has it: what came after the package was begun, or shortly before, waits for
    another one. Rule: CNT-5. UK GDPR Art. 28(3)(g), 32(1)(b); own rule for ten minutes.
    """
    if facts.choice is None or now < facts.ended_at:
        return None
    if not facts.choice.is_returned:
        return now
    return None if facts.returned_at is None else facts.returned_at - STILL_ARRIVING


def skips_return(agreed: ExitChoice | None, facts: ExitFacts, chosen: ExitChoice) -> bool:
    """Say whether a choice would delete what the contract says goes back first, and has not yet.

    One word of a command is no client's instruction: what was agreed in writing is changed where it
    stands. Rule: CNT-5. UK GDPR Art. 28(3)(g).
    """
    is_owed = agreed is not None and agreed.is_returned and facts.returned_at is None
    return is_owed and not chosen.is_returned


def retention_facts(
    facts: ExitFacts,
    started_at: datetime,
    received_at: datetime,
    keeping: tuple[tuple[Period, ...], tuple[Period, ...]],
    ordered_at: datetime | None,
) -> RetentionFacts:
    """Return what is known of one record of a client when its deletion is asked for.

    It falls due with the days that the contract gives. It is due at once where the client has its
    data back and wanted the rest deleted, or wanted only that and somebody gave the order. Rules:
    CNT-5, RET-19. UK GDPR Art. 28(3)(g).

    Args:
        facts: how far the end is dealt with.
        started_at: the source's time of the record.
        received_at: when it came.
        keeping: the legal holds and the open requests on it.
        ordered_at: when somebody gave the order; None: nobody did, the clock alone counts.
    """
    served_at = None
    if facts.choice is ExitChoice.DELETE:
        served_at = ordered_at
    elif facts.choice is ExitChoice.RETURN_AND_DELETE:
        served_at = facts.returned_at
    holds, requests = keeping
    return RetentionFacts(
        data_class=DataClass.PROCESSOR_DATA,
        started_at=started_at,
        received_at=received_at,
        contract_ended_at=facts.ended_at,
        contract_exit=timedelta(days=facts.exit_days),
        client_served_at=served_at,
        holds=holds,
        open_requests=requests,
    )
