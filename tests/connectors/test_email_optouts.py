"""Opt-outs as people write them, language by language, and wishes that sound like them.

An enquiry that sounds like a stop stays a lead: use stops, and somebody looks at it.
"""

import pytest

from connectors._email_right_words import rights_in
from connectors._email_stop_words import Stop, stop_in
from connectors.base import Submission
from connectors.heard import RightAsked, StopAsked
from policy.rights.table import Right
from tests.connectors import email_corpus as corpus

STOPS = """
I would like to be taken off your mailing list|Kindly remove my email address from your records|Stop sending me this rubbish
please unsubscribe|UNSUBSCRIBE ME NOW|cancel my subscription|Remove me, thank you
Please don't email me again|I did not sign up for this, take me off|enough with the emails|Pls stop|stop all communication with me
I no longer wish to hear from you|We no longer wish to receive these emails|Please delete my email address|Don't ever call this number again
I never signed up for this.|Wrong person, please remove this address|delete me from your list|Opt me out of everything
Bitte nehmen Sie mich aus Ihrem Verteiler|Newsletter abbestellen|Bitte keine weiteren Mails|Ich möchte keine Werbung mehr bekommen|Bitte löschen Sie meine E-Mail-Adresse
Ich möchte mich abmelden|Unterlassen Sie weitere Werbung|Bitte streichen Sie mich von der Liste|Ich wünsche keine weitere Kontaktaufnahme|bitte austragen
Veuillez me retirer de votre liste|Merci d'arrêter de m'envoyer des mails|Ne plus me contacter SVP|STOP PUB|Je veux me désabonner|Supprimez-moi de votre base|Arrêtez s'il vous plaît
Quiero darme de baja|Quítenme de su lista|Por favor no me envíen más correos|Dar de baja por favor|Eliminar mi correo de la lista|No quiero más publicidad|Bórrenme
Vorrei cancellarmi dalla newsletter|Non voglio più ricevere mail|Toglietemi dalla lista|Disiscrivetemi|Basta email per favore|Chiedo la cancellazione dalla mailing list
Graag uitschrijven|Ik wil me afmelden|Haal mij van de lijst|Stop met mailen|Stuur mij geen mails meer|Geen interesse, graag verwijderen
Proszę o wypisanie z listy|Proszę mnie usunąć z bazy|Nie życzę sobie więcej maili|Proszę przestać wysyłać mi maile|Wypiszcie mnie
Quero cancelar a inscrição|Por favor retirem-me da lista|Não quero mais receber mensagens|Parem de me enviar emails|Descadastrar
Jag vill avregistrera mig|Sluta skicka mejl till mig|Vänligen ta bort min adress|Inga fler mejl tack|Avsluta prenumerationen
Jeg vil gerne afmeldes|Stop med at sende mig mails|Fjern mig fra jeres liste|Ingen flere mails tak|Frameld mig nyhedsbrevet
Vennligst fjern meg fra listen|Jeg ønsker ikke flere e-poster|Slutt å sende meg e-post|Stopp e-postene|Avslutt abonnementet
メール配信を停止してください|配信を止めてください|今後一切連絡しないでください|登録を解除してください|メールは不要です
"""
WISHES = """
I cannot unsubscribe from my current supplier's contract until May, so please quote from June.|Do not send me a paper brochure, e-mail is fine. What would a website cost?
We haven't had any calls from our site; could you help?|Please don't call before 5 pm, I am at work. I'd like a quote.|Our newsletter has no unsubscribe link, can you fix it?
We do not receive any e-mails through our contact form, can you repair it?|Please remove me as the contact for the project and use Tom instead; we'd still like the offer.
I want to stop paying for Google Ads. Can you take over?|Wir haben keine Informationen zu Ihren Preisen gefunden.|Auf Ihrer Website habe ich keine E-Mail-Adresse gefunden, daher so: was kostet ein Shop?
Bitte rufen Sie mich nicht vor 10 Uhr an. Kontakt per E-Mail ist mir lieber.|Ich habe noch keine Post von Ihnen bekommen. Wann kommt das Angebot?|Wir möchten unser altes CMS abbestellen und suchen ein neues.
Je n'ai pas reçu votre message, pouvez-vous le renvoyer ?|Je ne peux pas vous appeler avant lundi, un devis par mail svp|No tengo página web y quiero una|No he recibido su correo, ¿me lo puede reenviar?
Non ho ricevuto la vostra email, potete rimandarla?|Ik heb geen mail ontvangen, kunt u de offerte opnieuw sturen?|Nie dostałem oferty, proszę o kontakt|Não recebi o seu email, pode reenviar?
Jag har inte fått något mejl från er, kan ni skicka offerten igen?|Jeg har ikke modtaget jeres mail, kan I sende tilbuddet igen?|We are ending our contract with them. Can you help?
We want to build an opt-out page for GDPR. Price?|Can you cancel my appointment on Monday and move it to Tuesday?|Don't worry about the last email, please send the quote to me|Do not forget to call me!
Please do not delay, contact me today|I do not have time for calls this week but want an offer|Could you stop by on Friday? No rush.
"""

IDIOMS = """
Cease all contact|This is spam, stop it at once|Get me off this list|Please take my name off your list|We don't want your newsletter|Delete my number and don't ring again|no more please|Please discontinue sending emails|I want out|Not interested. Do not reply.
Ich will keine Post von Ihnen|Bitte nicht mehr schreiben|Hören Sie auf mir zu schreiben|Abo kündigen|Nehmt mich raus|Ich bitte um Löschung aus dem Verteiler|Bitte von weiteren Mails absehen
Je ne veux plus de vos mails|Enlevez mon adresse de votre fichier|Désabonnez-moi SVP|Plus de mails merci|Résiliation newsletter
No me interesa, no me escriban más|Sáquenme de la lista|Cancelen mi suscripción|Deseo cancelar el boletín
Non scrivetemi più|Eliminate il mio indirizzo|Non sono interessato, non contattatemi più
Verwijder mij uit uw bestand|Niet meer mailen aub|Ik wil geen nieuwsbrief meer|Uitschrijven svp
Usuńcie mnie z listy|Nie wysyłajcie mi więcej maili|Wypisuję się
Tirem-me da lista|Não me mandem mais emails|Cancelar newsletter
Ta bort mig från ert utskick|Jag vill inte ha fler mejl|Stoppa utskicken
Slet min email|Jeg vil ikke modtage nyhedsbrev|Stop venligst
Ikke send meg flere e-poster|Jeg vil melde meg av|Slett meg
もうメールを送らないでください|配信解除希望|メルマガを解約したいです
Lose my number|I have asked three times now to be left alone|Would you kindly strike my address from your mailing?|Your mails are a nuisance, put an end to them|We've moved on, drop us from the newsletter|no thank you, don't write again|Please cease and desist from contacting our staff|I'd prefer not to get these any more|Please opt this address out|Kill this subscription
Verschonen Sie mich mit Ihren Mails|Kein Bedarf, bitte nicht mehr kontaktieren|Meine Adresse bitte aus der Datenbank nehmen|Bestellen Sie mich vom Newsletter ab|Ich verbitte mir weitere Zuschriften
Fichez-moi la paix|Veuillez cesser tout envoi|Je ne suis pas intéressé, retirez mon mail|Radiez-moi de vos listes
Dejen de molestar|Quiero que borren mi email|Basta de correos
Lasciatemi in pace|Togliete il mio nome dalla vostra lista|Non mandatemi altro
Laat me met rust|Wil je mij van de mailinglijst halen|Stop hiermee
Dajcie mi spokój|Nie jestem zainteresowana, proszę nie pisać|Proszę o zaprzestanie wysyłki
Deixem-me em paz|Por favor parem com isso|Tirem o meu email da lista
Lämna mig ifred|Ta bort min mejladress|Jag tackar nej till fler utskick
Lad mig være i fred|Fjern min mail fra listen|Jeg frabeder mig flere henvendelser
La meg være i fred|Vennligst stopp å sende|Ta meg bort fra listen
もう送ってこないで|配信はもう結構です|登録を消してください
"""
ORDINARY = """
Hello, we run a bakery in Leeds and would like a website with online ordering. Budget about 4000. Best, Ann|Could you send me your price list?|Please call me tomorrow between 9 and 11 on +447700900123.|Thanks for your offer, we accept. When can you start?|I saw your stand at the fair and would love to talk.|Do you do logos?|Is the offer of last week still valid?|We would like to book an appointment.|Our current site is slow; can you improve it?|I am interested in your services.|Yes please, send more information.|Sounds good, let's talk on Friday.|Sorry for the late answer, I was on holiday. Let us go ahead.|My colleague Tom will take over; his address is tom@mail.example.|Please send the contract to our new address.
Guten Tag, wir suchen eine Agentur für Social Media. Bitte um Rückruf.|Vielen Dank für das Angebot, wir nehmen es an.|Können wir den Termin verschieben?|Ich interessiere mich für Ihre Leistungen.|Bitte senden Sie mir Unterlagen per Post.
Bonjour, je souhaite un devis pour un site vitrine.|Pouvez-vous me rappeler demain ?|Merci pour votre message, je suis intéressé.
Hola, necesito una tienda online. ¿Qué precio tiene?|Gracias, me interesa, llámenme por favor.
Buongiorno, vorrei informazioni sui vostri servizi.|Grazie, ci sentiamo domani.
Goedemiddag, graag ontvang ik een offerte.|Bedankt, bel me morgen.
Dzień dobry, proszę o ofertę na stronę.|Olá, gostaria de saber mais.|Hej, jag vill gärna veta mer.|Hej, ring til mig i morgen.|Hei, jeg vil gjerne ha mer informasjon.|お見積りをお願いします。|サービスについて詳しく教えてください。
"""


def each(text: str) -> list[str]:
    return [part for line in text.strip().splitlines() for part in line.split("|")]


@pytest.mark.parametrize("said", each(STOPS))
def test_a_stop_is_sure_alone_and_between_a_greeting_and_a_name(said: str) -> None:
    for text in (said, f"Hello,\n\n{said}\n\nPriya", f"{said}\n\nSent from my phone"):
        found = stop_in("Re: Our offers", text)
        assert found is not None
        assert found[0] is Stop.SURE


@pytest.mark.parametrize("said", ["How do I unsubscribe?", "not interested, please remove"])
def test_what_may_be_a_question_stops_and_is_looked_at(said: str) -> None:
    found = stop_in("Re: Our offers", said)
    assert found is not None
    assert found[0] is Stop.UNSURE


@pytest.mark.parametrize("said", each(WISHES))
def test_who_wants_something_stays_a_lead_whatever_it_sounds_like(said: str) -> None:
    readings = corpus.read(corpus.written(said, subject="Question"))
    assert isinstance(readings[0], Submission)
    assert readings[0].boxes == ()
    for other in readings[1:]:
        assert isinstance(other, StopAsked | RightAsked)
        assert not other.is_sure
        assert isinstance(other, StopAsked) or other.right is Right.OBJECTION_TO_MARKETING


@pytest.mark.parametrize("said", each(IDIOMS))
def test_an_unusual_way_of_saying_stop_stops_at_least_until_somebody_has_looked(said: str) -> None:
    assert stop_in("Re: Our offers", f"Hello,\n\n{said}\n\nPriya") is not None


@pytest.mark.parametrize("said", each(ORDINARY))
def test_an_ordinary_enquiry_stops_nothing(said: str) -> None:
    text = f"Hello,\n\n{said}\n\nPriya"
    assert stop_in("Re: Our offers", text) is None
    assert rights_in("", text) == []


def test_at_most_half_of_the_wishes_sound_like_a_stop() -> None:
    stopped = [said for said in each(WISHES) if stop_in("Question", said)]
    assert len(stopped) <= len(each(WISHES)) // 2


def test_sms_words_stop_in_any_case() -> None:
    for word in ("STOP", "StopAll", "UNSUBSCRIBE", "end", "Quit", "CANCEL", "revoke", "OPTOUT",
                 "opt-out", "REMOVE", "ARRET", "TD"):  # fmt: skip
        assert stop_in("", f" {word}! ") == (Stop.SURE, "text_is_keyword")
