"""How the replica's pages are built: eight kinds of template as found on real sites, from clean to careless."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

Link = tuple[str, str]  # words, address


@dataclass
class View:
    """All that a template needs to know of a page. Blocks are HTML already; everything else is text."""

    name: str  # of the site
    home: str
    language: str
    title: str
    blocks: Sequence[str] = ()
    head: str = ""
    nav: Sequence[Link] = ()
    byline: str = ""
    day: str = ""  # as people write it
    iso: str = ""
    tags: Sequence[str] = ()
    related_title: str = ""
    related: Sequence[str] = ()  # HTML of each
    comments_title: str = ""
    comments: Sequence[str] = ()  # HTML of each
    share: str = ""  # address of a platform's button
    share_title: str = ""
    footer: Sequence[Link] = ()
    rights: str = ""
    cookie: str = ""
    teasers: Sequence[str] = ()  # of a list of articles: HTML of each
    pager: Sequence[Link] = ()
    tools: Sequence[Link] = ()  # print and mobile versions
    kind: str = "single"  # single, archive, home
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        return "rtl" if self.language in ("ar", "fa") else "ltr"


def link(words: str, address: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def items(links: Sequence[Link]) -> str:
    return "".join(f"<li>{link(*each)}</li>" for each in links)


def lines(parts: Sequence[str]) -> str:
    return "\n".join(parts)


def listed(comments: Sequence[str]) -> str:
    return "".join(f'<li class="comment"><div class="comment-body">{each}</div></li>' for each in comments)


def row(links: Sequence[Link], glue: str = " | ") -> str:
    return glue.join(link(*each) for each in links)


def language_tag(language: str) -> str:
    return {"sh": "sr-Latn"}.get(language, language)


def wordpress(v: View) -> str:
    tools = f'<p class="post-tools">{row(v.tools)}</p>' if v.tools else ""
    main = (
        f'<article id="post-1" class="post type-post hentry"><header class="entry-header">'
        f'<h1 class="entry-title">{escape(v.title)}</h1><div class="entry-meta"><time class="entry-date published" '
        f'datetime="{v.iso}">{v.day}</time> <span class="byline">{escape(v.byline)}</span></div></header>\n'
        f'<div class="entry-content">\n{lines(v.blocks)}\n</div>\n'
        f'<footer class="entry-footer"><span class="tags-links">{escape(", ".join(v.tags))}</span>{tools}</footer></article>'
        if v.kind == "single"
        else f'<h1 class="page-title">{escape(v.title)}</h1>\n' + lines(v.teasers)
    )
    comments = (
        f'<div id="comments" class="comments-area"><h2 class="comments-title">{escape(v.comments_title)}</h2>'
        f'<ol class="comment-list">{listed(v.comments)}</ol>'
        f'<div id="respond" class="comment-respond"><form action="/wp-comments-post.php" method="post"><textarea name="comment"></textarea></form></div></div>'
        if v.comments
        else ""
    )
    share = f'<div class="sharedaddy share-buttons">{link(v.share_title, v.share)}</div>' if v.share else ""
    pager = f'<nav class="navigation pagination">{row(v.pager)}</nav>' if v.pager else ""
    return f"""<!DOCTYPE html>
<html lang="{language_tag(v.language)}" dir="{v.direction}">
<head>
<meta charset="{v.extra["charset"]}">
<title>{escape(v.extra.get("doctitle", v.title))}</title>
<link rel="stylesheet" href="/wp-content/themes/quay/style.css">
{v.head}
</head>
<body class="{v.kind} right-sidebar wp-custom-logo">
<header id="masthead" class="site-header"><p class="site-title">{link(v.name, v.home)}</p>
<nav id="site-navigation" class="main-navigation"><ul class="menu">{items(v.nav)}</ul></nav></header>
<div id="content" class="site-content"><main id="main" class="site-main">
{main}
{share}{pager}
{comments}
</main>
<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries"><h2 class="widget-title">{escape(v.related_title)}</h2>
<ul>{"".join(f"<li>{each}</li>" for each in v.related)}</ul></section></aside></div>
<footer id="colophon" class="site-footer"><div class="site-info">© {escape(v.name)}. {escape(v.rights)}</div><ul>{items(v.footer)}</ul></footer>
{v.cookie}
</body>
</html>
"""


def joomla(v: View) -> str:
    main = (
        f'<div class="item-page" itemscope><h2 itemprop="headline">{escape(v.title)}</h2>\n'
        f'<dl class="article-info"><dd class="published">{v.day}</dd><dd class="createdby">{escape(v.byline)}</dd></dl>\n'
        f'<div itemprop="articleBody">\n{lines(v.blocks)}\n</div></div>'
        + (f'<ul class="actions">{items(v.tools)}</ul>' if v.tools else "")
        if v.kind == "single"
        else f'<div class="blog"><h1>{escape(v.title)}</h1>' + lines(v.teasers) + "</div>"
    )
    comments = (
        f'<div id="jc"><div class="comments"><h4>{escape(v.comments_title)}</h4>'
        + "".join(f'<div class="comment-box">{c}</div>' for c in v.comments)
        + "</div></div>"
        if v.comments
        else ""
    )
    pager = f'<div class="pagination">{row(v.pager)}</div>' if v.pager else ""
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{language_tag(v.language)}" dir="{v.direction}">
<head>
<meta http-equiv="content-type" content="text/html; charset={v.extra["charset"]}" />
<meta name="generator" content="Joomla! - Open Source Content Management" />
<title>{escape(v.extra.get("doctitle", v.title))}</title>
{v.head}
</head>
<body>
<div id="all"><div id="header"><h1 id="logo">{link(v.name, v.home)}</h1><ul class="menu">{items(v.nav)}</ul></div>
<div id="contentarea"><div id="main">
{main}
{pager}
{comments}
</div>
<div id="right"><div class="moduletable_recommend"><h3>{escape(v.related_title)}</h3><ul class="latestnews">{"".join(f"<li>{each}</li>" for each in v.related)}</ul></div></div></div>
<div id="footer"><p>{escape(v.name)} {escape(v.rights)} {row(v.footer, " · ")}</p></div></div>
{v.cookie}
</body>
</html>
"""


def table(v: View) -> str:
    main = (
        f"<FONT SIZE=5><B>{escape(v.title)}</B></FONT><BR><FONT SIZE=2>{v.day} {escape(v.byline)}</FONT>\n"
        + lines(v.blocks)
        + (f"<P><FONT SIZE=2>{row(v.tools)}</FONT>" if v.tools else "")
        if v.kind == "single"
        else f"<H1>{escape(v.title)}</H1>\n" + lines(v.teasers)
    )
    comments = (
        f"<TR><TD COLSPAN=3 ID=comments><B>{escape(v.comments_title)}</B>"
        + "".join(f"<DIV CLASS=comment>{c}</DIV>" for c in v.comments)
        + "</TD></TR>"
        if v.comments
        else ""
    )
    return f"""<HTML DIR={v.direction}>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={v.extra["charset"]}">
<TITLE>{escape(v.extra.get("doctitle", v.title))}</TITLE>
{v.head}
</HEAD>
<BODY BGCOLOR=#FFFFFF>
<TABLE WIDTH=100% BORDER=0 CELLPADDING=4>
<TR><TD COLSPAN=3><FONT SIZE=6>{link(v.name, v.home)}</FONT></TD></TR>
<TR><TD WIDTH=15% VALIGN=top CLASS=menu>{row(v.nav, "<BR>")}</TD>
<TD VALIGN=top>
{main}
{row(v.pager)}
</TD>
<TD WIDTH=20% VALIGN=top CLASS=related><B>{escape(v.related_title)}</B><BR>{"<BR>".join(v.related)}</TD></TR>
{comments}
<TR><TD COLSPAN=3 CLASS=footer><FONT SIZE=1>{escape(v.name)} {escape(v.rights)} {row(v.footer)}</FONT></TD></TR>
</TABLE>
{v.cookie}
</BODY>
</HTML>
"""


def soup(v: View) -> str:
    main = (
        f'<div class="c7"><h1>{escape(v.title)}</h1></div><div class="c8">{v.day} / {escape(v.byline)}</div>\n'
        f'<div class="c9">\n{lines(v.blocks)}\n</div>' + (f'<div class="c10">{row(v.tools)}</div>' if v.tools else "")
        if v.kind == "single"
        else f'<div class="c7"><h1>{escape(v.title)}</h1></div>' + lines(v.teasers)
    )
    comments = (
        f'<div class="user-comments"><div class="c20">{escape(v.comments_title)}</div>'
        + "".join(f'<div class="c21">{c}</div>' for c in v.comments)
        + "</div>"
        if v.comments
        else ""
    )
    return f"""<!doctype html>
<html lang={language_tag(v.language)} dir={v.direction}><head><meta charset={v.extra["charset"]}>
<meta name=viewport content="width=device-width">
<title>{escape(v.extra.get("doctitle", v.title))}</title>
{v.head}
</head><body>
<div class="c1"><div class="c2">{link(v.name, v.home)}</div><div class="topmenu">{row(v.nav, " ")}</div></div>
<div class="c3"><div class="c4">
{main}
<div class="c12">{row(v.pager, " ")}</div>
{comments}
</div>
<div class="sidebar-right"><div class="c15">{escape(v.related_title)}</div>{"".join(f'<div class="c16">{each}</div>' for each in v.related)}</div>
</div>
<div class="bottom-footer"><div class="c18">{escape(v.name)} — {escape(v.rights)}</div><div>{row(v.footer, " ")}</div></div>
{v.cookie}
</body></html>
"""


def minimal(v: View) -> str:
    main = (
        f"<h1>{escape(v.title)}</h1>\n<p><em>{v.day}, {escape(v.byline)}</em>\n"
        + lines(v.blocks)
        + (f"\n<p>{row(v.tools)}" if v.tools else "")
        if v.kind == "single"
        else f"<h1>{escape(v.title)}</h1>\n" + lines(v.teasers)
    )
    comments = (
        f"<section id=comments><h2>{escape(v.comments_title)}</h2>{''.join(f'<p>{c}' for c in v.comments)}</section>"
        if v.comments
        else ""
    )
    related = (
        f"<aside><h2>{escape(v.related_title)}</h2><ul>{''.join(f'<li>{each}' for each in v.related)}</ul></aside>"
        if v.related
        else ""
    )
    return f"""<!doctype html>
<html lang={language_tag(v.language)} dir={v.direction}>
<meta charset={v.extra["charset"]}>
<title>{escape(v.extra.get("doctitle", v.title))}</title>
{v.head}
<body>
<nav>{row(v.nav)}</nav>
<main>
{main}
{f"<p>{row(v.pager)}" if v.pager else ""}
</main>
{comments}
{related}
<footer><p>{escape(v.name)}. {escape(v.rights)} {row(v.footer)}</footer>
{v.cookie}
"""


def magazine(v: View) -> str:
    main = (
        f'<section class="story"><div class="headline"><h1>{escape(v.title)}</h1></div>'
        f'<p class="dateline"><time datetime="{v.iso}">{v.day}</time> · {escape(v.byline)}</p>\n'
        f'<section class="text">\n{lines(v.blocks)}\n</section></section>'
        + (f'<p class="versions">{row(v.tools)}</p>' if v.tools else "")
        if v.kind == "single"
        else f'<section class="list"><h1>{escape(v.title)}</h1>' + lines(v.teasers) + "</section>"
    )
    comments = (
        f'<section class="comments" aria-label="{escape(v.comments_title)}">'
        + "".join(f"<article><p>{c}</p></article>" for c in v.comments)
        + "</section>"
        if v.comments
        else ""
    )
    related = (
        f'<section class="you-may-like"><h2>{escape(v.related_title)}</h2>'
        + "".join(f"<p>{each}</p>" for each in v.related)
        + "</section>"
        if v.related
        else ""
    )
    share = f'<div class="share">{link(v.share_title, v.share)}</div>' if v.share else ""
    return f"""<!DOCTYPE html>
<html lang="{language_tag(v.language)}" dir="{v.direction}"><head>
<meta charset="{v.extra["charset"]}"><title>{escape(v.extra.get("doctitle", v.title))}</title>
{v.head}
</head><body>
<div role="banner">{link(v.name, v.home)}</div><div role="navigation">{row(v.nav, " ")}</div>
<div role="main">
{main}
{share}
<div class="pages">{row(v.pager, " ")}</div>
</div>
{related}
{comments}
<div role="contentinfo">{escape(v.name)} {escape(v.rights)} {row(v.footer, " ")}</div>
{v.cookie}
</body></html>
"""


def blog(v: View) -> str:
    main = (
        f'<div class="post hentry"><h3 class="post-title entry-title">{escape(v.title)}</h3>'
        f'<div class="post-date">{v.day}</div><div class="post-body entry-content">\n{lines(v.blocks)}\n'
        f'<div style="clear: both;"></div></div><div class="post-footer">{escape(v.byline)} {row(v.tools)}</div></div>'
        if v.kind == "single"
        else f'<div class="blog-posts"><h2>{escape(v.title)}</h2>' + lines(v.teasers) + "</div>"
    )
    comments = (
        f'<div class="comments" id="comments"><h4>{escape(v.comments_title)}</h4><dl id="comments-block">'
        + "".join(f'<dd class="comment-body"><p>{c}</p></dd>' for c in v.comments)
        + "</dl></div>"
        if v.comments
        else ""
    )
    return f"""<!DOCTYPE html>
<html dir="{v.direction}"><head><meta content="text/html; charset={v.extra["charset"]}" http-equiv="Content-Type">
<title>{escape(v.extra.get("doctitle", v.title))}</title>
{v.head}
</head><body>
<div id="header-wrapper"><h1 class="title">{link(v.name, v.home)}</h1></div>
<div id="crosscol-wrapper"><ul class="tabs menu">{items(v.nav)}</ul></div>
<div id="main-wrapper"><div id="main">
{main}
<div class="blog-pager">{row(v.pager, " ")}</div>
{comments}
</div></div>
<div id="sidebar-wrapper"><div class="widget PopularPosts"><h2>{escape(v.related_title)}</h2><ul>{"".join(f"<li>{each}</li>" for each in v.related)}</ul></div></div>
<div id="footer-wrapper">{escape(v.name)} {escape(v.rights)}<ul>{items(v.footer)}</ul></div>
{v.cookie}
</body></html>
"""


def drupal(v: View) -> str:
    main = (
        f'<h1 class="title" id="page-title">{escape(v.title)}</h1><div id="node-1" class="node node-article clearfix">'
        f'<div class="submitted">{escape(v.byline)} – {v.day}</div><div class="content clearfix">'
        f'<div class="field field-name-body"><div class="field-items"><div class="field-item even">\n{lines(v.blocks)}\n</div></div></div>'
        f"</div></div>"
        + (f'<div class="link-wrapper"><ul class="links">{items(v.tools)}</ul></div>' if v.tools else "")
        if v.kind == "single"
        else f'<h1 class="title">{escape(v.title)}</h1><div class="view-content">' + lines(v.teasers) + "</div>"
    )
    comments = (
        f'<div id="comments" class="comment-wrapper"><h2>{escape(v.comments_title)}</h2>'
        + "".join(f'<div class="comment"><div class="content">{c}</div></div>' for c in v.comments)
        + "</div>"
        if v.comments
        else ""
    )
    pager = f'<ul class="pager">{items(v.pager)}</ul>' if v.pager else ""
    return f"""<!DOCTYPE html>
<html lang="{language_tag(v.language)}" dir="{v.direction}">
<head><meta http-equiv="Content-Type" content="text/html; charset={v.extra["charset"]}" />
<title>{escape(v.extra.get("doctitle", v.title))}</title>
{v.head}
</head>
<body class="html not-front one-sidebar sidebar-second page-node">
<div id="page-wrapper"><div id="page"><div id="header"><div id="site-name">{link(v.name, v.home)}</div>
<div id="main-menu" class="navigation"><ul id="main-menu-links" class="links">{items(v.nav)}</ul></div></div>
<div id="main-wrapper" class="clearfix"><div id="main"><div id="content" class="column"><div class="section">
{main}
{pager}
{comments}
</div></div>
<div id="sidebar-second" class="column sidebar"><div class="section"><div class="block"><h2>{escape(v.related_title)}</h2><ul>{"".join(f"<li>{each}</li>" for each in v.related)}</ul></div></div></div>
</div></div>
<div id="footer-wrapper"><div class="section">{escape(v.name)}. {escape(v.rights)} {row(v.footer)}</div></div></div></div>
{v.cookie}
</body>
</html>
"""


LAYOUTS: dict[str, Callable[[View], str]] = {
    "wordpress": wordpress,
    "joomla": joomla,
    "table": table,
    "soup": soup,
    "minimal": minimal,
    "magazine": magazine,
    "blog": blog,
    "drupal": drupal,
}


def paragraph(layout: str, html: str, place: int) -> str:
    """A paragraph as the template's editor writes it."""
    if layout == "table":
        return f"<P ALIGN=justify>{html}"  # never closed
    if layout == "soup":
        return f'<div class="c{30 + place % 3}">{html}</div>'
    if layout == "blog" and place % 2:
        return f"{html}<br /><br />"
    return f"<p>{html}</p>"


def teaser(layout: str, title: str, address: str, day: str, words: str, more: str) -> str:
    """An article in a list: its title, its first words, a link to read on."""
    shown = f"{words} {link(more, address)}"
    if layout == "table":
        return f"<P><B>{link(title, address)}</B><BR><FONT SIZE=2>{day}</FONT><BR>{shown}"
    if layout == "soup":
        return f'<div class="c40"><div class="c41">{link(title, address)}</div><div class="c42">{day}</div><div class="c43">{shown}</div></div>'
    if layout in ("wordpress", "magazine", "minimal"):
        return (
            f'<article class="post teaser"><h2 class="entry-title">{link(title, address)}</h2><p class="date">{day}</p>'
            f'<div class="entry-summary"><p>{shown}</p></div></article>'
        )
    return (
        f'<div class="teaser item"><h2>{link(title, address)}</h2><span class="date">{day}</span><p>{shown}</p></div>'
    )
