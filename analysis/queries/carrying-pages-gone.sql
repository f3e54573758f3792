-- Which pages that carried a story no longer answer with it?
-- The page counts, as a capture proves it. `outcome` is the last look: a 404 or a redirect may be a deletion; what
-- blocks us is none.
SELECT amplification.site, min(amplification.url) AS url, amplification.story,
       min(amplification.first_seen) AS first_seen, last.fetched_at,
       last.outcome, last.status, last.redirect_url
FROM amplification
JOIN capture AS last ON last.urlkey = amplification.urlkey
WHERE last.outcome <> 'ok' AND NOT EXISTS (
    SELECT 1 FROM capture AS later
    WHERE later.urlkey = last.urlkey AND (later.fetched_at > last.fetched_at
          OR later.fetched_at = last.fetched_at AND later.outcome = 'ok')
)
GROUP BY amplification.site, amplification.urlkey, amplification.story, last.fetched_at, last.outcome, last.status,
         last.redirect_url
ORDER BY amplification.site, amplification.urlkey, amplification.story, last.outcome, last.status;
