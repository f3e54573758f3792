-- Which pages dispute or correct a story?
-- They are never counted among the amplifiers, whatever they link or quote.
SELECT mention.story, mention.stance, mention.site, site_now.name, site_now.role, min(mention.url) AS url,
       min(mention.published_at) AS published_at, min(mention.evidence) AS evidence
FROM mention LEFT JOIN site_now USING (site)
WHERE mention.stance IN ('disputes', 'corrects') AND mention.zone = 'body'
GROUP BY mention.story, mention.stance, mention.site, mention.urlkey
ORDER BY mention.story, mention.site, mention.urlkey, mention.stance;
