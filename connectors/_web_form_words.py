"""What our own form says by itself, in each language that it speaks."""

from dataclasses import dataclass
from typing import NamedTuple


class Label(NamedTuple):
    """What stands above a field that everybody knows."""

    full_name: str
    first_name: str
    last_name: str
    email: str
    phone: str
    company: str
    job_title: str
    message: str


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of a form in one language; the settings may replace the first ones."""

    submit: str
    thanks_title: str
    thanks: str
    privacy_link: str
    privacy_note: str
    boxes_legend: str
    boxes_note: str
    confirm_note: str
    labels: Label
    optional: str
    choose: str
    mistake_title: str
    missing: str
    no_contact: str
    line_break: str
    too_long: str
    twice: str
    bad_email: str
    bad_phone: str
    not_offered: str
    files: str
    did_you_mean: str
    typo_sent: str
    slow_down: str
    try_again: str
    sent_before: str
    captcha_note: str
    captcha_without: str


_ENGLISH = Words(
    submit="Send",
    thanks_title="Thank you",
    thanks="Your message has reached us. We will answer soon.",
    privacy_link="Privacy policy",
    privacy_note="We use what you send to answer you. How we handle it:",
    boxes_legend="May we stay in touch?",
    boxes_note="Your free choice: the form works without, and you can take a yes back at any time.",
    confirm_note="If you tick something, we mail you a link: your yes counts once you open it and"
    " confirm.",
    labels=Label(
        "Name", "First name", "Last name", "E-mail address", "Telephone", "Company", "Job title",
        "Message",
    ),
    optional="optional",
    choose="Please choose",
    mistake_title="Please look at this again",
    missing="Please fill this in.",
    no_contact="Please leave an e-mail address or a telephone number, so that we can answer.",
    line_break="Please write this in one line, without special control characters.",
    too_long="Please use {most} characters at most; these are {found}.",
    twice="This was sent twice with different answers. Please answer once.",
    bad_email="This is no complete e-mail address. It looks like name@company.com.",
    bad_phone="This is no telephone number. Please use digits, with + and the country if abroad.",
    not_offered="Please choose one of the answers offered.",
    files="Files are not taken here. Please send the form without, and ask us where to send them.",
    did_you_mean="Did you mean {domain}? If not, leave it as it is.",
    typo_sent="The address that you gave looks mistyped. If you meant {domain}, please send the"
    " form again with it, so that our answer reaches you.",
    slow_down="Too many messages came from your network or for this address. Nothing was sent yet."
    " What you wrote is still here: please press the button again in {minutes} min.",
    try_again="We could not save your message just now. What you wrote is still here: please press"
    " the button again in a moment.",
    sent_before="You have sent this form already, with other content. If you want to send this as"
    " well, press the button again.",
    captcha_note="{provider} checks that no program fills in this form. For that it receives"
    " your IP address and what your browser tells of itself.",
    captcha_without="Without JavaScript the form works too; somebody then looks at it first.",
)  # fmt: skip

_GERMAN = Words(
    submit="Senden",
    thanks_title="Vielen Dank",
    thanks="Ihre Nachricht ist angekommen. Wir antworten bald.",
    privacy_link="Datenschutzerklärung",
    privacy_note="Wir verwenden Ihre Angaben, um Ihnen zu antworten. So gehen wir damit um:",
    boxes_legend="Dürfen wir in Kontakt bleiben?",
    boxes_note="Ganz freiwillig: Das Formular geht auch ohne, und ein Ja können Sie jederzeit"
    " zurücknehmen.",
    confirm_note="Wenn Sie etwas ankreuzen, senden wir Ihnen einen Link: Ihr Ja zählt, sobald Sie"
    " dort bestätigen.",
    labels=Label(
        "Name", "Vorname", "Nachname", "E-Mail-Adresse", "Telefon", "Firma", "Position",
        "Nachricht",
    ),
    optional="freiwillig",
    choose="Bitte wählen",
    mistake_title="Bitte sehen Sie das noch einmal an",
    missing="Bitte füllen Sie das aus.",
    no_contact="Bitte nennen Sie eine E-Mail-Adresse oder Telefonnummer, damit wir antworten"
    " können.",
    line_break="Bitte schreiben Sie das in eine Zeile, ohne Steuerzeichen.",
    too_long="Bitte höchstens {most} Zeichen; es sind {found}.",
    twice="Das kam zweimal mit verschiedenen Antworten. Bitte antworten Sie einmal.",
    bad_email="Das ist keine vollständige E-Mail-Adresse. Sie sieht aus wie name@firma.de.",
    bad_phone="Das ist keine Telefonnummer. Bitte Ziffern, aus dem Ausland mit + und Land.",
    not_offered="Bitte wählen Sie eine der Antworten.",
    files="Dateien nehmen wir hier nicht an. Bitte senden Sie das Formular ohne sie.",
    did_you_mean="Meinten Sie {domain}? Wenn nicht, lassen Sie es so stehen.",
    typo_sent="Die angegebene Adresse sieht nach einem Tippfehler aus. Wenn Sie {domain} meinten,"
    " senden Sie das Formular bitte noch einmal.",
    slow_down="Aus Ihrem Netz oder für diese Adresse kamen zu viele Nachrichten. Noch wurde nichts"
    " gesendet. Ihr Text steht noch hier: Bitte drücken Sie in {minutes} Min. noch einmal.",
    try_again="Wir konnten Ihre Nachricht gerade nicht speichern. Ihr Text steht noch hier: Bitte"
    " drücken Sie gleich noch einmal.",
    sent_before="Sie haben dieses Formular schon mit anderem Inhalt gesendet. Wenn Sie auch das"
    " senden möchten, drücken Sie noch einmal.",
    captcha_note="{provider} prüft, dass kein Programm dieses Formular ausfüllt. Dafür erhält"
    " der Dienst Ihre IP-Adresse und Angaben Ihres Browsers.",
    captcha_without="Ohne JavaScript geht das Formular auch; dann sieht zuerst jemand darauf.",
)  # fmt: skip

_SPOKEN = {"en": _ENGLISH, "de": _GERMAN}


def words_in(language: str) -> Words:
    """Return the words of a language (BCP 47), English where it is not spoken."""
    return _SPOKEN.get(language.lower().partition("-")[0], _ENGLISH)
