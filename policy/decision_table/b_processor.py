"""Group B: a client's data is used on the client's written instruction only (PERM-5 to PERM-9)."""

from policy.decision_table.case import Case, Denials
from policy.facts import Instruction
from policy.uses import Recipient
from policy.vocabulary import Operation, ReasonCode, RecipientRole, Role

EXIT = frozenset({Operation.RETURN_TO_CLIENT, Operation.DELETE})


def processor(case: Case) -> Denials:
    """Yield what stands against a processor's use; an instruction in force goes on (PERM-9)."""
    if case.facts.role is not Role.PROCESSOR:
        return
    if case.use.is_for_agency:
        yield "PERM-5", ReasonCode.PROCESSOR_OWN_PURPOSE
    if not instructions_in_force(case):
        yield "PERM-6", ReasonCode.PROCESSOR_NO_INSTRUCTION
    if _is_contract_ended(case):
        yield "PERM-8", ReasonCode.PROCESSOR_CONTRACT_ENDED


def is_exit(case: Case) -> bool:
    """Say whether a client's data goes back, or goes, after the contract's end (PERM-7)."""
    recipient = case.use.recipient
    return (
        case.facts.role is Role.PROCESSOR
        and case.use.operation in EXIT
        and not case.use.is_for_agency
        and (recipient is None or _is_client_unpaid(recipient))
        and _is_contract_ended(case)
    )


def _is_client_unpaid(recipient: Recipient) -> bool:
    return recipient.role is RecipientRole.CLIENT and not recipient.has_consideration


def instructions_in_force(case: Case) -> list[Instruction]:
    """Return the instructions that cover the purpose, the channel and the recipient.

    A contract or an instruction that nobody can name is none (BAS-10).
    """
    contract, use = case.facts.processor_contract, case.use
    if contract is None or use.at < contract.period.start or not contract.reference.strip():
        return []
    return [
        instruction
        for instruction in contract.instructions
        if instruction.in_force.covers(use.at)
        and instruction.reference.strip()
        and use.purpose in instruction.purposes
        and use.channel in instruction.channels
        and (use.recipient is None or use.recipient.id in instruction.recipients)
    ]


def _is_contract_ended(case: Case) -> bool:
    contract = case.facts.processor_contract
    return contract is not None and contract.period.is_over(case.use.at)
