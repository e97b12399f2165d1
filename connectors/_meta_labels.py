"""The names under which Meta's forms and files carry contact details, as observed."""

import re
import unicodedata

# Keys of standard questions, then their labels as Meta translates them or as people type them.
_NAMES = {
    "email": (
        "email, e-mail, work_email, email_address, e-mail address, your email, mail, "
        "correo electrónico, correo, correo de trabajo, adresse e-mail, e-mail professionnel, "
        "courriel, e-mail-adresse, geschäftliche e-mail-adresse, indirizzo e-mail, "
        "e-mail di lavoro, e-mailadres, e-post, e-postadress, e-mail comercial, adres e-mail, "
        "e-posta, e-posta adresi, emailová adresa, adresă de e-mail, sähköposti, "
        "эл. почта, электронная почта, メールアドレス, 이메일, 电子邮箱, 电子邮件, 電子郵件"
    ),
    "phone": (
        "phone, phone_number, phone number, work_phone_number, work phone number, mobile, "
        "mobile_number, mobile phone, cell phone, telephone, phone_(with_country_code), "
        "phone number (with country code), whatsapp, whatsapp_number, telefone, "
        "número de telefone, telemóvel, celular, teléfono, número de teléfono, "
        "téléphone, numéro de téléphone, telefon, telefonnummer, handynummer, "
        "telefono, numero di telefono, cellulare, telefoonnummer, puhelinnumero, "
        "numer telefonu, telefon numarası, telefonní číslo, număr de telefon, "  # noqa: RUF001 - Turkish
        "номер телефона, телефон, 電話番号, 전화번호, 电话号码, 電話號碼"
    ),
    "full_name": (
        "full_name, full name, name, your name, nome completo, nome e cognome, "
        "nombre completo, nombre y apellidos, nom complet, vollständiger name, volledige naam, "
        "fullständigt namn, fulde navn, fullt navn, imię i nazwisko, ad soyad, tam ad, "
        "celé jméno, nume complet, koko nimi, полное имя, 氏名, 이름, 全名, 姓名"
    ),
    "first_name": (
        "first_name, first name, given name, primeiro nome, nome, nombre, prénom, "
        "vorname, voornaam, förnamn, fornavn, imię, křestní jméno, prenume, etunimi"
    ),
    "last_name": (
        "last_name, last name, surname, family name, sobrenome, apelido, apellido, apellidos, "
        "nom de famille, nom, nachname, cognome, achternaam, efternamn, efternavn, etternavn, "
        "nazwisko, soyadı, příjmení, nume de familie, sukunimi, фамилия"  # noqa: RUF001 - Turkish
    ),
    "company": (
        "company_name, company name, company, nome da empresa, empresa, nombre de la empresa, "
        "nom de l'entreprise, entreprise, name des unternehmens, unternehmensname, firma, "
        "nome dell'azienda, azienda, bedrijfsnaam, företagsnamn, nazwa firmy, şirket adı"  # noqa: RUF001 - Turkish
    ),
    "job_title": (
        "job_title, job title, cargo, título do cargo, puesto, intitulé du poste, "
        "fonction, berufsbezeichnung, qualifica, functietitel, jobbtitel, stanowisko, iş unvanı"  # noqa: RUF001 - Turkish
    ),
}

_NOT_A_WORD = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """Return a field name without case, accents and punctuation, words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters).strip()


KIND_OF_NAME = {plain(name): kind for kind, names in _NAMES.items() for name in names.split(", ")}
