-- Which pages declare the address of another site as their own?
-- A cloned page declares its victim's address; so do honest syndication and moves to a new domain. `to_outlet` is 1
-- where the address declared is an outlet's of the case.
WITH claim AS (
    SELECT capture.site, capture.url, capture.urlkey, article.canonical_url, article.canonical_urlkey,
           substr(article.canonical_urlkey, 1, instr(article.canonical_urlkey || '/', '/') - 1) AS claimed_host,
           max(capture.fetched_at) AS last_seen
    FROM article JOIN capture ON capture.id = article.capture
    WHERE article.canonical_urlkey IS NOT NULL AND article.canonical_urlkey <> capture.urlkey
    GROUP BY capture.urlkey, article.canonical_urlkey
)
SELECT claim.site, site_now.role, claim.url, claim.canonical_url, claim.last_seen,
       EXISTS (
           SELECT 1 FROM site
           WHERE site.role = 'outlet'
             AND (claim.claimed_host = site.site
                  OR substr(claim.claimed_host, -length(site.site) - 1) = '.' || site.site)
       ) AS to_outlet
FROM claim LEFT JOIN site_now USING (site)
WHERE claim.claimed_host <> claim.site
  AND substr(claim.claimed_host, -length(claim.site) - 1) <> '.' || claim.site
  AND substr(claim.canonical_urlkey || '/', 1, length(claim.site) + 1) <> claim.site || '/'
ORDER BY to_outlet DESC, claim.site, claim.urlkey, claim.canonical_url;
