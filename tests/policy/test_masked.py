"""An address or number is shown so far that its owner knows it again (rule OUT-6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.masked import masked
from policy.vocabulary import Identifier, IdentifierKind

EMAIL, PHONE = IdentifierKind.EMAIL, IdentifierKind.PHONE


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (EMAIL, "priya@mail.example", "p…a@m….example"),
        (EMAIL, "ann@mail.example", "a…@m….example"),
        (EMAIL, "p@a.b.example", "p…@a….example"),
        (PHONE, "+447700900123", "+44…23"),
    ],
)
def test_the_middle_is_left_out(kind: IdentifierKind, value: str, shown: str) -> None:
    assert masked(Identifier(kind, value)) == shown


@given(st.from_regex(r"[a-z]{5,20}", fullmatch=True), st.from_regex(r"[a-z]{2,20}", fullmatch=True))
def test_neither_the_name_nor_the_domain_can_be_read(local: str, domain: str) -> None:
    shown = masked(Identifier(EMAIL, f"{local}@{domain}.example"))
    assert local not in shown
    assert f"{domain}." not in shown
