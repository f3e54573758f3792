-- How much of each site was seen, and how much is left?
-- A site's place in the ranking is a statement about what was captured. `failed` and `refused` are addresses that
-- could not or must not be fetched: nothing is known of them.
WITH asked AS (
    SELECT site, count(DISTINCT urlkey) AS asked, min(fetched_at) AS first_capture, max(fetched_at) AS last_capture,
           count(DISTINCT CASE WHEN outcome = 'ok' THEN urlkey END) AS captured
    FROM capture GROUP BY site
),
waiting AS (
    SELECT site, sum(state = 'due') AS due, sum(state = 'failed') AS failed, sum(state = 'refused') AS refused
    FROM frontier GROUP BY site
)
SELECT known.site, site_now.name, site_now.role, ranking.rank, ifnull(asked.captured, 0) AS captured,
       ifnull(asked.asked, 0) AS asked, ifnull(waiting.due, 0) AS due, ifnull(waiting.failed, 0) AS failed,
       ifnull(waiting.refused, 0) AS refused, asked.first_capture, asked.last_capture
FROM (SELECT site FROM site UNION SELECT site FROM ranking) AS known
LEFT JOIN site_now USING (site)
LEFT JOIN ranking USING (site)
LEFT JOIN asked USING (site)
LEFT JOIN waiting USING (site)
ORDER BY ranking.rank IS NULL, ranking.rank, known.site;
