"""`leadledger leads show LEAD --consent-records`: JSON-LD on stdout, and nothing else."""

from tests.cli.conftest import Office


def test_the_consents_of_a_lead_are_printed_as_json_ld(joined: Office) -> None:
    """Rule BAS-12."""
    assert joined("pull").code == 0
    for lead in joined("leads", "list", "--json").json:
        records = joined("leads", "show", lead["id"], "--consent-records").json
        if records:
            break
    assert {record["@type"] for record in records} == {"dpv:ConsentRecord"}
    for record in records:
        assert record["@context"]["dpv"] == "https://w3id.org/dpv#"
        assert record["events"][0]["event_time"][:10] == lead["submitted_at"][:10]
        assert "party_address" in record["missing_fields"]
    as_json = joined("leads", "show", lead["id"], "--consent-records", "--json").json
    assert as_json == records


def test_the_consents_of_nobody_have_a_cure(joined: Office) -> None:
    ended = joined("leads", "show", "01a204f8-9ee0-71a3-80fe-1ebc5146ec6e", "--consent-records")
    assert ended.code != 0
    assert "Cure: take an id from `leadledger leads list`" in ended.sentence
