"""The recorded payloads of Google lead forms that need no Google package, and their readings.

webhooks/  the body of a webhook        beside it: the refusal, or the payload that is kept and what
           reading it gives; those in webhooks/refused/ are not taken in; a file named …_on_form is
           read with the notice of the form, the others without
files/     a file downloaded by hand    beside it: each row, or the refusal; those in files/london/
           are read with the time zone Europe/London, in files/day_first/ and files/month_first/
           with a date order as well

`make update-golden` writes what is beside them anew; review what changed.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from connectors._google_boxes import with_boxes
from connectors._google_questions import OptInQuestion, OptIns
from connectors._google_rows import RowRules
from connectors._google_webhook import receive
from connectors._google_webhook_key import WebhookKeys
from connectors._wall_time import DateOrder
from connectors.base import Delivery, Problem, Submission
from connectors.pushed import Push, Refusal
from policy.vocabulary import Notice, NoticeQuestion

ROOT = Path(__file__).parent / "payloads" / "google_lead_forms"
RECEIVED_AT = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
KEY = "canary-7c1d5f0a9be24e6d"
KEY_OF_ONE_FORM = "canary-of-one-form-3f9a"
FORM = "20260000000001"
FORM_WITH_A_KEY = "20260000000002"
KEYS = WebhookKeys(SecretStr(KEY), {FORM_WITH_A_KEY: SecretStr(KEY_OF_ONE_FORM)})

EMAIL_OFFERS = OptInQuestion(
    key="email_offers",
    question="May we send you offers by e-mail?",
    yes=("Yes, please", "Yes"),
    no=("No, thank you", "No"),
)
PHONE_OFFERS = OptInQuestion(
    key="phone_offers",
    question="May we call you about offers?",
    yes=("Yes",),
    no=("No",),
)
OPT_INS = OptIns((EMAIL_OFFERS, PHONE_OFFERS))
NOTICE = Notice(
    form_id=FORM,
    name="Spring",
    locale=None,
    privacy_url="https://agency.example/privacy",
    privacy_link_text=None,
    title="Ask us",
    body=None,
    boxes=(),
    questions=(
        NoticeQuestion("full_name", "", "FULL_NAME"),
        NoticeQuestion(
            "May we send you offers by e-mail?",
            "May we send you offers by e-mail?",
            "CUSTOM",
            ("Yes, please", "No, thank you"),
        ),
        NoticeQuestion(
            "May we call you about offers?", "May we call you about offers?", "CUSTOM", ("Yes",)
        ),
        NoticeQuestion("What do you need?", "What do you need?", "CUSTOM"),
    ),
)
_BOXED: dict[str, Notice] = {}


def boxed(notice: Notice) -> Notice:
    """Return the notice with its boxes, always the same object."""
    return _BOXED.setdefault(notice.form_id, with_boxes(notice, OPT_INS))


def payloads(folder: str) -> list[Path]:
    """Return the recorded payloads of a folder and its subfolders, without what is beside them."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.endswith(".expected.json"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def pushed(body: bytes, keys: WebhookKeys = KEYS) -> Delivery | Refusal:
    return receive(Push(body, {}, RECEIVED_AT), keys)


def taken_in(body: bytes) -> Delivery:
    found = pushed(body)
    assert isinstance(found, Delivery), found
    return found


def webhook(path: Path) -> Delivery | Refusal:
    """Return a recorded body as it comes in, with its form's notice if its name says so."""
    found = pushed(path.read_bytes())
    if isinstance(found, Delivery) and path.stem.endswith("_on_form"):
        return found._replace(notice=NOTICE)
    return found


_DATE_ORDERS: dict[str, DateOrder] = {"day_first": "dmy", "month_first": "mdy"}


def rules_for(path: Path) -> RowRules:
    folder = path.parent.name
    zone = None if folder == "files" else ZoneInfo("Europe/London")
    return RowRules(OPT_INS, boxed, zone, _DATE_ORDERS.get(folder))


def as_json(read: Submission | Problem) -> dict[str, object]:
    """Return what was read as plain JSON; of the notice only which form it is."""
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
        "notice_of_form": read.notice.form_id if read.notice else None,
        "remarks": list(read.remarks),
        "marks": read.marks._asdict() if read.marks else None,
    }
