"""To whom data is handed: found by name, refused at the door, and kept as they stood.

A recipient that is None is whoever works here: nobody outside has the list.
"""

from collections.abc import Sequence
from datetime import datetime

from pipeline.recipient_settings import RecipientSettings
from pipeline.settings import ControllerSettings
from policy.errors import UsageError
from policy.recipients import Barrier, Handing, barriers
from policy.uses import LegalDuty
from policy.vocabulary import INTERNAL, Channel, RecipientRole, Role


def chosen_recipient(
    recipients: Sequence[RecipientSettings], controller: ControllerSettings, id_: str
) -> RecipientSettings | None:
    """Return one recipient of a controller, None for whoever works here (`internal`).

    A client gets its own data by its own id, without a table: its contract says where it is.

    Raises:
        UsageError: there is none of that id; the message lists those that there are.
    """
    if id_ == INTERNAL:
        return None
    own = [each for each in recipients if each.controller == controller.id]
    own += client_itself(controller)
    for each in own:
        if each.id == id_:
            return each
    known = ", ".join([INTERNAL, *(each.id for each in own)])
    raise UsageError(
        f"{controller.id} has no recipient {id_!r}. Cure: name one of: {known}; or add it as"
        " [[recipients]] to config.toml, with its contract."
    )


def client_itself(controller: ControllerSettings) -> list[RecipientSettings]:
    """Return a client as a recipient of its own data; nothing for others, or without a contract."""
    if controller.role is not Role.PROCESSOR or controller.contract is None:
        return []
    client = RecipientSettings(
        id=controller.id,
        name=controller.name,
        controller=controller.id,
        role=RecipientRole.CLIENT,
        country=controller.contract.country,
        channels=tuple(Channel),
    )
    return [client]


def named(recipient: RecipientSettings | None) -> str:
    """Return the id by which a list keeps its recipient."""
    return recipient.id if recipient else INTERNAL


def require_open(recipient: RecipientSettings | None, handing: Handing, at: datetime) -> None:
    """Refuse to make a list of which no row could be allowed, whoever is in it. Rule: RCP-1.

    Raises:
        UsageError: naming each thing that stands against it, and its cure.
    """
    if recipient is None:
        return
    found = barriers(recipient.facts, recipient.channels, handing, at)
    if found:
        told = f"{handing.purpose} by {handing.channel}"
        raise UsageError(f"{recipient.id} may be handed nobody for {told}: {in_words(found)}")


def in_words(found: Sequence[Barrier]) -> str:
    """Return what stands against a recipient, then what to do, as sentences."""
    facts = "; ".join(each.fact for each in found)
    return f"{facts}. Cure: {'; '.join(each.cure for each in found)}."


def as_it_stood(recipient: RecipientSettings | None, duty: LegalDuty | None) -> dict[str, object]:
    """Return what a list keeps of its recipient: the facts that it was decided by. Rule: RCP-3."""
    contract = recipient.contract if recipient else None
    safeguard = recipient.safeguard if recipient else None
    return {
        "recipient_role": recipient.role if recipient else None,
        "contract_reference": contract.reference if contract else None,
        "country": recipient.country if recipient else None,
        "mechanism": safeguard.mechanism if safeguard else None,
        "tested_on": safeguard.tested_on if safeguard else None,
        "authority_request": duty.reference if duty else None,
    }


def duty_of(
    recipient: RecipientSettings | None, reference: str | None, approver: str | None
) -> LegalDuty | None:
    """Return the duty that an authority asks by, None if no request is named.

    Raises:
        UsageError: only one of reference and approver is given, or nobody recorded the request.
    """
    if not reference and not approver:
        return None
    if not reference or not (approver and approver.strip()):
        raise UsageError(
            "An authority is told by a request that somebody approved. Cure: add both"
            " --authority-request REFERENCE and --approver NAME."
        )
    duty = recipient.duty(reference, approver) if recipient else None
    if duty is None:
        known = ", ".join(each.reference for each in recipient.duties) if recipient else ""
        raise UsageError(
            f"{named(recipient)} has no request of that reference on record. Cure: name one of:"
            f" {known or 'none yet'}; or add it as [[recipients.duties]] to config.toml."
        )
    return duty
