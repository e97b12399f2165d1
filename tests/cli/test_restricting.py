"""`restrict` and `rectify`, typed as people type them."""

from pipeline import wiring
from tests.cli.conftest import Office
from tests.cli.running import told
from tests.cli.test_stopping import a_person

WHY = ("why", "--purpose", "direct_marketing", "--channel", "email")
WHAT = ("--ground", "accuracy_contested")


def test_a_restriction_is_rehearsed_set_shown_and_lifted_once_the_person_was_told(
    stocked: Office,
) -> None:
    somebody = a_person(stocked)
    would = stocked("restrict", "add", somebody, *WHAT, "--dry-run", "--json").json
    assert (would["ids"], would["people"], would["rehearsal"]) == ([], 1, True)
    added = stocked("restrict", "add", somebody, *WHAT)
    id_ = added.out.strip()
    assert "until `leadledger restrict lift`" in told(added.err)
    assert "use is restricted for now" in told(stocked(*WHY, somebody).out)
    assert "on this ground already" in told(stocked("restrict", "add", somebody, *WHAT).err)
    listed = stocked("restrict", "list")
    assert id_ in listed.out
    assert "in force" in listed.out
    assert somebody not in listed.out
    assert "must be told before" in stocked("restrict", "lift", id_).sentence
    today = f"{wiring.now():%Y-%m-%d}"
    assert stocked("restrict", "lift", id_, "--told", today, "--dry-run", "--json").json["lifted"]
    assert "Lifted." in stocked("restrict", "lift", id_, "--told", today).err
    assert "lifted already" in stocked("restrict", "lift", id_, "--told", today).err
    assert stocked("restrict", "list", "--json").json[0]["lifted_at"] is not None


def test_what_is_mistyped_is_named_with_the_cure(stocked: Office) -> None:
    somebody = a_person(stocked)
    for words, said in (
        (("restrict", "add", somebody, "--ground", "whim"), "no such ground"),
        (("restrict", "lift", "x"), "no restriction's id"),
        (("restrict", "lift", "01a2055c-b4b4-722a-9d4f-3e091b397279"), "no restriction with this"),
        (("rectify", somebody, "--field", "salary=1", "--reason", "said so"), "names no detail"),
        (("rectify", somebody, "--field", "name=A B", "--reason", "typo"), "not said why"),
    ):
        refused = stocked(*words)
        assert refused.code == 2
        assert said in refused.sentence
        assert somebody not in refused.err
    wrong_day = stocked("restrict", "lift", "01a2055c-b4b4-722a-9d4f-3e091b397279", "--told", "now")
    assert "--told is no day" in wrong_day.sentence


def test_an_address_is_corrected_and_recipients_are_to_be_told(stocked: Office) -> None:
    somebody = a_person(stocked)
    words = ("rectify", somebody, "--field", "email=maya@home.example", "--field", "company=Okafor")
    why = ("--reason", "told us by phone")
    would = stocked(*words, *why, "--dry-run")
    assert "Would be corrected: email, company of" in told(would.err)
    done = stocked(*words, *why)
    assert "of the wrong address or number ended" in told(done.err)
    assert "To be told: 1 recipient" in told(done.err)
    shown = stocked("leads", "show", done.out.split()[0]).out
    assert "maya@home.example" in shown
    assert somebody not in shown
    assert "rectified" in stocked("recall", "list").out
