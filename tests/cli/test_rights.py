"""`leadledger rights list`, and what `status` says of requests and of mails."""

from models.store import Store
from pipeline import wiring
from pipeline.receive_request import Asked, receive_request
from policy.rights.table import Right
from tests.build import SUPPRESSION_KEY, controller
from tests.cli.conftest import Office

COPY = Asked(Right.ACCESS, "Priya \x1b[31mSharma", "priya@mail.example", None, "All of it.")


def _ask(office: Office, asked: Asked = COPY) -> str:
    assert office("status").code == 0  # which makes the controller known to the store
    store: Store = office.store()
    receipt = receive_request(store, controller(), SUPPRESSION_KEY, asked, wiring.now())
    store.close()
    return receipt.reference


def test_what_was_asked_is_listed_with_its_day_and_steers_no_terminal(office: Office) -> None:
    reference = _ask(office)
    listed = office("rights", "list")
    assert listed.code == 0
    assert reference in listed.out
    assert "priya@mail.example" in listed.out
    assert "identity asked" in listed.out
    assert "\x1b" not in listed.out


def test_as_json_it_has_the_persons_own_words(office: Office) -> None:
    reference = _ask(office)
    [one] = office("rights", "list", "--json").json
    assert (one["reference"], one["right"], one["text"]) == (reference, "access", "All of it.")
    assert one["due_on"]
    assert one["is_late"] is False


def test_nobody_waiting_is_said_too(office: Office) -> None:
    assert "Nobody waits" in office("rights", "list").err
    assert office("rights", "list", "--json").json == []


def test_status_counts_requests_and_says_why_mails_wait(office: Office) -> None:
    _ask(office)
    said = office("status").err
    assert "1 rights request open, the next due on" in said
    assert "1 mail to be sent" in said
    assert "no mail server is configured" in said
    report = office("status", "--json").json
    assert (report["requests_open"], report["mails_waiting"], report["can_mail"]) == (1, 1, False)
