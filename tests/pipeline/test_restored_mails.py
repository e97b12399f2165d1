"""A store that is restored sends no mail that may have been sent since its backup."""

import json
from dataclasses import replace
from pathlib import Path

from models.journal import Journal
from models.ledger import LedgerKind, LedgerRecord
from models.opt_in import OptIn
from models.outbox import OutboxRecord
from models.store import Store
from pipeline import wiring
from pipeline.backup import make_backup
from pipeline.confirm_opt_in import confirm
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.send_mails import send_mails
from tests.build import NOW, email, kept, settings, suppress
from tests.confirming import HOUR, house_of, ticked
from tests.smtp import mail_server, mail_settings

KEY = b"a-key-for-backups-of-the-tests-0123456789"


def test_a_mail_that_was_sent_after_the_backup_is_not_sent_by_the_copy(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    configured = ticked(store)
    suppress(store, email("another@shop.example"))
    made = make_backup(store, tmp_path / "backups", KEY, NOW)
    with mail_server() as box:
        assert send_mails(house_of(store, configured, mail_settings(box)), lambda: NOW).sent == 1
        restore(made.path, empty_url, KEY, NOW)
        given = replace(settings(empty_url, configured, folder=tmp_path), backup_key=KEY)
        found = replay(given, [store.journal], lambda: NOW + HOUR)
        assert found.counts["mails dropped"] == 1
        house = wiring.open_house(replace(given, mail=mail_settings(box)))
        assert kept(house.store, OutboxRecord) == []
        assert send_mails(house, lambda: NOW + HOUR).is_idle
        assert len(box.mails) == 1
    entries = kept(house.store, LedgerRecord)
    [told] = [row for row in entries if row.kind is LedgerKind.MAIL_DROPPED]
    assert json.loads(told.body)["detail"]["reason"] == "restored"
    # the link in the mail that went works all the same
    [asked] = kept(house.store, OptIn)
    confirm(house.store, "nectra", asked.id, NOW + HOUR)
    [asked] = kept(house.store, OptIn)
    assert asked.confirmed_at == NOW + HOUR
    house.store.close()
