-- Which counted pages should a person read first?
-- Pages that count and take no side that the machine could tell, the least certain first; a site's place may hang on
-- them.
SELECT min(amplification.url) AS url, amplification.story, ranking.rank, amplification.site,
       max(amplification.certainty) AS certainty, count(*) AS mentions, min(amplification.evidence) AS evidence
FROM amplification LEFT JOIN ranking USING (site)
GROUP BY amplification.page, amplification.story
HAVING max(amplification.stance = 'amplifies') = 0
ORDER BY certainty, ranking.rank, amplification.page, amplification.story;
