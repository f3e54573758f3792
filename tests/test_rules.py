"""What counts: the codebook, rule by rule."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rank import rules
from tests.small_case import SmallCase

PAGE = "amplifier.example/1"


def counted(case: SmallCase, rule: str) -> set[tuple]:
    return set(case.rows(f"SELECT urlkey, story, kind FROM ({rules()[rule]})"))


def reasons(case: SmallCase) -> set[str]:
    return {rule for (rule,) in case.rows("SELECT rule FROM exclusion")}


LINKED = ["link", "text_url", "archive_link", "wrapped_link", "embed"]


@pytest.mark.parametrize(
    "kind, by",
    [
        *((kind, {"linked", "standard", "wide"}) for kind in LINKED),
        *((kind, {"standard", "wide"}) for kind in ("copy", "excerpt", "attribution")),
        *((kind, {"wide"}) for kind in ("retelling", "translation")),
        ("redirect", set()),
    ],
)
def test_each_kind_is_counted_by_its_rules(kind, by):
    case = SmallCase()
    case.mention(PAGE, "s", kind)
    assert {rule for rule in rules() if counted(case, rule)} == by


def test_the_rules_are_three():
    assert list(rules()) == ["linked", "standard", "wide"]


@pytest.mark.parametrize(
    "values, reason",
    [
        ({"zone": "nav"}, "zone_nav"),
        ({"zone": "footer"}, "zone_footer"),
        ({"zone": "aside"}, "zone_aside"),
        ({"zone": "comments"}, "zone_comments"),
        ({"zone": "head"}, "zone_head"),
        ({"stance": "disputes"}, "stance_disputes"),
        ({"stance": "corrects"}, "stance_corrects"),
        ({"kind": "redirect"}, "kind_redirect"),
        ({"urlkey": "fake.example/other", "page": "fake.example/other"}, "role_lookalike"),
        ({"urlkey": "social.example/1", "page": "social.example/1"}, "role_platform"),
        ({"urlkey": "control.example/1", "page": "control.example/1"}, "role_control"),
        ({"urlkey": "dull.example/1", "page": "dull.example/1"}, "role_ignore"),
        ({"urlkey": "community.example/s", "page": "community.example/s"}, "story_address"),
        ({"page": "community.example/s"}, "story_address"),
        ({"urlkey": "paper.example/1", "page": "paper.example/1"}, "imitated_outlet"),
        ({"urlkey": "gazette.example/1", "page": "gazette.example/1"}, "imitated_outlet"),
    ],
)
def test_what_no_rule_counts_and_why(values, reason):
    case = SmallCase()
    case.story("s", "fake.example/s", "community.example/s", impersonates="paper.example")
    case.site("fake.example", "lookalike", impersonates="gazette.example")
    for site, role in [("social.example", "platform"), ("control.example", "control"), ("dull.example", "ignore")]:
        case.site(site, role)
    case.mention(**{"urlkey": PAGE, "story": "s", **values, "site": values.get("urlkey", PAGE).split("/")[0]})
    assert reasons(case) == {reason}
    assert not any(counted(case, rule) for rule in rules())


@pytest.mark.parametrize(
    "values, reason",
    [
        ({"kind": "retelling"}, "kind_retelling"),
        ({"kind": "translation"}, "kind_translation"),
        ({"kind": "attribution", "via": "agency.example/1"}, "second_hand"),
        ({"kind": "link", "via": "agency.example/1"}, "second_hand"),
    ],
)
def test_what_only_the_wide_rule_counts_and_why(values, reason):
    case = SmallCase()
    case.mention(PAGE, "s", **values)
    assert reasons(case) == {reason}
    assert [rule for rule in rules() if counted(case, rule)] == ["wide"]


@pytest.mark.parametrize("role", ["amplifier", "source", "factchecker", "outlet"])
def test_other_speakers_count(role):
    case = SmallCase()
    case.site("amplifier.example", role)
    case.mention(PAGE, "s")
    assert counted(case, "linked")
    assert not reasons(case)


def test_an_outlet_counts_for_the_stories_that_imitate_another():
    case = SmallCase()
    case.site("paper.example", "outlet")
    case.story("of the paper", impersonates="paper.example")
    case.story("of the times", impersonates="times.example")
    case.mention("paper.example/a", "of the paper")
    case.mention("paper.example/b", "of the times")
    assert counted(case, "standard") == {("paper.example/b", "of the times", "link")}


@pytest.mark.parametrize(
    "since, until, published, counts",
    [
        (None, None, "2017-05-02", False),
        ("2017-06-01", None, "2017-05-02", True),
        ("2017-06-01", None, "2017-06-01", False),
        (None, "2017-06-01", "2017-06-01", False),
        (None, "2017-06-01", "2017-06-02", True),
        (None, "2017-06-01", "2017-06-01T23:30:00-05:00", True),  # the second of June, in UTC
        ("2017-06-02", None, "2017-06-01T23:30:00-05:00", False),
        ("2017-06-01", "2017-06-30", "2017-06", False),  # as precise as the page is
        ("2017-06-15", None, "2017", False),  # it may have been after the fifteenth
        ("2017-06-15", None, "2016", True),
        (None, "2017-06-15", "2018", True),
        (None, "2017-06", "2017-06-15", False),  # so may the case be
        ("2017-06", None, "2017-06-15", False),
        (None, "2017", "2018-01-01", True),
        ("2019-12-31", None, None, False),  # no date: first seen in January 2020
        (None, "2019-12-31", None, True),
        ("2019-12-31", None, "2017-01-01", True),
    ],
)
def test_a_role_holds_in_its_time(since, until, published, counts):
    case = SmallCase()
    case.site("amplifier.example", "platform", since=since, until=until)
    case.mention(PAGE, "s", published_at=published)
    assert bool(counted(case, "standard")) is counts


def test_a_page_that_debunks_counts_for_nothing_else_that_it_holds():
    case = SmallCase()
    case.mention(PAGE, "s", "attribution", stance="disputes")
    case.mention(PAGE, "s", "copy")
    case.mention(PAGE, "another story", "copy")
    case.mention("amplifier.example/print/1", "s", "excerpt", page=PAGE)
    assert counted(case, "standard") == {(PAGE, "another story", "copy")}
    assert case.rows("SELECT urlkey, kind FROM exclusion WHERE rule = 'page_disputes' ORDER BY urlkey") == [
        (PAGE, "copy"),
        ("amplifier.example/print/1", "excerpt"),
    ]


def test_a_reader_who_disputes_below_the_line_changes_nothing():
    case = SmallCase()
    case.mention(PAGE, "s", "copy")
    case.mention(PAGE, "s", "attribution", zone="comments", stance="disputes")
    assert counted(case, "standard") == {(PAGE, "s", "copy")}


@pytest.mark.parametrize("page_type", ["listing", "home", "feed"])
def test_a_listing_counts_only_where_no_article_of_the_site_does(page_type):
    case = SmallCase()
    listing = {"urlkey": "amplifier.example/news", "page_type": page_type, "page": "amplifier.example/news"}
    case.mention(**listing, story="both")
    case.mention(**listing, story="listed only")
    case.mention(PAGE, "both", "copy")
    case.mention("other.example/1", "listed only")
    assert counted(case, "standard") == {
        (listing["urlkey"], "listed only", "link"),
        (PAGE, "both", "copy"),
        ("other.example/1", "listed only", "link"),
    }
    assert counted(case, "linked") >= {(listing["urlkey"], "both", "link")}, "a copy is no carriage of this rule"
    assert case.rows("SELECT story, urlkey, rule FROM exclusion") == [
        ("both", listing["urlkey"], f"{page_type}_page")
    ]


def test_an_article_that_does_not_count_lets_the_listing_count():
    case = SmallCase()
    case.mention("amplifier.example/news", "s", page_type="listing")
    case.mention(PAGE, "s", zone="nav")
    assert counted(case, "standard") == {("amplifier.example/news", "s", "link")}


def test_a_twin_of_a_story_address_is_the_story():
    case = SmallCase()
    case.story("s", "community.example/s")
    case.mention("community.example/s", "s", "copy", page="community.example/amp/s")
    case.mention("community.example/print/s", "s", "copy", page="community.example/amp/s")
    assert not counted(case, "wide")


def test_the_view_amplification_is_the_standard_rule_word_for_word():
    def bare(sql: str) -> str:
        return " ".join(re.sub(r"(?m)^--.*$", "", sql).split())

    (view,) = SmallCase().rows("SELECT sql FROM sqlite_master WHERE name = 'amplification'")[0]
    assert bare(view.removeprefix("CREATE VIEW amplification AS")) == bare(rules()["standard"])


def columns(case: SmallCase, table: str) -> list[str]:
    return [name for (name,) in case.rows("SELECT name FROM pragma_table_info(?)", table)]


def test_every_rule_gives_the_columns_of_mention():
    case = SmallCase()
    for rule in rules().values():
        assert [column for column, *_ in case.db.execute(rule).description] == columns(case, "mention")
    assert columns(case, "amplification") == columns(case, "mention")


SITES = ["a.example", "b.example", "fake.example", "paper.example"]
DAYS = st.sampled_from(["2016", "2017-03", "2017-03-02", "2017-03-02T10:00:00+02:00", "2018-01-01"])
MENTION = st.fixed_dictionaries(
    {
        "story": st.sampled_from(["s", "t"]),
        "urlkey": st.builds("{}/{}".format, st.sampled_from(SITES), st.integers(1, 3)),
        "kind": st.sampled_from([*LINKED, "redirect", "copy", "excerpt", "attribution", "retelling", "translation"]),
        "zone": st.sampled_from(["body", "body", "body", "nav", "comments"]),
        "stance": st.sampled_from(["amplifies", "unclear", "unclear", "unclear", "disputes", "corrects"]),
        "via": st.sampled_from([None, None, "agency.example/1"]),
        "page_type": st.sampled_from(["article", "article", "listing", "home", "feed", "forum"]),
        "published_at": st.none() | DAYS,
        "page": st.integers(1, 3),
    }
)
ROLE = st.fixed_dictionaries(
    {
        "site": st.sampled_from(SITES),
        "role": st.sampled_from(["amplifier", "lookalike", "outlet", "platform", "control", "ignore"]),
        "since": st.none() | DAYS.filter(lambda day: len(day) == 10),
        "until": st.none() | DAYS.filter(lambda day: len(day) == 10),
    }
)
MENTIONS = st.lists(MENTION, max_size=12, unique_by=lambda m: (m["story"], m["urlkey"], m["kind"]))
ROLES = st.lists(ROLE, max_size=3, unique_by=lambda r: (r["site"], r["role"], r["since"]))


@settings(max_examples=200, deadline=None)
@given(MENTIONS, ROLES)
def test_every_mention_counts_or_has_a_reason(mentions, roles):
    case = SmallCase()
    case.story("s", "fake.example/1", impersonates="paper.example")
    case.story("t", "b.example/3")
    for role in roles:
        case.site(**role)
    for mention in mentions:
        case.mention(**{**mention, "page": f"{mention['urlkey'].split('/')[0]}/{mention['page']}"})
    every = set(case.rows("SELECT urlkey, story, kind FROM mention"))
    excluded = set(case.rows("SELECT urlkey, story, kind FROM exclusion"))
    assert counted(case, "standard") == every - excluded
    hopeless = set(case.rows("SELECT urlkey, story, kind FROM exclusion_by_all"))
    assert counted(case, "wide") <= every - hopeless
    # the wider a rule, the more pairs of site and story (not of pages: an article may silence a listing)
    carried = [{(urlkey.split("/")[0], story) for urlkey, story, _ in counted(case, rule)} for rule in rules()]
    assert carried[0] <= carried[1] <= carried[2]
    reasons = case.rows("SELECT urlkey, story, kind, rule FROM exclusion")
    assert len(reasons) == len(set(reasons)), "a reason is given once"
