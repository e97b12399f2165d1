"""What a heading suggests, in the languages that such files have most. A suggestion, no more."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_EXACT: Mapping[str, str] = {
    "id": (
        "id, lead id, entry id, submission id, response id, record id, uuid, kennung, datensatz id,"
        " identifiant, identificador, id de registro"
    ),
    "submitted_at": (
        "date, time, date time, timestamp, submitted, submitted at, submitted on, submission time,"
        " submission date, date submitted, created, created at, created on, created time,"
        " date created, create date, submit date, submit date utc, optin time, opt in time,"
        " sign up date, signed up, signed up at, registered at, registration date,"
        " date of registration, entry date, datum, zeit, zeitpunkt, zeitstempel, datum uhrzeit,"
        " eingang, eingegangen am, erstellt am, anmeldedatum, anmeldung am, horodateur,"
        " date d inscription, date de creation, date d envoi, inscrit le, fecha, fecha y hora,"
        " fecha de envio, fecha de registro, fecha de alta, marca temporal, data, aangemaakt op"
    ),
    "email": (
        "email, e mail, mail, email address, e mail address, your email, work email,"
        " business email, mailadresse, emailadresse, e mail adresse, courriel, adresse email,"
        " adresse e mail, adresse mail, adresse electronique, correo, correo electronico,"
        " direccion de correo, indirizzo email, e mailadres"
    ),
    "phone": (
        "phone, phone number, telephone, telephone number, tel, mobile, mobile phone,"
        " mobile number, cell, cell phone, work phone, contact number, telefon, telefonnummer,"
        " tel nr, handy, handynummer, mobil, mobilnummer, rufnummer, telephone portable,"
        " numero de telephone, portable, telefono, numero de telefono, movil, celular, cellulare,"
        " telefoon, telefoonnummer"
    ),
    "full_name": (
        "full name, your name, contact name, attendee name, vollstandiger name, vor und nachname,"
        " vorname nachname, nom complet, nom et prenom, prenom et nom, nombre completo,"
        " nombre y apellidos, nome completo, naam"
    ),
    "first_name": (
        "first name, firstname, given name, forename, vorname, prenom, nombre de pila, voornaam"
    ),
    "last_name": (
        "last name, lastname, surname, family name, nachname, familienname, zuname,"
        " nom de famille, apellido, apellidos, cognome, achternaam"
    ),
    "company": (
        "company, company name, organisation, organization, organisation name, firm, employer,"
        " business name, firma, firmenname, unternehmen, organisationsname, societe, entreprise,"
        " raison sociale, empresa, nombre de la empresa, azienda, bedrijf"
    ),
    "job_title": (
        "job title, job, position, role, title of job, funktion, beruf, stellung, position im"
        " unternehmen, poste, fonction, intitule du poste, cargo, puesto, functie"
    ),
}
_FIELD_OF = {word.strip(): field for field, words in _EXACT.items() for word in words.split(",")}
_HALF_NAMES: Mapping[str, tuple[str, str]] = {
    # a heading, what it is beside a column for the other half of the name, and which half that is
    "name": ("last_name", "first_name"),
    "nom": ("last_name", "first_name"),
    "nombre": ("first_name", "last_name"),
    "nome": ("first_name", "last_name"),
}
_CONSENT = re.compile(
    r"\b(?:consents?|opt ?in|newsletter|marketing|subscribe\w*|gdpr|updates?|keep me|keep in touch"
    r"|permission|i agree|agree\w*|mailing list|einwilligung|zustimmung|einverstanden|werbung"
    r"|abonnieren|dsgvo|consentement|j accepte|accepte|rgpd|abonnement|consentimiento|acepto"
    r"|boletin|publicidad|suscri\w+|consenso|accetto|toestemming|nieuwsbrief)\b"
)
_REFUSAL = re.compile(
    r"\b(?:opt(?:ed|s)? ?out|unsubscri\w*|do not|don t|no (?:e ?mails?|calls?|marketing|newsletter)"
    r"|suppress\w*|bounced?|abgemeldet|abmeldung|abbestellt|widerspruch|widerruf\w*|widersprochen"
    r"|werbesperre|kein\w*|nicht|desabonn\w*|desinscri\w*|ne pas|n accepte pas|ne souhaite pas"
    r"|baja|no acepto|no deseo|disiscri\w*|afgemeld|uitgeschreven)\b"
)
_NO_ANSWER = re.compile(r"\b(?:time|date|timestamp|ip|source|datum|zeitpunkt|quelle|fecha)$")
MANY = frozenset({"email", "phone"})
"""The fields for which several columns may be named."""


def words_of(heading: str) -> str:
    """Return a heading in plain lower-case words: `E-Mail-Adresse *` is `e mail adresse`."""
    apart = unicodedata.normalize("NFKD", heading.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def suggested_fields(headings: Sequence[str]) -> dict[str, str]:
    """Return the field that each heading suggests, where one is plain. Each field but once."""
    words = {heading: words_of(heading) for heading in headings}
    plain = {heading: field for heading, text in words.items() if (field := _FIELD_OF.get(text))}
    there = set(plain.values())
    for heading, text in words.items():
        if text in _HALF_NAMES:
            half, other = _HALF_NAMES[text]
            plain[heading] = half if other in there else "full_name"
    found: dict[str, str] = {}
    for heading in headings:
        field = plain.get(heading)
        if field and (field in MANY or field not in found.values()):
            found[heading] = field
    return found


def suggests_consent(heading: str) -> bool:
    """Say whether a heading has words that stand beside tick boxes.

    One that speaks of a refusal is none: whoever ticked "opted out" would be taken for a yes.
    """
    words = words_of(heading)
    return (
        _CONSENT.search(words) is not None
        and _NO_ANSWER.search(words) is None
        and not suggests_refusal(heading)
    )


def suggests_refusal(heading: str) -> bool:
    """Say whether a heading speaks of people who opted out."""
    return _REFUSAL.search(words_of(heading)) is not None
