"""The submissions of one person, with all that was sent, shown and concluded."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from models import held, mark, trail
from pipeline.pack_asked import PackAsked, Record, at
from policy.vocabulary import LawfulBasis

_NAMES = ("full_name", "first_name", "last_name", "company", "job_title")


def leads_of(asked: PackAsked) -> list[Record]:
    """Return every submission: what was given, where and when, until when it is kept."""
    ids = asked.leads
    arrivals = trail.arrivals_of(asked.connection, asked.controller_id, ids)
    marks = mark.marks_of(asked.connection, asked.controller_id, ids)
    shown = wordings_of(asked)
    return [
        {
            **_given(asked, lead),
            "lead": str(lead.id),
            "source": lead.source_id,
            "source_kind": _kind(asked, lead.source_id),
            "number_at_source": lead.external_id,
            "form": lead.form_id,
            "wording": shown.get(lead.notice_id),
            "boxes": lead.findings,
            "origin": asked.redactor.value(lead.origin, "id"),
            "remarks": lead.remarks,
            "evidence_grade": lead.grade,
            "is_test": lead.is_test,
            "identity_conflict": lead.has_identity_conflict,
            "received_at": at(lead.received_at),
            "kept_until": at(lead.expires_at),
            "as_it_came": _payload(asked, lead),
            "came_again": [
                {"received_at": at(each.received_at), "as_it_came": _payload(asked, each)}
                for each in arrivals
                if each.lead_id == lead.id
            ],
            "known_by": [each._asdict() for each in marks.get(lead.id, ())],
        }
        for lead in asked.subject.leads
    ]


def given_leads(asked: PackAsked, bases: dict[Any, set[LawfulBasis | None]]) -> Iterator[Record]:
    """Yield what the person provided in each submission, for somebody else to take over.

    `bases` are what the use of each lead rests on. Rule: PACK-4.
    """
    shown = wordings_of(asked)
    for lead in asked.subject.leads:
        if lead.id not in bases:
            continue
        wording = shown.get(lead.notice_id) or {}
        texts = {box["key"]: box["text"] for box in wording.get("boxes", ())}
        yield {
            **_given(asked, lead),
            "lead": str(lead.id),
            "form": wording.get("name") or lead.form_id,
            "choices": [
                {
                    "box": each.get("box"),
                    "wording": texts.get(each.get("box")),
                    "answer": each.get("raw"),
                }
                for each in lead.findings
            ],
        }


def _given(asked: PackAsked, lead: Row[Any]) -> Record:
    """Return what the person gave, others in it made unreadable."""
    value = asked.redactor.value
    return {
        "submitted_at": at(lead.submitted_at),
        **{name: value(getattr(lead, name)) for name in _NAMES},
        "contact": value(lead.contact),
        "answers": value(lead.answers),
    }


def _payload(asked: PackAsked, row: Row[Any]) -> Record:
    return asked.redactor.payload(row.payload, row.media_type, is_theirs=True)


def _kind(asked: PackAsked, source_id: str) -> str | None:
    source = asked.settings.source(source_id)
    return source.kind if source else None


def wordings_of(asked: PackAsked) -> dict[str, Record]:
    """Return what the forms of the person's leads showed, by the fingerprint of the wording."""
    ids = {lead.notice_id for lead in asked.subject.leads if lead.notice_id}
    rows = held.notices_of(asked.connection, asked.controller_id, ids) if ids else []
    return {
        row.id: json.loads(row.content)
        | {"fingerprint": row.id, "captured_at": at(row.captured_at)}
        for row in rows
    }
