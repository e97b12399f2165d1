"""The pretend OAuth2 provider gives tokens that the pretend mailbox takes."""

import httpx2 as httpx
import pytest
from imapclient import IMAPClient, SocketTimeout

from simulator.imap_mailbox import Mailbox
from simulator.imap_server import ImapServer
from simulator.imap_session import Account
from simulator.mail_tokens import Grant, MailTokens

SCOPE = "https://outlook.office365.com/.default"
AGREED = {"grant_type": "refresh_token", "refresh_token": "long-lived"}
ITSELF = {"grant_type": "client_credentials", "scope": SCOPE}
CLIENT = {"client_id": "app", "client_secret": "fictional"}


def like_gmail() -> Grant:
    return Grant("app", "fictional", refresh_token="long-lived")


def like_microsoft() -> Grant:
    return Grant("app", "fictional", scope=SCOPE)


@pytest.mark.parametrize(
    ("grant", "asked"), [(like_gmail(), AGREED), (like_microsoft(), ITSELF)], ids=["gmail", "m365"]
)
def test_a_token_that_was_given_opens_the_mailbox(grant: Grant, asked: dict[str, str]) -> None:
    account = Account("hello@my-agency.example", "unused")
    with MailTokens(grant, account) as tokens, ImapServer(Mailbox(), account) as server:
        answer = httpx.post(tokens.url, data=CLIENT | asked).json()
        client = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=SocketTimeout(5, 5))
        client.oauth2_login(account.name, answer["access_token"])
        client.logout()


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"refresh_token": "old"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_request_that_is_wrong_says_why_in_the_code_of_the_standard(
    change: dict[str, str], status: int, error: str
) -> None:
    with MailTokens(like_gmail(), Account("hello@my-agency.example", "unused")) as tokens:
        answer = httpx.post(tokens.url, data=CLIENT | AGREED | change)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_what_somebody_took_back_gives_no_token_any_more() -> None:
    grant = like_gmail()
    with MailTokens(grant, Account("hello@my-agency.example", "unused")) as tokens:
        assert httpx.post(tokens.url, data=CLIENT | AGREED).status_code == httpx.codes.OK
        grant.is_withdrawn = True
        answer = httpx.post(tokens.url, data=CLIENT | AGREED)
    assert answer.json() == {"error": "invalid_grant"}
    assert tokens.given == 1
