-- What the crawler writes: everything that can be known from one response.
-- This file is the contract between crawler/ and analysis/, and with the people who query case.db.
-- Times are ISO 8601 in UTC, to the second, ending in Z. A urlkey is a URL normalised for joining and
-- counting; a site is who is speaking (see crawler/urls.py for both). (Tables are WITHOUT ROWID only where the primary
-- key comes first: integrity_check of SQLite before 3.41 cries wolf otherwise.)

-- One run of a spider.
CREATE TABLE crawl (
    id INTEGER PRIMARY KEY,      -- number of the run
    spider TEXT NOT NULL,        -- the policy: site, snowball
    source TEXT NOT NULL,        -- live: the web; archive: WARC or WACZ files
    settings TEXT NOT NULL,      -- JSON: what this run was told, robots overrides and archive files included
    version TEXT NOT NULL,       -- of mayfly
    started_at TEXT NOT NULL,    -- when it began
    finished_at TEXT,            -- NULL while it runs, or if it was killed
    reason TEXT                  -- why it ended: finished, page_limit, time_limit, interrupted, ...
) STRICT;

-- One inauthentic article, whatever addresses and copies it has (seeds: stories.csv).
CREATE TABLE story (
    story TEXT PRIMARY KEY,      -- its name in the case
    title TEXT NOT NULL,         -- the first headline given
    titles TEXT NOT NULL,        -- JSON: every headline given, in any language
    claim TEXT NOT NULL,         -- what it says, in a sentence
    quotes TEXT NOT NULL,        -- JSON: passages known word for word
    published_at TEXT,           -- as precise as known: 2017, 2017-03, 2017-03-02, or a time with its offset
    impersonates TEXT,           -- the outlet imitated, a site
    extra TEXT NOT NULL          -- JSON: what else the file's rows say
) STRICT;

-- An address of a story, alive or dead.
CREATE TABLE story_url (
    story TEXT NOT NULL REFERENCES story,  -- its name in the case
    url TEXT NOT NULL,           -- as the file writes it
    urlkey TEXT NOT NULL,        -- normalised, for joining
    site TEXT NOT NULL,          -- who speaks there
    kind TEXT NOT NULL CHECK (kind IN ('original', 'archive')),  -- its own address, or an archived copy's
    PRIMARY KEY (story, urlkey)
) STRICT;
CREATE INDEX story_url_urlkey ON story_url (urlkey);

-- A text of a story, given by the case's files.
CREATE TABLE story_text (
    story TEXT NOT NULL REFERENCES story,  -- its name in the case
    language TEXT,               -- ISO 639-1
    text TEXT NOT NULL,          -- as the file has it
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),  -- 0: only a part survives
    source TEXT NOT NULL,        -- the file it came from, as stories.csv names it
    PRIMARY KEY (story, source)
) STRICT;

-- What the case says of a site (seeds: sites.csv); more than one row where its role changed.
CREATE TABLE site (
    site TEXT NOT NULL,          -- who speaks there
    role TEXT NOT NULL CHECK (role IN ('amplifier', 'lookalike', 'source', 'factchecker', 'control',  -- what it is to the case
                                       'outlet', 'platform', 'ignore')),
    name TEXT,                   -- what people call it
    aliases TEXT NOT NULL,       -- JSON: names it is called, in any language
    start TEXT NOT NULL,         -- JSON: start URLs; empty: the home page
    since TEXT,                  -- the role holds from this day on (column `from` of the file)
    until TEXT,                  -- and up to this day
    impersonates TEXT,           -- a lookalike's victim, a site
    publisher TEXT,              -- who stands behind it, as known
    country TEXT,                -- of the publisher
    languages TEXT,              -- it writes in
    robots TEXT NOT NULL CHECK (robots IN ('obey', 'ignore')),  -- ignore needs a reason in note
    note TEXT,                   -- what else to know
    source TEXT,                 -- where this is known from
    extra TEXT NOT NULL          -- JSON: columns of the file that mayfly does not know
) STRICT;
CREATE UNIQUE INDEX site_role ON site (site, role, ifnull(since, ''));

-- A URL known: to be fetched, or fetched. The crawl's queue, its memory and its schedule.
CREATE TABLE frontier (
    seq INTEGER PRIMARY KEY,     -- in the order of discovery
    urlkey TEXT NOT NULL UNIQUE,  -- of the URL
    url TEXT NOT NULL,           -- the address to ask for
    site TEXT NOT NULL,          -- who speaks there
    depth INTEGER NOT NULL,      -- how many times a site boundary was crossed from the crawled sites, at the least
    referrer TEXT,               -- urlkey of the page (or name of the seed file) that it was first found on
    priority INTEGER NOT NULL,   -- the higher, the sooner, within its site
    hops INTEGER NOT NULL DEFAULT 0,      -- redirects followed to get here
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'failed', 'refused')),  -- refused: by a rule of ours
    due_at TEXT NOT NULL,        -- not to be fetched before
    reason TEXT,                 -- why it failed or was refused: robots, trap, url_too_long, ...
    attempts INTEGER NOT NULL DEFAULT 0,  -- since the last success
    interval INTEGER,            -- seconds to the next visit, where it is revisited
    last_outcome TEXT,           -- of the last attempt
    last_digest TEXT             -- of the last payload
) STRICT;
CREATE INDEX frontier_due ON frontier (state, due_at, site);
CREATE INDEX frontier_next ON frontier (site, priority DESC, seq) WHERE state = 'due';

-- When a site may be asked again: its Retry-After, kept from run to run.
CREATE TABLE wait (
    site TEXT PRIMARY KEY,       -- who speaks there
    until TEXT NOT NULL,         -- not to be asked before
    reason TEXT NOT NULL         -- why
) STRICT, WITHOUT ROWID;

-- One attempt to fetch one URL at one time, whatever came of it.
CREATE TABLE capture (
    id INTEGER PRIMARY KEY,      -- number of the attempt, in the order of writing
    crawl INTEGER NOT NULL REFERENCES crawl,  -- the run that made it
    url TEXT NOT NULL,           -- as asked for
    urlkey TEXT NOT NULL,        -- of the URL
    site TEXT NOT NULL,          -- who speaks there
    outcome TEXT NOT NULL CHECK (outcome IN (  -- what came of it; failures are rows too
        'ok', 'http_error', 'redirect', 'dns_error', 'connect_error', 'timeout', 'tls_error', 'robots',
        'robots_unreachable', 'too_large', 'bad_encoding', 'not_archived', 'blocked_private', 'blocked',
        'challenged', 'internal_error')),
    status INTEGER,              -- HTTP status; NULL where nothing was received
    redirect_url TEXT,           -- where it sends the visitor, made absolute
    redirect_urlkey TEXT,        -- the same, normalised for joining
    mime TEXT,                   -- media type declared, without parameters
    digest TEXT,                 -- of the payload as received: sha256:BASE32
    ip TEXT,                     -- the address that answered
    fetched_at TEXT NOT NULL,    -- when; an archive's own time where it was read from one
    source TEXT NOT NULL,        -- live or archive
    depth INTEGER,               -- that of the frontier; NULL for robots.txt
    truncated TEXT,              -- why the payload is not whole: length, disconnect, time, encoding
    extraction TEXT,             -- ok; or why there are no facts: timeout, crash, mime, parse
    detail TEXT,                 -- the error in words, or limits that were reached
    revisit_of INTEGER REFERENCES capture,  -- same payload: the capture whose record holds it
    warc_filename TEXT,          -- where the record is, in archive/; NULL where nothing was received
    warc_offset INTEGER,         -- its first byte there
    warc_length INTEGER          -- and how many bytes
) STRICT;
CREATE INDEX capture_urlkey ON capture (urlkey, fetched_at);
CREATE INDEX capture_digest ON capture (digest) WHERE revisit_of IS NULL AND warc_filename IS NOT NULL;
CREATE INDEX capture_site ON capture (site, outcome);
CREATE INDEX capture_warc ON capture (warc_filename, warc_offset);

-- The main text of a capture, with what the page says of itself.
CREATE TABLE article (
    capture INTEGER PRIMARY KEY REFERENCES capture,  -- the capture that shows it
    page_type TEXT NOT NULL CHECK (page_type IN (  -- in doubt an article
        'article', 'listing', 'home', 'feed', 'forum', 'wiki', 'social', 'document')),
    title TEXT,                  -- the headline
    author TEXT,                 -- who wrote it, as named
    published_at TEXT,           -- as the page states it: 2017, 2017-03, 2017-03-02, or a time with its offset
    published_from TEXT,         -- the same as an interval in UTC, both ends included
    published_to TEXT,           -- the last second of it
    language TEXT,               -- ISO 639-1, of the text
    site_name TEXT,              -- a claim of the page
    canonical_url TEXT,          -- a claim of the page, never its identity
    canonical_urlkey TEXT,       -- the same, normalised for joining
    text TEXT NOT NULL           -- paragraphs, a line each
) STRICT;

-- The page points at something outside its own site, in one place of the page.
CREATE TABLE reference (
    capture INTEGER NOT NULL REFERENCES capture,  -- the capture that shows it
    n INTEGER NOT NULL,          -- its place on the page, from 0
    detector TEXT NOT NULL,      -- hyperlink, text_url, embed
    zone TEXT NOT NULL CHECK (zone IN ('body', 'nav', 'footer', 'aside', 'comments', 'head')),  -- only the body counts
    url TEXT NOT NULL,           -- as written on the page
    urlkey TEXT NOT NULL,        -- of the unwrapped target
    site TEXT NOT NULL,          -- of the unwrapped target
    anchor TEXT NOT NULL,        -- the words of the link
    context TEXT NOT NULL,       -- the sentence around it
    wrapper TEXT,                -- the rule that unwrapped it: archive.org, google_url, ...
    PRIMARY KEY (capture, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_urlkey ON reference (urlkey);
CREATE INDEX reference_site ON reference (site);

-- A trace of who runs the page.
CREATE TABLE indicator (
    capture INTEGER NOT NULL REFERENCES capture,  -- the capture that shows it
    site TEXT NOT NULL,          -- of the capture
    detector TEXT NOT NULL,      -- google_analytics, adsense, ...
    value TEXT NOT NULL,         -- the identifier
    PRIMARY KEY (capture, detector, value)
) STRICT;
CREATE INDEX indicator_value ON indicator (detector, value);

-- A page's ClaimReview markup (schema.org): it reviews a claim, and says how it rates it.
CREATE TABLE claim_review (
    capture INTEGER NOT NULL REFERENCES capture,  -- the capture that shows it
    n INTEGER NOT NULL,          -- its place on the page, from 0
    url TEXT,                    -- where the claim was made, as the markup says
    claim TEXT,                  -- the claim reviewed
    rating TEXT,                 -- as the markup words it
    author TEXT,                 -- who reviewed it
    PRIMARY KEY (capture, n)
) STRICT, WITHOUT ROWID;
