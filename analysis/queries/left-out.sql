-- What speaks of a story and does not count, and by which rule?
-- The standard rule. A mention may be left out by several; `decisive` are those that this one alone keeps out.
WITH reason AS (
    SELECT *, count(*) OVER (PARTITION BY story, urlkey, kind) AS reasons FROM exclusion
)
SELECT reason.rule, count(*) AS mentions, count(DISTINCT mention.page) AS pages,
       count(DISTINCT mention.site) AS sites, sum(reason.reasons = 1) AS decisive, min(mention.url) AS example
FROM reason JOIN mention USING (story, urlkey, kind)
GROUP BY reason.rule
ORDER BY mentions DESC, reason.rule;
