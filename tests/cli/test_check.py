"""The check as somebody at a keyboard, or a monitor, meets it."""

from pipeline.finding import Fault
from tests.cli.conftest import Office


def test_a_monitor_goes_by_the_names_of_faults_and_the_exit_code(office: Office) -> None:
    (office.folder / "leads.db").chmod(0o644)
    ended = office("check", "--offline", "--json")
    assert ended.code == 4
    told = {each["fault"]: each for each in ended.json if each["fault"]}
    assert set(told[Fault.STORE_OPEN]) == {"subject", "ok", "message", "fault"}
    assert told[Fault.STORE_OPEN]["ok"] is False
    assert told[Fault.POLICY_GAP]["ok"] is None
    (office.folder / "leads.db").chmod(0o600)
    assert office("check", "--offline").code == 0


def test_mistakes_in_the_configuration_are_findings_too(office: Office) -> None:
    (office.folder / "secrets" / "suppression.key").chmod(0o644)
    del office.variables["META_ACCESS_TOKEN"]
    ended = office("check")
    assert (ended.code, ended.err) == (4, "")
    bad = [line for line in ended.out.splitlines() if line.startswith("BAD")]
    assert [line.split(":")[0] for line in bad] == ["BAD   config"] * 2
    assert "Cure: chmod 600" in bad[0]
    assert "Cure: export META_ACCESS_TOKEN=" in bad[1]
