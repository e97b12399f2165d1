"""What is missing before a lawful basis, or the permission for a channel, counts (rules BAS-3 ff.).

Each function names what is missing; an empty answer means that all of it is held. What the decision
table answers by itself (an objection, the age of a register check) is not asked again here.
`policy/consent_evidence.py` does the same for consent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from policy.facts import (
    Assessment,
    CharitySoftOptIn,
    ClientContract,
    IndirectSource,
    ProcessorContract,
    RegisterCheck,
    SoftOptIn,
)
from policy.missing import Missing, missing
from policy.uses import LegalDuty
from policy.vocabulary import Channel, LawfulBasis, Purpose, Register

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_NEED_SCHEDULE_1 = frozenset("bghij")
_NEED_POLICY_DOCUMENT = frozenset("bg")
_CONDITIONS = frozenset("abcdefghij")


def of_contract(contract: ClientContract | None, at: datetime) -> tuple[Missing, ...]:
    """Name what a contract with the person lacks at an instant (aware).

    Needed: which contract or request, the step that the person asked for, why the data is
    necessary, and that it is running. Rule: BAS-3. UK GDPR Art. 6(1)(b).
    """
    if contract is None:
        return (Missing.CONTRACT,)
    return missing(
        (
            (Missing.CONTRACT_REFERENCE, contract.reference.strip()),
            (Missing.CONTRACT_STEP, contract.step_asked_for.strip()),
            (Missing.CONTRACT_NECESSITY, contract.necessity.strip()),
            (Missing.CONTRACT_IN_FORCE, contract.period.covers(at)),
        )
    )


def of_legal_duty(duty: LegalDuty | None, on: date) -> tuple[Missing, ...]:
    """Name what a legal duty, or a recognised interest, lacks on a day (London).

    A duty needs its enactment or order, scope, date, and who decided (rule BAS-4, UK GDPR Art.
    6(1)(c), 6(3)); a recognised interest its condition of Annex 1 and why the use is necessary
    (rule BAS-5, UK GDPR Art. 6(1)(ea), 6(5)). Either needs who asked, and all of this is asked of
    both: more is never less safe. No other basis can be a duty.
    """
    if duty is None:
        return (Missing.LEGAL_DUTY,)
    is_duty = duty.basis is LawfulBasis.LEGAL_OBLIGATION
    is_interest = duty.basis is LawfulBasis.RECOGNISED_INTEREST
    reference = Missing.ANNEX_1_CONDITION if is_interest else Missing.ENACTMENT
    return missing(
        (
            (Missing.DUTY_BASIS, is_duty or is_interest),
            (reference, duty.reference.strip()),
            (Missing.DUTY_SCOPE, duty.scope.strip()),
            (Missing.DUTY_DATE, duty.dated is not None and duty.dated <= on),
            (Missing.REQUESTER, duty.requester.strip()),
            (Missing.DUTY_APPROVER, duty.approver.strip()),
            (Missing.DUTY_NECESSITY, duty.necessity.strip()),
        )
    )


def of_assessment(
    assessment: Assessment | None, purpose: Purpose, channel: Channel, on: date
) -> tuple[Missing, ...]:
    """Name what a legitimate interests assessment lacks, for a use on a day (London).

    `review_by` is the first day on which it no longer counts. Rule: BAS-6. UK GDPR Art. 5(2),
    6(1)(f), 13(1)(d), 21(4); ICO guidance on legitimate interests.
    """
    if assessment is None:
        return (Missing.ASSESSMENT,)
    dated, review_by = assessment.dated, assessment.review_by
    return missing(
        (
            (Missing.ASSESSMENT_REFERENCE, assessment.reference.strip()),
            (Missing.ASSESSMENT_VERSION, assessment.version.strip()),
            (Missing.ASSESSMENT_DATE, dated is not None and dated <= on),
            (Missing.ASSESSMENT_IN_DATE, review_by is not None and on < review_by),
            (Missing.ASSESSMENT_APPROVER, assessment.approver.strip()),
            (Missing.ASSESSMENT_PASSED, assessment.is_passed),
            (Missing.ASSESSMENT_PURPOSE, purpose in assessment.purposes),
            (Missing.ASSESSMENT_CHANNEL, channel in assessment.channels),
            (Missing.NOTICE_OF_INTEREST, assessment.notice_names_interest),
            (Missing.RIGHT_TO_OBJECT, assessment.shows_right_to_object),
        )
    )


def of_soft_opt_in(soft: SoftOptIn) -> tuple[Missing, ...]:
    """Name what the record of a sale, or of talks about one, lacks.

    Whether we collected the details, and whether refusal was offered, are conditions that the
    decision table answers by their own rows. Rule: BAS-7. PECR reg. 22(3).
    """
    return missing(
        (
            (Missing.SALE_REFERENCE, soft.reference.strip()),
            (Missing.SALE_DATE, soft.dated),
            (Missing.SALE_PRODUCT, soft.product.strip()),
        )
    )


def of_charity(charity: CharitySoftOptIn) -> tuple[Missing, ...]:
    """Name what the record of somebody's interest in a charity lacks.

    Rule: BAS-7. PECR reg. 22(3A).
    """
    return missing(
        (
            (Missing.SUPPORT_REFERENCE, charity.reference.strip()),
            (Missing.SUPPORT_DATE, charity.obtained_on),
        )
    )


@dataclass(frozen=True, slots=True)
class TelephoneEvidence:
    """What is held of a number that may be called (PECR reg. 21, 26).

    `number` is in E.164; `refuses_calls` is our own do-not-call state (None: nobody looked).
    """

    number: str
    checks: Sequence[RegisterCheck]
    refuses_calls: bool | None


def of_telephone(telephone: TelephoneEvidence, at: datetime) -> tuple[Missing, ...]:
    """Name what is missing before a number may be called at an instant (aware).

    A check of each register that was made by then, the number as it is dialled from abroad, and our
    own do-not-call state. How old a check may be, and what its result means, is for the decision
    table. Rule: BAS-8. PECR reg. 21, 24, 26.
    """
    checked = {check.register for check in telephone.checks if check.checked_at <= at}
    return missing(
        (
            (Missing.NUMBER, _E164.fullmatch(telephone.number)),
            (Missing.TPS_CHECK, Register.TPS in checked),
            (Missing.CTPS_CHECK, Register.CTPS in checked),
            (Missing.DO_NOT_CALL_STATE, telephone.refuses_calls is not None),
        )
    )


def of_indirect_source(source: IndirectSource) -> tuple[Missing, ...]:
    """Name what is missing of a consent that somebody else obtained.

    Rule: BAS-9. UK GDPR Art. 7(1), 14; PECR reg. 22(2); ICO guidance on direct marketing.
    """
    return missing(
        (
            (Missing.SOURCE_NAME, source.name.strip()),
            (Missing.SOURCE_WORDING, (source.wording or "").strip()),
            (Missing.SOURCE_NAMES_US, source.names_controller),
            (Missing.DUE_DILIGENCE, (source.diligence_ref or "").strip()),
            (Missing.SOURCE_NOTICE, source.notice_sent_at),
        )
    )


def of_processor(contract: ProcessorContract | None, at: datetime) -> tuple[Missing, ...]:
    """Name what is missing before a client's data may be processed at an instant (aware).

    Whether an instruction covers the use is for the decision table. Rule: BAS-10. UK GDPR Art.
    28(3), 29.
    """
    if contract is None:
        return (Missing.PROCESSOR_CONTRACT,)
    live = [i for i in contract.instructions if i.in_force.covers(at)]
    return missing(
        (
            (Missing.PROCESSOR_REFERENCE, contract.reference.strip()),
            (Missing.PROCESSOR_IN_FORCE, contract.period.covers(at)),
            (Missing.INSTRUCTION, live),
            (Missing.INSTRUCTION_REFERENCE, all(i.reference.strip() for i in live)),
        )
    )


@dataclass(frozen=True, slots=True)
class ProcessorFile:
    """The rest of what is kept of a client's contract (UK GDPR Art. 28(2), 30(2)).

    `instruction_hash` is the hex SHA-256 of the instruction's text. `subprocessors` empty means
    that there are none, None that nobody said.
    """

    client: str
    instruction_version: str
    instruction_hash: str
    subprocessors: tuple[str, ...] | None
    locations: tuple[str, ...]


def of_processor_file(file: ProcessorFile) -> tuple[Missing, ...]:
    """Name what the file of a client's contract lacks. Rule: BAS-10. UK GDPR Art. 28, 30(2)."""
    return missing(
        (
            (Missing.CLIENT, file.client.strip()),
            (Missing.INSTRUCTION_VERSION, file.instruction_version.strip()),
            (Missing.INSTRUCTION_HASH, file.instruction_hash.strip()),
            (Missing.SUBPROCESSORS, file.subprocessors is not None),
            (Missing.LOCATIONS, _all_named(file.locations)),
        )
    )


@dataclass(frozen=True, slots=True)
class SpecialCategoryEvidence:
    """Why content of UK GDPR Art. 9 or 10 may be processed; an empty text is a missing one.

    `article_9` is the letter of Art. 9(2). `schedule_1` names the condition of DPA 2018 Schedule 1,
    `policy_document` the policy that goes with it. `is_criminal`: convictions and offences, which
    need an authority of Art. 10 in place of a condition of Art. 9.
    """

    article_9: str = ""
    schedule_1: str = ""
    policy_document: str = ""
    is_criminal: bool = False
    article_10_authority: str = ""


def of_special_category(condition: SpecialCategoryEvidence) -> tuple[Missing, ...]:
    """Name what is missing before special-category or criminal content may be processed.

    Letters b, g, h, i and j of Art. 9(2) need a condition of Schedule 1; b and g need the policy
    document as well. Rule: BAS-11. UK GDPR Art. 9, 10; DPA 2018 s. 10, 11, Sch. 1 paras 1, 5, 39.
    """
    if condition.is_criminal:
        held = condition.article_10_authority.strip()
        return missing(((Missing.ARTICLE_10_AUTHORITY, held),))
    letter = condition.article_9
    has_schedule = letter not in _NEED_SCHEDULE_1 or bool(condition.schedule_1.strip())
    has_document = letter not in _NEED_POLICY_DOCUMENT or bool(condition.policy_document.strip())
    return missing(
        (
            (Missing.ARTICLE_9_CONDITION, letter in _CONDITIONS),
            (Missing.SCHEDULE_1_CONDITION, has_schedule),
            (Missing.POLICY_DOCUMENT, has_document),
        )
    )


def _all_named(names: Iterable[str]) -> bool:
    found = [bool(name.strip()) for name in names]
    return bool(found) and all(found)
