"""The configuration: every mistake at once, with place and cure, and no secret repeated."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from connectors.meta_lead_ads import MetaLeadAdsSettings
from pipeline.load_settings import load_settings
from pipeline.settings import Settings
from policy.errors import ConfigError
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, Purpose, Role

GOOD = """\
[store]
url = "sqlite:///leads.db"

[keys]
suppression = { file = "secrets/suppression.key" }

[[controllers]]
id = "nectra"
name = "Nectra Technologies"
privacy_contact = "privacy@nectra.example"

[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "nectra"
page_id = "1234567890"
access_token = { env = "META_ACCESS_TOKEN" }

[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""
TOKEN = {"META_ACCESS_TOKEN": "EAACanaryToken"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key = tmp_path / "secrets" / "suppression.key"
    key.parent.mkdir(mode=0o700)
    key.touch(mode=0o600)
    key.write_text("0123456789abcdef0123456789abcdef\n")
    return tmp_path


def _load(folder: Path, content: str, environment: Mapping[str, str] = TOKEN) -> Settings:
    path = folder / "config.toml"
    path.write_text(content, encoding="utf-8")
    return load_settings(path, environment)


def _mistakes(folder: Path, content: str, environment: Mapping[str, str] = TOKEN) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _load(folder, content, environment)
    return caught.value.mistakes


def test_a_good_file_becomes_settings(folder: Path) -> None:
    settings = _load(folder, GOOD)
    assert settings.folder == folder
    assert settings.store_url == f"sqlite:///{folder}/leads.db"
    assert settings.suppression_key == SuppressionKeys(b"0123456789abcdef0123456789abcdef")
    [controller] = settings.controllers
    assert (controller.id, controller.role) == ("nectra", Role.CONTROLLER)
    [source] = settings.sources
    assert settings.source("meta-main") is source
    assert settings.source("nobody") is None
    assert source.region == "GB"
    assert source.controller is controller
    [meaning] = source.meanings
    assert (meaning.key, meaning.purpose) == ("email_updates", Purpose.DIRECT_MARKETING)
    assert meaning.channels == (Channel.EMAIL,)
    assert isinstance(source.own, MetaLeadAdsSettings)
    assert source.own.access_token.get_secret_value() == "EAACanaryToken"


def test_secrets_do_not_show_when_settings_are_printed(folder: Path) -> None:
    settings = _load(folder, GOOD)
    assert "EAACanaryToken" not in repr(settings.sources)


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    bad = (
        GOOD.replace('url = "sqlite', 'ulr = "sqlite')
        .replace('page_id = "1234567890"', 'page_id = "abc"\npage_sise = 10')
        .replace('name = "Nectra Technologies"\n', "")
        .replace('"direct_marketing"', '"direct_marketting"')
        .replace("[store]", "[stoer]\nx = 1\n\n[store]")
    )
    told = "\n".join(_mistakes(folder, bad, {}))
    assert "stoer: there is no such key (did you mean 'store'?)" in told
    assert "store.ulr: there is no such key (did you mean 'url'?)" in told
    assert "controllers[nectra].name: is missing" in told
    assert "sources[meta-main].page_id" in told
    assert "sources[meta-main].page_sise: there is no such key (did you mean 'page_size'?)" in told
    assert "sources[meta-main].boxes[0].purpose" in told
    assert "META_ACCESS_TOKEN is not set. Cure: export META_ACCESS_TOKEN=" in told
    assert all("Cure: " in mistake for mistake in told.splitlines())


def test_an_unknown_kind_names_the_known_ones(folder: Path) -> None:
    [told] = _mistakes(folder, GOOD.replace('"meta_lead_ads"', '"meta_lead_add"'))
    assert "did you mean 'meta_lead_ads'?" in told
    assert told.startswith("sources[meta-main].kind")


def test_a_source_of_an_unknown_controller_is_refused(folder: Path) -> None:
    told = _mistakes(folder, GOOD.replace('controller = "nectra"', 'controller = "nectar"'))
    assert any("no usable controller 'nectar'" in mistake for mistake in told)


@pytest.mark.parametrize(("name", "marker"), [("controllers", "[[sources]]"), ("sources", "[end]")])
def test_an_id_that_stands_twice_is_refused(folder: Path, name: str, marker: str) -> None:
    content = f"{GOOD}\n[end]\n"
    table = content[content.index(f"[[{name}]]") : content.index(marker)]
    told = _mistakes(folder, GOOD + "\n" + table)
    assert any("stands twice" in mistake and mistake.startswith(name) for mistake in told)


def test_no_controller_at_all_is_refused(folder: Path) -> None:
    start, end = GOOD.index("[[controllers]]"), len(GOOD)
    told = _mistakes(folder, GOOD[:start] + GOOD[end:])
    assert told == ["controllers: none. Cure: add a [[controllers]] table."]


def test_a_table_written_as_a_value_is_told_and_not_a_crash(folder: Path) -> None:
    told = _mistakes(folder, 'sources = "meta"\n' + GOOD[: GOOD.index("[[sources]]")])
    assert told == ["sources: must be tables. Cure: write [[sources]] above each."]


def test_a_box_without_key_and_wording_is_refused(folder: Path) -> None:
    told = _mistakes(folder, GOOD.replace('key = "email_updates"\n', ""))
    assert any("name the box by its `key` or its `wording`" in mistake for mistake in told)


def test_a_secret_in_clear_text_is_refused_and_not_repeated(folder: Path) -> None:
    secret = "EAAClearTextCanary"
    told = _mistakes(folder, GOOD.replace('{ env = "META_ACCESS_TOKEN" }', f'"{secret}"'))
    assert any("a secret never stands in this file" in mistake for mistake in told)
    assert secret not in "\n".join(told)


def test_a_secret_with_a_blank_inside_is_refused_and_not_repeated(folder: Path) -> None:
    told = _mistakes(folder, GOOD, {"META_ACCESS_TOKEN": "EAA Canary"})
    assert any("access_token" in mistake for mistake in told)
    assert "Canary" not in "\n".join(told)


def test_a_secret_file_that_others_can_read_is_refused(folder: Path) -> None:
    key = folder / "secrets" / "suppression.key"
    key.chmod(0o640)
    [told] = _mistakes(folder, GOOD)
    assert told.startswith("keys.suppression: ")
    assert f"Cure: chmod 600 {key}" in told


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe\x00"])
def test_an_empty_or_unreadable_secret_file_is_refused(folder: Path, content: bytes) -> None:
    (folder / "secrets" / "suppression.key").write_bytes(content)
    [told] = _mistakes(folder, GOOD)
    assert told.startswith("keys.suppression: ")
    assert "Cure: " in told


def test_a_secret_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "secrets" / "suppression.key").unlink()
    [told] = _mistakes(folder, GOOD)
    assert "cannot be read: No such file or directory. Cure: create it, mode 0600" in told


def test_an_empty_variable_is_no_secret(folder: Path) -> None:
    [told] = _mistakes(folder, GOOD, {"META_ACCESS_TOKEN": "  "})
    assert "META_ACCESS_TOKEN is not set" in told


def test_any_value_can_be_set_from_outside(folder: Path) -> None:
    outside = {
        "LEADLEDGER__STORE__URL": "postgresql://leads@db.example/leads",
        "LEADLEDGER__SOURCES__META_MAIN__REGION": "IE",
        "LEADLEDGER__SOURCES__META_MAIN__PAGE_SIZE": "50",
        "LEADLEDGER__SOURCES__META_MAIN__PAGE_ID": '"99"',
        "LEADLEDGER__CONTROLLERS__NECTRA__NAME": "Nectra & Sons",
    }
    settings = _load(folder, GOOD, TOKEN | outside)
    assert settings.store_url == "postgresql://leads@db.example/leads"
    assert settings.controllers[0].name == "Nectra & Sons"
    [source] = settings.sources
    assert source.region == "IE"
    assert isinstance(source.own, MetaLeadAdsSettings)
    assert (source.own.page_size, source.own.page_id) == (50, "99")


def test_digits_from_outside_are_text_where_text_is_wanted(folder: Path) -> None:
    outside = {"LEADLEDGER__SOURCES__META_MAIN__PAGE_ID": "102938475610293"}
    [source] = _load(folder, GOOD, TOKEN | outside).sources
    assert isinstance(source.own, MetaLeadAdsSettings)
    assert source.own.page_id == "102938475610293"


def test_a_variable_for_no_entry_is_refused_and_its_value_not_repeated(folder: Path) -> None:
    outside = {"LEADLEDGER__SOURCES__META_MIAN__ACCESS_TOKEN": "Canary"}
    [told] = _mistakes(folder, GOOD, TOKEN | outside)
    assert "META_MIAN" in told
    assert "Canary" not in told


def test_a_secret_from_outside_in_clear_text_is_refused_and_not_repeated(folder: Path) -> None:
    outside = {"LEADLEDGER__SOURCES__META_MAIN__ACCESS_TOKEN": "Canary"}
    told = "\n".join(_mistakes(folder, GOOD, TOKEN | outside))
    assert "access_token" in told
    assert "Canary" not in told


@pytest.mark.parametrize(
    "name", ["LEADLEDGER__STORE__URL__DEEPER", "LEADLEDGER__CONTROLLERS", "LEADLEDGER__"]
)
def test_a_variable_that_fits_nowhere_is_a_mistake_and_not_a_crash(folder: Path, name: str) -> None:
    assert _mistakes(folder, GOOD, TOKEN | {name: "x"})


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no .* Cure: run `leadledger init` here"):
        load_settings(tmp_path / "config.toml", {})


def test_bad_toml_names_the_line(folder: Path) -> None:
    [told] = _mistakes(folder, GOOD.replace("[store]", "[store"))
    assert "is not valid TOML" in told
    assert "line 1" in told


def test_a_file_that_is_not_utf_8_is_told(folder: Path) -> None:
    path = folder / "config.toml"
    path.write_bytes(GOOD.replace("Nectra", "Bücher").encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_settings(path, TOKEN)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize("url", ["sqlite:////var/lib/leads.db", "postgresql://u@h/n"])
def test_an_absolute_address_stays_as_it_is(folder: Path, url: str) -> None:
    content = GOOD.replace("sqlite:///leads.db", url)
    assert _load(folder, content).store_url == url
