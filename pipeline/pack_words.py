"""The words in which an answer speaks to the person whom it is about."""

from policy.vocabulary import LawfulBasis, Purpose

BASES: dict[LawfulBasis, str] = {
    LawfulBasis.CONSENT: "your consent (Art. 6(1)(a) UK GDPR)",
    LawfulBasis.CONTRACT: "a contract, or steps that you asked for before one (Art. 6(1)(b))",
    LawfulBasis.LEGAL_OBLIGATION: "a legal duty (Art. 6(1)(c))",
    LawfulBasis.RECOGNISED_INTEREST: "a recognised legitimate interest (Art. 6(1)(ea))",
    LawfulBasis.LEGITIMATE_INTERESTS: "a legitimate interest (Art. 6(1)(f))",
}
PURPOSES: dict[Purpose, str] = {
    Purpose.ENQUIRY_RESPONSE: "to answer your enquiry",
    Purpose.DIRECT_MARKETING: "to send or tell you advertising",
    Purpose.AD_AUDIENCE: "to choose who sees our advertisements online",
    Purpose.ANALYTICS: "to see how well we do, without looking at you",
    Purpose.CONTRACT_DELIVERY: "to do what we agreed with you",
    Purpose.CLIENT_DELIVERY: "to hand it to the client for whom we work",
    Purpose.THIRD_PARTY_MARKETING: "advertising of somebody else",
    Purpose.AUTHORITY_DISCLOSURE: "to answer an authority that the law lets ask",
    Purpose.LEGAL_CLAIM: "for a legal claim",
    Purpose.RIGHTS_HANDLING: "to deal with your requests",
    Purpose.SUPPRESSION_CHECK: "to keep to your wish not to be contacted",
    Purpose.AUDIT: "to prove what we did",
}
LABELS = {
    "number_at_source": "the platform's own number of it",
    "contact": "contact details as you gave them",
    "answers": "your answers",
    "boxes": "tick boxes, and what they were worth",
    "origin": "where it came from",
    "as_it_came": "the record as it reached us",
    "came_again": "further copies",
    "known_by": "fingerprints by which a copy is recognised",
    "wording": "what the form showed",
    "left_out": "not shown",
    "remarks": "our remarks",
    "is_test": "a try of the form, not a real enquiry",
    "identity_conflict": "contradicts another submission",
    "others_use_it_too": "others use it too",
    "sha256": "fingerprint of the file",
    "leaf_hash": "fingerprint of the entry",
    "known_there_as": "known there as these digests",
    "law": "by law",
}
"""What names of fields are called, where the name itself does not say it plainly."""

SECTIONS = (
    ("identifiers", "Your addresses and numbers", "By these you are known here."),
    ("purposes", "What it is used for", "Each use needs a reason that the law accepts."),
    ("categories", "Kinds of data", ""),
    ("sources", "Where it comes from", "You sent it, in these places."),
    ("leads", "What you sent", "Each submission with all that is kept of it."),
    (
        "permissions",
        "What you agreed to, refused and stopped",
        "Every event is kept; the last one counts.",
    ),
    ("confirmations", "What you were asked to confirm", "By a mail with a link."),
    (
        "suppressions",
        "Your place on the list of people whom we must not contact",
        "The list holds digests only: they find you when your address comes again.",
    ),
    ("recipients", "Who received it", "Lists with you in them, and who got them."),
    ("recalls", "What recipients were told since", "That you opted out, or were erased."),
    ("audiences", "Advertising audiences that you are being taken out of", ""),
    ("retention", "How long it is kept", ""),
    ("people", "How your submissions are tied together", ""),
    ("corrections", "What was corrected", "The details as they are now stand above."),
    ("holds", "Kept for a legal claim", ""),
    ("requests", "What you asked of us", ""),
    ("mails", "Mails to you that wait to be sent", ""),
    (
        "unread",
        "Records that mention you and could not be read",
        "They are deleted after 30 days if nobody can read them.",
    ),
    ("ledger", "The record of what happened", "It names nobody; these entries are about you."),
    ("automated_decisions", "Decisions by machines", ""),
    ("transfers", "Other countries", ""),
    ("rights", "Your rights", "You may ask for any of this, free of charge."),
    ("complaint", "To complain", ""),
    ("left_out", "What is not shown, and why", ""),
)
"""The parts of an answer in the order in which they are read: name, title, first words."""
