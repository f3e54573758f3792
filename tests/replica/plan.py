"""Who is who in the replica: outlets, their lookalikes, stories, amplifiers. Names are invented but for the ten.

The ten names and their order, and the totals of pages and domains, are those published of the real campaign. The page
counts of the ten, and all else, are made up.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tests.replica.dice import Dice

SEED = "endless mayfly, replica 1"
PAGES, DOMAINS = 353, 132  # published

# The published top ten, in order: name, domain, languages (the first is the main one), invented page count.
TEN = (
    ("IUVM Press", "iuvmpress.example", ("en", "ar", "fa"), 31),
    ("AWD News", "awdnews.example", ("en", "fr"), 27),
    ("Whatsupic", "whatsupic.example", ("en", "de"), 24),
    ("Yemen Press", "yemenpress.example", ("ar", "en"), 21),
    ("Middle East Press", "middleeastpress.example", ("en", "ar"), 18),
    ("Podaci Dana", "podacidana.example", ("sh",), 16),
    ("Instituto Manquehue", "institutomanquehue.example", ("es",), 14),
    ("Liberty Fighters", "libertyfighters.example", ("en", "fr"), 12),
    ("Real Nienovosti", "realnienovosti.example", ("ru",), 10),
    ("Rasid", "rasid.example", ("ar",), 8),
)
# How many other amplifiers carry so many pages: 122 domains, 172 pages.
OTHERS = {4: 3, 3: 8, 2: 25, 1: 86}
LANGUAGES = {"en": 38, "fr": 13, "es": 13, "de": 12, "ru": 13, "sh": 8, "ar": 15, "fa": 7, "zh": 3}

# Eight of the ten share an address, an analytics property, or both; Podaci Dana and Instituto Manquehue share nothing.
SHARED_IP = ("192.0.2.44", ("iuvmpress", "yemenpress", "middleeastpress", "realnienovosti", "rasid"))
SHARED_IDS = (
    ("UA-00004471", ("awdnews", "whatsupic", "libertyfighters")),
    ("UA-00009316", ("rasid", "yemenpress")),
)
CDN_IP, CDN_SITES = "198.51.100.80", 30  # innocent: a provider's address, not an operator's

OUTLETS = (
    ("harrowcourier", "The Harrow Courier", "en"),
    ("millracegazette", "The Millrace Gazette", "en"),
    ("brennanobserver", "The Brennan Observer", "en"),
    ("pacificledger", "The Pacific Ledger", "en"),
    ("kestrelcentre", "The Kestrel Centre", "en"),
    ("matinrochevive", "Le Matin de Rochevive", "fr"),
    ("depechearmorel", "La Dépêche d'Armorel", "fr"),
    ("heraldopenaviva", "El Heraldo de Peñaviva", "es"),
    ("diariovallezul", "Diario Vallezul", "es"),
    ("lindhafenertageblatt", "Lindhafener Tageblatt", "de"),
    ("wellmarkerbote", "Wellmarker Bote", "de"),
    ("golostolmara", "Голос Толмара", "ru"),
    ("sardovskiglasnik", "Sardovski glasnik", "sh"),
    ("sahifatzarhun", "صحيفة زرهون", "ar"),
    ("alminbarjadid", "المنبر الجديد", "ar"),
    ("ruznamehsardova", "روزنامه ساردوا", "fa"),
    ("nurishangbao", "努里商报", "zh"),
)

# Lookalike, the outlet it imitates, how.
LOOKALIKES = (
    ("harowcourier", "harrowcourier", "deletion"),
    ("harrowcuorier", "harrowcourier", "transposition"),
    ("mıllracegazette", "millracegazette", "homoglyph: dotless i"),
    ("brennanobsever", "brennanobserver", "deletion"),
    ("pacificledqer", "pacificledger", "substitution"),
    ("kestrelcenter", "kestrelcentre", "transposition"),
    ("kestrelcentrre", "kestrelcentre", "insertion"),
    ("matinrochevlve", "matinrochevive", "substitution"),
    ("depeche-armorel", "depechearmorel", "hyphen"),
    ("heraldopenavlva", "heraldopenaviva", "substitution"),
    ("diarovallezul", "diariovallezul", "deletion"),
    ("lindhafenertagblatt", "lindhafenertageblatt", "deletion"),
    ("wellmarkerb0te", "wellmarkerbote", "substitution"),
    ("golostolmarra", "golostolmara", "insertion"),
    ("golos-tolmara", "golostolmara", "hyphen"),
    ("sardovski-glasnik", "sardovskiglasnik", "hyphen"),
    ("sahifatzahrun", "sahifatzarhun", "transposition"),
    ("alminbarjaḍid", "alminbarjadid", "homoglyph: dot below"),
    ("ruznamehsardoova", "ruznamehsardova", "insertion"),
    ("nurishanqbao", "nurishangbao", "substitution"),
)

# Story, lookalike, languages, what became of its addresses, where its text is known from.
# alive · then404 · then410 · redirect_same, redirect_home (to the outlet) · dead (404 ever since) · gone (no answer, so
# no capture) · archived (dead, with an archived copy) · parked (a page that sells the domain)
# file · partial (a file with a part) · capture (of the address, while it was alive) · copy (the archived one) · none
STORIES = (
    ("R01", "harowcourier", ("en", "ar"), "then404", "file"),
    ("R02", "harowcourier", ("en",), "redirect_same", "capture"),
    ("R03", "harrowcuorier", ("en", "ru"), "gone", "file"),
    ("R04", "mıllracegazette", ("en", "es"), "redirect_home", "file"),
    ("R05", "mıllracegazette", ("en",), "alive", "capture"),
    ("R06", "brennanobsever", ("en", "fr"), "then410", "file"),
    ("R07", "pacificledqer", ("en", "ar"), "redirect_same", "file"),
    ("R08", "pacificledqer", ("en",), "archived", "copy"),
    ("R09", "kestrelcenter", ("en", "sh"), "alive", "file"),
    ("R10", "kestrelcentrre", ("en",), "dead", "none"),
    ("R11", "matinrochevlve", ("fr", "ar"), "redirect_home", "file"),
    ("R12", "matinrochevlve", ("fr",), "then404", "capture"),
    ("R13", "depeche-armorel", ("fr",), "gone", "file"),
    ("R14", "heraldopenavlva", ("es",), "alive", "file"),
    ("R15", "heraldopenavlva", ("es", "fr"), "then404", "file"),
    ("R16", "lindhafenertagblatt", ("de",), "redirect_same", "file"),
    ("R17", "lindhafenertagblatt", ("de", "sh"), "dead", "file"),
    ("R18", "wellmarkerb0te", ("de",), "archived", "copy"),
    ("R19", "golostolmarra", ("ru", "sh"), "then410", "file"),
    ("R20", "golostolmarra", ("ru",), "alive", "capture"),
    ("R21", "sardovski-glasnik", ("sh",), "redirect_home", "file"),
    ("R22", "sardovski-glasnik", ("sh",), "alive", "capture"),
    ("R23", "sahifatzahrun", ("ar", "fa"), "then404", "file"),
    ("R24", "sahifatzahrun", ("ar",), "redirect_same", "capture"),
    ("R25", "alminbarjaḍid", ("ar", "ru"), "gone", "file"),
    ("R26", "ruznamehsardoova", ("fa",), "alive", "capture"),
    ("R27", "ruznamehsardoova", ("fa",), "dead", "file"),
    ("R28", "nurishanqbao", ("zh", "en"), "then404", "file"),
    ("R29", "diarovallezul", ("es",), "gone", "partial"),
    ("R30", "golos-tolmara", ("ru",), "then404", "file"),
    ("R31", "kestrelcentrre", ("en",), "parked", "none"),
    ("R32", "diarovallezul", ("es",), "dead", "none"),
)

FACTCHECKERS = (
    ("zweiterblick", "Zweiter Blick", "de"),
    ("plumbline", "Plumbline", "en"),
    ("verifica-sur", "Verifica Sur", "es"),
    ("proverka-faktov", "Проверка фактов", "ru"),
    ("tahaqquq", "تحقق", "ar"),
)
# Crawled because they were suspected or named; none of their pages counts.
CLEAN = (
    ("granarywatch", "Granary Watch", "en", "bystander"),
    ("portsennaletters", "Port Senna Letters", "en", "menu"),
    ("carnetdesdocks", "Carnet des docks", "fr", "sidebar"),
    ("uferbrief", "Uferbrief", "de", "footer"),
    ("correodelmuelle", "Correo del Muelle", "es", "claimreview"),
    ("thornbridgepost", "Thornbridge Post", "en", "claimreview"),
    ("peykebandar", "پیک بندر", "fa", "comments"),
    ("sadaalwadi", "صدى الوادي", "ar", "near"),
)
CONTROLS = (
    ("gardenweekly", "Garden Weekly", "en"),
    ("recettesdelouise", "Les recettes de Louise", "fr"),
    ("wanderfreunde", "Wanderfreunde", "de"),
    ("ajedrezdiario", "Ajedrez diario", "es"),
    ("shahmatny", "Шахматный листок", "ru"),
    ("chayebandar", "چای بندر", "fa"),
)
SOURCE = ("meridianews", "Meridia News Agency", "en")
PLATFORMS = (("plaza", "Plaza", "en"),)
IGNORED = (("linkfarm", "Link farm", "en"),)
SHORTENERS = ("kurz.example", "mini.example", "weiter.example")
ARCHIVE = "archiv.example"

NAMES = {
    "en": (
        [
            "Millrace",
            "Threebridge",
            "Granite",
            "Lantern",
            "Compass",
            "Copper",
            "Quayside",
            "Willowbank",
            "Signal",
            "Orchard",
            "Upperbank",
        ],
        ["Dispatch", "Notebook", "Record", "Wire", "Digest", "Letter", "Almanac"],
    ),
    "fr": (
        ["Courrier", "Carnet", "Écho", "Regard", "Fil"],
        ["des Trois Ponts", "du Vieux Moulin", "des Saules", "de la Rive Haute", "du Quai Vert"],
    ),
    "es": (
        ["Farol", "Cuaderno", "Eco", "Mirador", "Boletín"],
        ["de Cuatro Puentes", "de los Sauces", "del Molino Viejo", "de la Orilla Alta", "del Muelle Verde"],
    ),
    "de": (["Dreibrücken", "Weidenufer", "Altmühlen", "Hochufer", "Grünkai"], ["bote", "blatt", "brief", "notiz"]),
    "ru": (["Трёхмостовый", "Ивовый", "Причальный", "Мельничный"], ["вестник", "дневник", "листок", "маяк"]),
    "sh": (["Tromostovski", "Vrbanski", "Lučki", "Vodenički"], ["zapis", "pregled", "odjek"]),
    "ar": (["صدى", "مرآة", "دفتر", "منبر", "أفق"], ["الجسور الثلاثة", "الصفصاف", "الطاحونة", "الضفة العليا"]),
    "fa": (["چراغ", "آینه", "دفتر"], ["سه پل", "بیدستان", "آسیاب"]),
    "zh": (["柳岸", "三桥", "石磨"], ["日记", "观察"]),
}
LATIN = {
    "Трёхмостовый": "tryohmostovy", "Ивовый": "ivovy", "Причальный": "prichalny", "Мельничный": "melnichny",
    "вестник": "vestnik", "дневник": "dnevnik", "листок": "listok", "маяк": "mayak", "صدى": "sada", "مرآة": "mirat",
    "دفتر": "daftar", "منبر": "minbar", "أفق": "ufuq", "الجسور": "aljusur", "الثلاثة": "althalatha",
    "الصفصاف": "alsafsaf", "الطاحونة": "altahuna", "الضفة": "aldiffa", "العليا": "alulya", "چراغ": "cheragh",
    "آینه": "ayeneh", "سه": "se", "پل": "pol", "بیدستان": "bidestan", "آسیاب": "asiab", "柳岸": "liuan",
    "三桥": "sanqiao", "石磨": "shimo", "日记": "riji", "观察": "guancha",
}  # fmt: skip


@dataclass(frozen=True)
class Amplifier:
    """A site that carries stories: how many pages, in which languages."""

    site: str
    name: str
    languages: tuple[str, ...]
    pages: int


def domain(label: str) -> str:
    """The reserved domain of a label, in punycode where it has other letters than ASCII."""
    return f"{label.encode('idna').decode()}.example"


def latin(text: str) -> str:
    """A text in lower-case ASCII letters and hyphens, for a domain or a path."""
    text = " ".join(LATIN.get(word, word) for word in text.split())
    plain = (
        unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("đ", "d")).encode("ascii", "ignore").decode()
    )
    return "-".join("".join(c if c.isalnum() else " " for c in plain.lower()).split())


def amplifiers() -> list[Amplifier]:
    """The 132 domains, those with most pages first."""
    dice = Dice(SEED, "amplifiers")
    found = [Amplifier(site, name, languages, pages) for name, site, languages, pages in TEN]
    named: list[tuple[str, str]] = []
    for language, count in LANGUAGES.items():
        first, second = NAMES[language]
        glue = "" if language in ("de", "zh") else " "
        both = [f"{a}{glue}{b}" for a in first for b in second]
        labels = [latin(f"{a} {b}") for a in first for b in second]
        chosen = dice.some(list(zip(both, labels, strict=True)), count)
        for name, label in chosen:
            label = label if dice.chance(0.3) else label.replace("-", "")
            named.append((language, f"{name}\t{domain(label)}"))
    named = dice.shuffled(named)
    counts = [count for count, sites in OTHERS.items() for _ in range(sites)]
    for count, (language, both_names) in zip(counts, named, strict=True):
        name, site = both_names.split("\t")
        found.append(Amplifier(site, name, (language,), count))
    assert len({amplifier.site for amplifier in found}) == DOMAINS
    assert sum(amplifier.pages for amplifier in found) == PAGES
    return found
