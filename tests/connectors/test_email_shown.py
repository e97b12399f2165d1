"""A mail that waits for somebody can be looked at, whatever its bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._email_shown import shown
from tests.connectors import email_corpus as corpus


def test_who_wrote_what_to_whom_is_shown() -> None:
    found = shown((corpus.ROOT / "review_forwarded.eml").read_bytes())
    assert found["from"] == "My Agency <hello@my-agency.example>"
    assert "please remove me" in found["text"]


@pytest.mark.parametrize("name", [path.stem for path in corpus.mails()])
def test_every_mail_of_the_corpus_can_be_looked_at(name: str) -> None:
    assert all(shown((corpus.ROOT / f"{name}.eml").read_bytes()).values())


@given(st.binary(max_size=500))
def test_any_bytes_can_be_looked_at(raw: bytes) -> None:
    assert set(shown(raw)) <= {"from", "to", "reply-to", "date", "subject", "text"}
