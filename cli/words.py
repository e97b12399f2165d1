"""Reason codes and findings in words that a tired person understands."""

from typing import Any

from policy.vocabulary import BoxDefect, LawfulBasis, ReasonCode

REASONS: dict[ReasonCode, str] = {
    ReasonCode.OK_CONSENT: "the person ticked a box for this, and the proof is kept",
    ReasonCode.OK_SERVICE: "the person asked, and this answers by a way they left",
    ReasonCode.OK_SOFT_OPTIN: "a customer of ours, for a similar product, who never said no",
    ReasonCode.OK_CHARITY_SOFT_OPTIN: "a supporter of the charity, who never said no",
    ReasonCode.OK_LI_CORPORATE: "a company's address, our interest weighed and written down",
    ReasonCode.OK_CORPORATE_GENERIC: "a company's general mailbox, which names nobody",
    ReasonCode.OK_LI_CALL: "on neither register, our interest weighed and written down",
    ReasonCode.OK_LI_POST: "by post, our interest weighed and written down",
    ReasonCode.OK_CONTRACT: "needed for the contract that the person asked for",
    ReasonCode.OK_LEGAL_OBLIGATION: "the law obliges us, and the duty is recorded",
    ReasonCode.OK_RECOGNISED_LI: "an interest that the law names, and its condition is recorded",
    ReasonCode.OK_LEGAL_CLAIM: "for a legal claim that is named",
    ReasonCode.OK_RIGHTS: "to answer the person's own open request",
    ReasonCode.OK_RESTRICTED_USE: "use is restricted, but this much is left",
    ReasonCode.OK_STORAGE: "kept, within its time, and not used",
    ReasonCode.OK_SUPPRESSION_CHECK: "to see who must not be contacted, and for nothing else",
    ReasonCode.OK_AUDIT: "a logged look within the auditor's task",
    ReasonCode.OK_PROCESSOR_EXIT: "the client's data goes back, or goes, at the contract's end",
    ReasonCode.OK_PROCESSOR_INSTRUCTION: "the client's written instruction covers it",
    ReasonCode.TEST_LEAD: "a test lead: nobody is behind it",
    ReasonCode.IDENTITY_UNRESOLVED: "its details belong to two different people",
    ReasonCode.NO_IDENTIFIER: "no address or number for this channel",
    ReasonCode.PROCESSOR_OWN_PURPOSE: "a client's data is not for our own ends",
    ReasonCode.PROCESSOR_NO_INSTRUCTION: "a client's data, and no instruction covers this",
    ReasonCode.PROCESSOR_CONTRACT_ENDED: "the contract with the client has ended",
    ReasonCode.ERASED: "erased at the person's request",
    ReasonCode.SALE_PROHIBITED: "for money or other value: we do not sell data",
    ReasonCode.OBJECTED: "the person objected",
    ReasonCode.SUPPRESSED: "on the suppression list",
    ReasonCode.RESTRICTED: "use is restricted for now",
    ReasonCode.LEGAL_HOLD_ONLY: "past its time, and kept for a legal claim only",
    ReasonCode.EXPIRED_RETENTION: "older than 24 months",
    ReasonCode.MINOR: "the person is, or was when agreeing, too young",
    ReasonCode.SPECIAL_CATEGORY_NO_CONDITION: "about health, belief and the like",
    ReasonCode.NOTICE_MISSING: "the person was shown no privacy notice",
    ReasonCode.CONSENT_UNPROVEN: "nothing proves what the person saw and ticked",
    ReasonCode.CONSENT_INVALID: "the box was required or ticked beforehand",
    ReasonCode.CONSENT_NOT_FOR_CHANNEL: "consent is for another channel",
    ReasonCode.PURPOSE_MISMATCH: "not what the person agreed to, or what the policy promises",
    ReasonCode.CONSENT_REFUSED: "the box was offered and left empty",
    ReasonCode.CONSENT_WITHDRAWN: "consent was withdrawn",
    ReasonCode.CONSENT_EXPIRED: "the consent is too old",
    ReasonCode.CONSENT_INDIRECT_UNNAMED: "they agreed with somebody else, who did not name us",
    ReasonCode.BASIS_SWAP: "they said no, and no other basis may take the place of a yes",
    ReasonCode.CONSENT_MISSING: "no consent: submitting a form is an enquiry only",
    ReasonCode.SOFT_OPTIN_FAILED: "an earlier sale or gift does not cover this",
    ReasonCode.LIA_MISSING: "no assessment of our interest that is in date",
    ReasonCode.MESSAGE_NONCOMPLIANT: "the message hides who sends it, or leaves no way out",
    ReasonCode.TPS_CHECK_STALE: "not checked against TPS and CTPS in the last 28 days",
    ReasonCode.TPS_LISTED: "the number is on the TPS",
    ReasonCode.CTPS_LISTED: "the number is on the CTPS",
    ReasonCode.RECIPIENT_NO_CONTRACT: "no contract with who would process it for us",
    ReasonCode.TRANSFER_NO_SAFEGUARD: "nothing protects the data in that country",
    ReasonCode.ADM_NO_SAFEGUARD: "a machine would decide alone on something of weight",
    ReasonCode.NO_LAWFUL_BASIS: "nothing allows it",
}

DEFECTS: dict[BoxDefect, str] = {
    BoxDefect.NOT_TICKED: "left empty",
    BoxDefect.REQUIRED: "ticked, but the form could not be sent without it",
    BoxDefect.PRE_TICKED: "ticked beforehand, so not by the person",
    BoxDefect.NO_WORDING: "ticked, but its wording is unknown",
    BoxDefect.NOT_ON_FORM: "came back, but is not on the form",
    BoxDefect.NOT_MAPPED: "nothing in the configuration says what it means",
    BoxDefect.RESPONSE_MISSING: "offered, but no answer came back",
    BoxDefect.VALUE_UNREADABLE: "came back with a value that is neither yes nor no",
    BoxDefect.TIME_UNPROVEN: "ticked, but nobody knows when",
    BoxDefect.AWAITING_CONFIRMATION: "ticked; it counts once confirmed by the link that was mailed",
}

BASES: dict[LawfulBasis, str] = {
    LawfulBasis.CONSENT: "consent, Art. 6(1)(a)",
    LawfulBasis.CONTRACT: "steps the person asked for, Art. 6(1)(b)",
    LawfulBasis.LEGAL_OBLIGATION: "legal obligation, Art. 6(1)(c)",
    LawfulBasis.RECOGNISED_INTEREST: "recognised interest, Art. 6(1)(ea)",
    LawfulBasis.LEGITIMATE_INTERESTS: "legitimate interests, Art. 6(1)(f)",
}


def box_line(finding: dict[str, Any]) -> str:
    """Return in words what one box was worth."""
    defect = finding["defect"]
    said = DEFECTS[BoxDefect(defect)] if defect else "ticked freely: it counts"
    return f"box {finding['box']!r}: {said}"


def in_words(value: object) -> str:
    """Return a value as people read it: yes and no, and nothing for what is not known."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def counted(number: int, thing: str) -> str:
    """Return a number of things: `1 lead`, `1,024 leads`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
