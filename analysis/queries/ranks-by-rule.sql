-- How much does a site's place depend on what is counted?
-- A site that a rule does not count has no place under it. A place that holds under all three is the firmest.
SELECT site, site_now.name,
       max(CASE rule WHEN 'linked' THEN rank END) AS linked,
       max(CASE rule WHEN 'standard' THEN rank END) AS standard,
       max(CASE rule WHEN 'wide' THEN rank END) AS wide,
       min(rank) AS best, max(rank) AS worst, count(*) AS rules
FROM ranking_by_rule LEFT JOIN site_now USING (site)
GROUP BY site
ORDER BY best, worst, site;
