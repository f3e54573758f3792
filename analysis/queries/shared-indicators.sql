-- Which identifiers stand on more than one site?
-- A clone carries its victim's identifiers: where `on_outlet` is 1 the identifier also stands on an imitated outlet or
-- another outlet of the case, and ties the others to each other no more than to it. An agency or a theme may spread
-- one over many sites.
SELECT detector, value, count(*) AS sites, sum(site IN (SELECT site FROM ranking)) AS ranked_sites,
       max(site IN (SELECT outlet FROM imitated) OR site IN (SELECT site FROM site WHERE role = 'outlet'))
           AS on_outlet,
       group_concat(site, ' ') AS which
FROM (SELECT DISTINCT detector, value, site FROM indicator ORDER BY detector, value, site)
GROUP BY detector, value
HAVING sites > 1
ORDER BY on_outlet, ranked_sites DESC, sites DESC, detector, value;
