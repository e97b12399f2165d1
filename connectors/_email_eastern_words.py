"""What people write in the east of Europe when they say stop, or ask for what the law gives them.

Russian, Ukrainian, Romanian, Hungarian, Greek, Turkish, Czech, Slovak and Finnish; used together
with the lists of the other languages.
"""

from policy.rights.table import Right

ALONE = """
стоп, отписаться, отписка, отпишите, отпишите меня, отмена подписки, удалите, удалите меня, не пишите, не пишите мне, не звоните, прекратите, отстаньте
відписатися, відписка, відпишіть, відпишіть мене, видаліть мене, не пишіть, не пишіть мені, не телефонуйте, припиніть, відчепіться
dezabonare, dezabonati-ma, dezaboneaza-ma, stergeti-ma, scoateti-ma, opriti, nu mai trimiteti
leiratkozas, leiratkozom, leiratkozni, toroljenek, torles, ne kuldjenek tobbet
διαγραφη, διαγραψτε με, απεγγραφη, σταματηστε, στοπ, οχι αλλα
abonelikten cik, abonelik iptal, iptal, aboneligi iptal et, listeden cikar, ret, red, cikis, durdurun
odhlasenie, odhlaseni, odhlasujem, vymazte ma, poistakaa, poistakaa minut, lopettakaa
"""

PHRASES = (
    # Russian
    r"\b(?:отпиш\w*|удал\w+|исключ\w+|убер\w+|вычеркн\w+) (?:меня|нас|мо[йюие]\w*|наш\w*|этот)\b|\b(?:меня|нас|мой (?:адрес|номер)|мою почту)\b[^.\n]{0,30}\b(?:отписать|удалить|исключить|убрать|вычеркнуть)\b",
    r"\bне (?:хочу|желаю|хотим|желаем|надо|нужно)\b[^.\n]{0,30}\b(?:получать|писем|рассылк\w*|сообщени\w*|звонк\w*|писать|звонить|присылать)\b|\b(?:больше|никогда) (?:мне |нам )?не (?:пишите|присылайте|звоните|беспокойте|отправляйте|шлите)\b"
    r"|\bне (?:пишите|присылайте|звоните|отправляйте|шлите) (?:мне|нам) (?:больше|никогда|ничего|рассылк\w*|спам|реклам\w*)\b",
    r"\b(?:прекратите|перестаньте|хватит) (?:мне |нам )?(?:писать|слать|присылать|отправлять|звонить|рассыл\w+|спам\w*)\b|\bотзываю\b[^.\n]{0,30}\bсогласи\w+\b|\bвозражаю против\b|\b(?:хочу|прошу|желаю) отписаться\b",
    # Ukrainian
    r"\b(?:відпиш\w*|видал\w+|виключ\w+|прибер\w+|викресл\w+) (?:мене|нас|мо[їюєі]\w*|наш\w*|цю)\b|\b(?:мене|нас|мою (?:адресу|пошту)|мій номер)\b[^.\n]{0,30}\b(?:відписати|видалити|виключити|прибрати|викреслити)\b",
    r"\bне (?:хочу|бажаю|хочемо|бажаємо|треба|потрібно)\b[^.\n]{0,30}\b(?:отримувати|листів|розсилк\w*|повідомлен\w*|дзвінк\w*|писати|дзвонити|надсилати)\b|\b(?:більше|ніколи) (?:мені |нам )?не (?:пишіть|надсилайте|дзвоніть|телефонуйте|турбуйте|шліть)\b"
    r"|\bне (?:пишіть|надсилайте|дзвоніть|шліть) (?:мені|нам) (?:більше|ніколи|нічого|розсилк\w*|спам|реклам\w*)\b",
    r"\b(?:припиніть|перестаньте|досить) (?:мені |нам )?(?:писати|слати|надсилати|дзвонити|розсил\w+|спам\w*)\b|\bвідкликаю\b[^.\n]{0,30}\bзгод\w+\b|\bзаперечую проти\b|\b(?:хочу|прошу) відписатис[яь]\b",
    # Romanian
    r"\b(?:stergeti|scoateti|eliminati|dezabonati|radiati)[- ](?:ma|ne|adresa|numarul|e-?mailul|mailul)\b|\bnu (?:mai )?(?:doresc|vreau|dorim|vrem)\b[^.\n]{0,20}\b(?:sa primesc|primesc|mailuri|e-?mailuri|mesaje|reclame|newsletter\w*|sa fiu contactat\w*)\b",
    r"\bnu (?:ma|ne|imi|ne) mai (?:contact|scri|sun|trimit|deranj)\w*|\bsa fiu (?:sters|scos|dezabonat)\w*|\bimi retrag (?:consimtamantul|acordul)\b|\bma opun\b|\bsa ma (?:stergeti|scoateti|eliminati|dezabonati)\b",
    # Hungarian
    r"\b(?:torol(?:jenek|jek|jon|jetek)|vegyen(?:ek)?|vegyek|vegyetek) (?:ki|le|engem|minket|a cim|az adat|a lista|a nyilvantart)\w*|\bnem (?:kerek|szeretnek|kivanok|akarok)\b[^.\n]{0,30}\b(?:level\w*|e-?mail\w*|hirlevel\w*|uzenet\w*|reklam\w*|tobbet|kapni)\b",
    r"\bne (?:kuldj|irj|hivj|keress|zavarj)\w*\b[^.\n]{0,20}\b(?:tobbet|tobb|tobbe|level\w*|e-?mail\w*|reklam\w*)\b|\b(?:szeretnek|akarok|kivanok) leiratkoz\w+|\bleiratkoz\w+ (?:szeretnek|akarok|kivanok)\b|\bvisszavonom\b[^.\n]{0,20}\bhozzajarul\w+|\btiltakozom\b",
    # Greek
    r"\b(?:διαγραψ\w+|αφαιρεσ\w+|βγαλ\w+|σβησ\w+) (?:με|μασ|το (?:e-?mail|mail|ονομα|τηλεφωνο)|τη διευθυνση)\b|\bδεν (?:θελω|επιθυμω|θελουμε|επιθυμουμε)\b[^.\n]{0,30}\b(?:λαμβανω|λαβω|e-?mail\w*|μηνυματα|διαφημ\w*|επικοινων\w*|ενοχλ\w*)\b",
    r"\bμη(?:ν)? (?:μου|με|μασ) (?:ξανα)?(?:στελν|στειλ|γραφ|γραψ|ενοχλ|επικοιν)\w*|\b(?:σταματηστε|παψτε) να\b|\bανακαλω\b[^.\n]{0,20}\bσυγκαταθεσ\w*|\bεναντιωνομαι\b",
    # Turkish
    r"\b(?:beni|bizi|adresimi|mailimi|numarami|e-?postami)\b[^.\n]{0,30}\b(?:cikar\w*|sil(?:in|iniz|er)\w*|kaldir\w*)\b|\b(?:e-?mail|mail|mesaj|e-?posta|sms|reklam|bulten)\w*\b[^.\n]{0,20}\b(?:istemi\w*|gondermeyin\w*|atmayin\w*|yollamayin\w*|gelmesin)\b",
    r"\b(?:aboneli[gk]|uyeli[gk])\w*\b[^.\n]{0,20}\b(?:iptal ed\w+|cikmak ist\w+|sonlandir\w*)\b|\bbir daha\b[^.\n]{0,20}\b(?:aramayin|yazmayin|gondermeyin|atmayin|rahatsiz)\w*|\b(?:onayimi|rizami) geri\b|\bitiraz ediyorum\b",
    # Czech and Slovak
    r"\bne(?:piste|volejte|posilejte|kontaktujte|posielajte|volajte)\b[^.\n]{0,10}\b(?:uz|vice|viac|dalsi)\b|\b(?:uz|vice|viac) (?:mi |me |mne |nam |ma )?ne(?:piste|volejte|posilejte|kontaktujte|posielajte|volajte)\b|\bzruste? (?:muj |moj )?(?:odber|zasilani)\b|\bodvolavam\b[^.\n]{0,20}\bs[ou]+hlas\b",
)

WANTS = (
    r"\b(?:цен[аыуе]|сколько|предложени\w*|прайс\w*|заказ\w*|встреч\w*|перезвон\w*|позвоните|цін[аиу]|скільки|пропозиці\w*|замов\w*|зустріч\w*|зателефонуйте)\b"
    r"|\b(?:pret\w*|cat costa|oferta|intalnir\w*|programar\w*|arajanlat\w*|ajanlat\w*|mennyi\w*|idopont\w*|rendel\w*|talalkoz\w*)\b"
    r"|\b(?:τιμη|τιμεσ|ποσο|προσφορα\w*|ραντεβου|παραγγελ\w*|fiyat\w*|ne kadar|teklif\w*|randevu\w*|siparis\w*|cenik|kolik|nabidk\w*|schuzk\w*|objedn\w*)\b"
)
"""What only somebody writes who wants something of us, or missed something."""

RIGHTS: dict[Right, tuple[str, ...]] = {
    Right.ERASURE: (
        r"\b(?:удал\w*|сотр\w*|уничтож\w*)\b[^.\n]{0,40}\b(?:данн\w+|аккаунт)\b|\bправо на забвение\b|\b(?:видал\w*|зітр\w*|знищ\w*)\b[^.\n]{0,40}\b(?:дан[іи]\w*|акаунт)\b",
        r"\b(?:sterg\w*|elimin\w*)\b[^.\n]{0,30}\bdate(?:le)?\b|\bdreptul (?:de a fi uitat|la stergere)\b|\btor(?:ol|l)\w*\b[^.\n]{0,30}\badat(?:aim|om|aimat)\w*|\badataim\w*\b[^.\n]{0,30}\btor(?:ol|l)\w*",
        r"\b(?:διαγραψ\w*|διαγραφ\w*|σβησ\w*)\b[^.\n]{0,30}\b(?:δεδομεν\w*|στοιχει\w*)|\b(?:veri|bilgi)ler\w*\b[^.\n]{0,30}\b(?:sil\w*|kaldir\w*)\b|\bunutulma hakki\b",
        r"\b(?:smaz\w*|vymaz\w*|odstran\w*)\b[^.\n]{0,30}\b(?:udaj\w*|data)\b|\bpoista\w*\b[^.\n]{0,30}\btieto\w*",
    ),
    Right.ACCESS: (
        r"\bкакие\b[^.\n]{0,40}\bданн\w+\b[^.\n]{0,30}\b(?:обо мне|храните|у вас|имеете)\b|\bкопи\w+\b[^.\n]{0,40}\b(?:моих|персональных) данн\w+\b|\bоткуда\b[^.\n]{0,20}\b(?:мой|мои|мою|контакт\w*)\b|\bякі\b[^.\n]{0,40}\bдані\b[^.\n]{0,30}\b(?:про мене|зберігаєте|маєте)\b|\bкопі\w+\b[^.\n]{0,40}\b(?:моїх|персональних) даних\b|\bзвідки\b[^.\n]{0,20}\b(?:мій|мої|мою|контакт\w*)\b",
        r"\bce date\b[^.\n]{0,30}\b(?:aveti|detineti|despre mine)\b|\bcopi\w+\b[^.\n]{0,30}\bdate(?:lor|le)\b|\bmilyen adat\w*\b[^.\n]{0,30}\b(?:tarol|rolam|kezel|oriz)\w*|\badataim\w* masolat\w*",
        r"\bποια (?:δεδομενα|στοιχεια)\b[^.\n]{0,20}\b(?:εχετε|κρατατε|τηρειτε|διαθετετε)\b|\bαντιγραφο\b[^.\n]{0,30}\b(?:δεδομεν\w*|στοιχει\w*)|\bhangi (?:veri|bilgi)ler\w*\b[^.\n]{0,30}\b(?:var|tut|sakl)\w*|\bkisisel veri\w*\b[^.\n]{0,30}\bkopya\w*|\bjake\b[^.\n]{0,30}\budaje\b[^.\n]{0,20}\b(?:o mne|mate|uchov\w*)\b|\bkopi[ie]?\b[^.\n]{0,30}\budaju\b|\bodkud mate (?:muj|moje|na me)\b",
    ),
    Right.COMPLAINT: (
        r"\b(?:подам|подаю|напишу|подать) жалобу\b|\bпожалуюсь\b|\bроскомнадзор\w*|\b(?:подам|подаю|напишу|подати) скаргу\b|\bпоскаржусь\b|\banspdcp\b|\b(?:depun|fac) (?:o )?plangere\b|\bpanaszt (?:teszek|tettem|nyujt\w*)\b|\bnaih\b",
        r"\bαρχη προστασιασ\b|\bκαταγγελια στην\b|\bθα σασ καταγγειλω\b|\bsikayet (?:edecegim|ediyorum)\b|\bkvkk\b|\bpodam stiznost\b|\buoou\b|\btietosuojavaltuutet\w*",
    ),
}
