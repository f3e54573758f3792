-- What the analysis writes: everything that needs more than one response. Each table may be dropped and
-- rebuilt from the crawler's tables (crawler/schema.sql) at will.

-- A page speaks of a story in one way: it links to it, copies it, quotes it, disputes it. (trace)
CREATE TABLE mention (
    story TEXT NOT NULL,
    urlkey TEXT NOT NULL,        -- the page
    url TEXT NOT NULL,
    site TEXT NOT NULL,          -- the page's site: who is speaking
    kind TEXT NOT NULL CHECK (kind IN (
        'link', 'text_url', 'archive_link', 'wrapped_link', 'embed', 'redirect',
        'copy', 'excerpt', 'attribution', 'retelling', 'translation')),
    zone TEXT NOT NULL,          -- body, nav, footer, aside, comments, head
    stance TEXT NOT NULL CHECK (stance IN ('amplifies', 'disputes', 'corrects', 'unclear')),
    certainty REAL NOT NULL,     -- 0 to 1: how sure it is that the page speaks of this story
    similarity REAL,             -- Jaccard of the page's and the story's shingles, where texts were compared
    containment REAL,            -- share of the story's shingles that stand on the page
    via TEXT,                    -- urlkey of the page that a second-hand mention cites
    target TEXT,                 -- urlkey of the story's address that is linked, where one is
    page TEXT NOT NULL,          -- urlkey that the page is counted under: its own, or its print, AMP or mobile twin's
    page_type TEXT NOT NULL,
    capture INTEGER NOT NULL,    -- the capture that shows it
    evidence TEXT NOT NULL,      -- the passage, or the sentence around the link, and why this stance
    published_at TEXT,           -- as the page states it
    first_seen TEXT NOT NULL,    -- first capture that shows it
    PRIMARY KEY (story, urlkey, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_site ON mention (site);
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
    digest_b TEXT NOT NULL,
    jaccard REAL NOT NULL,
    PRIMARY KEY (digest_a, digest_b)
) STRICT, WITHOUT ROWID;

-- An article in a near-duplicate cluster. (cluster)
CREATE TABLE cluster (
    cluster TEXT NOT NULL,       -- urlkey of the cluster's medoid
    urlkey TEXT NOT NULL PRIMARY KEY,
    capture INTEGER NOT NULL,
    site TEXT NOT NULL,
    similarity REAL NOT NULL     -- exact Jaccard to the medoid
) STRICT, WITHOUT ROWID;
CREATE INDEX cluster_cluster ON cluster (cluster);

-- Site to site, of one kind. (graph)
CREATE TABLE edge (
    source TEXT NOT NULL,        -- the site that speaks
    target TEXT NOT NULL,        -- a site; or story:ID where no site of the story is known
    kind TEXT NOT NULL,          -- reference: any hyperlink; or the kind of a mention that counts
    weight INTEGER NOT NULL,     -- how many distinct pages
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (source, target, kind)
) STRICT, WITHOUT ROWID;

-- A site's place among the amplifiers, by the standard rule. (rank)
CREATE TABLE ranking (
    rank INTEGER NOT NULL,
    site TEXT PRIMARY KEY,
    name TEXT,
    role TEXT,
    pages INTEGER NOT NULL,            -- distinct pages that carry a story
    stories INTEGER NOT NULL,          -- distinct stories carried
    pages_confirmed INTEGER NOT NULL,  -- of the pages: those a person has confirmed
    pages_amplifies INTEGER NOT NULL,  -- of the pages: those whose stance is amplifies
    pages_unclear INTEGER NOT NULL,    -- of the pages: those whose stance is unclear
    links INTEGER NOT NULL,            -- pages that link to an address of a story, in whatever way
    copies INTEGER NOT NULL,           -- pages that carry its text, whole or in part
    rank_low INTEGER NOT NULL,         -- 90 % interval of the rank, stories resampled
    rank_high INTEGER NOT NULL,
    pagerank REAL NOT NULL,            -- in the site graph
    first_published_at TEXT,           -- earliest date that its carrying pages state
    found_by TEXT NOT NULL,            -- kinds of mention, joined by spaces
    articles_captured INTEGER NOT NULL,
    frontier_left INTEGER NOT NULL     -- URLs of the site known and not fetched
) STRICT, WITHOUT ROWID;

-- The same under each counting rule of analysis/rules/. (rank)
CREATE TABLE ranking_by_rule (
    rule TEXT NOT NULL,
    rank INTEGER NOT NULL,
    site TEXT NOT NULL,
    pages INTEGER NOT NULL,
    stories INTEGER NOT NULL,
    PRIMARY KEY (rule, site)
) STRICT, WITHOUT ROWID;
