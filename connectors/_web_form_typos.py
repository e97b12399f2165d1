"""Mail domains that are mistyped again and again. A hint is all that is made of it."""

_MEANT = {
    "gmail.com": "gmail.con gmail.cm gmail.om gmail.vom gmai.com gmial.com gmal.com gamil.com"
    " gnail.com gmaill.com gmail.co.uk googlemail.con",
    "hotmail.com": "hotmail.con hotmial.com hotmal.com hotmai.com hotmil.com hotnail.com",
    "hotmail.co.uk": "hotmail.co.k hotmail.couk hotmial.co.uk",
    "outlook.com": "outlook.con outlok.com outloook.com outlook.cm",
    "yahoo.com": "yahoo.con yaho.com yahooo.com yahoo.cm",
    "yahoo.co.uk": "yaho.co.uk yahoo.couk",
    "icloud.com": "icloud.con iclod.com icoud.com icloud.cm",
    "gmx.de": "gmx.d gmx.dee",
    "web.de": "web.d web.dee",
    "btinternet.com": "btinternet.con btinternet.co.uk btintenet.com",
}
_TYPED = {typed: meant for meant, all_typed in _MEANT.items() for typed in all_typed.split()}
MEANT = frozenset(_MEANT)
"""Every domain that a hint may name."""


def meant_by(email: str) -> str | None:
    """Return the domain that was probably meant, None if nothing looks mistyped."""
    return _TYPED.get(email.strip().lower().rpartition("@")[2])
