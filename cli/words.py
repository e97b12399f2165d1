"""Reason codes and findings in words that a tired person understands."""

from typing import Any

from policy.vocabulary import BoxDefect, LawfulBasis, ReasonCode

REASONS: dict[ReasonCode, str] = {
    ReasonCode.OK_CONSENT: "the person ticked a box for this, and the proof is kept",
    ReasonCode.OK_SERVICE: "the person asked, and this answers by a way they left",
    ReasonCode.TEST_LEAD: "a test lead: nobody is behind it",
    ReasonCode.IDENTITY_UNRESOLVED: "its details belong to two different people",
    ReasonCode.NO_IDENTIFIER: "no address or number for this channel",
    ReasonCode.OBJECTED: "the person objected",
    ReasonCode.SUPPRESSED: "on the suppression list",
    ReasonCode.RESTRICTED: "use is restricted for now",
    ReasonCode.EXPIRED_RETENTION: "older than 24 months",
    ReasonCode.NOTICE_MISSING: "the form showed no privacy notice",
    ReasonCode.CONSENT_UNPROVEN: "nothing proves what the person saw and ticked",
    ReasonCode.CONSENT_INVALID: "the box was required or ticked beforehand",
    ReasonCode.CONSENT_NOT_FOR_CHANNEL: "consent is for another channel",
    ReasonCode.PURPOSE_MISMATCH: "consent is for another purpose",
    ReasonCode.CONSENT_REFUSED: "the box was offered and left empty",
    ReasonCode.CONSENT_WITHDRAWN: "consent was withdrawn",
    ReasonCode.CONSENT_EXPIRED: "consent is older than 24 months",
    ReasonCode.CONSENT_MISSING: "no consent: submitting a form is an enquiry only",
    ReasonCode.PROCESSOR_NO_INSTRUCTION: "a client's data, and no instruction covers this",
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
