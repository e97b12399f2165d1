"""Vouching for the forms after the first pull proves the leads that it brought, too."""

from datetime import timedelta

from tests.connectors.google_rig import NOW, asked, fullest, hours, rig, served

SUBMISSIONS = "lead_form_submission_data"
VOUCHED = (NOW - timedelta(days=80)).date().isoformat()


def test_a_statement_made_later_reaches_every_lead_once() -> None:
    with served(120) as server:
        first = rig(server).poll()
        later = rig(server, now=NOW + hours(1), forms_unchanged_since=VOUCHED)
        second = later.poll(first.cursors)
        assert set(second.ids) == server.world.resource_names()
        assert all(each.notice and each.notice.wording_known for each in second.deliveries)
        cursors = first.cursors | second.cursors
        third = rig(server, now=NOW + hours(2), forms_unchanged_since=VOUCHED).poll(cursors)
        assert set(third.ids) < server.world.resource_names()


def test_a_pull_that_breaks_off_reaches_back_again() -> None:
    with served(120) as server:
        first = rig(server).poll()
        account = fullest(server.world)
        server.faults.always("internal", account, resource=SUBMISSIONS)
        broken = rig(server, now=NOW + hours(1), forms_unchanged_since=VOUCHED).poll(first.cursors)
        assert set(broken.failed) == {account}
    with served(120) as server:
        cursors = first.cursors | broken.cursors
        again = rig(server, now=NOW + hours(2), forms_unchanged_since=VOUCHED).poll(cursors)
        assert server.world.resource_names(account) <= set(again.ids)
        assert "submission_date_time >=" not in asked(server, SUBMISSIONS, account)[0]
