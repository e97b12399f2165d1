"""The recorded bodies of form tools, and how each tool proves that it sent them.

<tool>/  a body as the tool sends it    beside it: the refusal, or what is kept and what reading it
         gives; one in <tool>/refused/ is not taken in

`make update-golden` writes what is beside them anew; review what changed. `SETTINGS` describes the
form of each tool, `OWN` says where the settings for one body are others.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from connectors.base import ConnectorIO, Delivery, Problem, Submission
from connectors.form_webhook import FormWebhook
from connectors.form_webhook import source as declared
from connectors.pushed import Push, Refusal

ROOT = Path(__file__).parent / "payloads" / "form_webhook"
RECEIVED_AT = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
URL = "https://leads.nectra.example/in/contact"
SECRET = "canary-of-the-signing-secret-3f9a"
OLDER_SECRET = "canary-of-the-secret-before-7c1d"
WHSEC = "whsec_" + base64.b64encode(b"canary-of-the-standard-key-32byt").decode()
OLDER_WHSEC = "whsec_" + base64.b64encode(b"canary-of-the-standard-key-older").decode()
MESSAGE_ID = "msg_2f1d0c7e"
WORDING = "Yes, send me news by e-mail."

TOOLS = (
    "standard", "typeform", "tally", "webflow", "hubspot", "netlify",
    "jotform", "gravity_forms", "elementor",
)  # fmt: skip
SIGNED = TOOLS[:6]
KEYED = TOOLS[6:]
TIMED = ("standard", "webflow", "hubspot")
FORMS = {
    "standard": "contact",
    "typeform": "lT4Z3j",
    "tally": "mBzNlP",
    "webflow": "65429eadebe8a9f3a30f62d0",
    "hubspot": "5a7e3b1c-0000-4000-8000-00c0ffee0001",
    "netlify": "5b7f2c3d9e1a4f0001c0ffee",
    "jotform": "243231271343446",
    "gravity_forms": "4",
    "elementor": "a1b2c3d",
}
_FIELD_OF_BOX = {
    "standard": "consent.news",
    "typeform": "news",
    "tally": "Keeping in touch",
    "webflow": "Newsletter",
    "hubspot": "newsletter",
    "netlify": "newsletter",
    "jotform": "newsletter",
    "gravity_forms": "5.1",
    "elementor": "newsletter",
}
_YES_AND_NO: Mapping[str, tuple[list[str], list[str]]] = {
    "netlify": (["on"], []),
    "elementor": (["on"], [""]),
    "jotform": ([WORDING], []),
    "gravity_forms": (["1"], ["", "0"]),
    "tally": ([WORDING], [""]),
}
_GRAVITY_FIELDS = {"first_name": "1.3", "last_name": "1.6", "email": "2", "phone": "3"}


def settings(tool: str, **own: Any) -> dict[str, Any]:
    """Return the settings of a source that takes in one form of a tool."""
    yes, no = _YES_AND_NO.get(tool, (["true"], ["false", ""]))
    box = {
        "key": "email_updates",
        "field": _FIELD_OF_BOX[tool],
        "wording": WORDING,
        "yes": yes,
        "no": no,
    }
    usual: dict[str, Any] = {
        "form": FORMS[tool],
        "tool": tool,
        "form_name": "Contact us",
        "language": "en-GB",
        "privacy_url": "https://nectra.example/privacy",
        "secrets": [WHSEC if tool == "standard" else SECRET],
        "tick_boxes": [box],
    }
    if tool == "gravity_forms":
        usual["fields"] = _GRAVITY_FIELDS
    return usual | own


_MAPPED = {"fields": {"full_name": "Who are you?", "email": "reach", "phone": ["mobile", "line"]}}
_ADS = {"ad_consent": {"field": "ad_storage", "yes": ["granted"]}}
OWN: Mapping[str, Mapping[str, Any]] = {
    "mapped": _MAPPED,
    "ads_allowed": _ADS,
    "ads_refused": _ADS,
    "names_of_the_webhook": {"fields": None},
}


def built(tool: str, **own: Any) -> FormWebhook:
    """Return the real connector with the settings of a tool, changed as given."""
    io = ConnectorIO(now=lambda: RECEIVED_AT, sleep=lambda _: None, log=structlog.get_logger())
    connector = declared.build(declared.settings.model_validate(settings(tool, **own)), io)
    assert isinstance(connector, FormWebhook)
    return connector


def built_for(path: Path) -> FormWebhook:
    return built(tool_of(path), **OWN.get(path.stem, {}))


def payloads(folder: str = "") -> list[Path]:
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.endswith(".expected.json"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


def tool_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def content_type(body: bytes, suffix: str) -> str:
    if suffix == ".json":
        return "application/json; charset=utf-8"
    if body.startswith(b"--"):
        boundary = body.partition(b"\r\n")[0][2:].decode()
        return f"multipart/form-data; boundary={boundary}"
    return "application/x-www-form-urlencoded"


def _mac(secret: str, content: bytes) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _b64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def jws(
    secret: str,
    body: bytes,
    head: Mapping[str, object] | None = None,
    claims: Mapping[str, object] | None = None,
) -> str:
    """Return a signature as Netlify makes it, its two parts changed as given."""
    parts = (
        {"alg": "HS256", "typ": "JWT"} | dict(head or {}),
        {"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()} | dict(claims or {}),
    )
    signed = b".".join(_b64url(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + _b64url(_mac(secret, signed))).decode()


def proof(
    tool: str,
    body: bytes,
    secret: str | None = None,
    at: datetime = RECEIVED_AT,
    url: str = URL,
    message_id: str = MESSAGE_ID,
) -> dict[str, str]:
    """Return the headers by which a tool proves that it sent a body, as its own manual says."""
    key = secret or (WHSEC if tool == "standard" else SECRET)
    seconds, milliseconds = str(int(at.timestamp())), str(int(at.timestamp() * 1_000))
    if tool == "standard":
        raw = base64.b64decode(key.removeprefix("whsec_"))
        signed = f"{message_id}.{seconds}.".encode() + body
        return {
            "webhook-id": message_id,
            "webhook-timestamp": seconds,
            "webhook-signature": f"v1,{_b64(hmac.new(raw, signed, hashlib.sha256).digest())}",
        }
    for_webflow = milliseconds.encode() + b":" + body
    for_hubspot = b"POST" + url.encode() + body + milliseconds.encode()
    ways = {
        "typeform": {"typeform-signature": f"sha256={_b64(_mac(key, body))}"},
        "tally": {"tally-signature": _b64(_mac(key, body))},
        "webflow": {
            "x-webflow-timestamp": milliseconds,
            "x-webflow-signature": _mac(key, for_webflow).hex(),
        },
        "hubspot": {
            "x-hubspot-request-timestamp": milliseconds,
            "x-hubspot-signature-v3": _b64(_mac(key, for_hubspot)),
        },
        "netlify": {"x-webhook-signature": jws(key, body)},
    }
    return ways.get(tool, {"x-leadledger-secret": key})


def pushed(
    tool: str,
    body: bytes,
    suffix: str = "",
    headers: Mapping[str, str] | None = None,
    url: str = URL,
) -> Push:
    """Return a push of a tool; genuine unless `headers` are given."""
    own = proof(tool, body, url=url) if headers is None else headers
    usual = ".json" if tool in SIGNED else ".txt"
    kind = content_type(body, suffix or usual)
    return Push(body, {"content-type": kind} | dict(own), RECEIVED_AT, url)


def received(path: Path) -> Delivery | Refusal:
    body = path.read_bytes()
    return built_for(path).receive(pushed(tool_of(path), body, path.suffix))


def as_json(read: Submission | Problem) -> dict[str, object]:
    """Return what was read as plain JSON; of the notice only which words of boxes are proven."""
    if isinstance(read, Problem):
        return {"problem": read.code.value, "external_id": read.external_id, "detail": read.detail}
    return {
        "external_id": read.external_id,
        "submitted_at": read.submitted_at.isoformat() if read.submitted_at else None,
        "form_id": read.form_id,
        "contact": {key: value for key, value in read.contact._asdict().items() if value},
        "answers": dict(read.answers),
        "boxes": None if read.boxes is None else [asdict(box) for box in read.boxes],
        "is_test": read.is_test,
        "origin": dict(read.origin),
        "proven_words": None if read.notice is None else [box.text for box in read.notice.boxes],
        "remarks": list(read.remarks),
    }


def ticks(read: Sequence[Submission | Problem]) -> list[bool | None]:
    return [box.is_ticked for each in read if isinstance(each, Submission)
            for box in each.boxes or ()]  # fmt: skip
