"""Read a Meta lead form into the notice that people saw.

Source: developers.facebook.com, docs/graph-api/reference/lead-gen-data, v26.0; facebook-business
26, adobjects/leadgenlegalcontent.py and its neighbours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from policy.vocabulary import Notice, NoticeBox, NoticeQuestion

_LEGAL_CONTENT = (
    "legal_content{id,privacy_policy{url,link_text},"
    "custom_disclaimer{title,body,checkboxes{id,key,text,is_required,is_checked_by_default}}}"
)
FORM_FIELDS_WITHOUT_LEGAL = (
    "id,name,status,locale,created_time,page{id,name},privacy_policy_url,questions,"
    "context_card{id,style,title,content,button_text},question_page_custom_headline,"
    "tracking_parameters,leads_count,organic_leads_count,expired_leads_count"
)
"""`fields=` of a form whose `legal_content` Meta refuses with code 100."""

FORM_FIELDS = f"{FORM_FIELDS_WITHOUT_LEGAL},{_LEGAL_CONTENT}"
"""`fields=` of `GET /{form_id}` and of `GET /{page_id}/leadgen_forms`."""

_CARD_KEYS = ("id", "style", "title", "content", "button_text")
_QUESTION_EXTRAS = (
    "inline_context",
    "conditional_questions_choices",
    "conditional_questions_group_id",
    "dependent_conditional_questions",
)

_Object = Mapping[str, object]


def notice_of(form: Mapping[str, object], *, wording_known: bool = True) -> Notice:
    """Return the notice that a form shows, from a Graph form object.

    Odd shapes never raise: whatever cannot be understood makes `wording_known` False, so that
    nothing ticked on such a form passes for proven. The same form read twice gives an equal notice:
    counts, status and signed picture links, which change by themselves, stay outside.

    Args:
        form: the object as Meta sent it; `checkboxes` and `questions` may be lists or
            `{"data": […]}`, `body` an object or plain text.
        wording_known: False where Meta would not give `legal_content`.
    """
    seen = _Understanding()
    legal = seen.parts(form.get("legal_content"))
    disclaimer = seen.parts(legal.get("custom_disclaimer"))
    body, links = _body(seen, disclaimer.get("body"))
    policy = seen.parts(legal.get("privacy_policy"))
    boxes = _boxes(seen, disclaimer.get("checkboxes"))
    questions = seen.objects(form.get("questions"))
    # Every published form has a privacy policy and so a legal content: none at all means withheld.
    was_given = bool(legal)
    return Notice(
        form_id=seen.id(form.get("id")),
        name=seen.text(form.get("name")) or "",
        locale=seen.text(form.get("locale")),
        privacy_url=seen.text(policy.get("url")) or seen.text(form.get("privacy_policy_url")),
        privacy_link_text=seen.text(policy.get("link_text")),
        title=seen.text(disclaimer.get("title")),
        body=body,
        boxes=boxes,
        questions=tuple(_question(seen, question) for question in questions),
        surroundings=_surroundings(seen, form, questions, links),
        # last, when everything above has been looked at
        wording_known=wording_known and was_given and seen.is_clear,
    )


@dataclass(slots=True)
class _Understanding:
    """Takes values for what they should be, and remembers whether all of them were."""

    is_clear: bool = True

    def text(self, value: object) -> str | None:
        """Return a text that can be stored as UTF-8, or None."""
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                self.is_clear = False
                return None
            return value
        self.is_clear = False
        return None

    def id(self, value: object) -> str:
        """Return an id as text; Meta sends ids as texts or as integers."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        text = self.text(value)
        self.is_clear = self.is_clear and bool(text)
        return text or ""

    def parts(self, value: object) -> _Object:
        """Return an object, empty where there is none."""
        if isinstance(value, Mapping):
            return value
        self.is_clear = self.is_clear and value is None
        return {}

    def objects(self, value: object) -> list[_Object]:
        """Return a list of objects, which Meta also wraps as `{"data": […]}`."""
        if isinstance(value, Mapping):
            paging = value.get("paging")
            self.is_clear = self.is_clear and not (isinstance(paging, Mapping) and "next" in paging)
            value = value.get("data")
        if isinstance(value, list | tuple):
            return [self.parts(item) for item in value]
        self.is_clear = self.is_clear and value is None
        return []

    def flag(self, value: object, *, if_missing: bool, if_odd: bool) -> bool:
        """Return a yes or no that may come as JSON, as a number or as text."""
        if value is None:
            return if_missing
        if isinstance(value, bool | int | str):
            known = _FLAGS.get(str(value).strip().lower())
            if known is not None:
                return known
        self.is_clear = False
        return if_odd


_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def _body(seen: _Understanding, body: object) -> tuple[str | None, object]:
    """Return the text above the boxes and the links in it."""
    if isinstance(body, str):
        return seen.text(body), None
    parts = seen.parts(body)
    return seen.text(parts.get("text")), parts.get("url_entities")


def _boxes(seen: _Understanding, given: object) -> tuple[NoticeBox, ...]:
    boxes = tuple(_box(seen, box) for box in seen.objects(given))
    keys = [box.key for box in boxes]
    if len(set(keys)) == len(keys):
        return boxes
    # Two boxes of one key: an answer cannot be joined to a wording, so neither has one.
    seen.is_clear = False
    return tuple(
        NoticeBox(box.key, None, is_required=box.is_required, is_pre_ticked=box.is_pre_ticked)
        if keys.count(box.key) > 1
        else box
        for box in boxes
    )


def _box(seen: _Understanding, box: _Object) -> NoticeBox:
    """Read one box; doubt always falls on the side that gives no consent."""
    return NoticeBox(
        key=seen.id(box.get("key")),
        text=seen.text(box.get("text")),
        # A box created through the API without the flag is mandatory.
        is_required=seen.flag(box.get("is_required"), if_missing=True, if_odd=True),
        is_pre_ticked=seen.flag(box.get("is_checked_by_default"), if_missing=False, if_odd=True),
    )


def _question(seen: _Understanding, question: _Object) -> NoticeQuestion:
    label = seen.text(question.get("label")) or ""
    options = seen.objects(question.get("options"))
    return NoticeQuestion(
        key=seen.text(question.get("key")) or label,
        label=label,
        type=(seen.text(question.get("type")) or "").upper(),
        options=tuple(
            seen.text(option.get("value")) or seen.text(option.get("key")) or ""
            for option in options
        ),
    )


def _surroundings(
    seen: _Understanding, form: _Object, questions: list[_Object], links: object
) -> str | None:
    """Return what stood around the boxes as canonical JSON: sorted keys, no white space."""
    card = seen.parts(form.get("context_card"))
    legal = seen.parts(form.get("legal_content"))
    extras = {
        seen.text(question.get("key")) or str(number): _present(question, _QUESTION_EXTRAS)
        for number, question in enumerate(questions)
    }
    around = {
        "page": _present(seen.parts(form.get("page")), ("id", "name")),
        "legal_content_id": legal.get("id"),
        "url_entities": links,
        "headline": form.get("question_page_custom_headline"),
        "context_card": _present(card, _CARD_KEYS),
        "questions": {key: extra for key, extra in extras.items() if extra},
    }
    known = {key: value for key, value in around.items() if value}
    if not known:
        return None
    try:
        return orjson.dumps(known, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        seen.is_clear = False
        return None


def _present(parts: _Object, keys: tuple[str, ...]) -> dict[str, object]:
    return {key: parts[key] for key in keys if parts.get(key) is not None}
