"""Say of each recipient whether it may be handed anything, and for how long still."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from pipeline.finding import Fault, Finding
from pipeline.hand_over import in_words
from pipeline.recipient_settings import RecipientSettings
from pipeline.settings import ConfiguredAudience, Settings
from policy.recipients import WARNINGS, Lack, lacks_of, removal_barriers


class _Told(NamedTuple):
    """How a lack is told."""

    fault: Fault
    fact: str
    cure: str


_CONTRACT = "sign one (UK GDPR Art. 28), and set `contract`"
_SAFEGUARD = "agree on one (UK GDPR Art. 46), test it, and set `safeguard`"
_TEST = "test whether protection there is not materially lower, and set `tested_on`"
TOLD = {
    Lack.SALE: _Told(
        Fault.RECIPIENT_NO_CONTRACT, "something of value is given for data", "we do not sell data"
    ),
    Lack.CONTRACT_MISSING: _Told(
        Fault.RECIPIENT_NO_CONTRACT, "is a processor without a contract", _CONTRACT
    ),
    Lack.CONTRACT_NOT_BEGUN: _Told(
        Fault.RECIPIENT_NO_CONTRACT, "its contract has not begun", "wait for it, or correct `from`"
    ),
    Lack.CONTRACT_OVER: _Told(
        Fault.RECIPIENT_NO_CONTRACT,
        "its contract has run out",
        "renew it, and set `until`; or have the data deleted there, and remove the table",
    ),
    Lack.CONTRACT_ENDS_SOON: _Told(
        Fault.RECIPIENT_CONTRACT_ENDS,
        "its contract runs out within 30 days",
        "renew it, and set `until`",
    ),
    Lack.SAFEGUARD_MISSING: _Told(
        Fault.RECIPIENT_NO_SAFEGUARD, "nothing protects data in its country", _SAFEGUARD
    ),
    Lack.SAFEGUARD_NOT_IN_FORCE: _Told(
        Fault.RECIPIENT_NO_SAFEGUARD, "its safeguard is not in force", _SAFEGUARD
    ),
    Lack.SAFEGUARD_ENDS_SOON: _Told(
        Fault.RECIPIENT_SAFEGUARD_ENDS,
        "its safeguard runs out within 30 days",
        "renew it, and set `until`",
    ),
    Lack.TEST_MISSING: _Told(
        Fault.RECIPIENT_NO_SAFEGUARD, "nobody has tested its safeguard", _TEST
    ),
    Lack.TEST_OLD: _Told(
        Fault.RECIPIENT_TEST_OLD, "the test of its safeguard is over a year old", _TEST
    ),
}
"""Each lack in words, with its cure. Rule: RCP-2."""


def check_recipients(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield a finding for each recipient, and for each audience whose platform gets nothing."""
    for recipient in settings.recipients:
        yield from _of_recipient(recipient, now)
    for audience in settings.audiences:
        yield from _of_audience(audience, now)


def _of_recipient(recipient: RecipientSettings, now: datetime) -> Iterator[Finding]:
    place = f"recipients[{recipient.id}]"
    found = lacks_of(recipient.facts, now)
    for lack in found:
        told = TOLD[lack]
        is_ok = None if lack in WARNINGS else False
        yield Finding(place, is_ok, f"{told.fact}. Cure: {told.cure}.", told.fault)
    if not found:
        yield Finding(place, True, f"{recipient.role}, {recipient.country}, nothing is missing")


def _of_audience(audience: ConfiguredAudience, now: datetime) -> Iterator[Finding]:
    recipient = audience.recipient
    facts, channels = (recipient.facts, recipient.channels) if recipient else (None, ())
    found = removal_barriers(facts, channels, audience.controller.role, now)
    if found:
        yield Finding(
            f"audiences[{audience.id}].recipient",
            False,
            f"nobody is taken out of these lists: {in_words(found)}",
            Fault.AUDIENCE_BARRED,
        )
