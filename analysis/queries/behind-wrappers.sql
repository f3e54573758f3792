-- Through which archives, shorteners and redirectors are the stories reached?
-- Links in the body whose target was known without a fetch carry the name of their wrapper; those that only a fetch
-- could tell are the mentions of kind wrapped_link without one.
SELECT mention.kind, reference.wrapper, count(DISTINCT mention.page) AS pages, count(DISTINCT mention.site) AS sites,
       min(reference.url) AS example
FROM mention
LEFT JOIN reference ON reference.capture = mention.capture AND reference.urlkey = mention.target
                   AND reference.zone = mention.zone AND reference.wrapper IS NOT NULL
WHERE mention.kind IN ('archive_link', 'wrapped_link') AND mention.zone = 'body'
GROUP BY mention.kind, reference.wrapper
ORDER BY pages DESC, mention.kind, reference.wrapper;
