-- Do sites carry one story, or story after story?
-- One story may be carried in good faith; a site that carries many has made it a habit. By the standard rule.
SELECT stories AS stories_carried, count(*) AS sites, sum(pages) AS pages, group_concat(site, ' ') AS which
FROM (SELECT * FROM ranking ORDER BY rank)
GROUP BY stories
ORDER BY stories DESC;
