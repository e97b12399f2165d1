"""What a box is worth, what a tick means, and how good a submission's evidence is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from policy.evidence import (
    BoxFinding,
    FormBoxes,
    completes,
    grade,
    notice_content,
    notice_from,
    notice_id,
)
from policy.vocabulary import (
    BoxAnswer,
    BoxDefect,
    BoxMeaning,
    Channel,
    EventKind,
    Grade,
    Notice,
    NoticeBox,
    NoticeQuestion,
    Purpose,
)
from tests.policy.facts import answer, box, meaning, notice

ATTEMPTED, GIVEN, REFUSED, UNKNOWN = (
    EventKind.ATTEMPTED,
    EventKind.GIVEN,
    EventKind.REFUSED,
    EventKind.UNKNOWN,
)
TICKED = answer()
UNTICKED = answer(raw="", is_ticked=False)
MISSING = answer(raw=None, is_ticked=None)
FALSE_AS_TEXT = answer(raw="false", is_ticked=None)
SHOWN = notice(box())
MARKETING = (meaning(),)


def found(
    answered: BoxAnswer,
    shown: Notice | None = SHOWN,
    meanings: Sequence[BoxMeaning] = MARKETING,
    *,
    has_time: bool = True,
) -> BoxFinding:
    return FormBoxes.of(shown, meanings).finding(answered, has_time=has_time)


def test_a_ticked_optional_worded_box_gives_consent() -> None:
    finding = found(TICKED)
    assert (finding.kind, finding.defect) == (GIVEN, None)
    assert finding.meaning == MARKETING[0]
    assert (finding.key, finding.raw) == ("marketing", "1")


@pytest.mark.parametrize(
    ("answered", "offered", "kind", "defect"),
    [
        (UNTICKED, box(), REFUSED, BoxDefect.NOT_TICKED),
        (TICKED, box(is_required=True), ATTEMPTED, BoxDefect.REQUIRED),
        (TICKED, box(is_required=True, is_pre_ticked=True), ATTEMPTED, BoxDefect.REQUIRED),
        (TICKED, box(is_pre_ticked=True), ATTEMPTED, BoxDefect.PRE_TICKED),
        (TICKED, box(text=None), ATTEMPTED, BoxDefect.NO_WORDING),
        (TICKED, box(text=" \n "), ATTEMPTED, BoxDefect.NO_WORDING),
        (MISSING, box(), UNKNOWN, BoxDefect.RESPONSE_MISSING),
        (MISSING, box(is_required=True), ATTEMPTED, BoxDefect.RESPONSE_MISSING),
        (FALSE_AS_TEXT, box(), UNKNOWN, BoxDefect.VALUE_UNREADABLE),
        (FALSE_AS_TEXT, box(is_required=True), ATTEMPTED, BoxDefect.VALUE_UNREADABLE),
        (UNTICKED, box(is_required=True), REFUSED, BoxDefect.NOT_TICKED),
        (UNTICKED, box(is_pre_ticked=True), REFUSED, BoxDefect.NOT_TICKED),
        (UNTICKED, box(text=None), REFUSED, BoxDefect.NOT_TICKED),
    ],
)
def test_a_box_that_cannot_count_gives_nothing_and_says_why(
    answered: BoxAnswer, offered: NoticeBox, kind: EventKind, defect: BoxDefect
) -> None:
    finding = found(answered, notice(offered))
    assert (finding.kind, finding.defect) == (kind, defect)
    assert finding.meaning == MARKETING[0]
    assert finding.raw == answered.raw


def test_a_tick_at_an_unknown_time_gives_nothing() -> None:
    finding = found(TICKED, has_time=False)
    assert (finding.kind, finding.defect) == (ATTEMPTED, BoxDefect.TIME_UNPROVEN)


def test_a_box_left_empty_at_an_unknown_time_is_a_refusal() -> None:
    finding = found(UNTICKED, has_time=False)
    assert (finding.kind, finding.defect) == (REFUSED, BoxDefect.NOT_TICKED)


@pytest.mark.parametrize("answered", [TICKED, UNTICKED, MISSING, FALSE_AS_TEXT])
def test_a_box_that_nothing_maps_means_nothing(answered: BoxAnswer) -> None:
    finding = found(answered, meanings=[meaning(key="calls")])
    assert (finding.kind, finding.defect) == (None, BoxDefect.NOT_MAPPED)
    assert finding.meaning is None


@pytest.mark.parametrize("shown", [None, notice(), notice(box("other"))])
def test_a_tick_in_a_box_that_the_form_did_not_show_gives_nothing(shown: Notice | None) -> None:
    finding = found(TICKED, shown)
    assert (finding.kind, finding.defect) == (ATTEMPTED, BoxDefect.NOT_ON_FORM)
    assert finding.meaning == MARKETING[0]


def test_a_no_is_heeded_though_the_form_is_not_known() -> None:
    finding = found(UNTICKED, None)
    assert (finding.kind, finding.defect) == (REFUSED, BoxDefect.NOT_ON_FORM)


@pytest.mark.parametrize("answered", [MISSING, FALSE_AS_TEXT])
def test_no_answer_on_an_unknown_form_changes_nothing(answered: BoxAnswer) -> None:
    finding = found(answered, None)
    assert (finding.kind, finding.defect) == (ATTEMPTED, BoxDefect.NOT_ON_FORM)


@pytest.mark.parametrize(
    "named", [meaning(key=None, wording=box().text), meaning(wording=box().text)]
)
def test_a_box_of_an_unknown_form_cannot_be_known_by_its_wording(named: BoxMeaning) -> None:
    finding = found(TICKED, None, [named])
    assert (finding.kind, finding.defect) == (None, BoxDefect.NOT_ON_FORM)
    assert finding.meaning is None


def test_where_the_wording_was_not_given_out_no_tick_counts() -> None:
    unread = notice(box(), wording_known=False)
    finding = found(TICKED, unread)
    assert (finding.kind, finding.defect) == (ATTEMPTED, BoxDefect.NO_WORDING)


def test_where_the_wording_was_not_given_out_it_names_no_box() -> None:
    unread = notice(box(), wording_known=False)
    finding = found(TICKED, unread, [meaning(key=None, wording=box().text)])
    assert (finding.kind, finding.defect) == (None, BoxDefect.NOT_MAPPED)


def test_a_box_is_known_by_its_wording_however_it_is_spaced() -> None:
    shown = notice(box("box_1", " Yes,\n send\tme news  by e-mail. "))
    by_wording = meaning(key=None, wording="Yes, send me\u00a0news by e-mail.")
    finding = found(answer("box_1"), shown, [by_wording])
    assert (finding.kind, finding.meaning) == (GIVEN, by_wording)


def test_another_wording_is_another_box() -> None:
    by_wording = meaning(key=None, wording="Yes, send me NEWS by e-mail.")
    assert found(TICKED, meanings=[by_wording]).defect is BoxDefect.NOT_MAPPED


def test_a_meaning_for_one_form_is_none_on_another() -> None:
    only_there = meaning(form="form-2")
    assert found(TICKED, meanings=[only_there]).defect is BoxDefect.NOT_MAPPED
    assert found(TICKED, replace(SHOWN, form_id="form-2"), [only_there]).kind is GIVEN


def test_all_the_named_parts_must_fit() -> None:
    assert found(TICKED, meanings=[meaning(wording="Something else")]).kind is None
    assert found(TICKED, meanings=[meaning(key="calls", wording=box().text)]).kind is None


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("loose", "close"),
    [
        (meaning(), meaning(Channel.SMS, form="form-1")),
        (meaning(), meaning(Channel.SMS, wording=box().text)),
        (meaning(key=None, form="form-1"), meaning(Channel.SMS, form="form-1")),
        (meaning(form="form-1"), meaning(Channel.SMS, form="form-1", wording=box().text)),
    ],
)
def test_the_meaning_that_names_a_box_most_closely_wins(
    loose: BoxMeaning, close: BoxMeaning, order: int
) -> None:
    assert found(TICKED, meanings=[loose, close][::order]).meaning == close


def test_a_meaning_carries_its_own_purpose() -> None:
    audience = meaning(Channel.ONLINE_AUDIENCE, purpose=Purpose.AD_AUDIENCE)
    assert found(TICKED, meanings=[audience]).meaning == audience


OTHER = box("calls", "Call me.")


@pytest.mark.parametrize(
    ("shown", "boxes", "has_time", "expected"),
    [
        (SHOWN, [TICKED], True, Grade.A),
        (SHOWN, [UNTICKED], True, Grade.A),
        (notice(box(), OTHER), [TICKED, answer("calls", "", is_ticked=False)], True, Grade.A),
        (SHOWN, [TICKED, answer("stray")], True, Grade.A),
        (notice(box(), box("blank", None)), [TICKED, answer("blank")], True, Grade.A),
        (notice(box(), privacy_url=None), [TICKED], True, Grade.B),
        (SHOWN, [MISSING], True, Grade.B),
        (SHOWN, [FALSE_AS_TEXT], True, Grade.B),
        (SHOWN, [], True, Grade.B),
        (SHOWN, None, True, Grade.B),
        (notice(box(), OTHER), [TICKED], True, Grade.B),
        (notice(), [], True, Grade.B),
        (notice(), [TICKED], True, Grade.B),
        (notice(box(text=None)), [TICKED], True, Grade.B),
        (notice(box(), wording_known=False), [TICKED], True, Grade.C),
        (None, [TICKED], True, Grade.C),
        (None, None, True, Grade.C),
        (SHOWN, [TICKED], False, Grade.D),
        (None, None, False, Grade.D),
    ],
)
def test_evidence_is_graded_by_what_is_known(
    shown: Notice | None, boxes: Sequence[BoxAnswer] | None, *, has_time: bool, expected: Grade
) -> None:
    assert grade(shown, boxes, has_time=has_time) is expected


def test_a_better_grade_outdoes_the_worse_ones_only() -> None:
    assert Grade.A.is_better_than == {Grade.B, Grade.C, Grade.D}
    assert Grade.C.is_better_than == {Grade.D}
    assert Grade.D.is_better_than == frozenset()


def test_the_same_wording_has_the_same_fingerprint() -> None:
    assert notice_id(notice(box())) == notice_id(notice(box()))
    assert len(notice_id(SHOWN)) == 64


@pytest.mark.parametrize(
    "changed",
    [
        notice(box(text="Yes, send me news by e-mail!")),
        notice(box(is_required=True)),
        notice(box(is_pre_ticked=True)),
        notice(box(), privacy_url="https://nectra.example/privacy-2"),
        notice(box(), OTHER),
        replace(SHOWN, surroundings='{"headline":"Last step"}'),
        replace(SHOWN, body="We would like to ring you."),
        replace(SHOWN, wording_known=False),
    ],
)
def test_any_change_of_the_wording_has_another_fingerprint(changed: Notice) -> None:
    assert notice_id(changed) != notice_id(SHOWN)


def test_the_fingerprint_is_that_of_the_stored_text() -> None:
    # recorded once: stored evidence refers to it for years, so it may never change
    assert notice_content(notice()) == (
        '{"body":"We would like to keep in touch.","boxes":[],"form_id":"form-1",'
        '"locale":"en_GB","name":"Website check","privacy_link_text":"Privacy policy",'
        '"privacy_url":"https://nectra.example/privacy","questions":[],"surroundings":null,'
        '"title":"Consent","wording_known":true}'
    )
    assert notice_id(notice()) == "03b32373e98131b0c9cf3ee1286907b1fcbfbb95b35fec8c9cb687ee803f6004"


def test_the_fingerprint_of_a_wording_never_changes() -> None:
    """EV-9: what was kept under a fingerprint must be found under it by every later version."""
    assert (
        notice_id(notice(box(text="Oui, écrivez-moi.")))
        == "93bddd814dd5523d12f17ff39ddb240a01a90a72d611cd4d94e75a72252b2771"
    )


def test_a_no_in_a_box_of_another_version_of_the_form_is_heeded() -> None:
    """EV-2: the form is the one that the meaning names, though it did not show the box."""
    own = FormBoxes.of(notice(form_id="form-1"), [meaning(form="form-1"), meaning(form="form-2")])
    found = own.finding(answer(raw="0", is_ticked=False), has_time=True)
    assert (found.key, found.raw) == ("marketing", "0")
    assert found.kind is EventKind.REFUSED
    assert found.meaning == meaning(form="form-1")
    other = FormBoxes.of(notice(form_id="form-3"), [meaning(form="form-1")])
    assert other.finding(answer(is_ticked=False), has_time=True).meaning is None


def test_what_was_sent_back_is_kept_though_nothing_maps_it() -> None:
    """EV-3."""
    found = FormBoxes.of(notice(box()), []).finding(answer(raw="yes"), has_time=True)
    assert (found.key, found.raw, found.defect) == ("marketing", "yes", BoxDefect.NOT_MAPPED)


def test_a_notice_can_be_read_back_from_its_content() -> None:
    """EV-9."""
    asked = (NoticeQuestion("q", "Which?", "CUSTOM", ("This", "That")),)
    shown = replace(SHOWN, questions=asked, surroundings="{}")
    assert notice_from(notice_content(shown)) == shown


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"boxes": [{}], "questions": []}', '{"boxes": [], "questions": []}'],
)
def test_a_content_that_is_none_of_a_notice_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        notice_from(content)


def test_a_wording_that_tells_more_completes_the_one_before() -> None:
    """EV-9: a link or a box may be told later; what contradicts is of another time."""
    bare = replace(SHOWN, privacy_url=None, body=None, boxes=())
    assert completes(SHOWN, bare)
    assert completes(SHOWN, SHOWN)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another title"},
        {"body": "Another body"},
        {"privacy_url": "https://elsewhere.example"},
        {"privacy_url": None},
        {"locale": "de_DE"},
        {"boxes": (box(text="Other words beside the box"),)},
    ],
)
def test_other_words_complete_nothing(changes: dict[str, Any]) -> None:
    """EV-9."""
    before = replace(SHOWN, title="Title", body="Body", locale="en_GB")
    assert completes(before, before)
    assert not completes(replace(before, **changes), before)


def test_what_was_not_known_contradicts_nothing() -> None:
    """EV-9, EV-10."""
    unknown = replace(SHOWN, wording_known=False, title="Another", boxes=(box(text="Other"),))
    assert completes(SHOWN, unknown)
    wordless = replace(SHOWN, boxes=(box(text=None),))
    assert completes(SHOWN, wordless)
