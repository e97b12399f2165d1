"""What is a client's goes with its contract: no table is forgotten."""

from models import tables
from models.client_data import HELD, RETURNED

STAYS = {
    "controller": "what the client is called, and which contracts there were",
    "source": "the configuration's own words, which name nobody",
    "contract": "that there was one, as the certificate says",
    "instruction": "what was ordered, as the ledger says",
    "client_exit": "how the contract ended: the certificate rests on it",
    "hold": "says by itself what it keeps, and goes when it is released",
    "ledger": "holds no personal data, and is only ever added to",
    "job_run": "counts only",
    "cursor": "how far a source was read; names nobody",
    "lead_mark": "goes with its lead",
    "audience": "the configuration's own words and counts",
    "reconciled": "counts only",
    "refused_push": "counts only",
    "recipient": "who may be handed data, as configured: organisations",
    "breach": "the register of breaches, in words that name nobody",
    "breach_notice": "who was told of a breach, and when",
    "source_probe": "what a platform said of a source; names nobody",
}


def test_every_table_with_data_of_a_client_is_emptied_in_the_end() -> None:
    emptied = {table.name for table in HELD.values()}
    of_controller = {
        table.name
        for table in tables.metadata.sorted_tables
        if "controller_id" in table.columns or table.name == "controller"
    }
    assert of_controller - emptied - STAYS.keys() == set()
    assert STAYS.keys() <= of_controller
    assert STAYS.keys().isdisjoint(emptied)


NOT_RETURNED = {
    "controller": "the client's own name",
    "source": "the configuration's own words, which name nobody",
    "client_exit": "how the contract ended: its certificate is handed over by itself",
    "ledger": "ours, without personal data; a client asks for what it needs of it",
    "job_run": "counts only",
    "cursor": "how far a source was read; names nobody",
    "lead_mark": "digests under our key, by which we know a lead again",
    "audience": "the configuration's own words and counts",
    "reconciled": "counts only",
    "refused_push": "counts only",
    "source_probe": "what a platform said of a source; names nobody",
    "outbox": "mails that were not sent, with links that only our key answers",
}


def test_every_table_with_data_of_a_client_goes_back_or_says_why_not() -> None:
    returned = {table.name for table in RETURNED.values()}
    of_controller = {
        table.name
        for table in tables.metadata.sorted_tables
        if "controller_id" in table.columns or table.name == "controller"
    }
    assert of_controller - returned == NOT_RETURNED.keys()
