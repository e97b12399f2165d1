"""The names of everything that a lawful basis, or a channel, needs as evidence."""

from collections.abc import Iterable

from policy.vocabulary import Word


class Missing(Word):
    """What is not held (UK GDPR Art. 5(2), 7(1))."""

    # consent, rule BAS-1
    IDENTIFIER = "identifier"
    INSTANT = "instant"
    SOURCE_TIME = "source_time"
    TIME_ZONE = "time_zone"
    TIME_PRECISION = "time_precision"
    FORM = "form"
    FORM_VERSION = "form_version"
    CONTROL_TYPE = "control_type"
    DEFAULT_STATE = "default_state"
    EMPTY_DEFAULT = "empty_default"
    OPTIONALITY = "optionality"
    FREE_CHOICE = "free_choice"
    ACTION = "action"
    NOTICE = "notice"
    NOTICE_HASH = "notice_hash"
    WORDING = "wording"
    WORDING_HASH = "wording_hash"
    LANGUAGE = "language"
    CONTROLLERS = "controllers"
    PURPOSES = "purposes"
    CHANNELS = "channels"
    WITHDRAWAL_METHOD = "withdrawal_method"
    VALIDITY_END = "validity_end"
    STATE = "state"
    WITHDRAWN_AT = "withdrawn_at"
    WITHDRAWN_HOW = "withdrawn_how"
    # explicit consent, rule BAS-2
    EXPRESS_STATEMENT = "express_statement"
    CATEGORY_NAMED = "category_named"
    # contract, rule BAS-3
    CONTRACT = "contract"
    CONTRACT_REFERENCE = "contract_reference"
    CONTRACT_STEP = "contract_step"
    CONTRACT_NECESSITY = "contract_necessity"
    CONTRACT_IN_FORCE = "contract_in_force"
    # legal obligation and recognised interest, rules BAS-4 and BAS-5
    LEGAL_DUTY = "legal_duty"
    DUTY_BASIS = "duty_basis"
    ENACTMENT = "enactment"
    ANNEX_1_CONDITION = "annex_1_condition"
    DUTY_SCOPE = "duty_scope"
    DUTY_DATE = "duty_date"
    REQUESTER = "requester"
    DUTY_APPROVER = "duty_approver"
    DUTY_NECESSITY = "duty_necessity"
    # legitimate interests, rule BAS-6
    ASSESSMENT = "assessment"
    ASSESSMENT_REFERENCE = "assessment_reference"
    ASSESSMENT_VERSION = "assessment_version"
    ASSESSMENT_DATE = "assessment_date"
    ASSESSMENT_IN_DATE = "assessment_in_date"
    ASSESSMENT_APPROVER = "assessment_approver"
    ASSESSMENT_PASSED = "assessment_passed"
    ASSESSMENT_PURPOSE = "assessment_purpose"
    ASSESSMENT_CHANNEL = "assessment_channel"
    NOTICE_OF_INTEREST = "notice_of_interest"
    RIGHT_TO_OBJECT = "right_to_object"
    # soft opt-in, rule BAS-7
    SALE_REFERENCE = "sale_reference"
    SALE_DATE = "sale_date"
    SALE_PRODUCT = "sale_product"
    SUPPORT_REFERENCE = "support_reference"
    SUPPORT_DATE = "support_date"
    # telephone, rule BAS-8
    NUMBER = "number"
    TPS_CHECK = "tps_check"
    CTPS_CHECK = "ctps_check"
    DO_NOT_CALL_STATE = "do_not_call_state"
    # indirect source, rule BAS-9
    SOURCE_NAME = "source_name"
    SOURCE_WORDING = "source_wording"
    SOURCE_NAMES_US = "source_names_us"
    DUE_DILIGENCE = "due_diligence"
    SOURCE_NOTICE = "source_notice"
    # processor, rule BAS-10
    PROCESSOR_CONTRACT = "processor_contract"
    PROCESSOR_REFERENCE = "processor_reference"
    PROCESSOR_IN_FORCE = "processor_in_force"
    INSTRUCTION = "instruction"
    INSTRUCTION_REFERENCE = "instruction_reference"
    CLIENT = "client"
    INSTRUCTION_VERSION = "instruction_version"
    INSTRUCTION_HASH = "instruction_hash"
    SUBPROCESSORS = "subprocessors"
    LOCATIONS = "locations"
    # special categories and criminal content, rule BAS-11
    ARTICLE_9_CONDITION = "article_9_condition"
    SCHEDULE_1_CONDITION = "schedule_1_condition"
    POLICY_DOCUMENT = "policy_document"
    ARTICLE_10_AUTHORITY = "article_10_authority"


def missing(evidence: Iterable[tuple[Missing, object]]) -> tuple[Missing, ...]:
    """Return the names of the items whose value is empty, None or False, in the order given."""
    return tuple([name for name, held in evidence if not held])
