-- What the analysis writes: everything that needs more than one response. Each table may be dropped and
-- rebuilt from the crawler's tables (crawler/schema.sql) at will.

-- A page speaks of a story in one way: it links to it, copies it, quotes it, disputes it. (trace)
CREATE TABLE mention (
    story TEXT NOT NULL,         -- its name in the case
    urlkey TEXT NOT NULL,        -- the page
    url TEXT NOT NULL,           -- as asked for
    site TEXT NOT NULL,          -- the page's site: who is speaking
    kind TEXT NOT NULL CHECK (kind IN (  -- the way in which it does so
        'link', 'text_url', 'archive_link', 'wrapped_link', 'embed', 'redirect',
        'copy', 'excerpt', 'attribution', 'retelling', 'translation')),
    zone TEXT NOT NULL,          -- body, nav, footer, aside, comments, head
    stance TEXT NOT NULL CHECK (stance IN ('amplifies', 'disputes', 'corrects', 'unclear')),  -- the first and the last may count
    certainty REAL NOT NULL,     -- 0 to 1: how sure it is that the page speaks of this story
    similarity REAL,             -- Jaccard of the page's and the story's shingles, where texts were compared
    containment REAL,            -- share of the story's shingles that stand on the page
    via TEXT,                    -- urlkey of the page that a second-hand mention cites
    target TEXT,                 -- urlkey of the story's address that is linked, where one is
    page TEXT NOT NULL,          -- urlkey that the page is counted under: its own, or its print, AMP or mobile twin's
    page_type TEXT NOT NULL,     -- of the page's article: article, listing, home, ...
    capture INTEGER NOT NULL,    -- the capture that shows it
    evidence TEXT NOT NULL,      -- the passage, or the sentence around the link, and why this stance
    published_at TEXT,           -- as the page states it
    first_seen TEXT NOT NULL,    -- first capture that shows it
    PRIMARY KEY (story, urlkey, kind)
) STRICT;
CREATE INDEX mention_site ON mention (site, story);
CREATE INDEX mention_page ON mention (page, story);
CREATE INDEX mention_capture ON mention (capture);

-- MinHash signature of an article's text: a cache of the cluster stage, keyed by the text. (cluster)
CREATE TABLE signature (
    digest TEXT PRIMARY KEY,     -- SHA-256 of the normalised text
    scheme TEXT NOT NULL,        -- hashing scheme, permutations, seed and shingle size
    shingles INTEGER NOT NULL,   -- how many distinct shingles the text has
    hashes BLOB NOT NULL         -- little-endian unsigned 32-bit integers
) STRICT, WITHOUT ROWID;

-- Two texts whose exact Jaccard similarity was computed: the other cache of the cluster stage. (cluster)
CREATE TABLE verified_pair (
    digest_a TEXT NOT NULL,      -- digest_a < digest_b
    digest_b TEXT NOT NULL,      -- the greater
    jaccard REAL NOT NULL,       -- exact, of their shingle sets
    PRIMARY KEY (digest_a, digest_b)
) STRICT, WITHOUT ROWID;

-- An article in a near-duplicate cluster. (cluster)
CREATE TABLE cluster (
    cluster TEXT NOT NULL,       -- urlkey of the cluster's medoid
    urlkey TEXT NOT NULL PRIMARY KEY,  -- of the URL
    capture INTEGER NOT NULL,    -- the capture that shows it
    site TEXT NOT NULL,          -- who speaks there
    similarity REAL NOT NULL     -- exact Jaccard to the medoid
) STRICT;
CREATE INDEX cluster_cluster ON cluster (cluster);

-- Site to site, of one kind. (graph)
CREATE TABLE edge (
    source TEXT NOT NULL,        -- the site that speaks
    target TEXT NOT NULL,        -- a site; or story:ID where no site of the story is known
    kind TEXT NOT NULL,          -- reference: any hyperlink; or the kind of a mention that counts
    weight INTEGER NOT NULL,     -- how many distinct pages
    first_seen TEXT NOT NULL,    -- first capture that shows it
    last_seen TEXT NOT NULL,     -- last capture that shows it
    PRIMARY KEY (source, target, kind)
) STRICT, WITHOUT ROWID;

-- A site's place among the amplifiers, by the standard rule. (rank)
CREATE TABLE ranking (
    rank INTEGER NOT NULL,       -- 1 is the most-referencing
    site TEXT PRIMARY KEY,       -- who speaks there
    name TEXT,                   -- what people call it
    role TEXT,                   -- in the case
    pages INTEGER NOT NULL,            -- distinct pages that carry a story
    stories INTEGER NOT NULL,          -- distinct stories carried
    pages_confirmed INTEGER NOT NULL,  -- of the pages: those a person has confirmed
    pages_amplifies INTEGER NOT NULL,  -- of the pages: those whose stance is amplifies
    pages_unclear INTEGER NOT NULL,    -- of the pages: those whose stance is unclear
    links INTEGER NOT NULL,            -- pages that link to an address of a story, in whatever way
    copies INTEGER NOT NULL,           -- pages that carry its text, whole or in part
    rank_low INTEGER NOT NULL,         -- 90 % interval of the rank, stories resampled
    rank_high INTEGER NOT NULL,  -- from rank_low to rank_high
    pagerank REAL NOT NULL,            -- in the site graph
    first_published_at TEXT,           -- earliest date that its carrying pages state
    found_by TEXT NOT NULL,            -- kinds of mention, joined by spaces
    articles_captured INTEGER NOT NULL,  -- distinct articles of the site that were captured
    frontier_left INTEGER NOT NULL     -- URLs of the site known and not fetched
) STRICT, WITHOUT ROWID;

-- The same under each counting rule of analysis/rules/. (rank)
CREATE TABLE ranking_by_rule (
    rule TEXT NOT NULL,          -- file in analysis/rules/
    rank INTEGER NOT NULL,       -- 1 is the most-referencing
    site TEXT NOT NULL,          -- who speaks there
    pages INTEGER NOT NULL,      -- distinct pages that count
    stories INTEGER NOT NULL,    -- distinct stories carried
    PRIMARY KEY (rule, site)
) STRICT, WITHOUT ROWID;

-- What counts. The views below hold what all counting rules share; analysis/rules/ holds one rule a file.
-- What does not count stays in mention, and the view exclusion names why.

-- The outlets that a story imitates: as stories.csv says, or as sites.csv says of the lookalikes it stood on. An
-- outlet may stand here twice.
CREATE VIEW imitated AS
SELECT story, impersonates AS outlet FROM story WHERE impersonates IS NOT NULL
UNION ALL
SELECT story_url.story, site.impersonates
FROM story_url JOIN site ON site.site = story_url.site
WHERE story_url.kind = 'original' AND site.role = 'lookalike' AND site.impersonates IS NOT NULL;

-- What the case says of each site today: its latest role. A site that the case does not name has no row.
CREATE VIEW site_now AS
SELECT site, coalesce(name, any_name) AS name, role, impersonates
FROM (
    SELECT site, name, role, impersonates,
           max(name) OVER (PARTITION BY site) AS any_name,
           row_number() OVER (PARTITION BY site ORDER BY ifnull(since, '') DESC, role) AS place
    FROM site
)
WHERE place = 1;

-- A reason why a mention counts by no rule at all; a mention may have several.
CREATE VIEW exclusion_by_all AS
-- what stands outside the body: zone_nav, zone_footer, zone_aside, zone_comments, zone_head
SELECT story, urlkey, kind, 'zone_' || zone AS rule FROM mention WHERE zone <> 'body'
UNION ALL
-- what disputes or corrects the story: stance_disputes, stance_corrects
SELECT story, urlkey, kind, 'stance_' || stance FROM mention WHERE stance IN ('disputes', 'corrects')
UNION ALL
-- another mention in the body of the same page (or of its twin) disputes or corrects the story: a page that
-- debunks is never counted, for whatever else it holds
SELECT story, urlkey, kind, 'page_disputes' FROM mention
WHERE stance NOT IN ('disputes', 'corrects') AND EXISTS (
    SELECT 1 FROM mention AS other INDEXED BY mention_page
    WHERE other.page = mention.page AND other.story = mention.story
      AND other.zone = 'body' AND other.stance IN ('disputes', 'corrects')
)
UNION ALL
-- a redirect is no statement of the page: kind_redirect
SELECT story, urlkey, kind, 'kind_redirect' FROM mention WHERE kind = 'redirect'
UNION ALL
-- who speaks: role_lookalike, role_platform, role_control, role_ignore. A role holds from `since` up to
-- `until`; the page is placed in time by the date it states, else by our first sight of it. Dates are compared
-- as text, each as precise as it is given ('~' sorts after all of them), so that what may fall inside does.
SELECT story, urlkey, kind, 'role_' || left_out.role
FROM (
    SELECT story, urlkey, kind, site,
           CASE WHEN published_at IS NULL THEN substr(first_seen, 1, 10)
                WHEN length(published_at) <= 10 THEN published_at
                ELSE ifnull(date(published_at), substr(published_at, 1, 10)) END AS day
    FROM mention
) AS dated JOIN (
    SELECT 'lookalike' AS role UNION ALL SELECT 'platform' UNION ALL SELECT 'control' UNION ALL SELECT 'ignore'
) AS left_out
WHERE EXISTS (
    SELECT 1 FROM site
    WHERE site.site = dated.site AND site.role = left_out.role
      AND ifnull(site.since, '') <= dated.day || '~' AND dated.day <= ifnull(site.until, '') || '~'
)
UNION ALL
-- the page is itself an address of a story of the case, or the twin of one
SELECT story, urlkey, kind, 'story_address' FROM mention
WHERE EXISTS (SELECT 1 FROM story_url WHERE story_url.urlkey IN (mention.urlkey, mention.page))
   OR EXISTS (
       SELECT 1 FROM mention AS twin JOIN story_url ON story_url.urlkey = twin.urlkey
       WHERE twin.page = mention.page
   )
UNION ALL
-- the outlet that this story imitates; of other stories it counts, as mainstream pickup
SELECT story, urlkey, kind, 'imitated_outlet' FROM mention
WHERE EXISTS (SELECT 1 FROM imitated WHERE imitated.story = mention.story AND imitated.outlet = mention.site);

-- A mention that a rule may count: it has no reason against it that all rules share. The columns of mention.
CREATE VIEW admissible AS
SELECT * FROM mention
WHERE NOT EXISTS (
    SELECT 1 FROM exclusion_by_all AS reason
    WHERE reason.story = mention.story AND reason.urlkey = mention.urlkey AND reason.kind = mention.kind
);

-- What counts, by the standard rule: analysis/rules/standard.sql, word for word. The columns of mention.
CREATE VIEW amplification AS
WITH carried AS NOT MATERIALIZED (
    SELECT * FROM admissible
    WHERE kind IN ('link', 'text_url', 'archive_link', 'wrapped_link', 'embed', 'copy', 'excerpt', 'attribution')
      AND via IS NULL
)
SELECT * FROM carried
WHERE page_type NOT IN ('listing', 'home', 'feed') OR NOT EXISTS (
    SELECT 1 FROM carried AS article
    WHERE article.site = carried.site AND article.story = carried.story
      AND article.page_type NOT IN ('listing', 'home', 'feed')
);

-- Why a mention does not count by the standard rule: each reason by its name. A mention may have several; one
-- that has none counts. `SELECT rule, count(*) FROM exclusion GROUP BY rule` explains all that does not.
CREATE VIEW exclusion AS
SELECT story, urlkey, kind, rule FROM exclusion_by_all
UNION ALL
-- kinds that only the rule wide counts: kind_retelling, kind_translation
SELECT story, urlkey, kind, 'kind_' || kind FROM mention WHERE kind IN ('retelling', 'translation')
UNION ALL
-- the page has it from another page, and says so; counted by the rule wide
SELECT story, urlkey, kind, 'second_hand' FROM mention WHERE via IS NOT NULL
UNION ALL
-- a listing, home page or feed beside a page of the same site that counts: listing_page, home_page, feed_page
SELECT story, urlkey, kind, page_type || '_page' FROM mention
WHERE page_type IN ('listing', 'home', 'feed') AND EXISTS (
    SELECT 1 FROM amplification
    WHERE amplification.site = mention.site AND amplification.story = mention.story
      AND amplification.page_type NOT IN ('listing', 'home', 'feed')
);

-- The graph of pages to domains: a row for each mention that counts by the standard rule, and where it points.
-- The columns are those of mention, and:
--   target     the site of the story's own address that is linked or named; else the first lookalike, by name,
--              that the story stood on; else story:ID
--   last_seen  the last capture that shows it
CREATE VIEW page_domain AS
SELECT amplification.page, amplification.urlkey, amplification.url, amplification.site, amplification.story,
       coalesce(
           (SELECT story_url.site FROM story_url
            WHERE story_url.story = amplification.story AND story_url.urlkey = amplification.target
              AND story_url.kind = 'original'),
           (SELECT min(story_url.site) FROM story_url JOIN site ON site.site = story_url.site
            WHERE story_url.story = amplification.story AND story_url.kind = 'original'
              AND site.role = 'lookalike'),
           'story:' || amplification.story
       ) AS target,
       amplification.kind, amplification.stance, amplification.first_seen,
       max(amplification.first_seen, ifnull(capture.fetched_at, '')) AS last_seen
FROM amplification LEFT JOIN capture ON capture.id = amplification.capture;
