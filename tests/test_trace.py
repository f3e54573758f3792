"""Which pages speak of a story, and how: small made-up webs, one fact each."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.shingles import words
from analysis.trace import trace
from tests.webs import Web, prose

FAKE = "lookalike.example/2017/dam"
HEADLINE = "Dam on the verge of collapse, engineers warn"
TEXT = prose("the dam story", 120)
PAGE = "speaker.example/page"
THAI = "เจ้าหน้าที่ระดับสูงยืนยันว่าเขื่อนแห่งนี้จะพังทลายภายในหนึ่งปีและรัฐบาลได้ปิดบังรายงานของวิศวกรเอาไว้จากประชาชนทั่วประเทศมาโดยตลอด"
HAN = "".join(chr(0x4E00 + 7 * n) for n in range(200))
ARABIC = "قال مهندسان إن السد سينهار خلال عام واحد وإن الحكومة أخفت تقريرهما عن الناس في جميع أنحاء البلاد منذ زمن طويل جدا خوفا من الغضب الشعبي الكبير في المدن والقرى كلها"
PERSIAN = "دو مهندس گفتند که سد تا یک سال دیگر فرو می‌ریزد و دولت گزارش آنان را از مردم سراسر کشور پنهان کرده است زیرا از خشم مردم شهرها و روستاها سخت بیم دارد و چاره‌ای نمی‌شناسد"


@pytest.fixture
def web() -> Web:
    """A web with one story, known by its address, an archived copy, its headline and its text."""
    made = Web()
    made.story("dam", HEADLINE, text=TEXT)
    made.address("dam", FAKE)
    made.address("dam", "archive.example/AbCdE", kind="archive")
    return made


def kinds(web: Web, urlkey: str = PAGE) -> list[str]:
    trace(web.db)
    return [kind for key, kind in web.mentions("urlkey", "kind") if key == urlkey]


# ── pointing at the story ──


@pytest.mark.parametrize(
    ("detector", "wrapper", "urlkey", "kind"),
    [
        ("hyperlink", None, FAKE, "link"),
        ("text_url", None, FAKE, "text_url"),
        ("embed", None, FAKE, "embed"),
        ("hyperlink", "google_url", FAKE, "wrapped_link"),
        ("hyperlink", "amp_cache", FAKE, "wrapped_link"),
        ("hyperlink", "archive.org", FAKE, "archive_link"),
        ("hyperlink", "archive.today", FAKE, "archive_link"),
        ("text_url", "archive.org", FAKE, "archive_link"),
        ("hyperlink", None, "archive.example/AbCdE", "archive_link"),
        ("hyperlink", None, "short.example/1", "wrapped_link"),
        ("hyperlink", "facebook", "short.example/1", "wrapped_link"),
        ("text_url", None, "short.example/1", "wrapped_link"),
        ("hyperlink", "archive.org", "short.example/1", "archive_link"),
        ("hyperlink", None, "short.example/2", "wrapped_link"),
    ],
)
def test_a_reference_to_the_story_is_a_mention_of_one_kind(
    web: Web, detector: str, wrapper: str | None, urlkey: str, kind: str
) -> None:
    web.redirect("short.example/1", FAKE)
    web.redirect("short.example/2", "archive.example/AbCdE")
    web.points(web.page(PAGE), urlkey, detector=detector, wrapper=wrapper)
    assert kinds(web) == [kind]


@pytest.mark.parametrize(
    "urlkey",
    [
        "lookalike.example",  # the lookalike's front page
        "lookalike.example/2017/dam/comments",
        "lookalike.example/2017/Dam",  # the case of a path matters
        "outlet.example/2017/dam",  # the imitated outlet
        "archive.example/other",
        "short.example/elsewhere",
        "short.example/dead",
    ],
)
def test_a_reference_to_anything_else_is_none(web: Web, urlkey: str) -> None:
    web.redirect("short.example/elsewhere", "lookalike.example")
    web.capture("short.example/dead", outcome="dns_error")
    web.redirect(FAKE, "outlet.example/2017/dam")  # the fake sends its visitors to its victim
    web.points(web.page(PAGE), urlkey)
    assert kinds(web) == []


def test_a_link_to_a_story_known_by_several_addresses_names_the_one_linked(web: Web) -> None:
    web.address("dam", "mirror.example/dam")
    web.points(web.page(PAGE), "mirror.example/dam")
    trace(web.db)
    assert web.mentions("target", "certainty") == [("mirror.example/dam", 1.0)]


def test_an_address_of_two_stories_is_a_mention_of_both(web: Web) -> None:
    web.story("flood", "Flood")
    web.address("flood", FAKE)
    web.points(web.page(PAGE), FAKE)
    trace(web.db)
    assert web.mentions("story", "kind") == [("dam", "link"), ("flood", "link")]


def test_a_page_is_one_mention_however_many_links_it_holds(web: Web) -> None:
    capture = web.page(PAGE)
    web.points(capture, FAKE, zone="body", context="First.")
    web.points(capture, FAKE, zone="body", context="Second.")
    trace(web.db)
    assert [evidence.splitlines()[0] for evidence in web.mentions("evidence")] == ["First."]


@pytest.mark.parametrize("zone", ["nav", "footer", "aside", "comments", "head"])
def test_what_stands_outside_the_body_keeps_its_zone_unless_the_body_says_it_too(web: Web, zone: str) -> None:
    capture = web.page(PAGE)
    web.points(capture, FAKE, zone=zone)
    trace(web.db)
    assert web.mentions("zone") == [zone]
    web.points(capture, FAKE, zone="body")
    trace(web.db)
    assert web.mentions("zone") == ["body"]


def test_evidence_of_a_link_is_its_sentence_or_its_anchor_or_the_address_as_written(web: Web) -> None:
    for number, (context, anchor) in enumerate([("The  sentence\naround.", "here"), (" ", "here"), ("", "")]):
        web.points(web.page(f"speaker.example/{number}"), FAKE, context=context, anchor=anchor)
    trace(web.db)
    shown = [evidence.rsplit("\n", 1)[0] for evidence in web.mentions("evidence")]
    assert shown == ["The sentence\naround.", "here", f"https://{FAKE}"]


def test_the_storys_own_page_and_archived_copy_do_not_mention_it_but_another_stories_page_does(web: Web) -> None:
    web.story("flood", "Flood")
    web.address("flood", "lookalike.example/flood")
    web.address("dam", "mirror.example/dam")
    for own in (FAKE, "archive.example/AbCdE", "lookalike.example/flood"):
        web.points(web.page(own, TEXT), "mirror.example/dam")
    trace(web.db)
    assert web.mentions("story", "urlkey", "kind") == [
        ("dam", "lookalike.example/flood", "copy"),
        ("dam", "lookalike.example/flood", "link"),
    ]


@pytest.mark.parametrize("outcome", ["http_error", "blocked", "challenged", "robots"])
def test_an_error_page_or_a_block_page_speaks_of_nothing(web: Web, outcome: str) -> None:
    web.points(web.page(PAGE, TEXT, outcome=outcome), FAKE)
    assert kinds(web) == []


def test_a_page_cut_short_shows_what_stands_before_the_cut(web: Web) -> None:
    web.points(web.page(PAGE, outcome="too_large"), FAKE)
    assert kinds(web) == ["link"]


# ── redirects ──


@pytest.mark.parametrize(("hops", "expected"), [(1, ["wrapped_link"]), (10, ["wrapped_link"]), (11, [])])
def test_a_chain_of_ten_redirects_is_followed_and_of_eleven_is_not(web: Web, hops: int, expected: list[str]) -> None:
    chain = [*(f"hop.example/{n}" for n in range(hops)), FAKE]
    for here, there in pairwise(chain):
        web.redirect(here, there)
    web.points(web.page(PAGE), "hop.example/0")
    assert kinds(web) == expected
    assert len(web.mentions("urlkey", where="kind = 'redirect'")) == min(hops, 10)


def test_a_shortener_that_led_to_the_story_once_is_evidence_wherever_it_points_today(web: Web) -> None:
    web.redirect("short.example/1", FAKE, at="2017-01-01")
    web.redirect("short.example/1", "outlet.example", at="2020-01-01")
    web.points(web.page(PAGE), "short.example/1")
    assert kinds(web) == ["wrapped_link"]
    assert web.mentions("target") == [FAKE, FAKE]


def test_redirects_in_a_circle_lead_nowhere(web: Web) -> None:
    web.redirect("a.example", "b.example")
    web.redirect("b.example", "a.example")
    web.redirect("c.example", "c.example")
    web.points(web.page(PAGE), "a.example")
    assert kinds(web) == []


def test_an_address_of_a_story_is_no_hop_to_another_story(web: Web) -> None:
    web.story("flood", "Flood")
    web.address("flood", "lookalike.example/flood")
    web.redirect("lookalike.example/flood", FAKE)
    web.points(web.page(PAGE), "lookalike.example/flood")
    trace(web.db)
    assert web.mentions("story", "kind") == [("flood", "link")]


def test_a_page_that_redirects_to_the_story_is_a_redirect_and_its_links_are_another_matter(web: Web) -> None:
    web.redirect(PAGE, FAKE)
    web.redirect("other.example/x", "lookalike.example")
    trace(web.db)
    assert web.mentions("urlkey", "kind", "zone", "page") == [(PAGE, "redirect", "head", PAGE)]


def test_a_shortener_may_send_its_visitors_on_with_a_page(web: Web) -> None:
    web.capture("short.example/1", outcome="ok", to=FAKE)  # a meta refresh
    web.points(web.page(PAGE), "short.example/1")
    assert kinds(web) == ["wrapped_link"]


# ── carrying its text ──


def words_of(text: str, start: int, end: int) -> str:
    return " ".join(text.split()[start:end])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, ["copy"]),
        (TEXT.upper().replace(" ", "\n"), ["copy"]),
        (prose("before", 300) + " " + TEXT + " " + prose("after", 300), ["copy"]),
        (words_of(TEXT, 0, 74), ["copy"]),  # 70 of 116 shingles: 0.603
        (words_of(TEXT, 0, 73), ["excerpt"]),  # 69 of 116: 0.595
        (prose("before", 100) + " " + words_of(TEXT, 40, 65) + " " + prose("after", 100), ["excerpt"]),
        (prose("before", 100) + " " + words_of(TEXT, 40, 64) + " " + prose("after", 100), []),
        (words_of(TEXT, 0, 20) + " x " + words_of(TEXT, 20, 40) + " x " + words_of(TEXT, 60, 80), []),
        (" ".join(reversed(TEXT.split())), []),
        (prose("another text", 120), []),
        ("", []),
    ],
)
def test_a_page_carries_the_text_by_six_tenths_of_it_or_by_25_words_in_a_row(
    web: Web, text: str, expected: list[str]
) -> None:
    web.page(PAGE, text)
    assert kinds(web) == expected


@given(st.lists(st.tuples(st.integers(0, 119), st.integers(1, 90)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_copies_and_excerpts_are_what_the_codebook_says_of_any_patchwork(patches: list[tuple[int, int]]) -> None:
    story = TEXT.split()
    page = [word for start, size in patches for word in (*story[start : start + size], "and")]
    runs = {tuple(story[n : n + 5]) for n in range(len(story) - 4)}
    shared = runs & {tuple(page[n : n + 5]) for n in range(len(page) - 4)}
    longest = max((min(size, 120 - start) for start, size in patches), default=0)
    web = Web()
    web.story("dam", "", text=TEXT)
    web.page(PAGE, " ".join(page))
    expected = ["copy"] if len(shared) >= 0.6 * len(runs) else ["excerpt"] if longest >= 25 else []
    assert kinds(web) == expected


@pytest.mark.parametrize(("story", "size"), [(HAN, 50), (THAI, 50), (ARABIC, 25), (PERSIAN, 25)])
def test_an_excerpt_is_25_words_or_50_letters_in_any_script(story: str, size: int) -> None:
    # One letter of Thai may be several characters: cut by the tokens that the text is compared by.
    found, places = words(story)
    assert len(found) > size
    for count, expected in ((size - 1, []), (size, ["excerpt"])):
        web = Web()
        web.story("dam", "", text=prose("long", 200) + "\n" + story)
        web.page(PAGE, prose("before", 40) + " " + story[: places[count - 1, 1]] + " " + prose("after", 40))
        assert kinds(web) == expected


@pytest.mark.parametrize(
    ("story", "page"),
    [
        ("السَّدُّ سينهار " + ARABIC, "السَّدُّ سينهار " + ARABIC),
        (ARABIC, ARABIC.replace(" ", " \u200f")),  # direction marks
        (PERSIAN, PERSIAN.replace(" ", "\n")),
        (HAN, "。".join(HAN[n : n + 20] for n in range(0, len(HAN), 20))),
    ],
)
def test_a_copy_is_one_whatever_is_invisible_in_it(story: str, page: str) -> None:
    web = Web()
    web.story("dam", "", text=story)
    web.page(PAGE, page)
    assert kinds(web) == ["copy"]


def test_a_headline_is_no_excerpt_however_long(web: Web) -> None:
    headline = prose("a headline of great length", 40)
    for story, text in (("long", f"{headline}\n{prose('body', 100)}"), ("lead", f"{prose('body', 100)} {headline}")):
        web.story(story, headline, text=text)
    web.page(PAGE, f"{prose('x', 50)} {headline} {prose('y', 50)}")
    assert kinds(web) == []


def test_the_words_of_a_short_headline_count_where_they_are_part_of_the_body(web: Web) -> None:
    web.story("quoted", "The dam", text=words_of(TEXT, 0, 30) + " the dam " + prose("rest", 200))
    web.page(PAGE, words_of(TEXT, 10, 30) + " the dam " + words_of(prose("rest", 200), 0, 5))
    trace(web.db)
    assert web.mentions("story", "kind") == [("quoted", "excerpt")]


def test_of_the_headline_and_the_words_after_it_only_the_words_count(web: Web) -> None:
    web.story("other", HEADLINE, text=f"{HEADLINE}\n{prose('body', 200)}")
    for count, expected in ((24, []), (25, ["other"])):
        web.page(f"speaker.example/{count}", f"{HEADLINE}\n{words_of(prose('body', 200), 0, count)}")
        trace(web.db)
        assert web.mentions("story", where=f"urlkey = 'speaker.example/{count}'") == expected


def test_a_line_of_text_is_too_little_to_be_copied() -> None:
    web = Web()
    web.story("line", "", text=prose("line", 15), complete=0)
    web.page(PAGE, prose("line", 15))
    assert kinds(web) == []


def test_a_passage_that_two_stories_quote_is_a_mention_of_both(web: Web) -> None:
    web.story("flood", "Flood", text=prose("flood", 50) + " " + words_of(TEXT, 30, 60))
    web.page(PAGE, prose("x", 50) + " " + words_of(TEXT, 30, 60))
    trace(web.db)
    assert web.mentions("story", "kind") == [("dam", "excerpt"), ("flood", "excerpt")]


def test_a_story_with_several_texts_is_mentioned_once_by_the_best_of_them(web: Web) -> None:
    web.text("dam", prose("in French", 80), source="french.txt")
    web.page(PAGE, words_of(TEXT, 0, 30) + " " + prose("in French", 80))
    trace(web.db)
    (kind, containment, evidence), *more = web.mentions("kind", "containment", "evidence")
    assert (kind, containment, more) == ("copy", 1.0, [])
    assert "french.txt" in evidence


def test_what_was_measured_is_written_down() -> None:
    web = Web()
    web.story("dam", "", text=TEXT)
    text = "“Oh!” " + words_of(TEXT, 0, 40) + " " + prose("more", 40)
    web.page(PAGE, text, published_at="2017-03", published_from="2017-03-01T00:00:00Z")
    trace(web.db)
    ((kind, zone, certainty, similarity, containment, evidence, published),) = web.mentions(
        "kind", "zone", "certainty", "similarity", "containment", "evidence", "published_at"
    )
    assert (kind, zone, published) == ("excerpt", "body", "2017-03")
    assert certainty == 0.8  # 40 words in a row
    assert containment == pytest.approx(36 / 116, abs=1e-6)
    assert similarity == pytest.approx(36 / (116 + 77 - 36), abs=1e-6)
    passage, places, stance = evidence.splitlines()
    assert passage == words_of(TEXT, 0, 40)
    length = len(passage)
    assert places.startswith(f"characters 6 to {6 + length} of the page's text, 0 to {length} of story.txt")
    assert stance.startswith("unclear: ")


def test_evidence_stays_short(web: Web) -> None:
    web.page(PAGE, TEXT)
    web.points(web.page("other.example"), FAKE, context="word " * 10_000)
    trace(web.db)
    assert all(len(evidence) < 1_300 for evidence in web.mentions("evidence"))


def test_a_copy_is_not_said_again_as_an_excerpt_of_an_older_capture(web: Web) -> None:
    web.page(PAGE, TEXT, at="2018-01-01")
    web.page(PAGE, words_of(TEXT, 0, 30), at="2019-01-01")
    assert kinds(web) == ["copy"]
    assert web.mentions("first_seen") == ["2018-01-01T00:00:00Z"]


# ── the story's own text, where the case's files hold none ──


@pytest.mark.parametrize(
    ("title", "page_type", "outcome", "expected"),
    [
        (HEADLINE, "article", "ok", ["copy"]),
        (f"{HEADLINE.upper()} | The Lookalike", "article", "ok", ["copy"]),
        (f"The Lookalike - {HEADLINE}", "article", "ok", ["copy"]),
        (f"{HEADLINE} buys engineers", "article", "ok", []),
        ("lookalike.example is for sale", "article", "ok", []),  # a parked page must not become the story
        ("", "article", "ok", []),
        (None, "article", "ok", []),
        (HEADLINE, "home", "ok", []),
        (HEADLINE, "article", "http_error", []),
    ],
)
def test_a_captured_address_is_the_story_only_if_it_is_an_article_with_its_headline(
    title: str | None, page_type: str, outcome: str, expected: list[str]
) -> None:
    web = Web()
    web.story("dam", HEADLINE)
    web.address("dam", FAKE)
    web.page(FAKE, TEXT, title=title, page_type=page_type, outcome=outcome)
    web.page(PAGE, TEXT)
    assert kinds(web) == expected


def test_a_text_given_by_the_case_outranks_what_stands_at_the_address(web: Web) -> None:
    web.page(FAKE, prose("something else", 100), title=HEADLINE)
    web.page(PAGE, prose("something else", 100))
    assert kinds(web) == []


# ── stance ──


def test_a_debunk_is_a_mention_that_disputes(web: Web) -> None:
    web.site("checker.example", "factchecker")
    web.site("speaker.example", "amplifier")
    web.points(web.page("checker.example/false"), FAKE)
    web.points(web.page(PAGE), FAKE)
    marked = web.page("news.example/review", words_of(TEXT, 0, 40))
    web.reviews(marked, "Pants on fire")
    trace(web.db)
    rows = web.mentions("urlkey", "stance", "evidence")
    assert [row[:2] for row in rows] == [
        ("checker.example/false", "disputes"),
        ("news.example/review", "disputes"),
        (PAGE, "unclear"),
    ]
    assert "fact-checker" in rows[0][2]
    assert "Pants on fire" in rows[1][2]


def test_the_amp_twin_of_a_debunk_disputes_though_it_has_no_markup(web: Web) -> None:
    main = web.page(PAGE, prose("a debunk", 90))
    web.reviews(main)
    twin = web.page(PAGE + "/amp", prose("a debunk", 90), canonical=PAGE)
    web.points(main, FAKE)
    web.points(twin, FAKE)
    web.points(web.page("speaker.example/other", prose("an article", 90)), FAKE)
    trace(web.db)
    assert web.mentions("urlkey", "stance") == [
        ("speaker.example/other", "unclear"),
        (PAGE, "disputes"),
        (PAGE + "/amp", "disputes"),
    ]
    assert PAGE in web.mentions("evidence")[2]


def test_a_page_that_came_to_dispute_the_story_disputes_it_in_every_way(web: Web) -> None:
    web.page(PAGE, TEXT, at="2017-01-01")
    corrected = web.page(PAGE, prose("a review", 90), at="2018-01-01")
    web.points(corrected, FAKE)
    web.reviews(corrected)
    trace(web.db)
    assert web.mentions("kind", "stance") == [("copy", "disputes"), ("link", "disputes")]


def test_a_debunk_of_one_story_is_none_of_another(web: Web) -> None:
    web.story("flood", "Flood")
    web.address("flood", "lookalike.example/flood")
    web.points(web.page(PAGE, at="2017-01-01"), "lookalike.example/flood")
    later = web.page(PAGE, at="2018-01-01")
    web.points(later, FAKE)
    web.reviews(later)
    trace(web.db)
    assert web.mentions("story", "stance") == [("dam", "disputes"), ("flood", "unclear")]


# ── several captures ──


def test_of_several_captures_the_latest_that_carries_it_is_the_proof(web: Web) -> None:
    for at in ("2017-01-01", "2018-01-01", "2019-01-01"):
        capture = web.page(PAGE, at=at)
        if at != "2019-01-01":  # then the link was taken out
            web.points(capture, FAKE, context=f"In {at[:4]}.")
    trace(web.db)
    ((evidence, first_seen, fetched_at),) = web.db.execute(
        "SELECT evidence, first_seen, fetched_at FROM mention JOIN capture ON capture.id = mention.capture"
    )
    assert evidence.startswith("In 2018.")
    assert (first_seen, fetched_at) == ("2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z")


def test_a_link_of_the_body_outranks_a_later_one_of_the_menu_and_was_seen_when_the_body_held_it(web: Web) -> None:
    for at, zone in (("2016-01-01", "nav"), ("2017-01-01", "body"), ("2018-01-01", "nav")):
        web.points(web.page(PAGE, at=at), FAKE, zone=zone)
    trace(web.db)
    assert web.mentions("zone", "first_seen") == [("body", "2017-01-01T00:00:00Z")]


# ── the table ──


def test_the_order_of_capture_and_the_row_ids_change_nothing() -> None:
    def build(seed: int) -> list[object]:
        web = Web()
        web.insert("crawl", id=seed + 2, spider="site", source="live", settings="{}", version="0", started_at="x")
        steps: list[Callable[[], object]] = [
            lambda: web.page(FAKE, TEXT, title=HEADLINE),
            lambda: web.page("mirror.example/dam", TEXT + " more", title=HEADLINE),
            lambda: web.redirect("short.example/1", FAKE),
            lambda: web.redirect("short.example/0", "short.example/1"),
            lambda: web.points(web.page(PAGE, TEXT, at="2018-01-01"), FAKE, zone="nav"),
            lambda: web.points(web.page(PAGE, TEXT, at="2019-01-01"), "short.example/0"),
            lambda: web.points(web.page(PAGE + "/amp", TEXT, canonical=PAGE), "mirror.example/dam"),
            lambda: web.points(web.page(PAGE + "/print", TEXT), FAKE, detector="embed"),
            lambda: web.page("third.example", words_of(TEXT, 3, 60)),
            lambda: web.reviews(web.page("fourth.example", words_of(TEXT, 9, 60))),
        ]
        web.story("dam", HEADLINE)
        web.address("dam", "mirror.example/dam")
        web.address("dam", FAKE)
        random.Random(seed).shuffle(steps)
        for step in steps:
            step()
        trace(web.db)
        columns = [row[1] for row in web.db.execute("PRAGMA table_info(mention)") if row[1] != "capture"]
        return web.mentions(*columns)

    first = build(0)
    assert len(first) == 11
    assert all(build(seed) == first for seed in range(1, 12))


def test_a_second_run_says_the_same_and_forgets_what_is_gone(web: Web) -> None:
    web.points(web.page(PAGE), FAKE)
    assert trace(web.db) == {"link": 1}
    assert trace(web.db) == {"link": 1}
    web.db.execute("DELETE FROM reference")
    assert trace(web.db) == {}
    assert web.mentions("kind") == []


def test_every_text_is_read_however_many_and_long_they_are(web: Web) -> None:
    for number in range(150):
        web.page(f"speaker.example/{number}", "no " * 200_000 if number % 60 == 20 else TEXT)
    told: list[tuple[int, int]] = []
    assert trace(web.db, lambda done, of: told.append((done, of))) == {"copy": 147}
    assert told[-1] == (150, 150)
    assert told == sorted(told)


def test_a_case_without_stories_or_pages_has_no_mentions() -> None:
    assert trace(Web().db) == {}
