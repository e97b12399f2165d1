"""How it ended that a recipient of data was to be told of a change to it."""

from policy.vocabulary import Word


class ToldOutcome(Word):
    """How telling a recipient ended. The last two need a reason on record."""

    TOLD = "told"
    IMPOSSIBLE = "impossible"
    DISPROPORTIONATE = "disproportionate"
