"""Find short texts that refuse, whatever the phrase: a word of ending beside one of being written to.

No list of phrases is ever complete. Of a few words that hold both, nobody can be sure that they are
no stop; so they are read as one that may be something else.
"""

import re
from functools import cache

from connectors._email_fold import folded

_MOST_WORDS = 30
_MOST_CHARACTERS = 300
_ENDING = (
    r"\b(?:stop|ceas|discontinu|desist|remov|delet|eras|unsub|cancel|quit|enough|no more|never again|refrain"
    r"|get (?:me|us) (?:off|out)|take (?:me|us|my|our)|strike|off your|off the|do not|don't|no longer"
    r"|abmeld|abbestell|kundig|losch|entfern|streich|absehen|verzicht|raus|nicht mehr|keine?\b|aufhor|unterlass|nie wieder"
    r"|desabonn|desinscri|resili|enlev|retir|supprim|effac|arret|cess|plus de|plus aucun|ne [^.\n]{1,30} plus"
    r"|baja|borr|elimin|saqu|saca|quit|dej[ea]|no [^.\n]{0,20}mas\b|no me\b|cancell|rimuov|togli|smett|basta|disiscri|non [^.\n]{0,20}piu"
    r"|verwijder|niet meer|niet langer|geen\b|uitschr|afmeld|schrap|opzeg|wypis|usun|rezygn|przesta|skresl|nie (?:chc|pisz|dzwon|wysyl|zycz)"
    r"|tir(?:em|e|ar)\b|exclu|apag|descadastr|nao (?:quero|desejo|me|mandem|envi)|pare|cancel|ta bort|avregistr|avslut|stopp|slut"
    r"|avprenum|inte\b|inga fler|slet|fjern|afmeld|frameld|opsig|melde? (?:meg|mig)|ikke\b|ingen flere|avmeld"
    r"|poista|peru|lopet|odhlas|vymaz|vyrad|nechc|neposil)|やめ|止め|停止|中止|解約|解除|退会|不要|送らない|しないで"
)
_BEING_WRITTEN_TO = (
    r"\b(?:e-?mail|mail|newsletter|list|contact|messag|call|ring|text|sms|subscri|send|sent|writ|address|number|database|spam|marketing"
    r"|verteiler|abo\b|schreib|schick|send|post\b|werb|kontakt|anruf|adress|nachricht|fichier|courriel|ecri|envo|appel|publicit|abonn"
    r"|correo|boletin|suscri|escrib|envi|llam|publicidad|indirizz|iscri|scriv|invi|chiam|elenco|nieuwsbrief|bestand|adres|bericht|bel(?:len|t)?\b"
    r"|baz[ay]|wiadomosc|zgod|mejl|utskick|reklam|nyhetsbrev|samtal|prenum|nyhedsbrev|opkald|e-?post|henvend|abonnement"
    r"|viest|sahkopost|uutiskirj|posta|zprav|odber)|メール|メルマガ|配信|連絡|購読|登録"
)
_HARMLESS = (
    r"\b(?:do not|don't) (?:hesitate|worry|forget|delay|be shy|mind)\b|\bkeine (?:eile|ahnung|sorge|frage|zeit|website)\b|\bkein (?:problem|stress)\b"
    r"|\bn'hesitez pas\b|\bno (?:dude|dudes|duden)\b|\bgeen (?:haast|probleem|idee|dank)\b|\b(?:inte|ikke) (?:brattom|travlt|tvivl|nol)\b|\bstop by\b"
)


def is_refusal(own: str) -> bool:
    """Say whether a short text, without quotes and signature, has a sentence that refuses."""
    text = _harmless().sub(" ", folded(own[: _MOST_CHARACTERS + 1]))
    if len(text) > _MOST_CHARACTERS or len(text.split()) > _MOST_WORDS:
        return False
    return any(
        _ending().search(sentence) and _being_written_to().search(sentence)
        for sentence in re.split(r"[.!?。！？\n]", text)
    )


@cache
def _ending() -> re.Pattern[str]:
    return re.compile(folded(_ENDING))


@cache
def _being_written_to() -> re.Pattern[str]:
    return re.compile(folded(_BEING_WRITTEN_TO))


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(folded(_HARMLESS))
