"""Group H, the second key: does the channel's own law permit it? (PERM-49 to PERM-72)."""

from policy.decision_table.case import ELECTRONIC_MAIL, Case, Denials
from policy.decision_table.h_calls import automated_call, live_call
from policy.decision_table.h_electronic_mail import electronic_mail
from policy.decision_table.h_interest import interest
from policy.places import EEA
from policy.vocabulary import Channel, Purpose, ReasonCode

NEEDS_CONSENT_IN_EEA = ELECTRONIC_MAIL | {Channel.LIVE_CALL, Channel.AUTOMATED_CALL}


def channel(case: Case) -> Denials:
    """Yield what the channel's law says against direct marketing."""
    if case.use.purpose is not Purpose.DIRECT_MARKETING:
        return
    is_given, reached = case.state.is_given, case.use.channel
    subscriber, message = case.facts.subscriber, case.use.message
    is_abroad = subscriber.country in EEA and not subscriber.has_national_rule
    if reached in ELECTRONIC_MAIL and not is_given:
        yield from electronic_mail(case)
    if is_abroad and reached in NEEDS_CONSENT_IN_EEA and not is_given:
        yield "PERM-60", ReasonCode.CONSENT_MISSING
    if message is not None and not (message.names_sender and message.has_reply_route):
        yield "PERM-61", ReasonCode.MESSAGE_NONCOMPLIANT
    if reached is Channel.LIVE_CALL:
        yield from live_call(case)
    elif is_given or reached in ELECTRONIC_MAIL:
        return
    elif reached is Channel.AUTOMATED_CALL:
        yield from automated_call()
    elif reached is Channel.POST:
        yield from interest(case, "PERM-70")
    else:
        yield "PERM-0", ReasonCode.NO_LAWFUL_BASIS
