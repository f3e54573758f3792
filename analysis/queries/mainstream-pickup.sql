-- Which outlets passed on a story that imitated another outlet?
-- A site that the case calls an outlet. It counts for every story but those made in its own name. A second-hand
-- report, which names the page it relies on, is counted by the rule wide alone and is listed here too.
SELECT mention.site, site_now.name, mention.story, mention.url, mention.kind, mention.stance, mention.via,
       mention.published_at, NOT EXISTS (
           SELECT 1 FROM exclusion
           WHERE exclusion.story = mention.story AND exclusion.urlkey = mention.urlkey
             AND exclusion.kind = mention.kind
       ) AS counted
FROM mention JOIN site_now USING (site)
WHERE site_now.role = 'outlet' AND mention.zone = 'body' AND mention.stance IN ('amplifies', 'unclear')
  AND mention.kind <> 'redirect'
  AND NOT EXISTS (SELECT 1 FROM imitated WHERE imitated.story = mention.story AND imitated.outlet = mention.site)
ORDER BY mention.site, mention.story, mention.urlkey, mention.kind;
