"""`export --unsubscribe-links`, typed as people type it."""

import csv

import pytest

from tests.cli.conftest import Office

ASKED = ("export", "--purpose", "direct_marketing", "--channel", "email", "--unsubscribe-links")


@pytest.fixture
def linked(stocked: Office) -> Office:
    """An installation that has pulled, with a key for links."""
    key = stocked.folder / "links.key"
    key.write_text("a-key-for-links-of-the-tests-0123456789ab")
    key.chmod(0o600)
    text = (stocked.folder / "config.toml").read_text()
    stocked.configure(text.replace("[keys]\n", '[keys]\nlinks = [{ file = "links.key" }]\n'))
    return stocked


def test_links_stand_in_the_list_and_a_warning_where_nobody_could_follow_them(
    linked: Office,
) -> None:
    out = linked.folder / "list.csv"
    ended = linked(*ASKED, "--out", out)
    assert ended.code == 0
    assert "The links lead to http://127.0.0.1:8600, which nobody outside reaches." in ended.err
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["unsubscribe_url"].startswith("http://127.0.0.1:8600/u/") for row in rows)
    linked.variables["LEADLEDGER__WEB__PUBLIC_URL"] = "https://leads.nectra.example/"
    again = linked(*ASKED, "--out", linked.folder / "again.csv", "--json")
    assert again.json["allowed"] == len(rows)
    assert "https://leads.nectra.example/u/" in (linked.folder / "again.csv").read_text()


def test_a_channel_without_clicks_and_a_missing_key_are_said_with_the_cure(
    stocked: Office,
) -> None:
    calls = [word if word != "email" else "live_call" for word in ASKED]
    ended = stocked(*calls, "--dry-run")
    assert ended.code == 2
    assert (
        "Cure: leave out --unsubscribe-links, or export for one of: email, sms." in ended.sentence
    )
    ended = stocked(*ASKED, "--out", "list.csv")
    assert ended.code == 4
    assert "keys.links: no key" in ended.sentence
    assert not (stocked.folder / "list.csv").exists()
