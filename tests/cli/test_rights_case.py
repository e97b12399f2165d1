"""A case from the letter to its end, typed as an officer types it."""

from pathlib import Path

from tests.cli.conftest import Office
from tests.cli.running import told
from tests.cli.test_stopping import a_person

LETTER = ("--email", "priya@mail.example", "--name", "Priya", "--channel", "letter")


def _opened(office: Office, right: str = "access", *more: str) -> str:
    ended = office("rights", "open", "--right", right, *LETTER, *more)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def test_a_case_goes_from_the_letter_to_its_end(office: Office) -> None:
    words = office.folder / "letter.txt"
    words.write_text("All of it, \x1b[31mplease.", encoding="utf-8")
    reference = _opened(office, "access", "--text-file", str(words))
    rights = ("rights",)
    refused = office(*rights, "answer", reference, "--scope", "the store")
    assert (refused.code, "Cure: ask with" in refused.sentence) == (2, True)
    asked = office(*rights, "ask", reference, "--about", "identity", "--reason", "a letter")
    assert "No day can be said yet" in asked.err
    office(*rights, "heard", reference, "--about", "identity")
    unneeded = office(*rights, "ask", reference, "--about", "clarification")
    assert "This question moves no day: not justified." in unneeded.err
    answered = office(*rights, "answer", reference, "--scope", "the store", "--json").json
    assert (answered["status"], answered["owed"]) == ("answered", [])
    assert [each["kind"] for each in answered["steps"]] == [
        *("taken_in", "asked", "heard", "asked", "searched", "answered"),
    ]
    assert "Closed." in office(*rights, "close", reference).err
    shown = office(*rights, "show", reference)
    assert "T-1  received" in shown.out
    assert "In their words: All of it" in shown.out
    assert "\x1b" not in shown.out
    [listed] = office(*rights, "list", "--closed", "--json").json
    assert (listed["reference"], listed["status"]) == (reference, "closed")


def test_every_other_step_is_typed_too(office: Office) -> None:
    copy, complaint = _opened(office), _opened(office, "complaint")
    extended = office(
        *("rights", "extend", copy, "--ground", "complexity", "--reasons", "many years", "--json")
    ).json
    assert "extended" in {each["effect"] for each in extended["count"]}
    noted = office("rights", "note", copy, "--eu-law", "--searched", "the archive", "--json").json
    assert [each["kind"] for each in noted["steps"]][-2:] == ["under_eu_law", "searched"]
    assert office("rights", "note", copy).code == 2
    says = [word for each in ("reasons", "court") for word in ("--says", each)]
    poor = office("rights", "refuse", copy, "--reason", "excessive", *says)
    assert "complaint_to_eu_authority" in poor.sentence
    told_on = office("rights", "acknowledge", complaint, "--told", "soon")
    assert told_on.sentence == "leadledger: --told is no day. Cure: write it as 2026-11-22."
    acknowledged = office("rights", "acknowledge", complaint, "--json").json
    assert (acknowledged["status"], acknowledged["due_on"]) == ("acknowledged", None)
    assert "data of our own" in office("rights", "pass-on", copy).sentence
    wrong = office("rights", "open", "--right", "access", "--email", "+447700900123")
    assert "--email is a phone" in wrong.sentence
    assert "no day yet" in office("rights", "list").out


def test_an_erasure_is_noted_and_the_case_says_what_is_left(stocked: Office) -> None:
    somebody = a_person(stocked)
    opened = stocked("rights", "open", "--right", "erasure", "--email", somebody)
    reference = opened.out.strip()
    erased = stocked("erase", somebody, "--request", reference, "--yes")
    assert f"`leadledger rights show {reference}`" in told(erased.err)
    shown = stocked("rights", "show", reference, "--json").json
    assert shown["owed"] == ["identity", "tell", "tell_recipients"]
    assert shown["recipients"]["to_tell"] == ["internal"]
    assert somebody not in stocked("rights", "show", reference).out
    assert Path(stocked.folder).is_dir()
