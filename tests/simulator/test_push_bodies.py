"""What platforms write into a push, and how they prove that it is theirs."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from random import Random
from typing import Any
from urllib.parse import parse_qs

from simulator.access import APP_SECRET
from simulator.google_forms import WEBHOOK_SECRET
from simulator.google_world import GoogleWorld
from simulator.push_bodies import google_pushes, meta_pushes, posted_pushes, signed_pushes
from simulator.push_platforms import STANDARD_SECRET, GoogleForm, MetaApp, StandardWebhooks
from simulator.pushes import Push
from simulator.world import PAGE_ID, World
from tests.simulator.conftest import NOW


def _ids(world: World) -> list[str]:
    return sorted(world.lead_ids(), key=int)


def _changes(push: Push) -> list[dict[str, Any]]:
    return [change for entry in json.loads(push.body)["entry"] for change in entry["changes"]]


def _announced(pushes: list[Push]) -> list[dict[str, Any]]:
    """Return what tells of a lead of our page, of all bodies, in order."""
    return [
        change["value"]
        for push in pushes
        for change in _changes(push)
        if change["field"] == "leadgen"
        and (change["value"] or {}).get("leadgen_id")
        and str(change["value"]["page_id"]) == PAGE_ID
    ]


def test_meta_announces_every_lead_once_and_says_which(world: World) -> None:
    ids = _ids(world)
    pushes = meta_pushes(world, ids, Random(7))
    assert [str(value["leadgen_id"]) for value in _announced(pushes)] == ids
    assert [lead_id for push in pushes for lead_id in push.tells_of] == ids
    assert meta_pushes(world, ids, Random(7)) == pushes


def test_meta_writes_what_receivers_must_expect(world: World) -> None:
    pushes = meta_pushes(world, _ids(world), Random(7))
    values = _announced(pushes)
    assert {type(value["leadgen_id"]) for value in values} == {int, str}
    assert {type(value["created_time"]) for value in values} == {int}
    assert {value.get("ad_id", "absent") for value in values} >= {0, "absent"}
    fields = {change["field"] for push in pushes for change in _changes(push)}
    assert fields == {"leadgen", "feed", "leadgen_update"}
    bodies = [json.loads(push.body) for push in pushes]
    assert {body["object"] for body in bodies} == {"page"}
    assert max(len(body["entry"]) for body in bodies) > 1
    assert any(change["value"] is None for push in pushes for change in _changes(push))


def test_a_body_of_meta_has_a_thousand_changes_at_the_most() -> None:
    world = World.seeded(7, 2_500, NOW)
    pushes = meta_pushes(world, _ids(world), Random(1), most=5_000)
    assert 500 < max(len(_changes(push)) for push in pushes) <= 1_000


def test_meta_escapes_in_its_own_way_and_signs_the_very_bytes(world: World) -> None:
    pushes = meta_pushes(world, _ids(world), Random(7))
    everything = b"".join(push.body for push in pushes)
    assert everything.isascii()
    assert b"\\u00f6" in everything
    assert b"\\u0040" in everything
    assert b"@" not in everything
    sent = MetaApp(APP_SECRET).wire(pushes[0].body, NOW)
    expected = hmac.new(APP_SECRET.encode(), sent.body, hashlib.sha256).hexdigest()
    assert sent.headers["X-Hub-Signature-256"] == f"sha256={expected}"
    forged = MetaApp(APP_SECRET).forged(pushes[0].body, NOW)
    assert forged.body == sent.body
    assert forged.headers["X-Hub-Signature-256"] != sent.headers["X-Hub-Signature-256"]


def test_google_puts_its_key_into_the_body_and_a_forger_another() -> None:
    world = GoogleWorld.seeded(7, 30, NOW)
    names = sorted(world.resource_names())
    pushes = google_pushes(world, names, WEBHOOK_SECRET)
    bodies = [json.loads(push.body) for push in pushes]
    assert [body["lead_id"] for body in bodies] == [world.submission(name).id for name in names]
    assert {body["google_key"] for body in bodies} == {WEBHOOK_SECRET}
    forged = json.loads(GoogleForm(WEBHOOK_SECRET).forged(pushes[0].body, NOW).body)
    assert forged["google_key"] not in {WEBHOOK_SECRET, None}
    assert forged | {"google_key": WEBHOOK_SECRET} == bodies[0]


def test_standard_webhooks_sign_id_time_and_body() -> None:
    [push] = signed_pushes(Random(7), 1, NOW)
    body, headers = StandardWebhooks(STANDARD_SECRET).wire(push.body, NOW)
    signed = f"{headers['webhook-id']}.{int(NOW.timestamp())}.".encode() + body
    key = b64decode(STANDARD_SECRET.removeprefix("whsec_"))
    assert 24 <= len(key) <= 64
    expected = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    again = StandardWebhooks(STANDARD_SECRET).wire(push.body, NOW)
    assert again.headers["webhook-id"] == headers["webhook-id"]
    assert push.tells_of == (headers["webhook-id"],)
    assert {"full_name", "email", "phone", "consent"} <= json.loads(body)["data"].keys()


def test_a_web_form_posts_as_browsers_do_and_leaves_out_what_is_not_ticked() -> None:
    pushes = posted_pushes(Random(7), 40)
    read = [parse_qs(push.body.decode(), strict_parsing=True) for push in pushes]
    assert [tuple(fields["id"]) for fields in read] == [push.tells_of for push in pushes]
    assert {tuple(fields.get("email_updates", ())) for fields in read} == {(), ("on",)}
    addresses = [address.lower() for fields in read for address in fields.get("email", ())]
    assert all(address.endswith(".example") for address in addresses)
