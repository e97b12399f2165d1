"""What the published privacy policy leaves open: no program can close these.

They are gaps of the policy of 16 September 2025. `leadledger check` reports them for every
controller that has not said that its own policy closes them.
"""

from typing import NamedTuple


class Gap(NamedTuple):
    """One gap: its name, the clause it is in, what is wrong, the law, and what to write instead."""

    name: str
    clause: int
    fact: str
    law: str
    cure: str


GAPS = (
    Gap(
        "submission-as-consent",
        4,
        "says that submitting a form is consent, which it is not; it is treated as an enquiry",
        "UK GDPR Art. 4(11), 7",
        "say that a form may be answered, and that marketing needs a box of its own",
    ),
    Gap(
        "sources-unnamed",
        2,
        "names neither Google lead forms nor leads that others pass on",
        "UK GDPR Art. 13, 14(2)(f)",
        "name every source that you use",
    ),
    Gap(
        "children",
        2,
        "says nothing about children",
        "UK GDPR Art. 8, 13",
        "say whom your forms are for, and from which age",
    ),
    Gap(
        "browser-settings",
        5,
        "presents browser settings as control over cookies, which are no consent",
        "PECR reg. 6",
        "point to the choice that your own pages offer",
    ),
    Gap(
        "recipients-unnamed",
        6,
        "names no recipient",
        "UK GDPR Art. 13(1)(e), 15(1)(c)",
        "list who receives data, or point to a list",
    ),
    Gap(
        "retention-vague",
        8,
        'says "typically" and "up to" 24 months, which is no end; the program takes 24 months',
        "UK GDPR Art. 13(2)(a)",
        "say that leads are deleted 24 months after they came",
    ),
    Gap(
        "retention-missing",
        8,
        "gives no time for clients' accounts and invoices, enquiries without marketing, suppression"
        " entries, audit records and technical data",
        "UK GDPR Art. 13(2)(a)",
        "give a time for each",
    ),
    Gap(
        "analytics-26-months",
        8,
        "gives 26 months for analytics; free Google Analytics properties keep 2 or 14",
        "UK GDPR Art. 5(1)(e), 13(2)(a)",
        "write the time that is set at your provider",
    ),
    Gap(
        "contact-placeholder",
        9,
        "has a placeholder where the contact address should be",
        "UK GDPR Art. 12(2), 13(1)(a)",
        "put the address in",
    ),
    Gap(
        "eu-representative",
        9,
        "promises rights under EU law and names no representative in the Union",
        "EU GDPR Art. 27",
        "name one, or have it settled that none is needed",
    ),
    Gap(
        "complaints-route",
        11,
        "names no way to complain to you first, required since 19 June 2026",
        "DPA s. 164A",
        "name the form and the address for complaints, before the regulator",
    ),
)

NAMES = frozenset(gap.name for gap in GAPS)
