-- Which ranked sites answered from the same IP address, and on the same days?
-- A shared address says little where many sites share it (`sites_there`: of all that this case captured; the real
-- number may be far higher), as hosting companies and content networks do. `overlap` is 1 where the days on which the
-- two were seen there overlap.
WITH seen AS (
    SELECT ip, site, substr(min(fetched_at), 1, 10) AS first_day, substr(max(fetched_at), 1, 10) AS last_day
    FROM capture WHERE ip IS NOT NULL GROUP BY ip, site
),
crowd AS (SELECT ip, count(*) AS sites_there FROM seen GROUP BY ip HAVING sites_there > 1),
ranked AS (SELECT seen.* FROM seen JOIN crowd USING (ip) WHERE site IN (SELECT site FROM ranking))
SELECT a.ip, a.site AS site_a, b.site AS site_b, crowd.sites_there,
       a.first_day <= b.last_day AND b.first_day <= a.last_day AS overlap,
       a.first_day AS first_a, a.last_day AS last_a, b.first_day AS first_b, b.last_day AS last_b
FROM ranked AS a JOIN ranked AS b ON b.ip = a.ip AND b.site > a.site JOIN crowd ON crowd.ip = a.ip
ORDER BY crowd.sites_there, a.ip, a.site, b.site;
