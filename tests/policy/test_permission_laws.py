"""Laws of the decision: what can never turn a denial into an allow, whatever else is known."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.facts import Facts, RegisterCheck, Restriction
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import (
    Channel,
    EventKind,
    LawfulBasis,
    Operation,
    PermissionEvent,
    Purpose,
    ReasonCode,
    Register,
    Role,
)
from tests.policy.asked_uses import MARKETING_USES, USES
from tests.policy.worlds import (
    BIRTHS,
    FACTS,
    OPT_OUTS,
    RESTRICTING,
    RESTRICTIONS,
    TIMES,
    events,
    laws,
)

T = TypeVar("T")
Change = Callable[[Facts, Any], Facts]


def with_event(known: Facts, added: PermissionEvent) -> Facts:
    return replace(known, events=(*known.events, added))


def with_opt_out(known: Facts, added: tuple[Channel | None, datetime]) -> Facts:
    return replace(known, suppressed_since=(*known.suppressed_since, added))


def with_restriction(known: Facts, added: Restriction) -> Facts:
    return replace(known, restrictions=(*known.restrictions, added))


def with_refused_line(known: Facts, since: datetime) -> Facts:
    return replace(known, line_refused_since=max(known.line_refused_since or since, since))


def with_death(known: Facts, at: datetime) -> Facts:
    return replace(known, died_at=min(known.died_at or at, at))


def with_erasure(known: Facts, at: datetime) -> Facts:
    return replace(known, erased_at=min(known.erased_at or at, at))


def with_younger_person(known: Facts, born_on: date) -> Facts:
    return replace(known, born_on=max(known.born_on or born_on, born_on))


def with_listed_number(known: Facts, check: RegisterCheck) -> Facts:
    return replace(known, register_checks=(*known.register_checks, check))


def with_identity_conflict(known: Facts, _: object) -> Facts:
    return replace(known, leads=[replace(lead, has_identity_conflict=True) for lead in known.leads])


def with_special_category(known: Facts, place: int) -> Facts:
    fields = frozenset({"remarks", "email"})
    return replace(
        known,
        leads=[
            replace(lead, special_category_fields=fields) if n == place else lead
            for n, lead in enumerate(known.leads)
        ],
    )


def drawn(*values: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


FORBIDDING: dict[str, tuple[Change, st.SearchStrategy[Any]]] = {
    **{kind.value: (with_event, events(kind)) for kind in RESTRICTING},
    "suppression": (with_opt_out, drawn(*OPT_OUTS)),
    "restriction": (with_restriction, drawn(*RESTRICTIONS)),
    "refused line": (with_refused_line, drawn(*TIMES)),
    "death": (with_death, drawn(*TIMES)),
    "erasure": (with_erasure, drawn(*TIMES)),
    "younger person": (with_younger_person, drawn(*BIRTHS)),
    "listed number": (
        with_listed_number,
        st.builds(RegisterCheck, drawn(*Register), drawn(*TIMES), st.just(True)),
    ),
    "identity conflict": (with_identity_conflict, st.none()),
    "special category": (with_special_category, st.integers(0, 2)),
}


@pytest.mark.parametrize("name", FORBIDDING)
def test_nothing_that_forbids_ever_turns_a_denial_into_an_allow(name: str) -> None:
    change, added = FORBIDDING[name]

    @laws
    @given(FACTS, USES, added)
    def law(known: Facts, asked: UseRequest, more: Any) -> None:
        if decide(asked, change(known, more)).is_allowed:
            assert decide(asked, known).is_allowed

    law()


@laws
@given(FACTS, USES, st.data())
def test_no_order_of_arrival_changes_a_decision(
    known: Facts, asked: UseRequest, data: st.DataObject
) -> None:
    def shuffled(sequence: Sequence[T]) -> Sequence[T]:
        return data.draw(st.permutations(sequence))

    contract = known.processor_contract
    arrived = replace(
        known,
        events=shuffled(known.events),
        leads=shuffled(known.leads),
        suppressed_since=shuffled(known.suppressed_since),
        restrictions=shuffled(known.restrictions),
        holds=shuffled(known.holds),
        access_requests=shuffled(known.access_requests),
        register_checks=shuffled(known.register_checks),
        processor_contract=contract
        and replace(contract, instructions=shuffled(contract.instructions)),
    )
    assert decide(asked, arrived) == decide(asked, known)


@laws
@given(FACTS, USES, st.data())
def test_what_is_known_twice_counts_once(
    known: Facts, asked: UseRequest, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(known.events), max_size=3)) if known.events else []
    twice = replace(
        known,
        events=(*known.events, *again),
        suppressed_since=(*known.suppressed_since, *known.suppressed_since),
        restrictions=(*known.restrictions, *known.restrictions),
        register_checks=(*known.register_checks, *known.register_checks),
    )
    assert decide(asked, twice) == decide(asked, known)


@laws
@given(FACTS, USES, events(EventKind.ATTEMPTED))
def test_a_tick_that_cannot_count_neither_permits_nor_takes_back(
    known: Facts, asked: UseRequest, added: PermissionEvent
) -> None:
    """Who was asked for consent is held to the answer: no other basis stands in (PERM-47)."""
    before = decide(asked, known)
    after = decide(asked, with_event(known, added))
    if after.is_allowed or before.basis is LawfulBasis.CONSENT:
        assert after == before


@laws
@given(FACTS, MARKETING_USES, st.sampled_from((None, *Channel)), st.sampled_from(RESTRICTING))
def test_an_opt_out_at_this_very_moment_ends_marketing_on_its_channel(
    known: Facts, asked: UseRequest, channel: Channel | None, kind: EventKind
) -> None:
    last = PermissionEvent(kind, asked.purpose, channel, asked.at)
    if channel in (None, asked.channel):
        assert not decide(asked, with_event(known, last)).is_allowed


@laws
@given(FACTS, MARKETING_USES, st.sampled_from(RESTRICTING), st.sampled_from(TIMES))
def test_after_an_opt_out_only_a_later_evidenced_consent_is_ever_allowed(
    known: Facts, asked: UseRequest, kind: EventKind, at: datetime
) -> None:
    """CON-3, PERM-14: withdrawal wins until a later consent whose proof is held."""
    if at > asked.at:
        return
    answered = decide(asked, with_event(known, PermissionEvent(kind, asked.purpose, None, at)))
    if answered.is_allowed:
        assert answered.basis is LawfulBasis.CONSENT
        assert answered.rests_on is not None
        assert answered.rests_on.occurred_at > at
        [bearing] = [lead for lead in known.leads if lead.id == answered.lead_id]
        assert bearing.is_wording_known
        assert bearing.has_source_time
        assert bearing.has_privacy_link or kind is not EventKind.OBJECTED
        assert bearing.indirect is None or kind is not EventKind.OBJECTED


@laws
@given(FACTS, MARKETING_USES, st.sampled_from(OPT_OUTS))
def test_what_is_suppressed_stays_so_until_a_later_consent_given_to_us(
    known: Facts, asked: UseRequest, added: tuple[Channel | None, datetime]
) -> None:
    """PERM-13, PERM-14."""
    channel, since = added
    answered = decide(asked, with_opt_out(known, added))
    if answered.is_allowed and channel in (None, asked.channel) and since <= asked.at:
        assert answered.basis is LawfulBasis.CONSENT
        assert answered.rests_on is not None
        assert answered.rests_on.occurred_at > since


@laws
@given(FACTS, USES)
def test_whether_somebody_is_suppressed_may_be_looked_up_whatever_is_known(
    known: Facts, asked: UseRequest
) -> None:
    """PERM-16: the one use that no opt-out, restriction or expiry stands against."""
    asked = replace(
        asked,
        purpose=Purpose.SUPPRESSION_CHECK,
        operation=Operation.USE,
        message=None,
        recipient=None,
        automated=None,
    )
    known = replace(known, role=Role.CONTROLLER, identifier_fits=True)
    assert decide(asked, known).reasons == (ReasonCode.OK_SUPPRESSION_CHECK,)
