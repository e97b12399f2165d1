"""Say whether an identifier may be used, and every reason, at any time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import trail, usage
from models.store import Store
from pipeline.client_facts import instructed
from pipeline.gather import event_of, gather, require_own_key, unknown, wordings
from pipeline.settings import ControllerSettings
from policy.decision import Decision
from policy.errors import UsageError
from policy.identity import normalise_email, normalise_phone
from policy.permission import decide
from policy.suppression import SuppressionKeys
from policy.uses import UseRequest
from policy.vocabulary import Identifier, IdentifierKind, PermissionEvent


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision of one controller about one identifier, and what it rests on.

    `findings` say of each box on each lead what was sent back and what it was worth.
    """

    controller: ControllerSettings
    decision: Decision
    events: Sequence[PermissionEvent]
    findings: Sequence[dict[str, Any]]
    is_known: bool


def identifier_of(text: str, region: str) -> Identifier:
    """Return what somebody typed as an identifier.

    Raises:
        UsageError: it is neither an e-mail address nor a telephone number.
    """
    if email := normalise_email(text):
        return Identifier(IdentifierKind.EMAIL, email)
    if phone := normalise_phone(text, region):
        return Identifier(IdentifierKind.PHONE, phone)
    raise UsageError(
        "This is neither an e-mail address nor a telephone number."
        " Cure: write priya@mail.example or +447700900123."
    )


def why(
    store: Store,
    controllers: Iterable[ControllerSettings],
    suppression_key: SuppressionKeys,
    identifier: Identifier,
    use: UseRequest,
) -> list[Answer]:
    """Return each controller's decision about an identifier; nothing crosses controllers.

    An identifier that a controller does not know has no lawful basis there; that it opted out is
    said all the same.
    """
    with store.reading() as connection:
        return [
            _answer(connection, controller, suppression_key, identifier, use)
            for controller in controllers
        ]


def _answer(
    connection: Any,  # noqa: ANN401 - a connection of the store's
    controller: ControllerSettings,
    key: SuppressionKeys,
    identifier: Identifier,
    use: UseRequest,
) -> Answer:
    require_own_key(connection, controller.id, key)
    rows = usage.identifier_rows(connection, identifier, controller.id)
    contract = instructed(connection, controller, use.at)
    if not rows:
        facts = unknown(connection, controller, key, identifier, use.channel, contract)
        return Answer(controller, decide(use, facts), (), (), is_known=False)
    shown = wordings(connection, controller.id)
    [dossier] = gather(connection, controller, key, rows, shown, use.channel, contract=contract)
    leads = trail.leads_carrying(connection, controller.id, rows[0].id)
    events = sorted(
        map(event_of, usage.events_of(connection, controller.id, [rows[0].id])),
        key=lambda event: event.occurred_at,
    )
    findings = [finding | {"lead": str(lead.id)} for lead in leads for finding in lead.findings]
    return Answer(controller, decide(use, dossier.facts), events, findings, is_known=True)


def at_or_now(at: datetime | None, now: datetime) -> datetime:
    """Return the time that is asked about; a zoneless one is refused.

    Raises:
        UsageError: the time has no zone.
    """
    if at is not None and at.tzinfo is None:
        raise UsageError("--at needs a time zone. Cure: write 2026-11-22T09:00:00+00:00.")
    return at or now
