"""The source that the rehearsal prints is whole: pasted below a new installation, it loads."""

from pathlib import Path

from pipeline.load_settings import load_settings
from pipeline.setup import initialise
from tests.simulator.test_google_rehearsal import _rehearsal


def test_the_printed_source_loads_below_a_new_installation(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    initialise(tmp_path)
    with _rehearsal("--leads", "3", "--folder", str(tmp_path / "google")) as (_, said):
        start = said.index("  [[sources]]\n")
        printed = said[start : said.index("\n", start)]
    config.write_text(config.read_text(encoding="utf-8") + "".join(printed), encoding="utf-8")
    [source] = load_settings(config, {}).sources
    assert source.id == "google-rehearsal"
    assert [meaning.key for meaning in source.meanings] == ["email_updates"]
