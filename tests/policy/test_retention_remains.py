"""What outlives erasure, and what would count as anonymous."""

from dataclasses import fields, replace

import pytest

from models.permission import Suppression
from policy.retention_remains import (
    WHAT_REMAINS,
    AnonymityFacts,
    Identifiable,
    may_keep_as_anonymous,
    must_go,
)
from policy.retention_rules import DataClass
from policy.vocabulary import Purpose


def test_a_suppression_entry_and_an_audit_skeleton_remain_and_nothing_else() -> None:
    """Rule: RET-11."""
    assert [(each.data_class, each.used_for) for each in WHAT_REMAINS] == [
        (DataClass.SUPPRESSION_ENTRY, Purpose.SUPPRESSION_CHECK),
        (DataClass.AUDIT_SKELETON, Purpose.AUDIT),
    ]


def test_what_remains_is_still_personal_data_and_is_told_of() -> None:
    """Rule: RET-12."""
    for each in WHAT_REMAINS:
        assert each.is_personal_data
        assert each.is_told_on_access
        assert each.is_in_record_of_processing


def test_the_suppression_list_holds_just_what_may_remain() -> None:
    """Rule: RET-11."""
    columns = set(Suppression.model_fields)
    assert must_go(DataClass.SUPPRESSION_ENTRY, columns) == ()
    assert {each.fields for each in WHAT_REMAINS[:1]} == {frozenset(columns)}


def test_a_skeleton_holds_ids_kinds_times_codes_and_its_place_in_the_chain() -> None:
    """Rule: RET-11."""
    assert WHAT_REMAINS[1].fields == {
        "controller_id",
        "record_id",
        "source_system",
        "form_version",
        "event_kind",
        "event_time",
        "decision_code",
        "lawful_basis",
        "leaf_hash",
    }


@pytest.mark.parametrize("each", WHAT_REMAINS, ids=lambda each: each.data_class)
@pytest.mark.parametrize("field", ["name", "email", "phone", "answer", "ip_address", "user_agent"])
def test_no_name_address_number_free_text_or_ip_address_remains(each: object, field: str) -> None:
    """Rule: RET-11."""
    assert each in WHAT_REMAINS
    for remains in WHAT_REMAINS:
        assert must_go(remains.data_class, {field, *remains.fields}) == (field,)


def test_of_any_other_class_nothing_remains() -> None:
    """Rule: RET-11."""
    assert must_go(DataClass.MARKETING_LEAD, ["reason", "digest"]) == ("digest", "reason")


ANONYMOUS = AnonymityFacts(
    is_key_held=False,
    has_hashed_identifiers=False,
    has_free_text=False,
    has_rare_combinations=False,
    smallest_group=10,
)


def test_data_without_any_way_back_may_be_kept_as_anonymous() -> None:
    """Rule: RET-24."""
    assert may_keep_as_anonymous(ANONYMOUS) == ()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(ANONYMOUS, is_key_held=True), Identifiable.KEY_HELD),
        (replace(ANONYMOUS, has_hashed_identifiers=True), Identifiable.HASHED_IDENTIFIER),
        (replace(ANONYMOUS, has_free_text=True), Identifiable.FREE_TEXT),
        (replace(ANONYMOUS, has_rare_combinations=True), Identifiable.RARE_COMBINATION),
        (replace(ANONYMOUS, smallest_group=9), Identifiable.SMALL_GROUP),
    ],
)
def test_one_way_back_is_enough_to_be_not_anonymous(
    facts: AnonymityFacts, reason: Identifiable
) -> None:
    """Rule: RET-24."""
    assert may_keep_as_anonymous(facts) == (reason,)


def test_what_nobody_looked_into_is_not_anonymous() -> None:
    """Rule: RET-24."""
    assert may_keep_as_anonymous(AnonymityFacts()) == tuple(Identifiable)
    assert len(fields(AnonymityFacts)) == len(Identifiable)
