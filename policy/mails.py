"""How far a mail proves who wrote it; to stop use by mail needs no proof at all (MAIL-1)."""

from policy.rights.table import RIGHTS, IdentityCheck, Right
from policy.vocabulary import Word


class SenderProof(Word):
    """How far it is known who asks for something by mail."""

    NOT_NEEDED = "not_needed"
    ENOUGH = "enough"
    ASK_BY_MAIL = "ask_by_mail"  # a link to the address, which its owner confirms
    ASK_BY_HAND = "ask_by_hand"  # nobody vouches: a mail could go to a stranger


def proof_of_sender(
    right: Right, *, has_address: bool, came_by_mail: bool, is_vouched: bool, is_doubtful: bool
) -> SenderProof:
    """Say how far it is proven who asks for a right. UK GDPR Art. 12(6). Rules: MAIL-3, T-7.

    A page proves nothing of an address, and its owner is asked. A mail proves as much as the
    sender's domain vouches for, and where none does, no mail goes to the address that it claims.

    Args:
        right: what is asked.
        has_address: an address is known that could be asked.
        came_by_mail: in a message, not by the page.
        is_vouched: the sender's own domain vouches for the mail.
        is_doubtful: the words may mean something else.
    """
    check = RIGHTS[right].identity
    if check is IdentityCheck.NEVER:
        return SenderProof.NOT_NEEDED
    if not has_address or is_doubtful or (came_by_mail and not is_vouched):
        return SenderProof.ASK_BY_HAND
    is_enough = came_by_mail and check is IdentityCheck.LIGHT
    return SenderProof.ENOUGH if is_enough else SenderProof.ASK_BY_MAIL
