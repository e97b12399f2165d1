"""Purposes and channels in words that a tired person understands."""

from policy.preferences import Preference, Standing
from policy.vocabulary import Channel, Purpose
from web.ways_out import day

THINGS: dict[Channel, str] = {
    Channel.EMAIL: "e-mails",
    Channel.SMS: "text messages",
    Channel.LIVE_CALL: "phone calls",
    Channel.AUTOMATED_CALL: "recorded calls",
    Channel.POST: "letters",
    Channel.ONLINE_AUDIENCE: "adverts on other sites",
    Channel.NONE: "use of your details",
}
"""What a channel brings, in the plural."""

STOPPED: dict[Channel, str] = {channel: f"marketing {name}" for channel, name in THINGS.items()}
EVERYTHING = "All marketing"

_PURPOSES: dict[Purpose, str] = {
    Purpose.AD_AUDIENCE: "choosing whom adverts are shown to",
    Purpose.ANALYTICS: "statistics",
    Purpose.CONTRACT_DELIVERY: "what you ordered",
    Purpose.CLIENT_DELIVERY: "passing your details to a client",
    Purpose.THIRD_PARTY_MARKETING: "marketing by other companies",
}


def line_title(purpose: Purpose, channel: Channel) -> str:
    """Return what one line of the preferences is about."""
    things = THINGS[channel]
    if purpose is Purpose.DIRECT_MARKETING or channel is Channel.ONLINE_AUDIENCE:
        return f"{things[0].upper()}{things[1:]}"
    words = _PURPOSES.get(purpose, purpose.replace("_", " "))
    return f"{words[0].upper()}{words[1:]}, by {things}"


def line_words(line: Preference, form: str) -> str:
    """Return how one line stands, since when, and what it rests on."""
    since = day(line.since) if line.since else None
    if line.standing is Standing.ON:
        where = f", in the form “{form}”" if form else ""
        return f"On. You agreed on {since}{where}." if since else "On."
    if line.standing is Standing.STOPPED:
        return f"Off since {since}, because you said no." if since else "Off, because you said no."
    return "Off. Nothing that we hold allows it."
