-- Which sites carry each story, and how?
SELECT story, site, name, role, count(DISTINCT page) AS pages, group_concat(DISTINCT kind) AS kinds
FROM (SELECT * FROM amplification ORDER BY story, site, kind)
LEFT JOIN site_now USING (site)
GROUP BY story, site
ORDER BY story, pages DESC, site;
