"""Say what is open for the organisations whose leads these are."""

from collections.abc import Iterator

from pipeline.finding import Fault, Finding
from pipeline.placeholders import is_placeholder
from pipeline.settings import Settings
from policy.policy_gaps import GAPS
from policy.vocabulary import Role


def check_controllers(settings: Settings) -> Iterator[Finding]:
    """Yield what their contact addresses and their published policies lack."""
    yield from _contacts(settings)
    yield from _policy_gaps(settings)


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
