"""A new installation: private files, nothing overwritten, and a configuration that loads."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from connectors import registry
from models import schema
from models.store import Store
from pipeline.example import example_configuration, starting_configuration
from pipeline.load_settings import load_settings
from pipeline.setup import initialise
from policy.errors import UsageError

ROOT = Path(__file__).parents[2]


def test_what_is_made_can_be_read_by_this_user_only(tmp_path: Path) -> None:
    installed = initialise(tmp_path)
    for path in (installed.config, installed.key):
        assert path.stat().st_mode & 0o777 == 0o600
    assert installed.key.parent.stat().st_mode & 0o777 == 0o700
    assert len(installed.key.read_text().strip()) == 64


def test_the_first_configuration_loads_and_its_store_is_ready(tmp_path: Path) -> None:
    installed = initialise(tmp_path)
    settings = load_settings(installed.config, {})
    assert settings.sources == []
    assert settings.store_url == installed.database
    store = Store(settings.store_url)
    schema.require_current(store)
    store.close()


def test_the_database_can_be_read_by_this_user_only(tmp_path: Path) -> None:
    initialise(tmp_path)
    assert (tmp_path / "leads.db").stat().st_mode & 0o077 == 0


def test_a_second_time_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    installed = initialise(tmp_path)
    before = {path: path.read_bytes() for path in (installed.config, installed.key)}
    with pytest.raises(UsageError, match=r"exists already. Cure: "):
        initialise(tmp_path)
    assert {path: path.read_bytes() for path in before} == before


def test_a_key_that_exists_is_never_replaced(tmp_path: Path) -> None:
    first = initialise(tmp_path)
    key = first.key.read_text()
    first.config.unlink()
    (tmp_path / "leads.db").unlink()
    assert initialise(tmp_path).key.read_text() == key


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    keys = {initialise(tmp_path / name).key.read_text() for name in ("one", "two")}
    assert len(keys) == 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UsageError, match=r"cannot be written: .* Cure: check the folder"):
        initialise(tmp_path / "file" / "below")


def test_the_example_file_is_what_the_generator_writes() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "pipeline.example"], cwd=ROOT, capture_output=True, check=True
    )
    assert (ROOT / "config.example.toml").read_bytes() == made.stdout


def test_the_example_names_every_key_of_every_kind_of_source() -> None:
    text = example_configuration()
    for kind in registry.kinds():
        for name, field in registry.source(kind).settings.model_fields.items():
            written = (f"\n{name} = ", f"\n# {name} = ", f"[sources.{name}]")
            assert any(each in text for each in written), f"{kind}.{name}"
            assert field.description, f"{kind}.{name} describes itself to nobody"


def test_the_example_loads_once_the_secrets_are_given(tmp_path: Path) -> None:
    text = example_configuration()
    config = tmp_path / "config.toml"
    config.write_text(text, encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    for name in set(re.findall(r'\{ file = "([^"]+)" \}', text)) - {"path"}:
        path = tmp_path / name
        path.touch(mode=0o600)
        start = "whsec_" if name == "secrets/alarms_webhook" else ""
        path.write_text(f"{start}0123456789abcdef0123456789abcdef")
    variables = re.findall(r'\{ env = "([^"]+)" \}', text)
    given = dict.fromkeys(variables, "a-token-of-the-example-0123456789")
    settings = load_settings(config, given)
    assert {source.kind for source in settings.sources} == set(registry.kinds())


def test_the_first_configuration_becomes_the_example_without_its_comment_marks() -> None:
    start = starting_configuration()
    assert "sources" not in tomllib.loads(start)
    commented = start[start.index("# [[controllers]]") :]
    uncommented = "\n".join(line.removeprefix("# ") for line in commented.splitlines())
    whole = tomllib.loads(start[: start.index("# Take away")] + uncommented)
    assert whole == tomllib.loads(example_configuration())
