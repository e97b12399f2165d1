"""Is the Google source set up right? A line for each thing, with the cure."""

from collections.abc import Callable, Iterator, Sequence

from connectors._google_boxes import notice_boxes
from connectors._google_forms import FORMS_QUERY, notice_of
from connectors._google_line import Ads
from connectors._google_questions import OptInQuestion, OptIns
from connectors._google_sentences import source_error
from connectors._google_verdict import GoogleError
from connectors.base import ProbeResult
from connectors.probed import ProbeFault, fault_of
from policy.errors import SourceError, SourceRefused
from policy.looks import Looked


def probe_accounts(
    ads: Ads,
    accounts: Callable[[], Sequence[str]],
    questions: Sequence[OptInQuestion],
    language: str | None,
) -> Iterator[ProbeResult]:
    """Yield what is right and wrong with the accounts of a source.

    Args:
        ads: an open line.
        accounts: finds the accounts; asked once.
        questions: the opt-in questions of the settings.
        language: the language of the forms, if it was set.
    """
    try:
        found = accounts()
    except GoogleError as error:
        yield failed("accounts", Looked.ACCESS, source_error(error.verdict, "the manager"))
        return
    yield ProbeResult(
        "accounts",
        bool(found),
        f"{len(found)} accounts are in use."
        if found
        else "The manager has no client account in use. Cure: check manager_id.",
        Looked.ACCESS,
        fault=None if found else ProbeFault.PLACE_MISSING,
    )
    asked: set[str] = set()
    for account in found:
        yield _forms(ads, account, OptIns(questions), asked)
    if questions and language is None:
        yield ProbeResult(
            "form language",
            False,
            "Google does not tell the language of a form, and without it no consent is proven. "
            "Cure: set form_language.",
            fault=ProbeFault.LANGUAGE_UNKNOWN,
        )
    for question in questions:
        if question.key not in asked:
            yield ProbeResult(
                f"opt-in question {question.key}",
                False,
                "No form asks it in these words. Cure: copy the question from the form.",
                fault=ProbeFault.QUESTION_NOT_ASKED,
            )


def _forms(ads: Ads, account: str, opt_ins: OptIns, asked: set[str]) -> ProbeResult:
    subject = f"account {account}"
    forms, forced = 0, []
    try:
        for rows in ads.rows(account, FORMS_QUERY):
            for row in rows:
                forms += 1
                notice = notice_of(row.asset, None)
                boxes = notice_boxes(notice.questions, opt_ins)
                asked |= {box.key for box in boxes}
                forced += [notice.form_id for box in boxes if box.is_required]
    except GoogleError as error:
        return failed(subject, Looked.PERMISSION, source_error(error.verdict, subject))
    if forced:
        return ProbeResult(
            subject,
            False,
            f"Form {forced[0]} asks an opt-in question without any of the answers under `no`, so a "
            "yes is no free choice and counts for nothing. "
            "Cure: add an answer that refuses, on the "
            "form and under `no`.",
            fault=ProbeFault.BOX_FORCED,
        )
    told = f"{forms} lead forms are readable."
    return ProbeResult(subject, True, told, about=Looked.PERMISSION)


def failed(subject: str, about: Looked, error: SourceError) -> ProbeResult:
    """Return what a failure says of a thing: nothing, unless it is a refusal."""
    is_sure = isinstance(error, SourceRefused)
    fault = fault_of(error)
    return ProbeResult(subject, False, str(error), about, is_sure=is_sure, fault=fault)
