"""What one person agreed to, refused or stopped, and what their data is used for because of it."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row

from models import held
from pipeline.pack_asked import PackAsked, Record, at
from policy.rights.packs import is_about_them, is_portable
from policy.suppression import suppression_digests
from policy.vocabulary import (
    ControllerId,
    Identifier,
    IdentifierKind,
    LawfulBasis,
    Purpose,
)

Digests = dict[str, Identifier]


class Log(NamedTuple):
    """The permission events that are about the person, oldest first, each with its identifier.

    `has_more`: others' or nobody's events on a shared identifier were left out.
    """

    events: Sequence[tuple[Row[Any], Identifier | None]]
    has_more: bool


def consent_log(asked: PackAsked) -> Log:
    """Return all that happened to the person's permissions. Rule: PACK-2."""
    subject = asked.subject
    known = subject.carried | subject.alone
    leads = set(asked.leads)
    rows = {}
    if leads:
        found = held.events_on_leads(asked.connection, asked.controller_id, leads)
        rows = {row.id: row for row in found}
    theirs = held.events_on_identifiers(asked.connection, asked.controller_id, subject.alone)
    for row in theirs if subject.alone else ():
        if is_about_them(names_them_alone=True, rests_on=row.lead_id, own=leads):
            rows[row.id] = row
    ordered = sorted(rows.values(), key=lambda row: (row.occurred_at, row.id))
    return Log([(row, known.get(row.identifier_id)) for row in ordered], bool(shared_of(asked)))


def shared_of(asked: PackAsked) -> list[Identifier]:
    """Return the person's addresses and numbers that others use too."""
    alone = asked.subject.alone
    return sorted(each for key, each in asked.subject.carried.items() if key not in alone)


def events_of(log: Log) -> list[Record]:
    """Return the consent log: what happened, by when, on what evidence."""
    return [
        {
            "event": row.kind,
            "purpose": row.purpose,
            "channel": row.channel,
            "identifier": identifier.value if identifier else None,
            "lawful_basis": row.basis,
            "occurred_at": at(row.occurred_at),
            "recorded_at": at(row.recorded_at),
            "valid_until": at(row.valid_until),
            "box": row.box_key,
            "defect": row.defect,
            "lead": str(row.lead_id) if row.lead_id else None,
        }
        for row, identifier in log.events
    ]


def bases_of(log: Log) -> dict[UUID, set[LawfulBasis | None]]:
    """Return what the use of each lead rests on, of those that can be taken along."""
    found: dict[UUID, set[LawfulBasis | None]] = {}
    for row, _ in log.events:
        if row.lead_id is not None:
            found.setdefault(row.lead_id, set()).add(row.basis)
    return {lead: bases for lead, bases in found.items() if is_portable(bases)}


def purposes_of(log: Log, *, is_suppressed: bool) -> list[Record]:
    """Return what the data is used for, on which basis, since when."""
    found: dict[tuple[Purpose, LawfulBasis], Record] = {}
    for row, _ in log.events:
        if row.basis is None:
            continue
        one = found.setdefault(
            (row.purpose, row.basis),
            {
                "purpose": row.purpose,
                "lawful_basis": row.basis,
                "channels": [],
                "since": at(row.occurred_at),
            },
        )
        channel = row.channel or "all"
        if channel not in one["channels"]:
            one["channels"].append(channel)
    if is_suppressed:  # the basis is that of rule PERM-16
        basis = LawfulBasis.LEGITIMATE_INTERESTS
        found[Purpose.SUPPRESSION_CHECK, basis] = {
            "purpose": Purpose.SUPPRESSION_CHECK,
            "lawful_basis": basis,
            "channels": [],
            "since": None,
        }
    return list(found.values())


def digests_of(asked: PackAsked) -> Digests:
    """Return by what the person stands on the suppression list: of what is theirs alone.

    With former keys too: what was written with them is held as well. Rule: SUP-3.
    """
    key, controller_id = asked.settings.suppression_key, ControllerId(asked.controller_id)
    return {
        digest: each
        for each in asked.subject.traces
        for digest in suppression_digests(key, controller_id, each)
    }


def suppressions_of(asked: PackAsked, digests: Digests) -> list[Record]:
    """Return the entries of the suppression list: a keyed digest is personal data too."""
    if not digests:
        return []
    rows = held.suppressions_of(asked.connection, asked.controller_id, digests)
    return [
        {
            "identifier": digests[row.digest].value,
            "held_as": "a keyed digest, from which nobody can read the address or number",
            "digest": row.digest,
            "key": row.key_id,
            "channel": row.channel,
            "reason": row.reason,
            "since": at(row.since),
        }
        for row in rows
    ]


def confirmations_of(asked: PackAsked, rows: Sequence[Row[Any]]) -> list[Record]:
    """Return what the person was asked to confirm by mail, and whether they did."""
    emails = {
        key: each.value
        for key, each in (asked.subject.carried | asked.subject.alone).items()
        if each.kind is IdentifierKind.EMAIL
    }
    return [
        {
            "lead": str(row.lead_id),
            "asked_at_address": emails.get(row.identifier_id),
            "boxes": row.boxes,
            "wording": row.notice_id,
            "asked_at": at(row.asked_at),
            "mail": row.message_id,
            "mail_sent_at": at(row.sent_at),
            "confirmed_at": at(row.confirmed_at),
            "link_good_until": at(row.expires_at),
        }
        for row in rows
    ]
