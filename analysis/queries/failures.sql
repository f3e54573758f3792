-- Why did captures fail, site by site?
-- A failure says what we met, and not that a page is gone: a block, a challenge or a time-out is no deletion.
SELECT site, outcome, status, count(DISTINCT urlkey) AS urls, max(fetched_at) AS latest, min(url) AS example
FROM capture
WHERE outcome NOT IN ('ok', 'redirect')
GROUP BY site, outcome, status
ORDER BY urls DESC, site, outcome, status;
