-- Which pages still lead to an address of a story that no longer answers?
-- By our last look at the address. Such a link is often all that shows where the fake once stood.
SELECT DISTINCT amplification.site, amplification.url, amplification.story, amplification.kind,
       amplification.target AS address, last.outcome, last.status, last.fetched_at
FROM amplification
JOIN capture AS last ON last.urlkey = amplification.target
WHERE last.outcome IN ('http_error', 'redirect', 'dns_error', 'connect_error') AND NOT EXISTS (
    SELECT 1 FROM capture AS later
    WHERE later.urlkey = last.urlkey AND (later.fetched_at > last.fetched_at
          OR later.fetched_at = last.fetched_at AND later.outcome = 'ok')
)
ORDER BY amplification.site, amplification.url, amplification.story, amplification.kind, last.outcome, last.status;
