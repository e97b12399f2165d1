"""Screen what people answered as it comes in, and mask what is sensitive.

What can be known of a form is worked out once a form, and an answer that was found clean is not
looked at again: most answers are options of the form or tracking parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policy.screening.screen import QuestionScreen, masked
from policy.screening.terms import SensitiveCategory
from policy.vocabulary import Notice, NoticeQuestion

SENSITIVE_CONTENT_MASKED = "sensitive_content_masked"
"""The remark on a lead whose payload is not as it came: what was told in it was masked."""

# a second name or firm that the form asked for: contact details, which are not screened
_CONTACT = frozenset({"full_name", "first_name", "last_name", "company", "job_title"})
_FIELDS_AT_MOST = 512
_ANSWERS_AT_MOST = 256
_LONGEST_REMEMBERED = 64


class MaskedAnswer(NamedTuple):
    """One answer that was masked. `is_whole` says that nothing of it was left."""

    field: str
    given: str
    kept: str
    is_whole: bool

    def __repr__(self) -> str:
        """Say nothing: it is what nobody may see."""
        return "MaskedAnswer(…)"


class Masking(NamedTuple):
    """The answers of a submission as they may be kept, and what was masked to get there."""

    answers: Mapping[str, Sequence[str]]
    changes: tuple[MaskedAnswer, ...]
    categories: tuple[SensitiveCategory, ...]

    def __repr__(self) -> str:
        """Say what kinds of content were found, and nothing of it."""
        return f"Masking({', '.join(self.categories)})"


@dataclass(slots=True)
class _Field:
    """One field of a form, with answers that were found clean."""

    screen: QuestionScreen | None
    clean: set[str]


class FormScreen:
    """Screens the answers to one form; each question is looked at once."""

    def __init__(self, notice: Notice | None) -> None:
        """Start with the questions of a form; without one the fields' names say what was asked."""
        self._questions = {q.key: q for q in notice.questions} if notice else {}
        self._fields: dict[str, _Field] = {}

    def masking(self, answers: Mapping[str, Sequence[str]]) -> Masking | None:
        """Return the answers as they may be kept; None if they may be kept as they are."""
        fields = self._fields
        is_clean = True
        for key, values in answers.items():
            field = fields.get(key) or self._met(key)
            clean = field.clean
            for value in values:
                if value not in clean and not _is_clean(field, value):
                    is_clean = False
        return None if is_clean else self._masking(answers)

    def _met(self, key: str) -> _Field:
        if len(self._fields) >= _FIELDS_AT_MOST:
            self._fields.clear()  # names that no form has could be anything
        screen = None
        if key not in _CONTACT:
            question = self._questions.get(key) or NoticeQuestion(key, "", "")
            screen = QuestionScreen.of(question)
        field = self._fields[key] = _Field(screen, set())
        return field

    def _masking(self, answers: Mapping[str, Sequence[str]]) -> Masking:
        kept: dict[str, Sequence[str]] = {}
        changes: list[MaskedAnswer] = []
        categories: list[SensitiveCategory] = []
        for key, values in answers.items():
            screen = (self._fields.get(key) or self._met(key)).screen
            own: list[str] = []
            for value in values:
                hits = screen.hits(value) if screen else ()
                own.append(masked(value, hits))
                if hits:
                    is_whole = (hits[0].start, hits[0].end) == (0, len(value))
                    changes.append(MaskedAnswer(key, value, own[-1], is_whole))
                    categories += [hit.category for hit in hits]
            kept[key] = own
        return Masking(kept, tuple(changes), tuple(sorted(set(categories))))


def _is_clean(field: _Field, value: str) -> bool:
    """Say whether an answer tells nothing sensitive, and remember a short one that does not."""
    if field.screen is not None and field.screen.hits(value):
        return False
    if len(value) <= _LONGEST_REMEMBERED:
        if len(field.clean) >= _ANSWERS_AT_MOST:
            field.clean.clear()
        field.clean.add(value)
    return True
