"""Everything that can happen to controllers who share a store, once or twice to each."""

from datetime import datetime

from models import copying
from models.opt_in import OptIn
from models.store import Store
from models.trail import leads_page
from pipeline.confirm_opt_in import confirm, question
from pipeline.consent_records import consent_records
from pipeline.key_history import remember_keys
from pipeline.list_requests import list_requests
from pipeline.raise_alarms import raise_alarms
from pipeline.readiness import readiness
from pipeline.remove_from_audiences import remove_from_audiences
from pipeline.replay import shelf
from pipeline.scrub import scrub_need
from pipeline.show import a_disclosed_lead, bases_by_form, newest_leads, one_lead
from pipeline.status import status
from policy.rights.table import Right
from policy.vocabulary import Channel
from tests.acceptance.client_views import USUAL_USES, alarms_of, answers_of, learn_names
from tests.acceptance.clients import (
    DAY,
    HOUR,
    IDENTIFIERS,
    MEANINGS,
    MINUTE,
    PEOPLE,
    SALES,
    Home,
)
from tests.acceptance.officers_ask import a_client_leaves, auditors_ask, officers_act
from tests.build import NOW, delivery, fields, kept
from tests.confirming import take_unsure
from tests.pulling import pull_once, served
from tests.reconciling import compare

PRIYA, SIAN, NUMBER = IDENTIFIERS[0], IDENTIFIERS[2], IDENTIFIERS[3]
TICKED = {"email_updates": "1", "call_updates": "1"}
RECIPIENT = SALES[0]


def let_everything_happen(home: Home) -> None:
    """Take every step for every controller, then every round, and look at it all."""
    remember_keys(home.store, home.settings, NOW)
    owners = [each.id for each in home.owners]
    for number, owner in enumerate(owners):
        _leads_come(home, owner, NOW + number * HOUR)
    home.rounds(NOW + DAY)
    for number, owner in enumerate(owners):
        _people_leave(home, owner, NOW + DAY + number * HOUR)
    home.rounds(NOW + 2 * DAY)
    for number, owner in enumerate(owners):
        officers_act(home, owner, SIAN, NOW + 2 * DAY + number * HOUR)
    auditors_ask(home, SIAN, NOW + 2 * DAY + 5 * HOUR)
    a_client_leaves(home)
    home.declare(NOW + 2 * DAY)
    _pulled_and_compared(home.store)
    for waited in (2 * DAY, 745 * DAY):
        _rounds_of_the_house(home, NOW + waited)
        _looked_at(home, NOW + waited)


def _leads_come(home: Home, owner: str, at: datetime) -> None:
    for number, who in enumerate(PEOPLE):
        home.poll(owner, who, f"100000000{number}", TICKED, at + number * MINUTE)
    home.poll(owner, PEOPLE[0], "1000000000", {}, at + 10 * MINUTE)
    home.import_rows(owner, PEOPLE[2], at)
    home.push(owner, PEOPLE[4], "lead-1", at)
    home.set_aside(owner, PEOPLE[1], "1000000009", at)
    home.replay(owner, at + 11 * MINUTE)
    home.give_meaning(owner, MEANINGS[1], at + 12 * MINUTE)
    unsure = delivery("1000000020", fields("anwen@mail.example", None), at=at - HOUR)
    take_unsure(home.store, home.source("meta", owner), unsure, at=at)
    for row in kept(home.store, OptIn):
        question(home.store, row.controller_id, row.id, at + HOUR)
        confirm(home.store, row.controller_id, row.id, at + HOUR)


def _people_leave(home: Home, owner: str, at: datetime) -> None:
    home.export(owner, Channel.EMAIL, RECIPIENT, at)
    home.hold(owner, PRIYA, at)
    home.hold(owner, None, at)
    home.release(owner, at + MINUTE)
    home.release(owner, at + MINUTE)
    home.follow(home.token(owner, SIAN), at + 2 * MINUTE, is_stop=False)
    home.follow(home.token(owner, SIAN), at + 3 * MINUTE, is_stop=True)
    home.opt_out(owner, NUMBER, None, at + 4 * MINUTE)
    home.opt_out(owner, NUMBER, None, at + 5 * MINUTE)
    home.mail(owner, PEOPLE[2], "Please stop emailing me.", at + 6 * MINUTE)
    home.mail(owner, PEOPLE[2], "Please send me a copy of all you hold about me.", at + 6 * MINUTE)
    home.ask(owner, Right.ACCESS, SIAN, at + 7 * MINUTE)
    home.drop_list(owner, SIAN, at + 8 * MINUTE)
    home.erase(owner, PRIYA, None, at + 9 * MINUTE)
    home.poll(owner, PEOPLE[0], "1000000000", TICKED, at + 10 * MINUTE)
    home.acknowledge(owner, RECIPIENT, at + 11 * MINUTE)


def _pulled_and_compared(store: Store) -> None:
    """Let a controller of its own pull from a platform, and compare itself with it."""
    with served(10, forms=1) as server:
        pull_once(store, server)
        compare(store, server)


def _rounds_of_the_house(home: Home, at: datetime) -> None:
    raise_alarms(home.house, lambda: at)
    home.rounds(at)
    remove_from_audiences(home.house, lambda: at)
    home.expire(at)


def _looked_at(home: Home, at: datetime) -> None:
    """Ask everything that pages and commands ask."""
    store = home.store
    status(store, home.settings, at)
    readiness(store, at)
    scrub_need(store)
    alarms_of(home, at)
    list(shelf(store))
    bases_by_form(store)
    a_disclosed_lead(store)
    list_requests(store, [each.id for each in home.owners], at)
    for shown in newest_leads(store, None, 3):
        assert shown["controller"]
    for owner in home.owners:
        learn_names(home, owner.id)
        answers_of(home, owner.id, USUAL_USES[:1], at)
        with store.reading() as connection:
            rows = leads_page(connection, [owner.id], None, None, 1)
        for row in rows:
            one_lead(store, row.id)
            consent_records(store, home.owners, row.id, at)
    with store.reading() as connection:
        copying.tallied(connection)
