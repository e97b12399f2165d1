"""What officers and auditors do and ask, once for each controller of a shared store."""

from contextlib import suppress
from datetime import datetime

from models.trail import leads_page
from pipeline.access_pack import PackOrder, rehearse_pack
from pipeline.allowed_leads import newest_allowed_leads
from pipeline.audit_answer import Span
from pipeline.audit_breaches import audit_breaches
from pipeline.audit_consent import audit_consent
from pipeline.audit_contact import audit_contact, audit_recipients
from pipeline.audit_erasure import audit_erasure
from pipeline.audit_log import audit_log
from pipeline.audit_opt_outs import audit_opt_outs
from pipeline.audit_retention import audit_retention
from pipeline.audit_rights import audit_complaints, audit_rights
from pipeline.audit_uses import (
    audit_interests,
    audit_screening,
    audit_segregation,
    audit_soft_opt_in,
)
from pipeline.list_breaches import list_breaches
from pipeline.list_clients import list_clients
from pipeline.list_recipients import list_recipients
from pipeline.plan_correction import CorrectionOrder
from pipeline.record_breach import (
    BreachChanges,
    BreachFound,
    TellingOfBreach,
    close_breach,
    record_breach,
    tell_of_breach,
)
from pipeline.record_of_processing import record_of_processing
from pipeline.rectify import rectify
from pipeline.restrict import RestrictionOrder, lift, list_restrictions, restrict
from policy.correction import CorrectedField
from policy.errors import UsageError
from policy.london import london_date
from policy.restriction import RestrictionGround
from policy.rights.breach import BreachKind, BreachRisk, BreachTold
from policy.rights.packs import PackKind
from policy.rights.steps import StepKind
from policy.rights.table import Right
from policy.vocabulary import Identifier
from tests.acceptance.clients import Home
from tests.build import NOW, SUPPRESSION_KEY
from tests.clients import closed, leaving, stocked
from tests.pipeline import casework
from tests.pipeline.packing import unread


def officers_act(home: Home, owner: str, whom: Identifier, at: datetime) -> None:
    """Restrict and correct somebody, take a request through its steps, record a breach."""
    store, whose = home.store, home.owner(owner)
    order = RestrictionOrder(whom, RestrictionGround.ACCURACY_CONTESTED, "test")
    [key, *_] = restrict(store, whose, SUPPRESSION_KEY, order, at).ids
    given = {CorrectedField.COMPANY: "Chaos Ltd"}
    rectify(store, whose, SUPPRESSION_KEY, CorrectionOrder(whom, given, "told us", "test"), at)
    lift(store, key, london_date(at), "test", at)
    reference = casework.opened(store, Right.ACCESS, owner=whose, now=at, email=whom.value)
    searched = "leads, mails and lists"
    casework.take(store, reference, StepKind.SEARCHED, now=at, owner=whose, text=searched)
    found = BreachFound(
        whose, at, BreachKind.CONFIDENTIALITY, "A list lay open on a desk.",
        "None is known so far.", "It was locked away.",
        BreachRisk.UNLIKELY, people=1,
    )  # fmt: skip
    breach = record_breach(store, found, "test", at)
    for whom_told in BreachTold:
        why_not = "It was closed before anybody saw it."
        tell_of_breach(store, breach, TellingOfBreach(whom_told, at, (), why_not), "test", at)
    close_breach(store, breach, BreachChanges(people=2), "test", at)


def auditors_ask(home: Home, whom: Identifier, at: datetime) -> None:
    """Ask every question, of all controllers at once and of each."""
    store, span = home.store, Span(None, at)
    for owners in (home.owners, *([each] for each in home.owners)):
        ids = [each.id for each in owners]
        audit_consent(store, ids, whom, at)
        audit_recipients(store, ids, whom)
        audit_contact(store, owners, SUPPRESSION_KEY, whom, london_date(at))
        audit_opt_outs(store, ids, span)
        audit_retention(store, ids, at, at)
        audit_screening(store, ids, span)
        audit_interests(store, ids, span)
        audit_soft_opt_in(store, ids, span)
        audit_rights(store, ids, span, at)
        audit_complaints(store, ids, span, at)
        audit_breaches(store, ids, span, at)
        audit_segregation(store, owners, span)
        audit_log(store, ids, span, at)
        with suppress(UsageError):
            audit_erasure(store, ids, "R-unknown")
        list_recipients(store, owners, at)
        list_restrictions(store, owners)
        list_breaches(store, ids, at)
        record_of_processing(store, home.settings, owners, at)
    for owner in home.owners:
        with suppress(UsageError):  # erased by now, or shared
            order = PackOrder(owner, [whom], PackKind.ACCESS)
            rehearse_pack(store, home.settings, order, at, unread)
    newest_allowed_leads(store, home.settings, None, 3, at)
    with store.reading() as connection:
        leads_page(connection, [each.id for each in home.owners], None, None, 1)


def a_client_leaves(home: Home) -> None:
    """Let a client of its own come, be used, get everything back and go."""
    store, folder = home.store, home.folder / "client"
    folder.mkdir()
    owner = leaving()
    stocked(store, owner, folder)
    list_clients(store, [owner], NOW)
    closed(store, owner, out=folder / "back", are_sub_processors_done=True)
    list_clients(store, [owner], NOW)
