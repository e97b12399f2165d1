"""The check of an installation as its files stand: rights, mistakes, placeholders, secrets."""

import re
from pathlib import Path

import pytest

from connectors.probed import ProbeFault
from pipeline.check import check_installation
from pipeline.finding import Fault, Finding
from pipeline.placeholders import placeholder_in
from tests.cli.running import SUPPRESSION_KEY, configuration, keep_secret
from tests.documents import ROOT, rows, text_of

META = {"page_id": "1", "graph_url": "http://127.0.0.1:9"}
TOKEN = {"META_ACCESS_TOKEN": "EAAcanaryTokenOfTheTests"}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The folder of an installation whose files are as they should be."""
    keep_secret(tmp_path)
    _write(tmp_path, configuration(META))
    return tmp_path


def _write(folder: Path, text: str) -> None:
    path = folder / "config.toml"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _found(folder: Path, variables: dict[str, str] | None = None) -> list[Finding]:
    given = TOKEN if variables is None else variables
    return list(check_installation(folder / "config.toml", given, offline=True))


def _the(fault: str, folder: Path, variables: dict[str, str] | None = None) -> Finding:
    [finding] = [each for each in _found(folder, variables) if each.fault == fault]
    assert "Cure: " in finding.message
    return finding


def test_files_that_are_as_they_should_be_have_no_fault(office: Path) -> None:
    told = {each.fault for each in _found(office)}
    assert not told & {Fault.CONFIG_MISTAKE, Fault.CONFIG_OPEN, Fault.SECRETS_OPEN}
    assert Fault.PLACEHOLDER not in told


@pytest.mark.parametrize(("mode", "is_ok"), [(0o620, None), (0o602, False)])
def test_a_configuration_that_others_can_change_is_named(
    office: Path, mode: int, is_ok: object
) -> None:
    (office / "config.toml").chmod(mode)
    told = _the(Fault.CONFIG_OPEN, office)
    assert told.is_ok is is_ok
    assert "Cure: chmod go-w" in told.message


def test_a_password_of_the_database_that_others_can_read_is_named(office: Path) -> None:
    _write(
        office, configuration().replace("sqlite:///leads.db", "postgresql://u:geheim@db.invalid/l")
    )
    assert Fault.CONFIG_OPEN not in {each.fault for each in _found(office)}
    (office / "config.toml").chmod(0o644)
    told = _the(Fault.CONFIG_OPEN, office)
    assert told.is_ok is False
    assert "geheim" not in told.message


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"[store\n"])
def test_a_configuration_that_cannot_be_read_is_named(office: Path, content: bytes | None) -> None:
    path = office / "config.toml"
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    assert _the(Fault.CONFIG_MISTAKE, office).is_ok is False


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    [told] = _found(tmp_path)
    assert (told.fault, told.is_ok) == (Fault.CONFIG_MISTAKE, False)
    assert "Cure: run `leadledger init` here" in told.message


def test_a_secret_that_others_can_read_is_named(office: Path) -> None:
    key = office / "secrets" / "suppression.key"
    key.chmod(0o640)
    told = _the(Fault.CONFIG_MISTAKE, office)
    assert f"can be read by others. Cure: chmod 600 {key}" in told.message


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), ("", "is empty. Cure: put the secret into it")]
)
def test_a_secret_that_is_missing_or_empty_is_named(
    office: Path, content: str | None, words: str
) -> None:
    key = office / "secrets" / "suppression.key"
    if content is None:
        key.unlink()
    else:
        key.write_text(content)
    assert words in _the(Fault.CONFIG_MISTAKE, office).message


def test_a_variable_that_is_not_set_is_named(office: Path) -> None:
    told = _the(Fault.CONFIG_MISTAKE, office, {})
    assert "META_ACCESS_TOKEN is not set. Cure: export META_ACCESS_TOKEN=" in told.message


@pytest.mark.parametrize("name", ["links", "backup"])
def test_a_key_that_could_be_guessed_is_named(office: Path, name: str) -> None:
    keep_secret(office, "short.key", "short")
    value = '{ file = "secrets/short.key" }'
    given = f"{name} = {f'[{value}]' if name == 'links' else value}"
    _write(office, configuration(META).replace("[keys]\n", f"[keys]\n{given}\n"))
    assert "fewer than 32 characters: make one of 32 random bytes" in "".join(
        each.message for each in _found(office) if each.fault == Fault.CONFIG_MISTAKE
    )


@pytest.mark.parametrize(
    ("mode", "is_ok", "words"), [(0o755, None, "look into"), (0o770, False, "change")]
)
def test_a_folder_of_secrets_that_is_open_is_named(
    office: Path, mode: int, is_ok: object, words: str
) -> None:
    (office / "secrets").chmod(mode)
    told = _the(Fault.SECRETS_OPEN, office)
    assert told.is_ok is is_ok
    assert f"others can {words} the folder" in told.message


def test_placeholders_are_named_wherever_they_stand(office: Path) -> None:
    text = configuration(META).replace('"Nectra"', '"[Insert company name]"')
    _write(office, text + '\n[web]\nunsubscribe_mailbox = "stop@your-agency.com"\n')
    told = {each.subject: each for each in _found(office) if each.fault == Fault.PLACEHOLDER}
    assert set(told) == {"controllers[nectra].name", "web.unsubscribe_mailbox"}
    assert "([Insert company name]). Cure: put in" in told["controllers[nectra].name"].message


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("as of [Insert Date]", "[Insert Date]"),
        ("write to <your address>", "<your address>"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("changeme", "changeme"),
        ("See your options [1] and insert a coin", None),
        ("We use your name and address [see below].", None),
        ("Yes, Nectra may send me news by e-mail.", None),
    ],
)
def test_what_nobody_can_have_meant_is_told_from_plain_words(text: str, sign: str | None) -> None:
    assert placeholder_in(text) == sign


def test_no_secret_is_in_what_is_found(office: Path) -> None:
    secrets = {
        "links": "a-canary-of-links-0123456789abcdefghij",
        "backup": "a-canary-of-backups-0123456789abcdefgh",
        "smtp": "a-canary-of-the-mail-server",
    }
    for name, text in secrets.items():
        keep_secret(office, f"{name}.key", text)
    keys = 'links = [{ file = "secrets/links.key" }]\nbackup = { file = "secrets/backup.key" }\n'
    mail = (
        '\n[mail]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nusername = "u"\n'
        'password = { file = "secrets/smtp.key" }\nsender = "privacy@nectra.example"\n'
    )
    _write(office, configuration(META).replace("[keys]\n", f"[keys]\n{keys}") + mail)
    told = list(check_installation(office / "config.toml", TOKEN, offline=False))
    assert any(each.is_ok is False for each in told)
    said = " ".join(f"{each.subject} {each.message}" for each in told)
    for secret in (*secrets.values(), *TOKEN.values(), SUPPRESSION_KEY):
        assert secret not in said


def test_every_fault_is_documented_and_nothing_else_is() -> None:
    listed = [row[0].strip("`") for row in rows(text_of(ROOT / "docs" / "check.md"))]
    listed = [name for name in listed if name != "Fault"]
    known = [str(each) for each in (*Fault, *ProbeFault)]
    assert sorted(listed) == sorted(known)


def test_every_fault_is_found_by_a_test() -> None:
    texts = [text_of(path) for path in (ROOT / "tests").rglob("test_*.py")]
    named = {name for text in texts for name in re.findall(r"\b(?:Probe)?Fault\.[A-Z0-9_]+", text)}
    known = {f"Fault.{each.name}" for each in Fault} | {f"ProbeFault.{e.name}" for e in ProbeFault}
    assert known - named == set()
