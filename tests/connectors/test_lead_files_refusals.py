"""A column that tells who opted out is never proposed as a tick box: its "yes" is a no."""

import tomllib
from pathlib import Path

import pytest

from tests.connectors import lead_files_corpus as corpus


def _proposed(tmp_path: Path, heading: str) -> tuple[str | None, str]:
    path = tmp_path / "leads.csv"
    path.write_text(f"Email;{heading}\n;yes\n", encoding="utf-8")
    found = corpus.built(columns=None, tick_boxes=[]).propose(path)
    [field] = [guess.field for guess in found.columns if guess.column == heading]
    return field, found.configuration


@pytest.mark.parametrize(
    "heading",
    [
        "Opted out of email: Marketing Information",
        "Marketing opt-out",
        "Unsubscribed from newsletter",
        "Do not send marketing",
        "Newsletter abgemeldet",
        "Kein Newsletter",
        "Ne pas envoyer la newsletter (RGPD)",
        "No deseo recibir publicidad",
    ],
)
def test_a_column_of_refusals_is_no_tick_box_and_the_proposal_says_where_they_belong(
    tmp_path: Path, heading: str
) -> None:
    field, configuration = _proposed(tmp_path, heading)
    assert field is None
    assert "tick_boxes" not in tomllib.loads(configuration)["sources"][0]
    assert "leadledger optout --file" in configuration


@pytest.mark.parametrize("heading", ["OPTIN_IP", "GDPR consent date", "Newsletter source"])
def test_what_stands_beside_a_tick_is_no_tick_box(tmp_path: Path, heading: str) -> None:
    assert _proposed(tmp_path, heading)[0] is None


@pytest.mark.parametrize("heading", ["Create Date", "OPTIN_TIME", "Submit Date (UTC)"])
def test_the_times_of_usual_exports_are_recognised(tmp_path: Path, heading: str) -> None:
    assert _proposed(tmp_path, heading)[0] == "submitted_at"
