"""`leadledger recipients list`, and `export` to a recipient that is or is not registered."""

from pathlib import Path

import pytest

from policy.errors import UsageError
from tests.cli.test_audiences import Desk

MAILS = ("export", "--purpose", "direct_marketing", "--channel", "email", "--dry-run")
ADS = ("export", "--purpose", "ad_audience", "--channel", "online_audience", "--dry-run")


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    """The commands on an installation with one recipient: an advertising platform."""
    assert sqlite_url
    return Desk(tmp_path, "http://127.0.0.1:9")


def test_recipients_are_listed_with_what_they_are_and_lack(desk: Desk) -> None:
    shown = desk("recipients", "list")
    assert "in the house" in shown
    assert "DPT-1" in shown
    assert "Something is missing" not in shown
    [internal, platform] = desk.json("recipients", "list")
    assert (internal["id"], internal["country"], internal["lists"]) == ("internal", "GB", 0)
    assert (platform["role"], platform["mechanism"]) == ("processor", "regulations")
    [only] = desk.json("recipients", "list", "--at", "2020-01-01T00:00:00Z")
    assert only["id"] == "internal"


def test_a_recipient_that_lacks_something_is_said_to(desk: Desk) -> None:
    desk.say(desk.config.read_text().replace('"regulations"', '"scc"'))
    shown = desk("recipients", "list")
    assert "test missing" in shown
    assert "`leadledger check` says the cure" in shown
    lines = [each for each in desk.json("check", "--offline", code=4) if each["ok"] is False]
    assert {each["fault"] for each in lines} == {"recipient_no_safeguard", "audience_barred"}


def test_an_export_names_a_registered_recipient_or_says_which_there_are(desk: Desk) -> None:
    assert "0 would be allowed" in desk(*MAILS)
    with pytest.raises(UsageError, match="name one of: internal, ad-platform"):
        desk(*MAILS, "--recipient", "call centre")
    with pytest.raises(UsageError, match="not registered for this channel"):
        desk(*MAILS, "--recipient", "ad-platform")
    assert "0 would be allowed" in desk(*ADS, "--recipient", "ad-platform")
    with pytest.raises(UsageError, match="no request of that reference on record"):
        desk(*MAILS, "--authority-request", "Order 12", "--approver", "A. Officer")


def test_why_says_what_stands_against_a_recipient_as_it_was_then(desk: Desk) -> None:
    asked = ("why", "priya@mail.example", "--purpose", "direct_marketing", "--channel", "email")
    [answer] = desk.json(*asked, "--recipient", "ad-platform")
    assert "TRANSFER_NO_SAFEGUARD" not in answer["reasons"]
    desk.say(desk.config.read_text().replace('"regulations"', '"scc"'))
    [answer] = desk.json(*asked, "--recipient", "ad-platform")
    assert "TRANSFER_NO_SAFEGUARD" in answer["reasons"]
    [answer] = desk.json(*asked)
    assert "TRANSFER_NO_SAFEGUARD" not in answer["reasons"]
    with pytest.raises(UsageError, match="name one of: internal; or add it"):
        desk(*asked, "--recipient", "ad-platform", "--at", "2020-01-01T00:00:00Z")
