"""Put an answer together: one document, whose shape docs/answer.schema.json describes."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from models import held
from pipeline.pack_asked import PackAsked, Record, at
from pipeline.pack_leads import given_leads, leads_of
from pipeline.pack_other import (
    corrections_of,
    hold_rows,
    holds_of,
    identifiers_of,
    ledger_of,
    mails_of,
    people_of,
    requests_of,
)
from pipeline.pack_permissions import (
    bases_of,
    confirmations_of,
    consent_log,
    digests_of,
    events_of,
    purposes_of,
    suppressions_of,
)
from pipeline.pack_recipients import audiences_of, recipients_of
from pipeline.pack_statements import (
    AUTOMATED,
    CATEGORIES,
    RETENTION,
    TRANSFERS,
    complaint_of,
    controller_of,
    left_out_of,
    rights_of,
)
from pipeline.pack_unread import Mentions, unread_of
from policy.rights.packs import PackKind

SCHEMA = "leadledger/answer/1"
"""Named in every answer: a change that a reader must know of is another number."""

COUNTED = (
    "leads", "permissions", "confirmations", "suppressions", "recipients", "recalls", "audiences",
    "corrections", "requests", "mails", "unread", "holds", "ledger",
)  # fmt: skip
"""The parts of an answer that are lists of what is held."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its document, and how much of each kind is in it (no personal data)."""

    document: Record
    counts: Counter[str]

    def __repr__(self) -> str:
        """Say how much; the rest is somebody's data."""
        return f"Answer({dict(self.counts)})"


def answer_of(asked: PackAsked, kind: PackKind, mentions: Mentions) -> Answer:
    """Return the whole answer, from one state of the store."""
    build = _everything if kind is PackKind.ACCESS else _provided
    document = _head(asked, kind) | build(asked, mentions)
    counts = {name: len(document[name]) for name in COUNTED if name in document}
    return Answer(document, Counter(counts))


def _head(asked: PackAsked, kind: PackKind) -> Record:
    return {
        "schema": SCHEMA,
        "kind": kind,
        "made_at": at(asked.now),
        "controller": controller_of(asked),
        "identifiers": identifiers_of(asked),
    }


def _provided(asked: PackAsked, _: Mentions) -> Record:
    """Return what the person provided, for somebody else to take over. Rule: PACK-4."""
    log = consent_log(asked)
    bases = bases_of(log)
    events = [each for each in events_of(log) if each["lead"] in set(map(str, bases))]
    return {"leads": list(given_leads(asked, bases)), "permissions": events}


def _everything(asked: PackAsked, mentions: Mentions) -> Record:
    """Return everything that is held of the person."""
    log, digests = consent_log(asked), digests_of(asked)
    suppressions = suppressions_of(asked, digests)
    opt_ins = _opt_ins(asked)
    requests, holds = asked.requests, hold_rows(asked)
    recipients, recalls = recipients_of(asked)
    leads = leads_of(asked)
    causes = {row.id for row in (*opt_ins, *requests)}
    held_now: Record = {
        "leads": leads,
        "permissions": events_of(log),
        "confirmations": confirmations_of(asked, opt_ins),
        "suppressions": suppressions,
        "people": people_of(asked),
        "corrections": corrections_of(asked),
        "recipients": recipients,
        "recalls": recalls,
        "audiences": audiences_of(asked, digests),
        "requests": requests_of(asked, requests),
        "mails": mails_of(asked, causes),
        "unread": unread_of(asked, mentions),
        "holds": holds_of(holds),
        "ledger": ledger_of(asked, {*causes, *mentions.keys}, holds),
    }
    left_out = left_out_of(
        asked, shares=log.has_more, holds=bool(holds), unsearched=mentions.unsearched
    )
    return {
        "purposes": purposes_of(log, is_suppressed=bool(suppressions)),
        "categories": list(CATEGORIES),
        "sources": _sources(leads),
        "retention": list(RETENTION),
        "automated_decisions": AUTOMATED,
        "transfers": TRANSFERS,
        "rights": rights_of(),
        "complaint": complaint_of(asked),
        **held_now,
        "left_out": left_out,
    }


def _opt_ins(asked: PackAsked) -> list[Any]:
    ids = asked.leads
    return held.opt_ins_of(asked.connection, asked.controller_id, ids) if ids else []


def _sources(leads: list[Record]) -> list[Record]:
    """Return where the submissions came from, each place once."""
    found: dict[tuple[Any, ...], Record] = {}
    for lead in leads:
        wording = lead["wording"] or {}
        place = (lead["source"], lead["form"], wording.get("name"))
        one = found.setdefault(
            place,
            {
                "source": lead["source"],
                "kind": lead["source_kind"],
                "form": lead["form"],
                "form_name": wording.get("name"),
                "privacy_url": wording.get("privacy_url"),
                "submissions": 0,
            },
        )
        one["submissions"] += 1
    return list(found.values())
