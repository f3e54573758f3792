-- On how many pages and sites do the stories stand, by each counting rule?
-- What each rule counts is said in analysis/rules/; what the standard rule leaves out, in the question left-out.
SELECT rule, sum(pages) AS pages, count(*) AS sites
FROM ranking_by_rule
GROUP BY rule
ORDER BY rule;
