"""Hypothesis strategies over every use that somebody may ask for."""

from datetime import date
from itertools import product

from hypothesis import strategies as st

from policy.uses import (
    AuditAccess,
    AutomatedDecision,
    LegalDuty,
    Message,
    Recipient,
    Safeguard,
    UseRequest,
)
from policy.vocabulary import (
    LawfulBasis,
    Operation,
    Purpose,
    RecipientRole,
    RegulatedCall,
    TransferMechanism,
)
from tests.policy.worlds import (
    CHANNELS,
    DAYS,
    LONG,
    NEVER,
    NOW,
    PERIODS,
    PRODUCT,
    TIMES,
    flaws,
    mostly,
)

SOUND_MESSAGE = Message(names_sender=True, has_reply_route=True)
MESSAGES = mostly(
    [None, SOUND_MESSAGE],
    *flaws(
        SOUND_MESSAGE,
        names_sender=[False],
        has_reply_route=[False],
        promotes=[True],
        asks_for_consent=[True],
        carries_source_notice=[True],
        regulated=[*RegulatedCall],
    ),
    Message(True, True, regulated=RegulatedCall.PENSIONS, meets_pension_conditions=True),
    share=2,
)
SAFEGUARDS = [
    None,
    *(Safeguard(mechanism, LONG, date(2026, 1, 5)) for mechanism in TransferMechanism),
    *(Safeguard(TransferMechanism.IDTA, period, day) for period, day in zip(
        PERIODS[-4:], [None, *DAYS], strict=False
    )),
]  # fmt: skip
RECIPIENTS = mostly(
    [None],
    *(
        Recipient("mail-house", role, country, contract, safeguard)
        for role, country, contract, safeguard in product(
            RecipientRole, ("GB", "FR", "US"), [None, LONG, PERIODS[-3]], SAFEGUARDS[:4]
        )
    ),
    *(Recipient("mail-house", RecipientRole.CLIENT, "US", LONG, each) for each in SAFEGUARDS),
    *(Recipient("stranger", RecipientRole.CLIENT, "GB", LONG) for _ in range(9)),
    *(Recipient("mail-house", RecipientRole.CLIENT, "GB", LONG, None, True) for _ in range(9)),
    share=2,
)
SOUND_DUTY = LegalDuty(
    LawfulBasis.LEGAL_OBLIGATION, "s. 1", "name", date(2026, 1, 5), "HMRC", "Amara", "needed"
)
DUTIES = mostly(
    [SOUND_DUTY],
    None,
    *flaws(
        SOUND_DUTY,
        basis=[LawfulBasis.RECOGNISED_INTEREST, LawfulBasis.CONSENT],
        dated=[None, *DAYS],
        requester=[" "],
        necessity=[""],
    ),
    share=1,
)
AUDITS = mostly(
    [AuditAccess("auditor", "all", LONG, is_logged=True)],
    None,
    AuditAccess("", "all", LONG, is_logged=True),
    AuditAccess("auditor", "all", LONG, is_logged=False),
    *(AuditAccess("auditor", "all", period, is_logged=True) for period in PERIODS[-4:]),
    share=1,
)
AUTOMATED = [
    None,
    *(AutomatedDecision(*values) for values in product((False, True), repeat=3)),
]
ASKED_PURPOSES = [Purpose.DIRECT_MARKETING] * 8 + [Purpose.AD_AUDIENCE] * 3 + [*Purpose]


def uses(
    purposes: list[Purpose] = ASKED_PURPOSES,
    operations: list[Operation] = [Operation.USE] * 8 + [*Operation],
) -> st.SearchStrategy[UseRequest]:
    """Draw uses of every kind."""
    draw = st.sampled_from
    return st.builds(
        UseRequest,
        draw(purposes),
        draw(CHANNELS),
        draw([NOW] * 8 + TIMES),
        draw(operations),
        message=draw(MESSAGES),
        recipient=draw(RECIPIENTS),
        product=draw(mostly([PRODUCT], None, "hosting")),
        fields=draw([None, None, None, frozenset({"email"})]),
        duty=draw(DUTIES),
        audit=draw(AUDITS),
        automated=draw(AUTOMATED),
        matter=draw(["claim 7", "claim 7", "", None]),
        is_for_agency=draw(NEVER),
        special_category_score=draw(NEVER),
    )


USES = uses()
MARKETING = [Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE]
MARKETING_USES = uses(MARKETING, [Operation.USE])
