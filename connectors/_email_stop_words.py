"""Find out whether somebody's own words say stop, in the languages of Europe, and Japanese.

In doubt use stops: a wrong stop costs a letter, a missed one is a message to somebody who said no.
What could be an enquiry as well is told apart as unsure, for a person to look at.
"""

import re
from enum import StrEnum
from functools import cache

from connectors import _email_eastern_words as eastern
from connectors._email_answers import judged, without_harmless
from connectors._email_fold import folded
from connectors._email_refusals import is_refusal

_ALONE = """
stop, stopall, unsubscribe, end, quit, cancel, revoke, optout, opt-out, opt out, remove, remove me,
arret, td, unsubscribe me, unsub, stop it, no thanks, take me off, stop emails, stop emailing, stop all, no more, i want out, get me off, stop now, cease
cancel subscription, cancel my subscription, cancel my subscription please
stopp, abmelden, abmeldung, abbestellen, austragen, widerruf, widerspruch, kein interesse, abo kundigen, nehmt mich raus, newsletter kundigen, aufhoren
desinscription, desabonner, desabonnement, me desinscrire, arretez, stopper, se desinscrire, stop pub, stop mail, stop mails,
desinscrivez-moi, desabonnez-moi, supprimez-moi, retirez-moi
baja, alto, parar, dar de baja, darme de baja, cancelar suscripcion, eliminar, borrenme, borrame, eliminenme
cancellami, cancellatemi, disiscrivimi, disiscrizione, cancellazione, basta, rimuovimi, basta email,
disiscrivetemi, rimuovetemi, toglietemi
afmelden, uitschrijven, afmelding, uitschrijving, graag uitschrijven, graag afmelden, graag verwijderen
wypisz, wypisz mnie, rezygnuje, wypisz sie, rezygnacja
sair, remover, cancelar, remova-me, descadastrar, pare
avregistrera, avregistrering, avanmal, avsluta, avsluta prenumerationen, inga fler mejl, inga fler mail
afmeld, afmeld mig, frameld, frameld mig, ingen flere mails, ikke flere mails, afmeldes
meld meg av, avmeld, avmelding, avslutt abonnementet, stopp e-postene, ingen flere e-poster
peruuta, peruutus, lopeta
odhlasit, odhlaste me
配信停止, 解除, 退会, 停止, 配信停止希望, 購読解除
"""
"""What says stop when it is all that is said."""

_COURTESY = (
    r"(?:please|pls|thanks|thank you|kindly|hi|hello|hallo|bitte|danke|merci|svp|s'il vous plait"
    r"|por favor|gracias|per favore|grazie|alstublieft|aub|bedankt|prosze|dziekuje|obrigad[oa]"
    r"|tack|tak|takk|vennligst|venligst|vanligen|snalla|お願いします|ください|して)"
)
_PHRASES = (
    # English
    r"\bunsubscribe (?:me|us|my|this (?:e-?mail|address)|from)\b",
    r"\b(?:please|must|want(?:ed)? to|like to|wish to|to) (?:be )?unsubscribed?\b",
    r"\b(?:remove|take|delete|strike) (?:me|us|my (?:name|e-?mail|address|number|details|data)"
    r"|this (?:address|e-?mail|number)) (?:from|off|out of|immediately|now|please|at once)\b",
    r"\b(?:remove|take) (?:me|us) (?:from|off)\b|\b(?:remove|delete) my (?:e-?mail|number|address)\b",
    r"\bto be (?:removed|taken off|deleted) (?:from|off)?\b",
    r"\bstop (?:e-?mail|contact|text|call|messag|writ|send|spam|bother|harass|ring|phon|mail)ing\b",
    r"\bstop (?:all |any |the |these |those |your |this )+(?:e-?mails?|messages?|texts?|calls?"
    r"|newsletters?|spam|mailings?|marketing|contact)\b",
    r"\b(?:do not|don't|dont|never|no longer|not) (?:ever )?(?:want (?:any|to)|wish to|e-?mail|contact"
    r"|call|text|write to|message|phone|ring|send)\b[^.\n]{0,40}"
    r"\b(?:me|us|anymore|any more|again|e-?mails?|messages?|calls?|hear|contacted|receive|marketing"
    r"|newsletters?|offers?)\b",
    r"\bno more (?:e-?mails?|messages?|calls?|texts?|newsletters?|offers?|marketing|contact|of (?:this|these))\b",
    r"\bleave me alone\b|\bopt(?:ing)? (?:me )?out\b|\bcease and desist\b|\btake me off\b",
    r"\bcancel (?:my|our|this|the) (?:e-?mail )?subscription\b|\b(?:remove|delete) (?:me|us|this (?:e-?mail )?(?:address|number))\b[.!]*$"
    r"|\bstop (?:all )?(?:communicat|correspond)\w*|\benough (?:of|with) (?:the|these|your) (?:e-?mails?|messages?|calls?|spam)\b"
    r"|\b(?:never|did not|didn't) (?:sign(?:ed)?|subscribed?|opt(?:ed)?) (?:up|in|to)\b|\bwrong (?:person|address|number)\b[^.\n]{0,20}\bremove\b",
    r"\b(?:withdraw|revoke) (?:my |all |any )*consent\b",
    r"\bobject to (?:the |any |all |your )*(?:processing|use|marketing|direct marketing)\b",
    r"(?:^|[.!?\n] ?)(?:just |please |now )*stop[.!]*(?:$|\n)",
    # German
    r"\b(?:keine|nicht (?:mehr|weiter|langer)|kein)\b[^.\n]{0,40}\b(?:e-?mails?|mails?|werbung|newsletter"
    r"|nachrichten|anrufe?|angebote|kontakt\w*|kontaktieren|anrufen|anschreiben|informationen|post)\b",
    r"\b(?:e-?mails?|werbung|newsletter|anrufe)\b[^.\n]{0,30}\b(?:nicht mehr|einstellen|unterlassen|stoppen|abbestell\w*)\b",
    r"\b(?:mich|uns)\b[^.\n]{0,50}\b(?:abmelden|austragen|loschen|streichen|entfernen|in ruhe)\b",
    r"\b(?:melden|tragen|streichen|nehmen|loschen|entfernen) sie (?:mich|uns|meine)\b",
    r"\bwiderspr(?:eche|uch)\b[^.\n]{0,60}\b(?:werb\w+|nutzung|verarbeitung|verwendung|daten\w*)\b",
    r"\bwiderrufe\b[^.\n]{0,40}\b(?:einwilligung|zustimmung)\b|\bhoren sie auf\b|\blassen sie mich in ruhe\b",
    r"\bunterlassen sie\b[^.\n]{0,30}\b(?:werb\w+|mails?|e-mails?|anrufe|kontakt\w*|zusendung\w*)\b|\b(?:gerne?|bitte) (?:loschen|entfernen|streichen)\b[.!]*$",
    r"\bvom newsletter (?:abmelden|austragen)\b|\bnewsletter (?:abbestellen|kundigen)\b",
    # French
    r"\b(?:me|nous) (?:desinscrire|desabonner|retirer|supprimer|rayer|enlever)\b",
    r"\b(?:desinscrivez|desabonnez|retirez|supprimez|rayez|enlevez)[- ](?:moi|nous|mon|mes)\b",
    r"\bne (?:plus|pas|veux plus|souhaite plus|desire plus|souhaite pas|veux pas)\b[^.\n]{0,50}"
    r"\b(?:recevoir|contacter|etre contacte\w*|e-?mails?|courriels?|messages?|appel\w*|ecrire|envoyer)\b",
    r"\bne m(?:e |')(?:contactez|envoyez|ecrivez|appelez) plus\b|\barrete[rz]? (?:s'il vous plait )?(?:de|d')|\blaissez[- ]moi tranquille\b",
    r"\bje (?:m'oppose|retire mon consentement)\b|\bplus (?:de|aucun) (?:mails?|courriels?|messages?|publicite)\b",
    # Spanish
    r"\b(?:darme|dame|denme|deme|darnos|dar) de baja\b|\bno (?:deseo|quiero|queremos|deseamos)\b[^.\n]{0,30}"
    r"\b(?:recibir|mas correos|mas mensajes|que me|publicidad|llamadas|ser contactad\w)\b",
    r"\b(?:eliminar|borrar|quitar|sacar) (?:mi|mis|este|esta) (?:correo|direccion|datos|numero|e-?mail)\b|\b(?:borren|eliminen|quiten|saquen)me\b|"
    r"\bcancel(?:ar|en|e) (?:mi |la )?suscripcion\b|\b(?:eliminen?|borren?|quiten?|saquen?)(?:me)? (?:de|mi|mis)\b"
    r"|\bdejen? de (?:enviar|escribir|llamar|contactar|molestar)\w*\b|\bno me (?:envien|escriban|llamen|contacten)\b",
    # Italian
    r"\b(?:rimuovet?e?mi|cancellat?e?mi|toglie?te?mi|eliminat?e?mi)\b|\bnon (?:desidero|voglio|vogliamo|intendo)\b"
    r"[^.\n]{0,30}\b(?:ricevere|essere contattat\w|vostre|pubblicita|email)\b"
    r"|\b(?:cancellar|disiscriver|togler|toglier|rimuover)mi\b|\bdisiscrive?te?mi\b|\b(?:cancellazione|disiscrizione) dalla\b|\bbasta (?:con )?(?:le |queste )?(?:e-?mail|mail|messaggi|chiamate)\b"
    r"|\bsmett\w+ di (?:scriver|contattar|inviar|mandar|chiamar)\w*\b|\bnon (?:contattatemi|scrivetemi|chiamatemi)\b"
    r"|\brevoco (?:il )?(?:mio )?consenso\b|\bmi oppongo\b",
    # Dutch
    r"\bschrijf (?:mij|me|ons) uit\b|\b(?:mij|me|ons) (?:uit te schrijven|af te melden|uitschrijven|afmelden|verwijderen)\b|\bmeld (?:mij|me) af\b|\b(?:haal|gooi|schrap) (?:mij|me|ons|mijn)\b|\bgraag (?:uitschrijven|afmelden|verwijderen)\b"
    r"|\bgeen (?:e-?mails?|mails?|reclame|nieuwsbrie\w+|berichten|telefoontjes)\b[^.\n]{0,30}"
    r"|\bniet (?:meer|langer)\b[^.\n]{0,30}\b(?:ontvangen|mailen|bellen|benaderen|contact\w*|benaderd)\b"
    r"|\bverwijder (?:mij|me|mijn)\b|\bstop met (?:mailen|bellen|sturen)\b",
    # Polish
    r"\b(?:wypisac|wypisz\w*|usunac|usun\w*) (?:mnie|moj\w*)\b|\bmnie (?:wypisac|usunac|wykreslic)\b|\bprzesta\w+ (?:wysylac|pisac|dzwonic|przysylac)\b|\bnie (?:chce|zycze sobie|zycze)\b[^.\n]{0,40}"
    r"\b(?:otrzymywac|dostawac|wiadomosci|maili|kontakt\w*|reklam)\b|\brezygnuje z\b|\bprosze (?:mnie )?(?:o )?wypis\w*\b"
    r"|\bnie (?:pisz\w*|dzwon\w*|wysylaj\w*)\b[^.\n]{0,20}\b(?:do mnie|wiecej|mi)\b|\bcofam zgode\b|\bsprzeciw\w*\b",
    # Portuguese
    r"\b(?:remova|removam|remover|retire|retirem|exclua|excluam|tire|tirem|descadastre)[- ](?:me|meu|minha|o meu|nos)\b|\bnao (?:quero|desejo|queremos)\b"
    r"[^.\n]{0,30}\b(?:receber|mais|ser contatad\w|contactad\w|emails?|mensagens)\b|\bparem? de (?:enviar|mandar|ligar|me)\b"
    r"|\bcancelar (?:a |minha |a minha )?(?:subscricao|inscricao|assinatura)\b|\bnao me (?:enviem|contactem|liguem|mandem)\b",
    # Swedish, Danish, Norwegian
    r"\b(?:avregistrera|avprenumerera|avanmal|ta bort|stryk) (?:mig|oss|min)\b|\binte (?:langre |ha )?(?:fler |mer )?"
    r"(?:fa |ha |vill ha )?[^.\n]{0,20}\b(?:mejl|mail|utskick|reklam|nyhetsbrev|kontakt\w*|samtal)\b",
    r"\b(?:afmeld|frameld|slet|fjern) (?:mig|os|min|mit)\b|\bikke (?:laengere |flere |mere |onske\w* |modtage )*[^.\n]{0,20}"
    r"\b(?:mails?|e-mails?|reklame\w*|nyhedsbrev\w*|kontakt\w*|opkald|nyhetsbrev\w*|e-poster?|henvendelser)\b",
    r"\bsluta (?:skicka|mejla|maila|ringa|kontakta)\b|\binga fler (?:mejl|mail|utskick|samtal|nyhetsbrev)\b|\bavsluta (?:min |prenumeration)\w*"
    r"|\b(?:stop|hold op) med at\b|\b(?:ingen|ikke) flere (?:mails?|e-?mails?|e-?poster|beskeder|meldinger|opkald)\b|\b(?:gerne|onsker at) (?:blive )?(?:afmeldes?|frameldes?|slettes)\b"
    r"|\bslutt (?:a|med) (?:a )?(?:send|ring|kontakt|skriv)\w*|\bstopp (?:e-?post\w*|med|utsendels\w*)\b|\bavslutt (?:abonnement\w*|mitt)\b",
    r"\bmelde? (?:meg|mig|oss) (?:av|fra|ud|ut)\b|\b(?:meld|fjern|slett|stryk) (?:meg|oss|min|mitt)\b",
    # Finnish, Czech
    r"\b(?:poistakaa|poista|peruuttakaa) (?:minut|minun|osoitteeni|tilau\w+|yhteystie\w+)\b|\ben (?:enaa )?halua\b[^.\n]{0,30}"
    r"\b(?:\w*viest\w+|sahkopost\w+|mainon\w+|uutiskirj\w+|mainoks\w+)\b",
    r"\b(?:odhlas\w*|vyrad\w*|vymaz\w*) (?:me|mne|mou|muj|z)\b|\bne(?:preji|chci)\b[^.\n]{0,30}\b(?:dostavat|e-?mail\w*|zprav\w*|kontakt\w*|odber\w*)\b",
    # Japanese
    r"(?:配信|メール|送信|連絡)[^。\n]{0,12}(?:停止|中止|やめて|止めて|不要|しないで|送らないで|解除)|(?:購読|登録)[^。\n]{0,6}(?:解除|削除|停止)|退会(?:し|を|希望)",
)
_DOUBTFUL = (
    r"\bunsubscrib\w*\b|\bopt(?:ed|s|ing)?[- ]?out\b|\babmeld\w*\b|\babbestell\w*\b|\baustragen\b"
    r"|\bdesinscri\w*\b|\bdesabonn\w*\b|\bde baja\b|\bdisiscri\w*\b|\bafmeld\w*\b|\buitschrij\w*\b"
    r"|\bwypis\w*\b|\bdescadastr\w*\b|\bavregistrer\w*\b|\bavprenumer\w*\b|配信停止|退会|\bspam(?:ming)?\b"
    r"|\bnot interested\b|\bno longer interested\b|\bkein interesse\b|\bpas interesse\w*\b|\bno me interesa\b"
    r"|\bnon (?:sono|mi) interessa\w*\b|\bgeen interesse\b|\bnie jestem zainteresowan\w*\b|\binte intresserad\b"
    r"|\b(?:left|leave (?:me|us)|let (?:me|us)) (?:alone|be|in peace)\b|\b(?:lose|forget) my (?:number|address|e-?mail)\b|\bdrop (?:me|us) from\b"
    r"|\bput an end to\b|\bopt (?:me|us|this|my)\b|\b(?:kill|end) (?:this|my) subscription\b|\bget these\b[^.\n]{0,10}\bany ?more\b"
    r"|\bverschonen sie\b|\bverbitte (?:ich )?mir\b|\baus (?:der|ihrer|eurer) (?:datenbank|liste|kartei)\b|\bbestellen sie mich\b"
    r"|\b(?:fichez|foutez|laissez)[- ](?:moi|nous) (?:la paix|en paix|tranquilles?)\b|\bradiez\b|\b(?:en|in|em) (?:pace|paz|ruhe)\b|\bnon mandate?mi\b"
    r"|\bmet rust\b|\b(?:mailinglijst|lijst) (?:te )?halen\b|\bstop hiermee\b|\bswiety spokoj\b|\b(?:mi|nam) spokoj\b|\bzaprzesta\w+\b|\bparem com\b"
    r"|\bi ?fred\b|\btackar nej\b|\bfrabeder\b|\bta (?:meg|mig|oss) bort\b|もう[^。\n]{0,12}ないで|もう結構|登録を消"
    r"|\bremove me\b|\bwho gave you\b|\bwhere did you get my\b|\bstop (?:it|this|now)\b"
)
_WANTS = (
    r"\b(?:quotes?|quotation|estimate|how much|costs?|pricing|prices?|can you|could you|appointment|would still like|would like (?:an?|some|more))\b"
    r"|\b(?:was kostet|kosten|preise?n?|angebot|termin|gefunden)\b|\b(?:habe[n]?|noch)\b[^.\n]{0,40}\b(?:bekommen|erhalten)\b|\b(?:devis|combien|tarifs?|rendez-vous|pas recu)\b"
    r"|\b(?:presupuesto|cuanto|precios?|cita|he recibido)\b|\b(?:preventivo|quanto|prezz[oi]|ricevuto)\b"
    r"|\b(?:offerte|prijs|prijzen|hoeveel|ontvangen, )|\b(?:oferte|oferty|wycena|wycene|cena|ceny|ile kosztuje)\b"
    r"|\b(?:orcamento|precos?|quanto)\b|\b(?:offerten|offert|pris|priser|tilbud|tilbuddet|fatt|modtaget|mottatt)\b|見積|料金|いくら"
)
"""What only somebody writes who wants something of us, or missed something."""
_REPLY = re.compile(
    r"^(?:\s*(?:re|aw|antw|antwort|sv|vs|odp|res|r|rif|ref|fwd?|wg|tr|rv|enc|ynt|回复|返信)\s?(?:\[\d+\])?\s?[:：])+\s*",
    re.IGNORECASE,
)
_LONGEST_ALONE = 60
_MOST_WORDS = 20_000


class Stop(StrEnum):
    """How sure it is that somebody says stop."""

    SURE = "sure"
    UNSURE = "unsure"


def without_reply_marks(subject: str) -> str:
    """Return a subject without Re:, AW: and the like."""
    return _REPLY.sub("", subject).strip()


def is_reply(subject: str) -> bool:
    """Say whether a subject is that of an answer."""
    return bool(_REPLY.match(subject))


def stop_in(
    subject: str,
    own: str,
    more: tuple[str, ...] = (),
    *,
    answers_ours: bool = False,
    of_form: bool = False,
) -> tuple[Stop, str] | None:
    """Return whether a mail says stop, and by which sign; None if nothing in it does.

    `own` is the person's own text, without quotes and signature; `more` are further words that say
    stop alone; `answers_ours` is said of an answer to a mail with our own link to leave; `of_form`
    of what was written into a form, by somebody who wants something. The subject of an answer is
    ours, so only a word alone counts in it.
    """
    title = without_reply_marks(subject)
    text = folded(own[:_MOST_WORDS])
    if keyword := _keyword_in(title, text, more):
        return Stop.SURE, keyword
    said = text if is_reply(subject) else f"{folded(title)}\n{text}"
    if _phrases().search(said):
        return (Stop.UNSURE, "phrase_and_wish") if _wants().search(said) else (Stop.SURE, "phrase")
    if _doubtful().search(without_harmless(said)):
        return Stop.UNSURE, "doubtful_word"
    if is_refusal(own) and not _wants().search(said):
        return Stop.UNSURE, "short_refusal"
    sign = None if of_form else judged(own, answers_ours=answers_ours)
    return (Stop.UNSURE, sign) if sign else None


def _keyword_in(title: str, text: str, more: tuple[str, ...]) -> str | None:
    """Return the sign of a word that says stop alone: where it stands."""
    alone = _alone() | {_bare(word) for word in more}
    if _bare(title) in alone:
        return "subject_is_keyword"
    if _bare(text) in alone:
        return "text_is_keyword"
    return "line_is_keyword" if any(_bare(x) in alone for x in _first_lines(text)) else None


def _first_lines(text: str) -> list[str]:
    """Return the first lines that say something: the very first may greet."""
    return [line for line in text.splitlines() if line.strip()][:2]


def _bare(text: str) -> str:
    """Return a short text without courtesy and punctuation; of a long one, nothing."""
    if len(text) > _LONGEST_ALONE * 2:
        return ""
    plain = re.sub(rf"(?<!\w){_COURTESY}(?!\w)", " ", folded(text))
    bare = " ".join(re.sub(r"[^\w' -]+", " ", plain).split())
    return bare.strip("-' ") or (" ".join(folded(text).split()).strip(" .!") if text else "")


@cache
def _alone() -> frozenset[str]:
    return frozenset(
        _bare(word)
        for word in f"{_ALONE},{eastern.ALONE}".replace("\n", ",").split(",")
        if word.strip()
    )


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?:{folded(phrase)})" for phrase in (*_PHRASES, *eastern.PHRASES)), re.MULTILINE
    )


@cache
def _doubtful() -> re.Pattern[str]:
    return re.compile(folded(_DOUBTFUL))


@cache
def _wants() -> re.Pattern[str]:
    return re.compile(folded(f"{_WANTS}|{eastern.WANTS}"))
