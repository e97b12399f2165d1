"""Say what is open for the organisations whose leads these are."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.finding import Fault, Finding
from pipeline.placeholders import is_placeholder
from pipeline.settings import ControllerSettings, Settings
from policy.client_contract import days_period
from policy.policy_gaps import GAPS
from policy.vocabulary import Role


def check_controllers(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what their contact addresses, contracts and published policies lack. `now` is aware."""
    yield from _contacts(settings)
    for controller in settings.controllers:
        if controller.role is Role.PROCESSOR and (lack := _lack(controller, now)):
            yield Finding(
                f"controllers[{controller.id}].contract",
                None,
                f"{lack}, so this client's leads are kept and every use is denied. Cure: see"
                " docs/clients.md.",
                Fault.CLIENT_NOT_INSTRUCTED,
            )
    yield from _policy_gaps(settings)


def _lack(client: ControllerSettings, now: datetime) -> str | None:
    """Say what keeps a client's data from any use: no contract, none that runs, no instruction."""
    contract = client.contract
    if contract is None:
        return "there is no contract"
    period = days_period(contract.starts_on, contract.ends_on)
    if period.is_over(now):
        return f"the contract ended on {contract.ends_on}"
    if not period.covers(now):
        return f"the contract begins on {contract.starts_on}"
    given = (days_period(each.from_on, each.until_on) for each in client.instructions)
    return None if any(each.covers(now) for each in given) else "no instruction is in force"


def _contacts(settings: Settings) -> Iterator[Finding]:
    """A published address that is a placeholder promises what nobody keeps (policy clause 9)."""
    for controller in settings.controllers:
        if is_placeholder(controller.privacy_contact):
            yield Finding(
                f"controllers[{controller.id}].privacy_contact",
                None,
                "looks like a placeholder. Cure: put in the address that people may write to.",
                Fault.CONTACT_PLACEHOLDER,
            )


def _policy_gaps(settings: Settings) -> Iterator[Finding]:
    """Name what the published policy leaves open, for each whose policy it is (docs/rules.md)."""
    for controller in settings.controllers:
        if controller.role is not Role.CONTROLLER:
            continue
        for gap in GAPS:
            if gap.name not in controller.closed_policy_gaps:
                yield Finding(
                    f"controllers[{controller.id}] policy gap {gap.name}",
                    None,
                    f"clause {gap.clause} {gap.fact} ({gap.law}). Cure: {gap.cure}; then add"
                    f' "{gap.name}" to closed_policy_gaps.',
                    Fault.POLICY_GAP,
                )
