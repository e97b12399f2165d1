"""How long each class of data is kept, from when, what ends it earlier, and on what authority.

One table. `policy/retention.py` applies it; nothing else says how long anything is kept.
"""

from dataclasses import dataclass
from typing import NamedTuple

from policy.vocabulary import Word


class DataClass(Word):
    """Every class of data that the house keeps, or makes a promise about."""

    MARKETING_LEAD = "marketing_lead"
    ENQUIRY = "enquiry"
    CONSENT = "consent"
    TEST_LEAD = "test_lead"
    QUARANTINE = "quarantine"
    SPECIAL_CATEGORY_HELD = "special_category_held"
    CLIENT_RECORD = "client_record"
    PROCESSOR_DATA = "processor_data"
    SUPPRESSION_ENTRY = "suppression_entry"
    AUDIT_SKELETON = "audit_skeleton"
    TECHNICAL_DATA = "technical_data"
    ANALYTICS = "analytics"
    BACKUP = "backup"
    EXPORT_FILE = "export_file"


class ClockStart(Word):
    """The fact that a clock is counted from. A fact that is not there starts no clock."""

    SOURCE_TIME = "source_time"  # or receipt, where that was earlier or is all that is known
    RECEIPT = "receipt"
    CONTRACT_END = "contract_end"
    PROCESSING_END = "processing_end"  # the end of a contract as processor
    MARKETING_END = "marketing_end"  # the controller does no direct marketing any more
    LAST_EVENT = "last_event"


class Clock(NamedTuple):
    """Calendar months on London dates, or days of 24 hours, from a fact on."""

    start: ClockStart
    months: int = 0
    days: int = 0


class Afterwards(Word):
    """What happens when the time is over."""

    DELETE = "delete"
    RETURN_OR_DELETE = "return_or_delete"  # the client chooses
    OVERWRITE = "overwrite"


class RetentionReason(Word):
    """Why data may or may not be deleted, and what ended the time of keeping it."""

    # the answer, rule RET-23
    DELETE_OK = "DELETE_OK"
    LEGAL_HOLD = "LEGAL_HOLD"
    OPEN_REQUEST = "OPEN_REQUEST"
    OTHER_LIVE_PURPOSE = "OTHER_LIVE_PURPOSE"
    NOT_YET_DUE = "NOT_YET_DUE"
    # what ended it
    EXPIRED = "EXPIRED"
    QUARANTINE_OVER = "QUARANTINE_OVER"
    CONTRACT_ENDED = "CONTRACT_ENDED"
    MARKETING_ENDED = "MARKETING_ENDED"
    FULL_OPT_OUT = "FULL_OPT_OUT"
    ENQUIRY_CLOSED = "ENQUIRY_CLOSED"
    ERASURE_OWED = "ERASURE_OWED"
    CONSENT_RAN_OUT = "CONSENT_RAN_OUT"
    CLIENT_SERVED = "CLIENT_SERVED"  # the client has its data back, or chose deletion


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """How long one class of data is kept, and why.

    The clock that ends first counts. `ended_by` may end it earlier; nothing ends it later.
    `is_used_while_kept`: False where use is over as soon as the clock starts. `lag_hours` is the
    time that deleting may take once it is due. `clause` is the clause of the privacy policy.
    """

    clocks: tuple[Clock, ...]
    over: RetentionReason = RetentionReason.EXPIRED
    ended_by: tuple[RetentionReason, ...] = (RetentionReason.ERASURE_OWED,)
    is_used_while_kept: bool = True
    lag_hours: int = 24
    then: Afterwards = Afterwards.DELETE
    rules: tuple[str, ...]
    clause: int
    law: str
    why: str


_LEAD_CLOCK = Clock(ClockStart.SOURCE_TIME, months=24)
_QUARANTINE_CLOCK = Clock(ClockStart.RECEIPT, days=30)
_LEAD_ENDS = (
    RetentionReason.FULL_OPT_OUT,
    RetentionReason.ENQUIRY_CLOSED,
    RetentionReason.ERASURE_OWED,
)

RETENTION_RULES: dict[DataClass, RetentionRule] = {
    DataClass.MARKETING_LEAD: RetentionRule(
        clocks=(_LEAD_CLOCK,),
        ended_by=_LEAD_ENDS,
        rules=("RET-1", "RET-2", "RET-3"),
        clause=8,
        law="UK GDPR Art. 5(1)(e)",
        why="The policy promises up to 24 months, unless the person opts out earlier.",
    ),
    DataClass.ENQUIRY: RetentionRule(
        clocks=(_LEAD_CLOCK,),
        ended_by=_LEAD_ENDS,
        rules=("RET-20", "RET-1", "RET-2", "RET-3"),
        clause=8,
        law="UK GDPR Art. 5(1)(e); own rule",
        why="Never longer than a marketing lead. Once the enquiry is closed and no marketing is "
        "permitted, six months suffice for a question that follows.",
    ),
    DataClass.CONSENT: RetentionRule(
        clocks=(_LEAD_CLOCK,),
        ended_by=(
            RetentionReason.CONSENT_RAN_OUT,
            RetentionReason.FULL_OPT_OUT,
            RetentionReason.ERASURE_OWED,
        ),
        rules=("RET-6", "RET-2", "RET-3"),
        clause=8,
        law="UK GDPR Art. 7; ICO guidance on consent; own rule for 24 months",
        why="A consent counts for 24 months from when it was given, or less by its own words. Its "
        "evidence stays with the lead for the rest of that time.",
    ),
    DataClass.TEST_LEAD: RetentionRule(
        clocks=(_QUARANTINE_CLOCK, _LEAD_CLOCK),
        over=RetentionReason.QUARANTINE_OVER,
        is_used_while_kept=False,
        rules=("RET-22",),
        clause=8,
        law="UK GDPR Art. 5(1)(c), 5(1)(e); own rule",
        why="Long enough to see that a form works. Nobody may be contacted from it.",
    ),
    DataClass.QUARANTINE: RetentionRule(
        clocks=(_QUARANTINE_CLOCK,),
        over=RetentionReason.QUARANTINE_OVER,
        is_used_while_kept=False,
        rules=("RET-22",),
        clause=8,
        law="UK GDPR Art. 5(1)(c), 5(1)(e); own rule",
        why="Long enough to mend what could not be read, and to read it again.",
    ),
    DataClass.SPECIAL_CATEGORY_HELD: RetentionRule(
        clocks=(_QUARANTINE_CLOCK, _LEAD_CLOCK),
        over=RetentionReason.QUARANTINE_OVER,
        is_used_while_kept=False,
        rules=("RET-22",),
        clause=2,
        law="UK GDPR Art. 5(1)(c), 5(1)(e), 9; own rule",
        why="Long enough to see whether the screening erred; the rest of the lead lives on masked.",
    ),
    DataClass.CLIENT_RECORD: RetentionRule(
        clocks=(Clock(ClockStart.CONTRACT_END, months=72),),
        over=RetentionReason.CONTRACT_ENDED,
        is_used_while_kept=False,
        rules=("RET-9",),
        clause=8,
        law="UK GDPR Art. 5(1)(e), 17(3)(e); Limitation Act 1980 s. 5; own rule",
        why="For the contract, then for claims out of it, which may be brought for six years. The "
        "marketing record of the same person ends on its own date.",
    ),
    DataClass.PROCESSOR_DATA: RetentionRule(
        clocks=(Clock(ClockStart.PROCESSING_END, days=30),),
        over=RetentionReason.CONTRACT_ENDED,
        ended_by=(RetentionReason.CLIENT_SERVED,),
        is_used_while_kept=False,
        lag_hours=0,
        then=Afterwards.RETURN_OR_DELETE,
        rules=("RET-19",),
        clause=8,
        law="UK GDPR Art. 28(3)(g); own rule for 30 days",
        why="A client's data lives as long as the contract. The days after it are for giving it "
        "back; the contract may name another number.",
    ),
    DataClass.SUPPRESSION_ENTRY: RetentionRule(
        clocks=(Clock(ClockStart.MARKETING_END),),
        over=RetentionReason.MARKETING_ENDED,
        ended_by=(),
        rules=("RET-13",),
        clause=8,
        law="UK GDPR Art. 17(3)(b), 21(3); ICO guidance on direct marketing; own rule",
        why="An objection can only be kept by knowing whose it is, for as long as the controller "
        "markets. The list is reviewed yearly.",
    ),
    DataClass.AUDIT_SKELETON: RetentionRule(
        clocks=(Clock(ClockStart.LAST_EVENT, months=72),),
        ended_by=(),
        rules=("RET-14",),
        clause=8,
        law="UK GDPR Art. 5(2), 17(3)(b), 17(3)(e); Limitation Act 1980 s. 9; own rule",
        why="Claims under a statute may be brought for six years.",
    ),
    DataClass.TECHNICAL_DATA: RetentionRule(
        clocks=(Clock(ClockStart.SOURCE_TIME, days=90),),
        rules=("RET-25",),
        clause=2,
        law="UK GDPR Art. 5(1)(c), 5(1)(e), 32; own rule",
        why="IP addresses and user agents serve security alone. Misuse of a form shows within "
        "weeks; a quarter of a year leaves time to look into it.",
    ),
    DataClass.ANALYTICS: RetentionRule(
        clocks=(Clock(ClockStart.SOURCE_TIME, months=26),),
        rules=("RET-21",),
        clause=8,
        law="UK GDPR Art. 5(1)(e)",
        why="The policy's own ceiling. What a provider offers may be less.",
    ),
    DataClass.BACKUP: RetentionRule(
        clocks=(Clock(ClockStart.SOURCE_TIME, days=35),),
        ended_by=(),
        is_used_while_kept=False,
        then=Afterwards.OVERWRITE,
        rules=("RET-17",),
        clause=8,
        law="UK GDPR Art. 17(1), 32; ICO guidance on erasure; own rule",
        why="Erased data is beyond use in a backup until that is overwritten, on a stated day.",
    ),
    DataClass.EXPORT_FILE: RetentionRule(
        clocks=(Clock(ClockStart.SOURCE_TIME, days=7),),
        rules=("RET-18",),
        clause=6,
        law="UK GDPR Art. 5(1)(e), 17(1), 19; own rule",
        why="A list is good for seven days; a copy that may not be used need not be kept.",
    ),
}
"""The rule of every class of data."""
