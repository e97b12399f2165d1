"""Reading Meta's forms and lead objects: the recorded payloads, and the laws on edited ones."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._meta_boxes import tick_of
from connectors._meta_fields import kind_of_name, shape_of
from connectors._meta_forms import FORM_FIELDS, FORM_FIELDS_WITHOUT_LEGAL, notice_of
from connectors._meta_read import read
from connectors.base import Delivery, Problem, ProblemCode, Submission
from policy.vocabulary import BoxAnswer
from tests.connectors import meta_corpus as corpus

LEADS = corpus.payloads("leads")
FORMS = corpus.payloads("forms")


def submission(delivery: Delivery) -> Submission:
    (found,) = read(delivery)
    assert isinstance(found, Submission)
    return found


@pytest.mark.parametrize("path", FORMS, ids=corpus.name_of)
def test_a_recorded_form_is_read_as_its_notice(path: Path) -> None:
    corpus.assert_golden(path, asdict(notice_of(json.loads(path.read_bytes()))))


@pytest.mark.parametrize("path", LEADS, ids=corpus.name_of)
def test_a_recorded_lead_is_read_as_expected(path: Path) -> None:
    corpus.assert_golden(path, [corpus.as_json(each) for each in read(corpus.lead_delivery(path))])


def test_a_form_asked_for_without_its_legal_content_proves_nothing() -> None:
    assert "legal_content" in FORM_FIELDS
    assert "legal_content" not in FORM_FIELDS_WITHOUT_LEGAL
    complete = corpus.form("two_optional_boxes")
    assert notice_of(complete).wording_known
    assert not notice_of(complete, wording_known=False).wording_known


def test_what_changes_by_itself_makes_no_new_notice() -> None:
    before = corpus.form("two_optional_boxes")
    after = {**before, "leads_count": 99, "expired_leads_count": 7, "status": "ARCHIVED"}
    assert notice_of(after) == notice_of(before)


@pytest.mark.parametrize("part", ["headline", "link", "card", "page"])
def test_another_wording_around_the_boxes_is_another_notice(part: str) -> None:
    changed = corpus.form("two_optional_boxes")
    text = json.dumps(changed)
    words = {
        "headline": ("Tell us how to reach you", "Last step"),
        "link": ('"offset": 43', '"offset": 12'),
        "card": ("Evenings", "Mornings"),
        "page": ('"name": "Nectra Technologies"', '"name": "Another Page"'),
    }
    assert words[part][0] in text
    edited = json.loads(text.replace(*words[part]))
    assert notice_of(edited) != notice_of(changed)


@pytest.mark.parametrize(
    ("given_value", "tick"),
    [
        ("1", True),
        (1, True),
        (True, True),
        ("", False),
        ("0", False),
        (0, False),
        (False, False),
        ("true", None),
        ("false", None),
        ("yes", None),
        ("on", None),
        (" 1", None),
        ("1.0", None),
        (1.0, None),
        (0.0, None),
        (2, None),
        (-1, None),
        (None, None),
        (["1"], None),
        ({"1": True}, None),
    ],
)
def test_only_the_documented_values_are_a_tick_or_none(
    given_value: object,
    tick: bool | None,  # noqa: FBT001 - a table of cases
) -> None:
    assert tick_of(given_value) is tick


def test_equal_numbers_of_other_types_keep_their_own_raw_text() -> None:
    delivery = corpus.lead("ticked_as_number_and_as_json_true")
    answers = submission(delivery).boxes
    assert answers == (
        BoxAnswer("email_updates", "1", True),
        BoxAnswer("call_updates", "true", True),
    )
    floats = delivery.payload.replace(b'"is_checked": 1', b'"is_checked": 1.0')
    assert submission(corpus.with_payload(delivery, floats)).boxes == (
        BoxAnswer("email_updates", "1.0", None),
        BoxAnswer("call_updates", "true", True),
    )


def test_the_wording_of_another_form_is_not_taken_for_what_was_shown() -> None:
    delivery = corpus.lead("ticked_optional_box")
    other = notice_of(corpus.form("pre_ticked_box"))
    found = submission(delivery._replace(notice=other))
    assert found.notice is None
    assert found.boxes == (
        BoxAnswer("email_updates", "1", True),
        BoxAnswer("call_updates", "", False),
    )
    assert "notice_of_another_form" in found.remarks


def test_a_lead_that_meta_lists_as_a_test_is_one() -> None:
    delivery = corpus.lead("ticked_optional_box")
    assert not submission(delivery).is_test
    assert submission(delivery._replace(listed_as_test=True)).is_test


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("phone_(with_country_code)", "phone"),
        ("Numéro de téléphone", "phone"),
        ("NÚMERO DE TELÉFONO", "phone"),
        ("telefon numarası", "phone"),  # noqa: RUF001 - Turkish
        ("E-Mail-Adresse", "email"),
        ("メールアドレス", "email"),
        ("Your email?", "email"),
        ("Imię i nazwisko", "full_name"),
        ("Vorname", "first_name"),
        ("Nachname:", "last_name"),
        ("Nom de l'entreprise", "company"),
        ("Job title", "job_title"),
        ("email of a friend", "answer"),
        ("phone model", "answer"),
        ("", "answer"),
        ("???", "answer"),
    ],
)
def test_a_field_without_a_form_is_told_by_its_name(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


def test_forms_read_by_the_thousand_keep_their_own_questions() -> None:
    """Shapes are kept by identity; a new notice at an old address must not inherit the shape."""
    base = corpus.form("hand_made_questions")
    for number in range(2_000):
        kind = "EMAIL" if number % 2 else "CUSTOM"
        questions = [{"key": "question1", "label": "Address", "type": kind}]
        notice = notice_of({**base, "id": str(10**15 + number), "questions": questions})
        assert shape_of(notice).kinds == {"question1": "email" if number % 2 else "answer"}


# --- laws on edited payloads -----------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
Edit = Callable[[object], object]


def _paths(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [at]
    if isinstance(value, dict):
        for key, part in value.items():
            found += _paths(part, (*at, key))
    if isinstance(value, list):
        for index, part in enumerate(value):
            found += _paths(part, (*at, index))
    return found


def _edited(value: object, path: tuple[str | int, ...], edit: Edit) -> object:
    if not path:
        return edit(value)
    first, *rest = path
    if isinstance(value, dict):
        changed = {k: _edited(v, tuple(rest), edit) if k == first else v for k, v in value.items()}
        return {key: part for key, part in changed.items() if part is not ...}
    assert isinstance(value, list)
    parts = [_edited(v, tuple(rest), edit) if i == first else v for i, v in enumerate(value)]
    return [part for part in parts if part is not ...]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    other = draw(JSON_VALUES)

    def reordered(value: object) -> object:
        if isinstance(value, dict):
            return dict(reversed(value.items()))
        return value[::-1] if isinstance(value, list) else value

    def added(value: object) -> object:
        if isinstance(value, dict):
            return {**value, "some_new_field": other}
        return [*value, other] if isinstance(value, list) else value

    def doubled(value: object) -> object:
        return value + value if isinstance(value, list) else [value]

    choices: list[Edit] = [lambda _: other, lambda _: ..., reordered, added, doubled]
    return draw(st.sampled_from(choices))


@st.composite
def edited_objects(draw: st.DrawFn, paths: list[Path]) -> tuple[Path, object]:
    path = draw(st.sampled_from(paths))
    value: object = json.loads(path.read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        value = _edited(value, draw(st.sampled_from(_paths(value))), draw(edits()))
        if value is ...:
            value = None
    return path, value


WHOLE_LEADS = [
    path
    for path in LEADS
    if read(corpus.lead_delivery(path))[0].external_id and path.stat().st_size
]


def _ticks_of(value: object) -> set[str]:
    """Return the keys of all boxes that the payload really ticks."""
    found: set[str] = set()
    if isinstance(value, dict):
        raw = value.get("is_checked")
        if raw == "1" or raw is True or (type(raw) is int and raw == 1):
            found.add(str(value.get("checkbox_key")))
        for part in value.values():
            found |= _ticks_of(part)
    if isinstance(value, list):
        for part in value:
            found |= _ticks_of(part)
    return found


def assert_lawful(delivery: Delivery, ticked_keys: set[str]) -> None:
    """Reading is repeatable, gives one result, ticks nothing unticked, and tells no value."""
    found = read(delivery)
    assert read(delivery) == found
    (one,) = found
    if isinstance(one, Problem):
        assert one.detail.endswith(".")
        return
    assert one.external_id.isdecimal()
    assert one.submitted_at is not None
    assert one.submitted_at.utcoffset() is not None
    for box in one.boxes or ():
        if box.is_ticked:
            assert box.raw in {"1", "true"}
            assert box.key in ticked_keys


@settings(deadline=None)
@given(edited_objects(WHOLE_LEADS))
def test_an_edited_lead_is_read_lawfully(edited: tuple[Path, object]) -> None:
    path, value = edited
    payload = json.dumps(value).encode()
    assert_lawful(corpus.with_payload(corpus.lead_delivery(path), payload), _ticks_of(value))


@settings(deadline=None)
@given(st.sampled_from(LEADS), st.floats(0, 1), st.binary(max_size=6))
def test_a_cut_or_damaged_lead_is_read_lawfully(path: Path, where: float, put_in: bytes) -> None:
    delivery = corpus.lead_delivery(path)
    cut = int(len(delivery.payload) * where)
    keys = {"email_updates", "call_updates", "optional_1", "optional_2", "optional_3", "terms"}
    assert_lawful(corpus.with_payload(delivery, delivery.payload[:cut]), keys)
    damaged = delivery.payload[:cut] + put_in + delivery.payload[cut + len(put_in) :]
    found = read(corpus.with_payload(delivery, damaged))
    assert found == read(corpus.with_payload(delivery, damaged))
    for one in found:
        for box in (one.boxes or ()) if isinstance(one, Submission) else ():
            assert not box.is_ticked or box.raw in {"1", "true"}


def _freely_left(value: object) -> set[str]:
    """Return the keys of all boxes that the form plainly calls optional and empty."""
    found: set[str] = set()
    if isinstance(value, dict):
        is_optional = str(value.get("is_required")).strip().lower() in {"false", "0"}
        default = str(value.get("is_checked_by_default")).strip().lower()
        if is_optional and default in {"false", "0", "none"}:
            found.add(str(value.get("key")))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found.union(*(_freely_left(part) for part in parts))


@settings(deadline=None)
@given(edited_objects(FORMS))
def test_an_edited_form_never_raises_and_never_gets_more_permissive(
    edited: tuple[Path, object],
) -> None:
    _, value = edited
    form: dict[str, object] = value if isinstance(value, dict) else {"legal_content": value}
    notice = notice_of(form)
    assert notice == notice_of(form)
    free = {box.key for box in notice.boxes if not box.is_required and not box.is_pre_ticked}
    assert free - {""} <= _freely_left(form)  # no response can name a box without a key
    if notice.wording_known:
        assert notice.form_id
        assert len({box.key for box in notice.boxes}) == len(notice.boxes)


CANARY = "canary-4711"


@pytest.mark.parametrize(
    "edit",
    [
        {"id": CANARY},
        {"id": 1.5, "note": CANARY},
        {"created_time": CANARY},
        {"field_data": CANARY},
        {"field_data": [CANARY]},
        {"field_data": [{"name": CANARY, "values": {"a": CANARY}}]},
        {"custom_disclaimer_responses": CANARY, "created_time": None, "platform": CANARY},
    ],
)
def test_no_problem_tells_what_the_lead_says(edit: dict[str, object]) -> None:
    delivery = corpus.lead("ticked_optional_box")
    payload = json.dumps({**json.loads(delivery.payload), **edit}).encode()
    (problem,) = read(corpus.with_payload(delivery, payload))
    assert isinstance(problem, Problem)
    assert CANARY not in repr(problem)


def test_nothing_of_the_person_is_shown_by_a_repr() -> None:
    delivery = corpus.lead("ticked_optional_box")
    for shown in (repr(delivery), repr(submission(delivery))):
        assert "priya" not in shown.lower()
        assert "7700900123" not in shown


def test_json_nested_deeper_than_can_be_written_is_read_around() -> None:
    deep = "[" * 400 + "]" * 400
    delivery = corpus.lead("ticked_optional_box")
    text = delivery.payload.decode().replace('"is_checked": "1"', f'"is_checked": {deep}')
    found = submission(corpus.with_payload(delivery, text.encode()))
    assert found.boxes is not None
    assert found.boxes[0].is_ticked is None
    too_deep = '{"id":' + "[" * 5_000 + "]" * 5_000 + "}"
    (problem,) = read(corpus.with_payload(delivery, too_deep.encode()))
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.NOT_JSON


def test_a_media_type_of_another_source_is_a_problem_not_a_guess() -> None:
    delivery = corpus.lead("ticked_optional_box")._replace(media_type="message/rfc822")
    (problem,) = read(delivery)
    assert isinstance(problem, Problem)
