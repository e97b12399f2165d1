"""Group E: children, and what is said of health, belief and the like (PERM-25 to PERM-29)."""

from datetime import MAXYEAR, date

from policy.decision_table.b_processor import instructions_in_force
from policy.decision_table.case import Case, Denials
from policy.london import london_date
from policy.places import EEA
from policy.vocabulary import Operation, ReasonCode, Role

ADULT_AGE = 18
CONSENT_AGE_UK = 13
CONSENT_AGE_EEA = 16
"""Member states may set 13 to 16 (EU GDPR Art. 8(1)); the strictest is taken."""


def person(case: Case) -> Denials:
    """Yield what the person's age, or the nature of the data, forbids."""
    if case.facts.born_on is not None:
        yield from _age(case, case.facts.born_on)
    # what is masked and excluded leaves the other fields usable (PERM-28)
    if _uses_special_category(case) and not _has_special_condition(case):
        yield "PERM-27", ReasonCode.SPECIAL_CATEGORY_NO_CONDITION
    if case.use.special_category_score and case.is_marketing:
        yield "PERM-29", ReasonCode.SPECIAL_CATEGORY_NO_CONDITION


def _age(case: Case, born_on: date) -> Denials:
    today = london_date(case.use.at)
    age_of_consent = CONSENT_AGE_EEA if case.facts.subscriber.country in EEA else CONSENT_AGE_UK
    is_child = today < birthday(born_on, age_of_consent)
    if case.relies_on_consent and is_child and not case.facts.has_parental_authority:
        yield "PERM-25", ReasonCode.MINOR
    if case.is_marketing or case.use.operation is Operation.PROFILE:
        given = case.state.latest if case.is_marketing and case.state.is_given else None
        acted_on = london_date(given.occurred_at) if given else today
        if min(today, acted_on) < birthday(born_on, ADULT_AGE):
            yield "PERM-26", ReasonCode.MINOR


def birthday(born_on: date, age: int) -> date:
    """Return the day on which an age is reached; of 29 February, 1 March in common years."""
    if born_on.year + age > MAXYEAR:
        return date.max
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def _uses_special_category(case: Case) -> bool:
    if case.lead is None or not case.lead.special_category_fields:
        return False
    fields = case.use.fields
    return fields is None or not fields.isdisjoint(case.lead.special_category_fields)


def _has_special_condition(case: Case) -> bool:
    """A controller needs a condition of Art. 9 or 10, a processor an instruction that covers it."""
    if case.facts.role is Role.PROCESSOR:
        return any(each.covers_special_categories for each in instructions_in_force(case))
    return case.lead is not None and case.lead.has_special_condition
