"""`optout`, `hold` and `expire`, typed as people type them."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.lead import Lead
from models.permission import Suppression
from pipeline import wiring
from tests.build import kept
from tests.cli.conftest import Office
from tests.cli.running import told

REVIEW = (wiring.now() + timedelta(days=90)).date().isoformat()


def a_person(office: Office) -> str:
    """Return the address of somebody who may be mailed."""
    out = office.folder / "list.csv"
    asked = ("--purpose", "direct_marketing", "--channel", "email", "--out", out)
    assert office("export", *asked).code == 0
    return out.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]


def test_an_opt_out_is_told_and_heeded(stocked: Office) -> None:
    somebody = a_person(stocked)
    ended = stocked("optout", somebody, "nobody.known@mail.example")
    assert ended.code == 0
    assert "nectra: 2 stopped, 1 of them with data here, 1 permission taken back" in ended.err
    why = stocked("why", somebody, "--purpose", "direct_marketing", "--channel", "email")
    assert "DENIED" in why.out
    # said again, it counts from then on too: a tick from in between may still arrive
    again = stocked("optout", somebody, "--json").json
    assert again["controllers"] == [
        {"controller": "nectra", "new": 1, "known_already": 0, "people": 1, "withdrawn": 0}
    ]
    assert "opted out" in stocked("provenance", somebody).out


def test_a_rehearsed_opt_out_writes_nothing(office: Office) -> None:
    ended = office("optout", "a@b.example", "--dry-run")
    assert "1 would be stopped" in ended.err
    store = office.store()
    assert kept(store, Suppression) == []
    store.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_taken_whole_and_bad_lines_are_named_by_number(
    office: Office, encoding: str
) -> None:
    text = 'E-mail;Name\n"ann@b.example";Ann\ncanary-nobody@\n07700 900123;Bob\n'
    (office.folder / "list.csv").write_text(text, encoding=encoding)
    ended = office("optout", "--file", "list.csv")
    assert ended.code == 3
    assert "nectra: 2 stopped" in ended.err
    assert "No address or number stood in line 3" in ended.err
    assert "canary" not in ended.out + ended.err
    assert office("optout", "--file", "list.csv", "--json").json["unreadable_lines"] == [3]


def test_a_list_may_come_from_another_program(office: Office) -> None:
    ended = office.line("printf 'a@b.example\\nc@d.example\\n' | leadledger optout --file -")
    assert (ended.code, "2 stopped" in ended.err) == (0, True)
    piped = office.line("leadledger optout --file <(printf 'e@f.example\\n')")
    assert (piped.code, "1 stopped" in piped.err) == (0, True)


@pytest.mark.parametrize(
    ("words", "told_so"),
    [
        (("optout",), "Nobody is named"),
        (("optout", "canary"), "neither an e-mail address nor a telephone number"),
        (("optout", "a@b.example", "canary"), "neither an e-mail"),
        (("optout", "--file", "nowhere.csv"), "The list cannot be read"),
        (("optout", "a@b.example", "--controller", "x"), "no controller 'x'"),
        (("hold", "release", "x"), "no hold's id"),
        (("hold", "release", "01a2055c-b4b4-722a-9d4f-3e091b397279"), "no hold with this id"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_and_nothing_is_written(
    office: Office, words: tuple[str, ...], told_so: str
) -> None:
    ended = office(*words)
    assert ended.code == 2
    assert told_so in told(ended.sentence)
    store = office.store()
    assert kept(store, Suppression) == []
    store.close()


HOLD = ("hold", "add", "--matter", "Claim 7", "--approver", "Ann", "--review")


@pytest.mark.parametrize(
    ("words", "told_so"),
    [
        ((*HOLD, REVIEW), "What is kept?"),
        ((*HOLD, REVIEW, "--everything", "--identifier", "a@b.example"), "What is kept?"),
        ((*HOLD, "soon", "--everything"), "--review is no day"),
        ((*HOLD, "2020-01-01", "--everything"), "reviewed before it starts"),
        ((*HOLD, REVIEW, "--identifier", "a@b.example"), "no lead of this identifier"),
        ((*HOLD, REVIEW, "--lead", "x"), "no lead's id"),
    ],
)
def test_a_hold_that_says_too_little_is_refused(
    office: Office, words: tuple[str, ...], told_so: str
) -> None:
    ended = office(*words)
    assert ended.code == 2
    assert told_so in told(ended.sentence)


def test_a_hold_is_placed_listed_and_released(stocked: Office) -> None:
    placed = stocked(*HOLD, REVIEW, "--everything")
    key = placed.out.strip()
    listed = stocked("hold", "list")
    assert all(word in listed.out for word in (key, "everything", "Claim 7", "Ann", "in force"))
    assert stocked("hold", "list", "--json").json[0]["review_due"] is False
    assert "Released." in stocked("hold", "release", key).err
    assert "released already" in stocked("hold", "release", key).err
    assert "released" in stocked("hold", "list").out


def test_nothing_is_due_at_first_and_that_is_said(stocked: Office) -> None:
    assert "nectra: 0 leads deleted." in stocked("expire").err
    assert stocked("expire", "--dry-run", "--json").json == [
        {
            "controller": "nectra", "deleted": {}, "kept": {}, "deliveries": 0,
            "deliveries_kept": 0, "removals_forgotten": 0,
        }
    ]  # fmt: skip


def test_what_is_due_is_counted_then_deleted_then_stays_out(stocked: Office) -> None:
    store = stocked.store()
    with store.writing("nectra") as connection:
        # two years go by
        connection.exec_driver_sql(
            "UPDATE lead SET submitted_at = '2020-01-01 00:00:00.000000',"
            " received_at = '2020-01-01 00:00:00.000000', expires_at = '2022-01-01 00:00:00.000000'"
        )
    total = len(kept(store, Lead))
    rehearsed = stocked("expire", "--dry-run")
    assert f"nectra: {total} leads would be deleted (" in rehearsed.err
    assert len(kept(store, Lead)) == total
    done = stocked("expire")
    assert f"nectra: {total} leads deleted (" in done.err
    assert kept(store, Lead) == []
    again = stocked("pull")
    assert "removed before, refused" in again.err
    assert kept(store, Lead) == []
    store.close()


def test_words_of_these_commands_hold_no_path_of_the_list(office: Office, tmp_path: Path) -> None:
    ended = office("optout", "--file", tmp_path / "canary.birdsong.csv")
    assert ended.code == 2
    assert "birdsong" not in ended.err
