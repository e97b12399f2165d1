"""What is done with personal data here, in the words of the record of processing (Art. 30).

Plain data. What an installation adds (sources, recipients, contracts, counts) is filled in by
`pipeline/record_of_processing.py`; what nobody stated is said to be missing, and never invented.
Rules: ROP-1, ROP-2.
"""

from typing import NamedTuple

from policy.retention_rules import RETENTION_RULES, Afterwards, ClockStart, DataClass
from policy.rights.table import Right
from policy.vocabulary import LawfulBasis, Purpose, Word


class Activity(Word):
    """One line of the controller's record."""

    META_LEADS = "meta_leads"
    GOOGLE_LEADS = "google_leads"
    WEB_ENQUIRIES = "web_enquiries"
    INBOUND_EMAIL = "inbound_email"
    IMPORTED_FILES = "imported_files"
    OTHER_LEADS = "other_leads"
    SALES_EXPORT = "sales_export"
    SUPPRESSION_LIST = "suppression_list"
    RIGHTS_REQUESTS = "rights_requests"
    AUDIT_LOG = "audit_log"
    ANALYTICS = "analytics"
    AD_AUDIENCES = "ad_audiences"


class ActivityFacts(NamedTuple):
    """What is true of an activity wherever it is carried out.

    `bases` are those that the decision table rests it on; None: they are read from what is kept.
    """

    name: str
    function: str
    purposes: tuple[Purpose, ...]
    people: str
    data: tuple[str, ...]
    origin: str
    kept: tuple[DataClass, ...]
    bases: tuple[LawfulBasis, ...] | None = None


PURPOSE_WORDS: dict[Purpose, str] = {
    Purpose.ENQUIRY_RESPONSE: "answering what somebody asked",
    Purpose.DIRECT_MARKETING: "direct marketing to those who agreed to it",
    Purpose.AD_AUDIENCE: "audiences at advertising platforms",
    Purpose.ANALYTICS: "seeing what campaigns bring, without deciding on anybody",
    Purpose.CONTRACT_DELIVERY: "delivering what was agreed with the person",
    Purpose.CLIENT_DELIVERY: "giving a client its own leads",
    Purpose.THIRD_PARTY_MARKETING: "marketing of others, which is never done",
    Purpose.AUTHORITY_DISCLOSURE: "telling an authority what the law obliges to",
    Purpose.LEGAL_CLAIM: "legal claims",
    Purpose.RIGHTS_HANDLING: "answering people who use their rights, and complaints",
    Purpose.SUPPRESSION_CHECK: "seeing to it that who opted out is left alone",
    Purpose.AUDIT: "proving that the rules were kept",
}

BASIS_WORDS: dict[LawfulBasis, str] = {
    LawfulBasis.CONSENT: "Art. 6(1)(a) consent",
    LawfulBasis.CONTRACT: "Art. 6(1)(b) contract, or steps that the person asked for",
    LawfulBasis.LEGAL_OBLIGATION: "Art. 6(1)(c) legal obligation",
    LawfulBasis.RECOGNISED_INTEREST: "Art. 6(1)(ea) recognised interest",
    LawfulBasis.LEGITIMATE_INTERESTS: "Art. 6(1)(f) legitimate interests",
}

ACTIVITY_OF_KIND = {
    "meta_lead_ads": Activity.META_LEADS,
    "google_lead_forms": Activity.GOOGLE_LEADS,
    "web_form": Activity.WEB_ENQUIRIES,
    "form_webhook": Activity.WEB_ENQUIRIES,
    "email_inbox": Activity.INBOUND_EMAIL,
    "lead_files": Activity.IMPORTED_FILES,
}
"""Which activity the leads of a kind of source belong to; all others are other leads."""

_LEAD_PURPOSES = (Purpose.ENQUIRY_RESPONSE, Purpose.DIRECT_MARKETING)
_LEAD_DATA = (
    "name, e-mail address, telephone number, company, job title",
    "answers to the form's questions; sensitive ones are masked",
    "boxes ticked and left empty, the wording shown, the time",
    "campaign, advertisement and form numbers",
)
_LEAD_KEPT = (
    DataClass.MARKETING_LEAD,
    DataClass.ENQUIRY,
    DataClass.CONSENT,
    DataClass.TEST_LEAD,
    DataClass.QUARANTINE,
    DataClass.SPECIAL_CATEGORY_HELD,
    DataClass.TECHNICAL_DATA,
    DataClass.BACKUP,
)
_PEOPLE = "people who enquired, prospective customers"
_FORM = "the person, by a form"


def _leads(name: str, origin: str, *more: str) -> ActivityFacts:
    data = (*_LEAD_DATA, *more)
    return ActivityFacts(name, "marketing", _LEAD_PURPOSES, _PEOPLE, data, origin, _LEAD_KEPT)


ACTIVITIES: dict[Activity, ActivityFacts] = {
    Activity.META_LEADS: _leads("Meta leads", f"{_FORM} at Meta"),
    Activity.GOOGLE_LEADS: _leads("Google leads", f"{_FORM} at Google"),
    Activity.WEB_ENQUIRIES: _leads(
        "Web enquiries", f"{_FORM} on a web page", "IP address and browser, where kept as evidence"
    ),
    Activity.INBOUND_EMAIL: _leads(
        "Inbound e-mail", "the person, by e-mail", "the words of the mail"
    ),
    Activity.IMPORTED_FILES: _leads("Imported files", "files that somebody imported"),
    Activity.OTHER_LEADS: _leads("Other leads", "a source of another kind"),
    Activity.SALES_EXPORT: ActivityFacts(
        "Sales export",
        "sales",
        _LEAD_PURPOSES,
        _PEOPLE,
        ("identifier, name, company, job title", "the proof of each row: basis, time, wording"),
        "the leads kept here",
        (DataClass.EXPORT_FILE,),
    ),
    Activity.SUPPRESSION_LIST: ActivityFacts(
        "Suppression list",
        "compliance",
        (Purpose.SUPPRESSION_CHECK,),
        "people who opted out, objected or were erased",
        ("keyed digest of an address or number, which is still personal data", "channel, day, why"),
        "the person, a platform, a mail server, or staff",
        (DataClass.SUPPRESSION_ENTRY,),
        (LawfulBasis.LEGITIMATE_INTERESTS,),
    ),
    Activity.RIGHTS_REQUESTS: ActivityFacts(
        "Rights requests and complaints",
        "compliance",
        (Purpose.RIGHTS_HANDLING,),
        "people who use a right, or complain",
        ("name, address or number, and words of the request", "reference, days, outcome"),
        "the person",
        (),
        (LawfulBasis.LEGAL_OBLIGATION,),
    ),
    Activity.AUDIT_LOG: ActivityFacts(
        "Audit log",
        "compliance",
        (Purpose.AUDIT,),
        "everybody whose lead was kept, without naming them",
        ("random keys, times, codes and hashes; no name, address, number or words",),
        "the program itself",
        (DataClass.AUDIT_SKELETON,),
        (LawfulBasis.LEGAL_OBLIGATION,),
    ),
    Activity.ANALYTICS: ActivityFacts(
        "Analytics",
        "marketing",
        (Purpose.ANALYTICS,),
        "visitors, people who enquired",
        ("counts of leads by source, basis and form",),
        "the leads kept here; the analytics of your pages are not known to this program",
        (DataClass.ANALYTICS,),
    ),
    Activity.AD_AUDIENCES: ActivityFacts(
        "Ad audiences: taking people out",
        "marketing",
        (Purpose.SUPPRESSION_CHECK,),
        "people who opted out, objected or were erased",
        ("hashes of an address or number, until the platform has confirmed, 30 days at most",),
        "the leads kept here, and opt-outs",
        (),
        (LawfulBasis.LEGITIMATE_INTERESTS,),
    ),
}
"""Every activity that the record of a controller begins with. Rule: ROP-1. UK GDPR Art. 30(1)."""

RIGHTS_OF = {
    LawfulBasis.CONSENT: (Right.WITHDRAWAL_OF_CONSENT, Right.PORTABILITY),
    LawfulBasis.CONTRACT: (Right.PORTABILITY,),
    LawfulBasis.LEGITIMATE_INTERESTS: (Right.OBJECTION_TO_OTHER_USE,),
    LawfulBasis.RECOGNISED_INTEREST: (Right.OBJECTION_TO_OTHER_USE,),
}
_ALWAYS = (Right.ACCESS, Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION, Right.COMPLAINT)


def rights_by(bases: frozenset[LawfulBasis], purposes: tuple[Purpose, ...]) -> tuple[Right, ...]:
    """Return the rights that people have, given what their data's use rests on. Rule: ROP-1.

    UK GDPR Art. 7(3), 15 to 21; DPA s. 164A.
    """
    found = [right for basis in sorted(bases) for right in RIGHTS_OF.get(basis, ())]
    if Purpose.DIRECT_MARKETING in purposes or Purpose.AD_AUDIENCE in purposes:
        found.append(Right.OBJECTION_TO_MARKETING)
    return tuple(dict.fromkeys((*_ALWAYS, *found)))


_STARTS = {
    ClockStart.SOURCE_TIME: "from when it was made or sent",
    ClockStart.RECEIPT: "from when it came",
    ClockStart.CONTRACT_END: "from the contract's end",
    ClockStart.PROCESSING_END: "from the contract's end",
    ClockStart.MARKETING_END: "from the end of all marketing",
    ClockStart.LAST_EVENT: "from its last event",
}
_THEN = {
    Afterwards.DELETE: "then deleted",
    Afterwards.RETURN_OR_DELETE: "then returned or deleted, as the client chooses",
    Afterwards.OVERWRITE: "then overwritten",
}


def kept_for(of: DataClass) -> str:
    """Return in words how long a class of data is kept, with the rules that say so. Rule: ROP-1.

    The table of `policy/retention_rules.py` is the only place that decides it.
    """
    rule = RETENTION_RULES[of]
    clocks = [
        " ".join(filter(None, (_span(clock.months, clock.days), _STARTS[clock.start])))
        for clock in rule.clocks
    ]
    name = of.replace("_", " ")
    return f"{name}: {', or '.join(clocks)}, {_THEN[rule.then]} ({', '.join(rule.rules)})"


def _span(months: int, days: int) -> str:
    if months:
        return f"{months} months"
    return f"{days} days" if days else "none"


def not_stated(cure: str) -> str:
    """Return how the record says that a fact is not known: it is never made up. Rule: ROP-2.

    UK GDPR Art. 5(2), 30.
    """
    return f"not stated: {cure}"
