"""Find out whether somebody's own words ask for what the law gives them, or complain.

Whatever is found goes to a person, who reads the mail; so a pattern may be wide.
"""

import re
from functools import cache

from connectors import _email_eastern_words as eastern
from connectors._email_fold import folded
from policy.rights.table import Right

_DATA = r"(?:(?:my|our|mine|all|any|personal|the) )*(?:personal )?(?:data|information|details|records?|account|profile)"
_WORDS: dict[Right, tuple[str, ...]] = {
    Right.ERASURE: (
        rf"\b(?:delete|erase|remove|destroy|wipe) {_DATA}\b",
        r"\b(?:delete|erase|remove|destroy|wipe) (?:everything|all|anything)\b[^.\n]{0,30}\b(?:about|on|of) me\b|\bto be forgotten\b",
        r"\bcancellazione dei miei dati\b|\busuniecie moich danych\b",
        r"\bright to (?:be forgotten|erasure)\b|\berasure request\b|\bforget me\b",
        r"\b(?:loschen|entfernen|vernichten) sie\b[^.\n]{0,40}\b(?:daten|angaben|konto)\b"
        r"|\b(?:daten|angaben)\b[^.\n]{0,40}\b(?:loschen|loschung|geloscht|entfernen)\b|\bloschung meiner\b",
        r"\b(?:supprim\w+|effac\w+)\b[^.\n]{0,40}\b(?:donnees|informations)\b|\bdroit a l'(?:oubli|effacement)\b",
        r"\b(?:elimin\w+|borr\w+|suprim\w+|cancel\w+)\b[^.\n]{0,30}\b(?:mis datos|datos personales|i miei dati|dati personali|os meus dados|meus dados)\b",
        r"\b(?:verwijder\w*|wis)\b[^.\n]{0,30}\b(?:gegevens|persoonsgegevens)\b|\b(?:usun\w*)\b[^.\n]{0,30}\bdan\w+\b"
        r"|\b(?:apagu?\w+)\b[^.\n]{0,30}\bdados\b|\b(?:radera|slet|slett)\b[^.\n]{0,30}\b(?:uppgifter|data|oplysninger|opplysninger)\b",
        r"個人情報[^。\n]{0,10}(?:削除|消去)",
    ),
    Right.ACCESS: (
        r"\b(?:subject access|access) request\b|\b(?:dsar|sar)\b|\bright (?:of|to) access\b",
        rf"\b(?:copy of|send me|give me|provide|disclose|access to|what|which)\b[^.\n]{{0,40}}\b{_DATA}\b[^.\n]{{0,40}}"
        r"\b(?:you (?:hold|have|store|keep|process)|about me|on me|held)\b",
        r"\b(?:information|data|everything|anything|records?)\b[^.\n]{0,20}\byou (?:have|hold|store|keep)\b[^.\n]{0,20}\b(?:about|on|of) me\b"
        r"|\bi want everything you hold\b|\b(?:under|according to|pursuant to) (?:the )?(?:uk )?gdpr\b[^.\n]{0,40}\b(?:request|information|copy|data)\b"
        r"|\bwhere did you get my\b",
        r"\bquelles (?:donnees|informations)\b[^.\n]{0,30}\b(?:detenez|avez|conservez|sur moi)\b|\bque datos\b[^.\n]{0,30}\b(?:tienen|de mi|sobre mi)\b"
        r"|\bquali dati\b[^.\n]{0,30}\b(?:avete|su di me|miei)\b|\bwelke gegevens\b|\bjakie dane\b|\bque dados\b|\bvilka uppgifter\b|\bhvilke op(?:l|pl)ysninger\b",
        r"\bcopy of (?:my|all my) (?:personal )?data\b|\barticle 15\b|\bart\.? ?15\b",
        r"\b(?:auskunft|datenauskunft|kopie)\b[^.\n]{0,60}\b(?:daten|art|dsgvo|gespeichert\w*)\b|\bwelche daten\b",
        r"\b(?:acces|copie)\b[^.\n]{0,40}\b(?:mes |aux )?donnees\b|\b(?:acceso|copia)\b[^.\n]{0,40}\bdatos\b"
        r"|\b(?:accesso|copia)\b[^.\n]{0,40}\bdati\b|\b(?:inzage|kopie)\b[^.\n]{0,40}\bgegevens\b"
        r"|\b(?:dostep|kopi\w+)\b[^.\n]{0,40}\bdanych\b|\b(?:acesso|copia)\b[^.\n]{0,40}\bdados\b"
        r"|\b(?:registerutdrag|indsigt|innsyn)\b|個人情報[^。\n]{0,10}開示",
    ),
    Right.RECTIFICATION: (
        rf"\b(?:correct|rectify|amend) {_DATA}\b|\b(?:you have|you got) my (?:name|address|number|details) wrong\b|\bupdate my (?:personal )?(?:data|details|record)\b|\bmy (?:name|data|details) (?:is|are) (?:wrong|incorrect|misspelt|misspelled)\b",
        r"\b(?:berichtig\w+|korrigieren sie)\b|\brectifi\w+\b[^.\n]{0,30}\b(?:donnees|datos|mes)\b|\brettifica\w*\b",
    ),
    Right.PORTABILITY: (
        r"\b(?:data )?portability\b|\bmachine[- ]readable\b|\bdatenubertragbarkeit\b|\bportabilite\b|\bportabilidad\b|\bportabilita\b",
    ),
    Right.RESTRICTION: (
        r"\brestrict(?:ion)? (?:of )?(?:the )?(?:processing|use)\b|\beinschrankung der verarbeitung\b|\blimitation du traitement\b"
        r"|\blimitacion del tratamiento\b|\blimitazione del trattamento\b",
    ),
    Right.COMPLAINT: (
        r"\b(?:formal|make a|file a|official|my|this) complaint\b|\bcomplain(?:ing)? (?:about|to the)\b|\b(?:to|with|at) the ico\b|\binformation commissioner\b",
        r"\bbeschwer\w+\b|\baufsichtsbehorde\b|\bdatenschutzbehorde\b|\b(?:une|porter) plainte\b|\bune reclamation (?:aupres|contre)\b|\bcnil\b"
        r"|\b(?:presentar|una) (?:queja|reclamacion)\b|\baepd\b|\breclamo\b|\bgarante\b|\bklacht\b|\bskarg\w\b|\buodo\b"
        r"|\breclamacao\b|\bklagomal\b|\bklage\b",
        r"\b(?:breach|violation) of (?:the )?(?:gdpr|uk gdpr|pecr|data protection|privacy)\b|\bverstoss gegen die dsgvo\b",
    ),
}
_MOST_CHARACTERS = 20_000


def rights_in(subject: str, own: str) -> list[Right]:
    """Return what a mail asks for, strongest sign of each first; nothing where it asks nothing."""
    said = f"{folded(subject)}\n{folded(own[:_MOST_CHARACTERS])}"
    return [right for right, pattern in _patterns().items() if pattern.search(said)]


@cache
def _patterns() -> dict[Right, re.Pattern[str]]:
    return {
        right: re.compile(
            "|".join(f"(?:{folded(each)})" for each in (*words, *eastern.RIGHTS.get(right, ())))
        )
        for right, words in _WORDS.items()
    }
