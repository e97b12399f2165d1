"""Cells of the record of processing that several lines share: recipients, security, who is who."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.recipient_settings import RecipientSettings
from pipeline.settings import ControllerSettings, Settings
from policy.decision_table.i_handing_over import needs_safeguard
from policy.processing import not_stated
from policy.recipients import WARNINGS, lacks_of
from policy.vocabulary import RecipientRole

NOBODY = "nobody outside"


def contact(controller: ControllerSettings) -> tuple[str, ...]:
    """Return an organisation with the address for its data matters."""
    return controller.name, controller.privacy_contact


def stated(controller: ControllerSettings, name: str) -> tuple[str, ...]:
    """Return what an organisation said of itself, or how to say it. Rule: ROP-2."""
    told = getattr(controller.record, name)
    if told is not None:
        return (str(told),)
    key = f"`{name}` in [controllers.record] of {controller.id}"
    return (not_stated(f"set {key}"),)


def handing_cells(
    recipients: Sequence[RecipientSettings], now: datetime
) -> dict[str, tuple[str, ...]]:
    """Return the columns about recipients: who, contracts, third countries and safeguards."""
    abroad = [each for each in recipients if needs_safeguard(each.facts)]
    processors = [each for each in recipients if each.role is RecipientRole.PROCESSOR]
    return {
        "recipients": tuple(map(_recipient, recipients)) or (NOBODY,),
        "contracts": tuple(_contract(each, now) for each in processors) or ("none needed",),
        "third_countries": tuple(f"{each.country}: {each.name}" for each in abroad) or ("none",),
        "safeguards": tuple(_safeguard(each, now) for each in abroad) or ("none needed",),
    }


def _recipient(each: RecipientSettings) -> str:
    if each.role is RecipientRole.CLIENT:
        return f"{each.name} (the client itself, {each.country})"
    return f"{each.name} ({each.role.replace('_', ' ')}, {each.country}), by {_list(each.channels)}"


def _list(words: Sequence[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def _contract(each: RecipientSettings, now: datetime) -> str:
    if each.contract is None:
        return f"{each.name}: {not_stated(f'set `contract` of recipient {each.id}')}"
    until = f" until {each.contract.until}" if each.contract.until else ""
    since = f"from {each.contract.from_on}{until}{_lacks(each, now)}"
    return f"{each.name}: {each.contract.reference} {since}"


def _safeguard(each: RecipientSettings, now: datetime) -> str:
    held = each.safeguard
    if held is None:
        return f"{each.name}: {not_stated(f'set `safeguard` of recipient {each.id}')}"
    tested = f", tested on {held.tested_on}" if held.tested_on else ""
    return f"{each.name}: {held.mechanism} from {held.from_on}{tested}{_lacks(each, now)}"


def _lacks(each: RecipientSettings, now: datetime) -> str:
    """Say that something is wrong where it is: a contract that ran out is not one in force."""
    found = [lack for lack in lacks_of(each.facts, now) if lack not in WARNINGS]
    return f" (NOT IN FORCE: {_list(found)})" if found else ""


def security(settings: Settings, controller: ControllerSettings) -> tuple[str, ...]:
    """Return the measures that are set up, and those that are not, each as it is."""
    keys = [settings.suppression_key, *settings.links_keys]
    keys += [settings.backup_key] if settings.backup_key else []
    is_separate = len(set(keys)) == len(keys)
    is_server = settings.store_url.startswith("postgresql")
    backups = (
        "encrypted, with a journal of erasures and opt-outs" if settings.backup_key else "NONE"
    )
    disks = {
        True: "encrypted, as the organisation says",
        False: "NOT encrypted, as the organisation says",
        None: not_stated("set `disks_encrypted` in [controllers.record]"),
    }[controller.record.disks_encrypted]
    told = bool(settings.alarms.mail_to or settings.alarms.webhook_url)
    web = "this machine only" if settings.web.is_this_machine else "https"
    return (
        f"store: {'PostgreSQL' if is_server else 'SQLite, deleted bytes overwritten'}",
        f"disks: {disks}",
        f"backups: {backups}",
        f"keys of suppression list, links and backups: {'' if is_separate else 'NOT '}separate",
        "suppression list: keyed digests only",
        "history: append-only ledger without personal data",
        f"web: {web}; every push is checked to be genuine",
        f"alarms: {'sent' if told else 'NOT SENT to anybody'}",
        "answers with special categories are masked before anybody sees them",
    )
