"""What is left of a person after erasure or expiry, and what would count as anonymous."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from policy.retention_rules import DataClass
from policy.vocabulary import Purpose, Word

SMALLEST_GROUP = 10


class Remains(NamedTuple):
    """One thing that outlives erasure: the fields that it may hold, and what it is used for.

    Each is still personal data: a keyed digest is pseudonymous only while its key exists, and a
    random id may be joined to a lead that is still held (RET-12). So each is told of in an answer
    to an access request, and stands in the record of processing activities.
    """

    data_class: DataClass
    fields: frozenset[str]
    used_for: Purpose
    is_personal_data: bool
    is_told_on_access: bool
    is_in_record_of_processing: bool


WHAT_REMAINS: tuple[Remains, ...] = (
    Remains(
        DataClass.SUPPRESSION_ENTRY,
        frozenset({"controller_id", "digest", "key_id", "channel", "reason", "since"}),
        Purpose.SUPPRESSION_CHECK,
        is_personal_data=True,
        is_told_on_access=True,
        is_in_record_of_processing=True,
    ),
    Remains(
        DataClass.AUDIT_SKELETON,
        frozenset(
            {
                "controller_id", "record_id", "source_system", "form_version", "event_kind",
                "event_time", "decision_code", "lawful_basis", "leaf_hash",
            }
        ),
        Purpose.AUDIT,
        is_personal_data=True,
        is_told_on_access=True,
        is_in_record_of_processing=True,
    ),
)  # fmt: skip
"""All that remains: no name, address, number, free text or IP address. Rules: RET-11, RET-12.

UK GDPR Art. 4(1), 4(5), 5(2), 8A(3)(c), 17(3)(b), recital 26.
"""


def must_go(data_class: DataClass, fields: Iterable[str]) -> tuple[str, ...]:
    """Return the fields that may not outlive erasure, sorted: all of them, where nothing may.

    Rule: RET-11. UK GDPR Art. 5(2), 17(3)(b).
    """
    kept = {
        field for each in WHAT_REMAINS if each.data_class is data_class for field in each.fields
    }
    return tuple(sorted(set(fields) - kept))


class Identifiable(Word):
    """Why data is not anonymous: by one of these somebody could still be singled out."""

    KEY_HELD = "key_held"
    HASHED_IDENTIFIER = "hashed_identifier"
    FREE_TEXT = "free_text"
    RARE_COMBINATION = "rare_combination"
    SMALL_GROUP = "small_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymityFacts:
    """What was found out about data that is to be kept as anonymous. Not known counts against it.

    `smallest_group` is the number of people behind the smallest figure that is shown.
    """

    is_key_held: bool = True
    has_hashed_identifiers: bool = True
    has_free_text: bool = True
    has_rare_combinations: bool = True
    smallest_group: int = 0


def may_keep_as_anonymous(facts: AnonymityFacts) -> tuple[Identifiable, ...]:
    """Return what stands against keeping data as anonymous instead of deleting it; () if nothing.

    The hash of an e-mail address is no anonymisation: whoever has the address finds the hash.
    Groups of fewer than 10 people are suppressed. Rule: RET-24. UK GDPR recital 26; ICO guidance on
    anonymisation; own rule for 10.
    """
    found = {
        Identifiable.KEY_HELD: facts.is_key_held,
        Identifiable.HASHED_IDENTIFIER: facts.has_hashed_identifiers,
        Identifiable.FREE_TEXT: facts.has_free_text,
        Identifiable.RARE_COMBINATION: facts.has_rare_combinations,
        Identifiable.SMALL_GROUP: facts.smallest_group < SMALLEST_GROUP,
    }
    return tuple(reason for reason, stands in found.items() if stands)
