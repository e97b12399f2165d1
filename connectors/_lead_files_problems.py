"""Why a row of a file of leads is set aside: sentences without a word of what stands in it."""

from connectors.base import Problem, ProblemCode


def not_described() -> Problem:
    """Say that the settings do not describe the columns."""
    detail = (
        "Nothing says what the columns of this source's files are. Describe them under "
        "[sources.columns]; `leadledger import FILE --dry-run` proposes how."
    )
    return Problem(ProblemCode.FIELDS_UNREADABLE, detail)


def without_id() -> Problem:
    """Say that a row has no id although its file should give one."""
    detail = (
        "The row has no id, so it could be stored twice. Mend the row, or do not map an id column: "
        "then an id is made of the time and the person."
    )
    return Problem(ProblemCode.ID_MISSING, detail)


def rounded_id() -> Problem:
    """Say that a spreadsheet has rounded an id."""
    detail = (
        "The id is a rounded number, as spreadsheets show long ones: it may be another lead's. "
        "Export the file again and import it unopened, with ids as text."
    )
    return Problem(ProblemCode.ID_MANGLED, detail)


def nobody() -> Problem:
    """Say that nothing tells a row from another."""
    detail = (
        "The row has no id, and neither a name, an address nor a number to tell it from another. "
        "Mend the row, or map the column with the id."
    )
    return Problem(ProblemCode.ID_MISSING, detail)


def uncertain_phone(known_id: str | None) -> Problem:
    """Say that the country of a number is not certain."""
    detail = (
        "The telephone number names no country, or a spreadsheet rounded it. Write it as +44 …, or "
        "set `national_numbers = true` if such numbers are of the source's region."
    )
    return Problem(ProblemCode.PHONE_AMBIGUOUS, detail, known_id)
