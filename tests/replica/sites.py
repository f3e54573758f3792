"""The sites: who runs them, how they are built, what stands on each of their pages."""

from __future__ import annotations

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import LAYOUTS
from tests.replica.model import Site
from tests.replica.web import Web

CHARSETS = {"ru": "windows-1251", "ar": "windows-1256", "fr": "iso-8859-1", "es": "iso-8859-1"}
TEN = {site for _, site, _, _ in plan.TEN}


def make_sites(web: Web) -> None:
    """Every site of the plan, then what some of them share."""
    amplifiers = plan.amplifiers()
    for amplifier in amplifiers:
        add(web, amplifier.site, amplifier.name, "amplifier", amplifier.languages[0])
    for label, name, language, note in plan.CLEAN:
        add(web, plan.domain(label), name, "amplifier", language).note = note
    for label, outlet, note in plan.LOOKALIKES:
        name, language = next((name, lang) for other, name, lang in plan.OUTLETS if other == outlet)
        add(web, plan.domain(label), name, "lookalike", language).note = note
    groups: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
        ("outlet", plan.OUTLETS), ("factchecker", plan.FACTCHECKERS), ("control", plan.CONTROLS),
        ("source", (plan.SOURCE,)), ("platform", plan.PLATFORMS), ("ignore", plan.IGNORED),
    )  # fmt: skip
    for role, group in groups:
        for label, name, language in group:
            add(web, plan.domain(label), name, role, language)
    share(web, [amplifier.site for amplifier in amplifiers if amplifier.site not in TEN])


def add(web: Web, site: str, name: str, role: str, language: str) -> Site:
    dice = Dice(plan.SEED, "site", site)
    large = site in TEN
    www = dice.chance(0.4) and role in ("amplifier", "factchecker", "control")
    found = Site(
        site, name, role, language, f"www.{site}" if www else site, dice.pick(tuple(LAYOUTS)),
        dice.pick(("wp", "wp", "num", "query", "p", "slug", "arch")), web.ip(),
    )  # fmt: skip
    if language in ("ar", "ru", "fa") and found.scheme == "slug":
        found.scheme = "percent"
    if role == "outlet" or dice.chance(0.5):
        found.ids = [f"UA-0000{dice.between(1000, 9999)}-{dice.between(1, 3)}"]
    if large or dice.chance(0.45):
        found.feed = "/feed/" if found.scheme in ("wp", "p") else dice.pick(("/rss.xml", "/feed.xml", "/rss"))
    if large or dice.chance(0.3):
        found.sitemap = dice.pick(("plain", "plain", "index", "gzip"))
    found.robots = found.sitemap is not None or dice.chance(0.6)
    found.compressed = dice.chance(0.1)
    if role == "amplifier" and not large and dice.chance(0.3):
        found.charset = CHARSETS.get(language, "utf-8")
    web.sites[site] = found
    return found


def share(web: Web, small: list[str]) -> None:
    """Addresses and properties in common: of operators, of a provider's customers, of clones and their victims."""
    address, sharing = plan.SHARED_IP
    for label in sharing:
        web.sites[plan.domain(label)].ip = address
    for name, labels in plan.SHARED_IDS:
        for place, label in enumerate(labels, 1):
            web.sites[plan.domain(label)].ids = [f"{name}-{place}"]
    controls = [site.site for site in web.sites.values() if site.role == "control"]
    for neighbour in [*controls[:4], *Dice(plan.SEED, "cdn").some(small, plan.CDN_SITES - 4)]:
        web.sites[neighbour].ip = plan.CDN_IP
    for label, outlet, _ in plan.LOOKALIKES:  # a cloned page carries its victim's own property
        web.sites[plan.domain(label)].ids = list(web.sites[plan.domain(outlet)].ids)


def dress(web: Web) -> None:
    """What stands on every page of a site: menus, boxes and footers, some of which link to a story."""
    small = [s for s in web.sites.values() if s.role == "amplifier" and s.site not in TEN]
    counted = [site for site in small if not site.note]
    dice = Dice(plan.SEED, "dress")
    clean = [site for site in small if site.note in ("menu", "sidebar", "footer")]
    for place, site in enumerate([*dice.some(counted, 9), *clean]):
        where = site.note or ("menu", "sidebar", "footer")[place % 3]
        version = dice.pick([v for v in web.versions if v.language == site.language])
        shown = {"menu": site.nav, "sidebar": site.sidebar, "footer": site.footer}[where]
        shown.append((version, (version.headline, version.url)))
    lookalikes = [site for site in web.sites.values() if site.role == "lookalike"]
    for site in web.sites.values():
        if site.role in ("amplifier", "control"):
            others = [other for other in counted if other is not site]
            site.partners = [(other.name, other.home) for other in dice.some(others, dice.below(4))]
        if site.role == "amplifier" and dice.chance(0.04):
            lookalike = dice.pick(lookalikes)
            site.partners.append((lookalike.name, lookalike.home))
