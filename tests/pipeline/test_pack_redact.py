"""What came by any kind of source is shown to its person, and nobody else stands in it."""

import base64
from collections.abc import Iterator
from urllib.parse import urlencode

import orjson
import pytest

from connectors.base import Delivery, Submission
from pipeline.pack_redact import Redactor, written_in
from pipeline.traces import found_in, found_in_text
from policy.free_text import KnownNames
from policy.identity import identifiers
from policy.vocabulary import IdentifierKind
from tests.build import email, phone
from tests.connectors import email_corpus, form_webhook_corpus, web_form_corpus
from tests.mailing import connector_of, inbox

HOUSE = "hello@my-agency.example"
OTHER, HIS = "zeb@other.example", "+44 7700 900 777"


def _recorded() -> Iterator[tuple[Delivery, Submission]]:
    """Yield recorded deliveries of tools, of our own form and of mails, with what they say."""
    for path in form_webhook_corpus.payloads():
        came = form_webhook_corpus.received(path)
        if isinstance(came, Delivery):
            for each in form_webhook_corpus.built_for(path).read(came):
                if isinstance(each, Submission):
                    yield came, each
    form, mailbox = web_form_corpus.built(), connector_of(inbox())
    posts = (web_form_corpus.delivery(p.read_bytes(), form) for p in web_form_corpus.payloads())
    mails = (email_corpus.delivery(path.read_bytes()) for path in email_corpus.mails())
    for connector, deliveries in ((form, posts), (mailbox, mails)):
        for came in deliveries:
            for read in connector.read(came):
                if isinstance(read, Submission):
                    yield came, read


def test_nobody_else_is_left_in_anything_that_was_ever_recorded() -> None:
    """PACK-3."""
    whole = 0
    for came, said in _recorded():
        own, _ = identifiers(said.contact.emails, said.contact.phones, "GB")
        redactor = Redactor(own, [HOUSE], ("GB", "DE", "FR", "US"))
        shown = redactor.payload(came.payload, came.media_type, is_theirs=True)
        assert ("content" in shown) != ("left_out" in shown)
        whole += set(shown) == {"content"}
        found = found_in(orjson.dumps(shown.get("content", "")))
        emails = {each.value for each in found if each.kind is IdentifierKind.EMAIL}
        assert emails <= {each.value for each in own} | {HOUSE}
    assert whole > 70


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("ring 07700 900123 or (07700) 900-123", "ring 07700 900123 or (07700) 900-123"),
        (f"ring {HIS} or 07700900777", "ring +44…77 or +44…77"),
        (f"{OTHER}, Priya.Sharma@Mail.Example", "z…@o….example, Priya.Sharma@Mail.Example"),
        (f"write to {HOUSE}", f"write to {HOUSE}"),
        ("203.0.113.7", "203.0.113.7"),
        ("5a7e3b1c-0000-4000-8000-00c0ffee0001", "5a7e3b1c-0000-4000-8000-00c0ffee0001"),
        ("2026-11-22 10:00", "2026-11-22 10:00"),
        ("no address: nobody@no domain", "no address: … domain"),
    ],
)
def test_their_own_stays_and_others_are_made_unreadable(given: str, shown: str) -> None:
    assert Redactor([email(), phone()], [HOUSE]).value(given) == shown


def test_fields_of_every_kind_of_form_are_masked_one_by_one() -> None:
    fields = {"email": "priya.sharma@mail.example", "friend": OTHER, "campaign_id": "1365927098"}
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    for content, media_type in (
        (urlencode(fields).encode(), "application/vnd.some-tool+urlencoded"),
        (f"{parts}--x--\r\n".encode(), "application/vnd.some-tool+multipart"),
        (orjson.dumps(fields), "application/json"),
    ):
        shown = Redactor([email()]).payload(content, media_type, is_theirs=True)
        assert "zeb" not in str(shown)
        assert "1365927098" in str(shown)
        assert "unreadable" in shown["note"]
        foreign = Redactor([email()]).payload(content, media_type, is_theirs=False)
        assert set(foreign) == {"left_out"}


def test_of_a_mail_its_words_and_quotes_are_searched_and_not_the_files_on_it() -> None:
    """Three megabytes of a file took minutes, and name nobody who takes part in a thread."""
    file = base64.encodebytes(b"annex@other.example").decode()
    mail = (
        f"From: <priya.sharma@mail.example>\r\nCc: <{OTHER}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
        "Yes.\r\n\r\nOn Mon, 23 Nov 2026 at 10:00, Olga wrote:\r\n> olga@other.example\r\n--x\r\n"
        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{file}\r\n--x--\r\n"
    )
    text = written_in(mail.encode(), "message/rfc822")
    found = {each.value for each in found_in_text(text)}
    assert found == {"priya.sharma@mail.example", OTHER, "olga@other.example"}
    assert written_in(b"no mail", "message/rfc822") == ""
    assert written_in(b"e=olga%40other.example", "a/b+urlencoded") == "e \nolga@other.example"


def test_an_address_at_the_beginning_of_a_line_is_found_as_it_stands() -> None:
    """Who stands in a message is known by it; as JSON it would be nolga@ and nobody's."""
    said = orjson.dumps({"note": "My sister:\nolga@other.example\t07700900777\n12 High Street"})
    found = {each.value for each in found_in_text(written_in(said, "application/json"))}
    assert found == {"olga@other.example", "+447700900777"}


def test_a_number_with_other_digits_beside_it_is_made_unreadable_too() -> None:
    shown = Redactor([email(), phone()]).text(
        "Olga\n07700900777\n12 High St, 2 07700900778 3, 07700 900777\n07700 900778, "
        f"{HIS} 2, 07700 900123 2, 2026-11-22 09:30"
    )
    assert shown == (
        "Olga\n+44…77\n12 High St, 2 +44…78 3, +44…77\n+44…78, "
        "+44…77 2, 07700 900123 2, 2026-11-22 09:30"
    )


def test_ones_own_address_stays_whole_though_the_name_of_another_stands_in_it() -> None:
    mine = "Office@Arun-Sharma.example"
    own = [email(mine.lower()), email()]
    redactor = Redactor(own, names=KnownNames(["Arun Sharma"], ["Priya Sharma"]))
    assert redactor.text(f"{mine}, of Arun Sharma") == f"{mine}, of [a name]"
    broken = redactor.payload(f'{{"email": "{mine}"'.encode(), "application/json", is_theirs=True)
    assert "content" in broken


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"--", b"--x\r\n\r\n", b""])
def test_bytes_of_no_shape_harm_nothing(content: bytes) -> None:
    for media_type in ("application/json", "message/rfc822", "a/b+urlencoded", "text/plain"):
        shown = Redactor([email()]).payload(content, media_type, is_theirs=True)
        assert shown.keys() & {"content", "left_out"}


@pytest.mark.parametrize("depth", [300, 1_000, 5_000])
def test_parts_in_parts_without_end_are_shown_as_they_came(depth: int) -> None:
    def nested(address: str) -> bytes:
        return b"[" * depth + orjson.dumps(address) + b"]" * depth

    own, other = nested(email().value), nested(OTHER)
    redactor = Redactor([email()])
    assert redactor.payload(own, "application/json", is_theirs=True) == {"content": own.decode()}
    assert set(redactor.payload(other, "application/json", is_theirs=True)) == {"left_out"}
    assert OTHER in written_in(other, "application/json")


def test_fields_that_are_called_alike_once_masked_are_all_shown() -> None:
    fields = {OTHER: "one", "zob@other.example": "two", "zub@other.example": {"a": "three"}}
    shown = Redactor([email()]).value(fields)
    assert list(shown.values()) == ["one", "two", {"a": "three"}]
    assert "other.example" not in str(shown)
