"""The bodies of pushes: what Meta, Google and tools for web forms write."""

import json
from base64 import b32encode
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

from simulator.google_world import GoogleWorld
from simulator.leads import Lead
from simulator.people import Crowd, Person
from simulator.push_platforms import message_id_of
from simulator.pushes import Push
from simulator.world import World

MOST_CHANGES = 1_000
"""How many changes Meta puts into one body at the most (webhooks/getting-started)."""
FORM_ID = "contact"
_FOREIGN_SHARE = 0.15
_ANOTHER_PAGE = "999888777666555"


def meta_pushes(world: World, lead_ids: Sequence[str], rng: Random, *, most: int = 5) -> list[Push]:
    """Return what Meta sends to announce leads, one to `most` in a body, in the order given.

    Ids are numbers here and texts there, advertisements may be missing or 0, other fields and other
    pages of the app are mixed in, as receivers have to expect.

    Raises:
        KeyError: the world has no such lead.
    """
    pushes, start = [], 0
    while start < len(lead_ids):
        ids = tuple(lead_ids[start : start + rng.randint(1, min(most, MOST_CHANGES))])
        pushes.append(Push(_meta_body(world, ids, rng), ids))
        start += len(ids)
    return pushes


def _meta_body(world: World, lead_ids: Sequence[str], rng: Random) -> bytes:
    leads = [_lead(world, lead_id) for lead_id in lead_ids]
    changes = [{"field": "leadgen", "value": _announced(world, lead, rng)} for lead in leads]
    room = MOST_CHANGES - len(changes)
    for _ in range(min(sum(rng.random() < _FOREIGN_SHARE for _ in leads), room)):
        changes.insert(rng.randint(0, len(changes)), _foreign(world, leads[0], rng))
    told_at = leads[-1].created + rng.randint(1, 60)
    entries, start = [], 0
    while start < len(changes):
        size = rng.randint(1, len(changes))
        page = _number_or_text(world.page_id, rng)
        entries.append({"id": page, "time": told_at, "changes": changes[start : start + size]})
        start += size
    if len(changes) < MOST_CHANGES and rng.random() < _FOREIGN_SHARE:
        other = {"field": "leadgen", "value": {"leadgen_id": "1", "page_id": _ANOTHER_PAGE}}
        entries.insert(0, {"id": _ANOTHER_PAGE, "time": told_at, "changes": [other]})
    return _as_meta_writes({"object": "page", "entry": entries})


def _lead(world: World, lead_id: str) -> Lead:
    lead = world.lead(lead_id)
    if lead is None:
        raise KeyError(lead_id)
    return lead


def _announced(world: World, lead: Lead, rng: Random) -> dict[str, Any]:
    value: dict[str, Any] = {
        "leadgen_id": _number_or_text(lead.id, rng),
        "page_id": _number_or_text(world.page_id, rng),
        "form_id": _number_or_text(lead.form_id, rng),
        "created_time": lead.created,
    }
    ad_id = json.loads(lead.json).get("ad_id")
    if ad_id is not None:
        value |= {"ad_id": ad_id, "adgroup_id": ad_id}
    elif rng.random() < 0.5:
        value |= {"ad_id": 0, "adgroup_id": 0}
    return value


def _foreign(world: World, lead: Lead, rng: Random) -> dict[str, Any]:
    """Return a change that announces no lead."""
    updated = {
        "leadgen_id": int(lead.id),
        "updated_time": "1795000000",
        "area": "qualification",
        "event": "update",
        "updated_fields": ["status"],
    }
    comment = {"item": "comment", "message": "Schön hier, in Kraków @ the café", "post_id": "7_7"}
    return rng.choice(
        (
            {"field": "feed", "value": comment},
            {"field": "leadgen_update", "value": updated},
            {"field": "leadgen", "value": None},
            {"field": "leadgen", "value": {"page_id": world.page_id}},
        )
    )


def _number_or_text(digits: str, rng: Random) -> int | str:
    return int(digits) if rng.random() < 0.5 else digits


def _as_meta_writes(body: object) -> bytes:
    r"""Return JSON with Meta's own escapes: `\u00e9` in small letters, `\u0040`, `\/`."""
    text = json.dumps(body, separators=(",", ":"))
    return text.replace("/", "\\/").replace("@", "\\u0040").encode()


def google_pushes(world: GoogleWorld, resource_names: Sequence[str], key: str) -> list[Push]:
    """Return what Google sends for submissions: one in a body, its key inside.

    Raises:
        KeyError: the world has no such submission.
    """
    return [
        Push(world.webhook_body(name, key), (world.submission(name).id,)) for name in resource_names
    ]


def signed_pushes(rng: Random, count: int, now: datetime) -> list[Push]:
    """Return what a tool for forms sends as JSON, for Standard Webhooks: one answer in a body.

    They tell of ids that go with them as `webhook-id`.
    """
    pushes = []
    for person, answer_id in _answers(rng, count):
        at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        data: dict[str, Any] = {"form_id": FORM_ID, "answer": answer_id, **_fields(person)}
        data["consent"] = {"news": rng.random() < 0.5}
        content = {"type": "form.submitted", "timestamp": at, "data": data}
        body = json.dumps(content, ensure_ascii=False).encode()
        pushes.append(Push(body, (message_id_of(body),)))
    return pushes


def posted_pushes(rng: Random, count: int) -> list[Push]:
    """Return what a web form posts, as browsers encode it: a box that is not ticked is absent."""
    pushes = []
    for person, answer_id in _answers(rng, count):
        fields = {"id": answer_id, **_fields(person)}
        if rng.random() < 0.5:
            fields["email_updates"] = "on"
        pushes.append(Push(urlencode(fields).encode(), (answer_id,)))
    return pushes


def _answers(rng: Random, count: int) -> list[tuple[Person, str]]:
    crowd = Crowd(rng)
    return [(next(crowd), b32encode(rng.randbytes(10)).decode().lower()) for _ in range(count)]


def _fields(person: Person) -> dict[str, str]:
    return {
        "full_name": person.full_name,
        "email": person.email or "",
        "phone": person.phone or "",
        "company": person.company,
        "message": "Please call me back.\nThank you!",
    }
