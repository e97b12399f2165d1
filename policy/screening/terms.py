"""The words and phrases that give sensitive content away, by kind. Lists only: nothing is decided.

A phrase stands here only if it hardly ever means anything else in a business enquiry: "stroke",
"blind", "union" or "surgery" alone do not. Accents, case and plain plurals need no entry of their
own; a space also stands for a hyphen or an underscore.
"""

from collections.abc import Mapping

from policy.vocabulary import Word


class SensitiveCategory(Word):
    """What makes content sensitive: UK GDPR Art. 9(1), Art. 10, and what opens a person's purse."""

    ETHNICITY = "ethnicity"
    POLITICS = "politics"
    RELIGION = "religion"
    TRADE_UNION = "trade_union"
    GENETIC = "genetic"
    BIOMETRIC = "biometric"
    HEALTH = "health"
    SEX_LIFE = "sex_life"
    CRIMINAL = "criminal"
    NATIONAL_ID = "national_id"
    FINANCIAL = "financial"


NATIONAL_ID_TYPES = frozenset(
    {
        *("ID_CPF", "ID_AR_DNI", "ID_CL_RUT", "ID_CO_CC", "ID_EC_CI", "ID_PE_DNI", "ID_MX_RFC"),
        *("GOVERNMENT_ISSUED_ID_CPF_BR", "GOVERNMENT_ISSUED_ID_DNI_AR"),
        *("GOVERNMENT_ISSUED_ID_DNI_PE", "GOVERNMENT_ISSUED_ID_RUT_CL"),
        *("GOVERNMENT_ISSUED_ID_CC_CO", "GOVERNMENT_ISSUED_ID_CI_EC"),
        "GOVERNMENT_ISSUED_ID_RFC_MX",
    }
)
"""The vendors' types of question that ask for a national id (Meta's, then Google's)."""

_C = SensitiveCategory

ASKING: Mapping[SensitiveCategory, str] = {
    _C.ETHNICITY: (
        "ethnicity, ethnic origin, ethnic group, ethnic background, racial origin, "
        "what is your race, race or ethnicity, race and ethnicity, skin colour, skin color, "
        "ethnische herkunft, origine ethnique, origen étnico, origine etnica, origem étnica, "
        "etnische afkomst"
    ),
    _C.POLITICS: (
        "political opinion, political view, political belief, political party, "
        "political affiliation, your politics, who do you vote for, which party do you support, "
        "party membership, politische meinung, parteizugehörigkeit, opinion politique, "
        "opinión política, opinione politica"
    ),
    _C.RELIGION: (
        "religion, your faith, religious belief, religious affiliation, religious denomination, "
        "konfession, religionszugehörigkeit, religión, religione, religião, godsdienst, wyznanie"
    ),
    _C.TRADE_UNION: (
        "trade union, union member, union membership, labour union, labor union, gewerkschaft, "
        "gewerkschaftsmitglied, appartenance syndicale, afiliación sindical, sindacato, vakbond"
    ),
    _C.GENETIC: (
        "dna test, dna result, dna sample, genetic test, genetic data, genetic condition, "
        "genetic disorder, gentest, test génétique, test genetico, prueba genética"
    ),
    _C.BIOMETRIC: (
        "biometric data, your biometrics, fingerprint scan, your fingerprint, face scan, "
        "iris scan, retina scan, voice print, voiceprint, fingerabdruck, empreinte digitale, "
        "huella dactilar"
    ),
    _C.HEALTH: (
        "health condition, health problem, health issue, health status, health concern, "
        "health history, state of health, your health, medical condition, medical history, "
        "medical problem, medical issue, medical need, medical diagnosis, your diagnosis, "
        "diagnosed, your mental health, mental health condition, mental health problem, "
        "mental health issue, medication, illness, illnesses, symptom, disability, disabilities, "
        "are you disabled, visual impairment, hearing impairment, physical impairment, pregnant, "
        "pregnancy, allergy, allergies, allergic, blood type, blood group, do you smoke, "
        "access needs, gesundheitszustand, krankheit, vorerkrankung, schwerbehinderung, "
        "behinderung, schwanger, allergie, état de santé, maladie chronique, "
        "situation de handicap, êtes vous enceinte, estado de salud, enfermedad, discapacidad, "
        "embarazada, alergia, stato di salute, malattia, disabilità, allergia, estado de saúde, "
        "doença, deficiência, grávida, ziekte, niepełnosprawność, choroba"
    ),
    _C.SEX_LIFE: (
        "sexual orientation, sexuality, sexual preference, sex life, gender identity, "
        "sexuelle orientierung, orientation sexuelle, orientación sexual, orientamento sessuale, "
        "orientação sexual, seksuele geaardheid"
    ),
    _C.CRIMINAL: (
        "criminal record, criminal conviction, criminal offence, criminal offense, "
        "unspent conviction, spent conviction, been convicted, been arrested, dbs check result, "
        "vorstrafe, casier judiciaire, antecedentes penales, precedenti penali, "
        "antecedentes criminais, strafblad"
    ),
    _C.NATIONAL_ID: (
        "government issued id, "  # Google's types of question, whichever country's
        "national insurance number, national insurance no, ni number, nhs number, "
        "passport number, passport no, national id, identity card number, id card number, "
        "identity number, social security number, social security no, ssn, "
        "driving licence number, driver's license number, driver's licence number, "
        "tax identification number, cpf, dni, nif, curp, pesel, bsn, burgerservicenummer, "
        "personnummer, aadhaar, aadhar, codice fiscale, steuer id, steueridentifikationsnummer, "
        "sozialversicherungsnummer, personalausweisnummer, numéro de sécurité sociale, "
        "cédula de identidad, cédula de ciudadanía"
    ),
    _C.FINANCIAL: (
        "iban, sort code, bank account number, bank account details, bank details, card number, "
        "cvv, cvc, bankverbindung, numéro de carte, número de tarjeta, numero di carta, "
        "cuenta bancaria, conto corrente"
    ),
}
"""Words in a question's key or wording: whoever is asked this answers with sensitive content."""

TERMS: Mapping[SensitiveCategory, str] = {
    _C.ETHNICITY: (
        "my ethnicity, my ethnic origin, my ethnic background, of african descent, "
        "of asian descent, of caribbean descent, of jewish descent, of arab descent"
    ),
    _C.POLITICS: (
        "i vote labour, i vote conservative, i vote tory, i vote green, i vote lib dem, "
        "i vote liberal democrat, i vote reform, i vote snp, i vote republican, i vote democrat, "
        "i voted labour, i voted conservative, i voted tory, i voted green, i voted lib dem, "
        "i voted reform, i voted snp, i voted republican, i voted democrat, i voted leave, "
        "i voted remain, labour party member, conservative party member, green party member, "
        "member of the labour party, member of the conservative party, "
        "member of the green party, member of reform uk, member of the liberal democrats, "
        "my political views, my political opinions, parteimitglied"
    ),
    _C.RELIGION: (
        "my religion, my faith, my religious beliefs, born again christian, jehovah's witness, "
        "meine religion, ma religion, mi religión, la mia religione, minha religião, mijn geloof"
    ),
    _C.TRADE_UNION: (
        "trade union member, trade union rep, member of a trade union, union member, union rep, "
        "member of unison, member of the gmb, member of unite the union, shop steward, my union, "
        "gewerkschaftsmitglied, membre d'un syndicat, vakbondslid"
    ),
    _C.GENETIC: (
        "my dna, my genetic, genetic disorder, brca1, brca2, brca gene, cystic fibrosis, "
        "huntington's disease, sickle cell, haemophilia, hemophilia, down's syndrome, "
        "down syndrome, mukoviszidose"
    ),
    _C.BIOMETRIC: "my fingerprint, my fingerprints, my iris scan, my face scan, my voice print",
    _C.HEALTH: (
        "diabetes, diabetic, cancer, leukaemia, leukemia, lymphoma, melanoma, chemotherapy, "
        "radiotherapy, tumour, tumor, hiv, hiv positive, hepatitis, tuberculosis, epilepsy, "
        "epileptic, asthma, asthmatic, eczema, psoriasis, arthritis, osteoporosis, fibromyalgia, "
        "endometriosis, crohn's, colitis, parkinson's, alzheimer's, dementia, "
        "multiple sclerosis, motor neurone disease, cerebral palsy, schizophrenia, "
        "schizophrenic, bipolar disorder, ptsd, post traumatic stress, adhd, autism, autistic, "
        "asperger's, dyslexia, dyslexic, depression, clinically depressed, anxiety disorder, "
        "suffer from anxiety, my anxiety, panic attack, eating disorder, anorexia, bulimia, "
        "alcoholism, recovering alcoholic, drug addict, my addiction, suicidal, self harm, "
        "pregnant, my pregnancy, had a miscarriage, my miscarriage, abortion, ivf, infertility, "
        "erectile dysfunction, incontinence, menopause, heart attack, heart disease, "
        "heart failure, heart condition, high blood pressure, hypertension, angina, pacemaker, "
        "had a stroke, stroke survivor, chronic pain, chronic fatigue, long covid, sciatica, "
        "migraine, wheelchair user, my wheelchair, registered disabled, registered blind, "
        "my disability, disability benefit, mental illness, mental health problem, "
        "mental health issue, my mental health, my medication, my illness, my diagnosis, "
        "my medical condition, my health condition, diagnosed with, insulin, antidepressant, "
        "sertraline, citalopram, fluoxetine, metformin, methadone, had surgery, kidney disease, "
        "kidney failure, liver disease, zuckerkrank, diabetiker, krebserkrankung, brustkrebs, "
        "schwanger, schwerbehindert, epilepsie, depressionen, depressiv, rollstuhlfahrer, "
        "herzinfarkt, diabète, diabétique, fauteuil roulant, dépression, handicapé, handicapée, "
        "je suis enceinte, diabético, diabética, embarazada, discapacidad, cáncer, epilepsia, "
        "diabete, incinta, disabilità, epilessia, depressione, depresión, depressão, câncer, "
        "zwanger, kanker, suikerziekte, depressie, cukrzyca, w ciąży, niepełnosprawny, "
        "niepełnosprawna, depresja"
    ),
    _C.SEX_LIFE: (
        "my sexual orientation, my sexuality, my sex life, same sex partner, "
        "my gender transition, gender dysphoria"
    ),
    _C.CRIMINAL: (
        "criminal record, criminal conviction, convicted of, conviction for, spent conviction, "
        "unspent conviction, ex offender, was in prison, been in prison, released from prison, "
        "came out of prison, on bail, sex offender, vorbestraft, casier judiciaire, "
        "antecedentes penales, precedenti penali, antecedentes criminais, strafblad"
    ),
}
"""Words and phrases in an answer that tell something sensitive by themselves."""

IDENTITIES: Mapping[SensitiveCategory, str] = {
    _C.ETHNICITY: (
        "black british, black, white british, asian, british asian, mixed race, arab, roma, romani"
    ),
    _C.POLITICS: (
        "socialist, communist, labour voter, conservative voter, tory, tory voter, green voter, "
        "lib dem, liberal democrat, republican voter, democrat voter, anarchist"
    ),
    _C.RELIGION: (
        "muslim, catholic, roman catholic, protestant, jewish, jew, hindu, sikh, buddhist, "
        "atheist, agnostic, anglican, baptist, methodist, mormon, quaker, orthodox jew, "
        "practising christian, practicing christian, devout christian, muslima, katholisch, "
        "evangelisch, jüdisch, atheistin, musulman, musulmane, catholique, juif, juive, "
        "musulmán, musulmana, católico, católica, judío, judía, ateo, atea, musulmano, "
        "cattolico, cattolica, ebreo, ebrea, muçulmano, muçulmana, judeu, judia, katholiek, joods"
    ),
    _C.HEALTH: (
        "deaf, blind, disabled, partially sighted, hard of hearing, depressed, alcoholic, "
        "immunocompromised, terminally ill, schwerhörig, gehörlos, sourd, sourde, sordo, sorda"
    ),
    _C.SEX_LIFE: (
        "gay, lesbian, bisexual, homosexual, heterosexual, transgender, trans man, trans woman, "
        "transsexual, queer, pansexual, asexual, schwul, lesbisch, homosexuell, bisexuell, "
        "lesbienne, homosexuel, homosexuelle, lesbiana, homosexuales, bisessuale, omosessuale, "
        "lesbica"
    ),
}
"""What a person is. It counts only where somebody says it of themselves: "I am …"."""

SELF = (
    "i am, i'm, im, being, identify as, speaking as, ich bin, je suis, soy, "
    "estoy, io sono, sono, eu sou, sou, ik ben, jestem"
)
"""How people begin to say what they are."""
