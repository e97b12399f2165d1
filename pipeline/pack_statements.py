"""What an answer says besides the data: who decides, how long, which rights, what is left out."""

from pipeline.pack_asked import PackAsked, Record
from policy.rights.table import RIGHTS, Right
from policy.vocabulary import Role

AUTOMATED = "No decision about you is made by a machine alone, and you are not profiled."
TRANSFERS = (
    "Each list under recipients names the country of whoever got it, and the safeguard if that is"
    " outside the United Kingdom and the EEA. Ask the contact above for a copy of the safeguards."
)
BACKUPS = "Encrypted backups may hold copies of this. They serve no other end and end by day 35."
RETENTION = (
    {"what": "submissions", "how_long": "until the end that stands with each of them"},
    {"what": "consents and refusals", "how_long": "as long as the submission they came with"},
    {"what": "what could not be read", "how_long": "30 days"},
    {
        "what": "the suppression list",
        "how_long": "as long as there is any marketing, so that your no goes on counting",
    },
    {"what": "requests", "how_long": "as long as we must be able to show that we answered"},
    {"what": "the record of what happened", "how_long": "without any of your details, for proof"},
    {"what": "backups", "how_long": BACKUPS},
)
CATEGORIES = (
    "contact details: name, e-mail address, telephone number, company, job title",
    "answers to the questions of forms, and messages",
    "where a submission came from: form, campaign, time",
    "consents, refusals and objections, with the wording that was shown",
    "who received your data, and when",
    "requests about your data, and mails about them",
)
_RIGHTS: dict[Right, str] = {
    Right.ACCESS: "a copy of your data, as this is",
    Right.RECTIFICATION: "to have mistakes put right and gaps filled",
    Right.ERASURE: "to have your data erased",
    Right.RESTRICTION: "to have your data kept but not used",
    Right.OBJECTION_TO_MARKETING: "to stop all marketing, at any time and without a reason",
    Right.OBJECTION_TO_OTHER_USE: "to object to other use that rests on our interests",
    Right.PORTABILITY: "to take what you gave us to somebody else, readable by machines",
    Right.WITHDRAWAL_OF_CONSENT: "to take a consent back, as easily as you gave it",
    Right.COMPLAINT: "to complain to us; we acknowledge it within 30 days",
    Right.AUTOMATED_DECISION: "to have a person look at a decision that a machine made",
}


def controller_of(asked: PackAsked) -> Record:
    """Return who decides why the data is used, and how to reach them."""
    one = asked.controller
    return {"id": one.id, "name": one.name, "role": one.role, "contact": one.privacy_contact}


def rights_of() -> list[Record]:
    """Return what the person may ask for, each with its law."""
    return [
        {"right": right, "what": what, "law": RIGHTS[right].source}
        for right, what in _RIGHTS.items()
    ]


def complaint_of(asked: PackAsked) -> Record:
    """Return where the person can complain."""
    return {
        "to_us": asked.controller.privacy_contact,
        "to_regulator": asked.controller.regulator_name,
        "regulator_url": asked.controller.regulator_url,
        "to_court": "You may also go to court.",
    }


def left_out_of(asked: PackAsked, *, shares: bool, holds: bool, unsearched: int) -> list[Record]:
    """Return what is held and not shown, or not known, and why."""
    found = [
        (
            "who of our staff did something",
            "It is their data; they act for the organisation that is named above.",
        ),
        ("backups", BACKUPS),
        (
            "what other people wrote of you in their own messages",
            "It stands among their data, and is not searched for.",
        ),
    ]
    if asked.subject.unresolved:
        found.append(
            (
                f"{asked.subject.unresolved} submissions that name you and somebody else",
                "Nobody can say whose they are. They are not used for anything.",
            )
        )
    if asked.redactor.others:
        found.append(
            (
                "addresses, numbers and known names of other people",
                "They are made unreadable where they stand.",
            )
        )
    if shares:
        found.append(
            (
                "whether somebody stopped the use of a number or mailbox that others use too",
                "It may be about them. Ask for it to be stopped for you: that always works.",
            )
        )
    if holds:
        found.append(
            (
                "what a claim is about for which data is kept",
                "It may be privileged, or name others.",
            )
        )
    if unsearched:
        found.append(
            (
                f"{unsearched} older records that could not be read",
                "To search them all is out of proportion; they are deleted after 30 days.",
            )
        )
    if asked.controller.role is Role.PROCESSOR:
        found.append(
            ("what the client itself holds", "This was made for the client, who answers you.")
        )
    return [{"what": what, "why": why} for what, why in found]
