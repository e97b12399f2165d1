"""Every row of the decision table has cases, and every file of cases belongs to the table."""

from pathlib import Path

from tests.policy.rows import name_of
from tests.policy.table import ALL_CASES, CASES_BY_FILE

ROWS = {str(number) for number in range(86)}
ROWS_THAT_GO_ON = {"14", "15", "24", "28", "32", "42", "48", "72", "79"}
"""They neither allow nor deny by themselves, so that their cases name the row that does."""

WITHOUT_CASES = {
    "test_permission_laws.py",
    "test_permission_allowances.py",
    "test_permission_ends.py",
    Path(__file__).name,
}


def test_every_row_of_the_table_has_a_case() -> None:
    assert {case.row for case in ALL_CASES} == ROWS


def test_every_row_speaks_in_a_case_of_its_own_unless_it_only_goes_on() -> None:
    spoken = {case.row for case in ALL_CASES if f"PERM-{case.row}" in case.rules}
    assert ROWS - spoken == ROWS_THAT_GO_ON


def test_no_two_cases_have_one_name() -> None:
    names = [name_of(case) for case in ALL_CASES]
    assert sorted(set(names)) == sorted(names)


def test_every_file_of_cases_is_part_of_the_table() -> None:
    files = {path.name for path in Path(__file__).parent.glob("test_permission_*.py")}
    assert {Path(file).name for file in CASES_BY_FILE} == files - WITHOUT_CASES
