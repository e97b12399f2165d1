"""Group H, e-mail and text messages: consent, soft opt-in, or a company (PERM-49 to PERM-59)."""

from datetime import date

from policy.basis_evidence import of_charity, of_soft_opt_in
from policy.decision_table.case import Case, Denials
from policy.decision_table.h_interest import interest, is_interest_assessed
from policy.facts import CharitySoftOptIn, SoftOptIn
from policy.london import london_date
from policy.vocabulary import Channel, ReasonCode, SubscriberKind

CHARITY_RULE_SINCE = date(2026, 2, 5)
"""PECR reg. 22(3A) holds for details obtained on or after this day."""


def electronic_mail(case: Case) -> Denials:
    """Yield why, without consent, nobody may be written to."""
    if case.facts.subscriber.kind is SubscriberKind.CORPORATE:
        if not is_generic_mailbox(case):  # PERM-58
            yield from interest(case, "PERM-57")
        return
    soft, charity = case.facts.soft_opt_in, case.facts.charity_opt_in
    if soft is None and charity is None:
        yield "PERM-49", ReasonCode.CONSENT_MISSING
        return
    today = london_date(case.use.at)
    if not is_open_by_sale(case) and not is_open_by_support(case):  # either is enough
        if soft is not None:
            yield from _flaws_of_sale(soft, case.use.product, today)
        if charity is not None:
            yield from _flaws_of_charity(charity, today)
    if case.lead is None or not is_interest_assessed(case):
        # the soft opt-in opens the channel; the data still needs its own lawful basis
        yield ("PERM-50" if soft else "PERM-55"), ReasonCode.LIA_MISSING


def is_open_by_sale(case: Case) -> bool:
    """Say whether the soft opt-in of a sale holds (PERM-50)."""
    soft = case.facts.soft_opt_in
    return soft is not None and not any(
        _flaws_of_sale(soft, case.use.product, london_date(case.use.at))
    )


def is_open_by_support(case: Case) -> bool:
    """Say whether the soft opt-in of a charity holds (PERM-55)."""
    charity = case.facts.charity_opt_in
    return charity is not None and not any(_flaws_of_charity(charity, london_date(case.use.at)))


def is_generic_mailbox(case: Case) -> bool:
    """Say whether the mailbox is a company's and names nobody (PERM-58)."""
    subscriber = case.facts.subscriber
    is_company = subscriber.kind is SubscriberKind.CORPORATE
    return is_company and subscriber.is_generic_mailbox and case.use.channel is Channel.EMAIL


def _flaws_of_sale(soft: SoftOptIn, product: str | None, today: date) -> Denials:
    if not (soft.refusal_offered_then and soft.refusal_offered_since):
        yield "PERM-51", ReasonCode.SOFT_OPTIN_FAILED
    if product is None or product != soft.product:
        yield "PERM-52", ReasonCode.SOFT_OPTIN_FAILED
    if not soft.collected_by_us:
        yield "PERM-53", ReasonCode.SOFT_OPTIN_FAILED
    if not soft.showed_interest_in_buying:
        yield "PERM-54", ReasonCode.SOFT_OPTIN_FAILED
    if of_soft_opt_in(soft) or (soft.dated is not None and soft.dated > today):
        yield "PERM-50", ReasonCode.SOFT_OPTIN_FAILED


def _flaws_of_charity(charity: CharitySoftOptIn, today: date) -> Denials:
    obtained_on = charity.obtained_on
    is_early = obtained_on is None or not CHARITY_RULE_SINCE <= obtained_on <= today
    is_own = charity.is_sole_purpose_charitable and charity.is_for_same_charity
    if is_early or not is_own:
        yield "PERM-56", ReasonCode.SOFT_OPTIN_FAILED
    is_open = charity.showed_interest_or_support and charity.refusal_offered_throughout
    if not is_open or of_charity(charity):
        yield "PERM-55", ReasonCode.SOFT_OPTIN_FAILED
