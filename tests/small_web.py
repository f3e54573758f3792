"""A made-up web of a dozen sites with what a crawl meets: feeds, sitemaps, robots.txt, redirects, shorteners,
copies of one page, pages that are gone, pages in other encodings. The same each time."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

from tests.web import Answer

WORDS = [first + second for first in ("mar", "tel", "von", "sul", "ber", "kan", "lor", "pid") for second in
         ("ana", "ico", "uta", "ero", "isk", "oma", "ent", "aru")]  # fmt: skip
TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
XML = (("Content-Type", "application/xml"),)
STORY = "https://lookalike.example/2017/minister-resigns"


def prose(seed: str, count: int = 120) -> str:
    """So many made-up words, in sentences; the same for the same seed."""
    draw = random.Random(seed)
    words = [draw.choice(WORDS) for _ in range(count)]
    return " ".join(f"{word.capitalize()}" if n % 12 == 0 else word + ("." if n % 12 == 11 else "")
                    for n, word in enumerate(words))  # fmt: skip


def page(title: str, body: str, head: str = "") -> Answer:
    return Answer(
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body><nav><a href='/'>Home</a>"
        f"</nav><article><h1>{title}</h1>{body}</article><footer><a href='{STORY}'>x</a></footer></body></html>".encode()
    )


def redirect(where: str, status: int = 301) -> Answer:
    return Answer(b"<html>Moved.</html>", status, (("Location", where), ("Content-Type", "text/html")))


def sites(count: int) -> list[str]:
    return [f"site{n}.example" for n in range(count)]


def small_web(count: int = 10, pages: int = 12) -> dict[str, Answer]:
    """`count` sites of `pages` articles, a lookalike, a fact-checker and shorteners, by URL."""
    web: dict[str, Answer] = {
        STORY: page("Minister resigns over secret pact", f"<p>{prose('story')}</p>"),
        "https://lookalike.example/": page("The Outlook", "<p>Welcome.</p>"),
        "https://check.example/": page("We check", f"<p><a href='/fake'>A fake</a> {prose('check')}</p>"),
        "https://check.example/fake": page("Fake", f"<p>It is <a href='{STORY}'>not true</a>. {prose('fake')}</p>"),
        "https://bit.ly/one": redirect("https://t.co/two"),
        "https://t.co/two": redirect(STORY),
    }
    for n, site in enumerate(sites(count)):
        home = f"https://{site}"
        web[f"{home}/robots.txt"] = Answer(b"User-agent: *\nDisallow: /admin/\n", headers=TEXT)
        links = "".join(
            f"<li><a href='/{k}.html?utm_source=home'>{prose(f'{n} {k} t', 4)}</a></li>" for k in range(0, pages, 2)
        )
        web[f"{home}/"] = page(f"Site {n}", f"<ul>{links}</ul><a href='/admin/'>Admin</a><a href='/old'>Old</a>",
                               "<link rel='alternate' type='application/rss+xml' href='/feed'>")  # fmt: skip
        items = "".join(f"<item><title>{k}</title><link>{home}/{k}.html</link></item>" for k in range(1, pages, 4))
        web[f"{home}/feed"] = Answer(
            f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode(),
            headers=XML,
        )
        locations = "".join(f"<url><loc>{home}/{k}.html</loc></url>" for k in range(3, pages, 4))
        web[f"{home}/sitemap.xml"] = Answer(
            "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
            f"{locations}</urlset>".encode(), headers=XML
        )  # fmt: skip
        web[f"{home}/old"] = redirect("/0.html")
        for k in range(pages):
            body = f"<p>{prose(f'{n} {k}')}</p>"
            if k == 0:
                body += f"<p>See <a href='{STORY}'>the report</a>.</p>"
            if k == 1:
                body += "<p>Short: <a href='https://bit.ly/one'>here</a>.</p>"
            if k == 2:
                body = f"<p>{prose('syndicated')}</p>"
            if k == 3:
                body += f"<p><a href='/gone{n}'>gone</a> <a href='https://{sites(count)[(n + 1) % count]}/orphan'>o</a></p>"
            web[f"{home}/{k}.html"] = page(prose(f"{n} {k} t", 4), body)
        web[f"{home}/orphan"] = page("Orphan", f"<p>{prose(f'orphan {n}')}</p>")
        if n == 0:  # the same bytes under two addresses
            web[f"{home}/orphan"] = web[f"{home}/2.html"]
        if n == 1:
            body = gzip.compress(web[f"{home}/4.html"].body, mtime=0)
            web[f"{home}/4.html"] = Answer(
                body, headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
            )
            web["http://site1.example/5.html"] = redirect("https://site1.example/5.html")
    return web


def write_case(folder: Path, web_sites: list[str], toml: str) -> Path:
    """A case over that web, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stories.csv").write_text(
        "story,url,title,language,published,impersonates,source\n"
        f"S1,{STORY},Minister resigns over secret pact,en,2017-03-02,outlet.example,made up\n",
        encoding="utf-8",
    )
    rows = [f"{site},amplifier,{site},made up" for site in web_sites]
    rows += ["lookalike.example,lookalike,,made up", "check.example,factchecker,We Check,made up"]
    rows += ["outlet.example,outlet,The Outlet,made up"]
    (folder / "sites.csv").write_text("site,role,name,source\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "case.toml").write_text(toml, encoding="utf-8")
    return folder
