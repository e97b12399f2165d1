"""Make two records about one identifier into one, so that nothing is ever permitted by it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from policy.facts import (
    Facts,
    IndirectSource,
    Instruction,
    LeadFacts,
    ProcessorContract,
    RegisterCheck,
    Restriction,
    Subscriber,
)
from policy.periods import Period
from policy.places import EEA
from policy.vocabulary import Channel, PermissionEvent, SubscriberKind

T = TypeVar("T")
Moment = TypeVar("Moment", bound=date)
Key = tuple[Any, ...]
Ordered = tuple[object, ...]


def merged(one: Facts, other: Facts) -> Facts:
    """Return two records about the same identifier of one controller as one.

    Events and leads are united, and so is all that forbids: suppressions, restrictions, listed
    numbers, a refused line, erasure, death, the youngest day of birth. What permits stays only if
    both records say the same. Of two different leads with one id both stay, in conflict, so that no
    use reaches the person until somebody has looked. Holds and open requests are united too: they
    keep evidence and the person's rights, and permit the named claim and the answer only.

    So whatever the merged record allows, one of the two allowed alone, provided that each holds the
    leads that its own events came with, and that both know of the same holds and requests. In which
    order, and how often, records are merged makes no difference; the sequences come out in an order
    of their own. Rule: CON-5. UK GDPR Art. 5(1)(d), 25.

    Raises:
        ValueError: the agency is controller of the one and processor of the other.
    """
    if one.role is not other.role:
        raise ValueError(
            f"One record is held as {one.role}, the other as {other.role}. Cure: merge records of"
            " one controller only; nothing crosses from one controller to another."
        )
    return Facts(
        role=one.role,
        leads=_leads((*one.leads, *other.leads)),
        events=_united(one.events, other.events, _by_time),
        suppressed_since=_suppressions(one, other),
        restrictions=_united(one.restrictions, other.restrictions, _by_times),
        holds=_united(one.holds, other.holds, _by_times),
        access_requests=_united(one.access_requests, other.access_requests, _by_times),
        line_refused_since=_latest(one.line_refused_since, other.line_refused_since),
        erased_at=_earliest(one.erased_at, other.erased_at),
        died_at=_earliest(one.died_at, other.died_at),
        born_on=_latest(one.born_on, other.born_on),
        has_parental_authority=one.has_parental_authority and other.has_parental_authority,
        identifier_fits=one.identifier_fits and other.identifier_fits,
        has_platform_signals=one.has_platform_signals and other.has_platform_signals,
        subscriber=_subscriber(one.subscriber, other.subscriber),
        register_checks=_checks(one.register_checks, other.register_checks),
        assessment=_same(one.assessment, other.assessment),
        soft_opt_in=_same(one.soft_opt_in, other.soft_opt_in),
        charity_opt_in=_same(one.charity_opt_in, other.charity_opt_in),
        client_contract=_same(one.client_contract, other.client_contract),
        processor_contract=_contract(one.processor_contract, other.processor_contract),
    )


def _leads(leads: Iterable[LeadFacts]) -> tuple[LeadFacts, ...]:
    """Return each lead once; what is told of one id in two ways is in conflict."""
    told: dict[object, set[LeadFacts]] = {}
    for lead in leads:
        told.setdefault(lead.id, set()).add(lead)
    settled = {
        lead if len(versions) == 1 else replace(lead, has_identity_conflict=True)
        for versions in told.values()
        for lead in versions
    }
    return tuple(sorted(settled, key=_by_id))


def _suppressions(one: Facts, other: Facts) -> tuple[tuple[Channel | None, datetime], ...]:
    """Return the entries of both.

    A line has room for one refusal, and the later is kept there. The earlier counted for uses in
    between, so it stays as an entry for calls.
    """
    first = _earliest(one.line_refused_since, other.line_refused_since)
    is_told_twice = first != _latest(one.line_refused_since, other.line_refused_since)
    earlier = ((Channel.LIVE_CALL, first),) if first and is_told_twice else ()
    return _united((*one.suppressed_since, *earlier), other.suppressed_since, _by_scope)


def _checks(
    ones: Sequence[RegisterCheck], others: Sequence[RegisterCheck]
) -> tuple[RegisterCheck, ...]:
    """Return what found the number listed in either record, and what cleared it in both."""
    both = set(ones) & set(others)
    kept = {check for check in (*ones, *others) if check.is_listed or check in both}
    return tuple(sorted(kept, key=lambda c: (c.checked_at, c.register, c.is_listed)))


def _subscriber(one: Subscriber, other: Subscriber) -> Subscriber:
    """Return what both say; of two countries the one whose law asks for more."""
    if one == other:
        return one
    in_eea = sorted(EEA & {one.country, other.country})
    is_same = one.country == other.country
    return Subscriber(
        kind=one.kind if one.kind is other.kind else SubscriberKind.UNKNOWN,
        is_generic_mailbox=one.is_generic_mailbox and other.is_generic_mailbox,
        country=in_eea[0] if in_eea else _same(one.country, other.country),
        has_national_rule=is_same and one.has_national_rule and other.has_national_rule,
    )


def _contract(
    one: ProcessorContract | None, other: ProcessorContract | None
) -> ProcessorContract | None:
    """Return a client's contract with the instructions that both records know."""
    if one is None or other is None:
        return None
    if (one.reference, one.period) != (other.reference, other.period):
        return None
    kept = {each for each in one.instructions if each in other.instructions}
    return replace(one, instructions=tuple(sorted(kept, key=_by_reference)))


def _same(one: T | None, other: T | None) -> T | None:
    return one if one == other else None


def _earliest(one: Moment | None, other: Moment | None) -> Moment | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _latest(one: Moment | None, other: Moment | None) -> Moment | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _united(ones: Sequence[T], others: Sequence[T], order: Callable[[T], Key]) -> tuple[T, ...]:
    return tuple(sorted({*ones, *others}, key=order))


def _or_none(*values: object) -> Key:
    """Return what orders values of which some are None: those come first."""
    return tuple((value is not None, value or 0) for value in values)


def _by_times(times: Period | Restriction) -> Key:
    return _or_none(*times)


def _by_scope(entry: tuple[Channel | None, datetime]) -> Key:
    return _or_none(*entry)


def _by_time(event: PermissionEvent) -> Key:
    lead_id, until = event.lead_id, event.valid_until
    return (
        event.occurred_at,
        event.kind,
        event.purpose,
        *_or_none(event.channel, lead_id, event.basis, event.defect, event.box_key, until),
    )


def _by_id(lead: LeadFacts) -> Key:
    source = lead.indirect
    told = (getattr(source, field.name) for field in fields(IndirectSource)) if source else ()
    own = (getattr(lead, field.name) for field in fields(LeadFacts)[:9])
    return (
        *own,
        sorted(lead.special_category_fields),
        lead.has_special_condition,
        *_or_none(*told),
    )


def _by_reference(instruction: Instruction) -> Key:
    return (
        instruction.reference,
        *_or_none(*instruction.in_force),
        sorted(instruction.purposes),
        sorted(instruction.channels),
        sorted(instruction.recipients),
        instruction.covers_special_categories,
    )
