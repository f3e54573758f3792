-- Which sites carry the same stories?
-- Pairs that share two or more. Sites that carry everything share something with everyone: read `shared` beside what
-- each carries in all. It is a lead to coordination, and no proof of it.
WITH carried AS (SELECT DISTINCT site, story FROM amplification)
SELECT a.site AS site_a, b.site AS site_b, count(*) AS shared,
       (SELECT stories FROM ranking WHERE ranking.site = a.site) AS stories_a,
       (SELECT stories FROM ranking WHERE ranking.site = b.site) AS stories_b
FROM carried AS a JOIN carried AS b ON b.story = a.story AND b.site > a.site
GROUP BY a.site, b.site
HAVING shared > 1
ORDER BY shared DESC, stories_a + stories_b, a.site, b.site;
