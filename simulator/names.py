"""Names that people might bear, and the area codes that US drama numbers may have."""

from unicodedata import normalize


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Priya Émilie Zoë Jürgen Siân Łukasz Søren Aoife Niamh Chloë Björn Inés Mateo Amara Kwame "
    "Oluwaseun Yusuf Fatima Hannah Oliver Grace Callum Ffion Rhys Isla Ewan Saoirse Cormac Orla "
    "Anja Käthe Günther Lena Tomáš Zuzana Małgorzata André Noémie Agnès Dániel Réka Emily Jacob "
    "Sophia Marcus Tyler Madison Carlos Lucía Hye-jin Wei Anh Nguyệt Dmitri Olena Ayşe Çağla Ravi"
)
LAST_NAMES = _words(
    "Sharma O'Neill Müller Lindqvist Kowalska Dvořák Fernández Smith-Jones Okafor Mensah Hughes "
    "Griffiths MacLeod Byrne Ó'Súilleabháin Murphy Schröder Weiß Groß Nováková Szabó Lefèbvre "
    "D'Angelo Garcia Washington Robinson Nguyen Park Chen Ivanenko Öztürk Patel Khan Adeyemi "
    "Fitzgerald Campbell Taylor Evans Whitfield Ashworth Brontë Pålsson Sørensen Żak Ibáñez Peña"
)
US_AREA_CODES = _words(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 "
    "239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 "
    "310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336 337 339 347 351 352 360 361"
)

_WITHOUT_DECOMPOSITION = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})


def in_ascii(name: str) -> str:
    """Return a name the way it stands in most addresses: lower case, no accents, no marks."""
    return _IN_ASCII[name]


def _spelt_in_ascii(name: str) -> str:
    letters = normalize("NFKD", name.translate(_WITHOUT_DECOMPOSITION)).encode("ascii", "ignore")
    return "".join(letter for letter in letters.decode().lower() if letter.isalnum())


_IN_ASCII = {name: _spelt_in_ascii(name) for name in (*FIRST_NAMES, *LAST_NAMES)}
