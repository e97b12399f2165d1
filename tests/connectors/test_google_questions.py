"""Opt-in questions as boxes: only a configured answer is a tick, and nothing else ever."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors._google_boxes import boxes_of, notice_boxes, with_boxes
from connectors._google_questions import OptInQuestion, OptIns, check_questions, skeleton
from policy.evidence import FormBoxes
from policy.vocabulary import (
    BoxAnswer,
    BoxDefect,
    BoxMeaning,
    Channel,
    EventKind,
    NoticeBox,
    NoticeQuestion,
    Purpose,
)
from tests.connectors.google_corpus import EMAIL_OFFERS, NOTICE, OPT_INS, PHONE_OFFERS

TEXT = EMAIL_OFFERS.question
SLUG = "may_we_send_you_offers_by_e-mail?"


def question(**changes: object) -> OptInQuestion:
    settings: dict[str, object] = {"key": "k", "question": TEXT, "yes": ["Yes"], "no": ["No"]}
    return OptInQuestion.model_validate(settings | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"yes": []}, "at least 1"),
        ({"no": []}, "at least 1"),
        ({"no": ["no", " YES "]}, "under yes and under no"),
        ({"no": [" "]}, "an answer is empty"),
        ({"question": "?!"}, "has no words"),
        ({"question": "x" * 301}, "at most 300"),
        ({"key": ""}, "pattern"),
        ({"key": "two words"}, "pattern"),
        ({"purpose": "direct_marketing"}, "Extra inputs"),
    ],
)
def test_a_question_that_could_be_misread_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        question(**changes)


def test_every_setting_of_a_question_says_what_it_is() -> None:
    for field in OptInQuestion.model_fields.values():
        assert field.description is not None
        assert field.description.endswith(".")


def test_a_question_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        EMAIL_OFFERS.key = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("other", "cure"),
    [
        (question(key="other", question="MAY WE send you offers, by email"), "word them"),
        (question(question="May we ring?"), "give each its own"),
    ],
)
def test_two_questions_that_could_be_taken_for_one_another_are_refused(
    other: OptInQuestion, cure: str
) -> None:
    with pytest.raises(ValueError, match=cure):
        check_questions([question(), other])
    with pytest.raises(ValueError, match=cure):
        OptIns([question(), other])


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.upper(), f"  {TEXT} ", TEXT.replace(" ", "  "), TEXT.replace(" ", "\u00a0")]
)
def test_a_question_is_known_by_its_text(text: str) -> None:
    assert OPT_INS.worded(text) is EMAIL_OFFERS
    assert OPT_INS.worded(text) is EMAIL_OFFERS


@pytest.mark.parametrize("text", ["", SLUG, TEXT[:-1], "May we not send you offers by e-mail?"])
def test_another_text_is_another_question(text: str) -> None:
    assert OPT_INS.worded(text) is None


@pytest.mark.parametrize(
    "slug", [SLUG, SLUG.upper(), SLUG[:-1], SLUG.replace("-", "_"), SLUG.replace("_", "-"), TEXT]
)
def test_a_slug_is_known_by_its_letters_and_digits(slug: str) -> None:
    assert OPT_INS.named(slug) is EMAIL_OFFERS
    assert OPT_INS.named(slug, "") is EMAIL_OFFERS
    assert OPT_INS.named("", slug) is EMAIL_OFFERS


@pytest.mark.parametrize("slug", ["", "?", "may_we_send_you_offers", "may_we_send_you_offers_by"])
def test_another_slug_is_another_question(slug: str) -> None:
    assert OPT_INS.named(slug) is None


def test_an_id_and_a_name_of_two_questions_name_none() -> None:
    assert OPT_INS.named(SLUG, PHONE_OFFERS.question) is None


def test_letters_of_other_scripts_tell_questions_apart() -> None:
    assert skeleton("Möchten Sie Angebote?") == skeleton("möchten_sie_angebote")
    assert skeleton("お知らせを、希望しますか。") == "お知らせを希望しますか"


def ticked(answer: str) -> BoxAnswer:
    (box,) = OPT_INS.read([(EMAIL_OFFERS, SLUG, answer)]).boxes.values()
    return box


@pytest.mark.parametrize("answer", ["Yes", "yes", " YES, \n please "])
def test_a_configured_yes_is_a_tick(answer: str) -> None:
    assert ticked(answer) == BoxAnswer("email_offers", answer, is_ticked=True)


@pytest.mark.parametrize("answer", ["No", "no", "No,  thank you"])
def test_a_configured_no_is_none(answer: str) -> None:
    assert ticked(answer) == BoxAnswer("email_offers", answer, is_ticked=False)


@pytest.mark.parametrize("answer", ["true", "1", "Y", "ja", "Yes please", "yes, but", "on", "✓"])
def test_anything_else_is_neither_and_its_words_are_screened_with_the_answers(answer: str) -> None:
    found = OPT_INS.read([(EMAIL_OFFERS, SLUG, answer)])
    assert found.boxes["email_offers"].is_ticked is None
    assert found.boxes["email_offers"].raw == "neither yes nor no"
    assert found.answers == {SLUG: [answer]}
    assert found.remarks == ("box_value_unreadable",)


@pytest.mark.parametrize("answer", ["", "  "])
def test_a_question_left_blank_is_unanswered(answer: str) -> None:
    found = OPT_INS.read([(EMAIL_OFFERS, SLUG, answer)])
    assert found.boxes == {"email_offers": BoxAnswer("email_offers", None, None)}
    assert (found.answers, found.remarks) == ({}, ())


def test_a_question_answered_twice_and_not_alike_has_no_tick() -> None:
    found = OPT_INS.read([(EMAIL_OFFERS, SLUG, answer) for answer in ("Yes", "No", "Yes")])
    assert found.boxes["email_offers"].is_ticked is None
    assert found.remarks == ("box_answered_twice",)
    alike = OPT_INS.read([(EMAIL_OFFERS, SLUG, "Yes")] * 2)
    assert alike.boxes["email_offers"].is_ticked is True
    assert alike.remarks == ()


def test_a_question_that_is_no_opt_in_is_an_answer() -> None:
    found = OPT_INS.read([(None, "What?", "A roof"), (None, "What?", ""), (None, "Who?", " ")])
    assert found.boxes == {}
    assert found.answers == {"What?": ["A roof"], "Who?": []}


def test_what_was_read_prints_nothing_of_it() -> None:
    assert "roof" not in repr(OPT_INS.read([(None, "What?", "A roof")]))


def asked(label: str, *options: str, kind: str = "CUSTOM") -> NoticeQuestion:
    return NoticeQuestion(label, label, kind, options)


@pytest.mark.parametrize(
    ("options", "is_required"),
    [
        (("Yes", "No"), False),
        (("Yes", "NO,  thank you"), False),
        ((), False),
        (("Yes",), True),
        (("Yes", "Later"), True),
    ],
)
def test_whoever_could_not_say_no_was_not_asked(
    options: tuple[str, ...],
    is_required: bool,  # noqa: FBT001 - what is expected
) -> None:
    text = TEXT.upper()
    expected = NoticeBox("email_offers", text, is_required=is_required, is_pre_ticked=False)
    assert notice_boxes([asked(text, *options)], OPT_INS) == (expected,)


def test_only_the_form_s_own_questions_are_boxes() -> None:
    assert notice_boxes([asked(TEXT, kind="OFFER"), asked("Another?")], OPT_INS) == ()
    assert notice_boxes([asked(TEXT)], OptIns(())) == ()


def test_a_question_that_stands_twice_is_one_box_and_the_stricter_one() -> None:
    for options in ((("Yes",), ("Yes", "No")), (("Yes", "No"), ("Yes",))):
        (box,) = notice_boxes([asked(TEXT, *each) for each in options], OPT_INS)
        assert box.is_required


def test_a_notice_gets_these_boxes_instead_of_its_own() -> None:
    before = replace(
        NOTICE, boxes=(NoticeBox("old", "old", is_required=False, is_pre_ticked=True),)
    )
    after = with_boxes(before, OPT_INS)
    assert [box.key for box in after.boxes] == ["email_offers", "phone_offers"]
    assert [box.is_required for box in after.boxes] == [False, True]
    assert replace(after, boxes=before.boxes) == before


def test_each_box_of_a_form_has_an_answer_in_the_form_s_order() -> None:
    notice = with_boxes(NOTICE, OPT_INS)
    yes = BoxAnswer("phone_offers", "Yes", is_ticked=True)
    unanswered = BoxAnswer("email_offers", None, None)
    assert boxes_of(notice, {"phone_offers": yes}) == ((unanswered, yes), ())
    both = {"phone_offers": yes, "email_offers": unanswered}
    assert boxes_of(notice, both) == ((unanswered, yes), ())


def test_an_answer_to_what_the_form_does_not_ask_is_remarked_on() -> None:
    yes = BoxAnswer("phone_offers", "Yes", is_ticked=True)
    assert boxes_of(replace(NOTICE, boxes=()), {"phone_offers": yes}) == (
        (yes,),
        ("box_not_on_form",),
    )


def test_without_a_form_and_an_answer_nothing_is_known_of_boxes() -> None:
    assert boxes_of(None, {}) == (None, ())
    assert boxes_of(replace(NOTICE, boxes=()), {}) == ((), ())


MEANING = BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.EMAIL,), key="email_offers")


@pytest.mark.parametrize(
    ("answer", "options", "kind", "defect"),
    [
        ("Yes", ("Yes", "No"), EventKind.GIVEN, None),
        ("No", ("Yes", "No"), EventKind.REFUSED, BoxDefect.NOT_TICKED),
        ("Yes", ("Yes",), EventKind.ATTEMPTED, BoxDefect.REQUIRED),
        ("Perhaps", ("Yes", "No"), EventKind.UNKNOWN, BoxDefect.VALUE_UNREADABLE),
        ("", ("Yes", "No"), EventKind.UNKNOWN, BoxDefect.RESPONSE_MISSING),
    ],
)
def test_the_policy_makes_of_an_answer_what_it_is_worth(
    answer: str, options: tuple[str, ...], kind: EventKind, defect: BoxDefect | None
) -> None:
    notice = with_boxes(replace(NOTICE, questions=(asked(TEXT, *options),)), OPT_INS)
    finding = FormBoxes.of(notice, [MEANING]).finding(ticked(answer), has_time=True)
    assert (finding.kind, finding.defect) == (kind, defect)


@given(answer=st.text(max_size=20))
def test_no_text_is_a_tick_unless_it_is_configured(answer: str) -> None:
    said = " ".join(answer.casefold().split())
    assert ticked(answer).is_ticked is {
        "yes": True,
        "yes, please": True,
        "no": False,
        "no, thank you": False,
    }.get(said)


def test_what_is_remembered_is_bounded() -> None:
    opt_ins = OptIns([EMAIL_OFFERS])
    for number in range(10_000):
        opt_ins.worded(f"question {number}")
        opt_ins.read([(EMAIL_OFFERS, SLUG, "Yes" + " " * number)])
    assert len(opt_ins._worded) <= 4_096
    assert len(opt_ins._given) <= 4_096
    assert opt_ins.worded(TEXT) is EMAIL_OFFERS
