-- wide: a page counts as in standard, and where it tells the same claim without naming a source, translates the
-- text, or has the story at second hand, from a page that it cites (via).
-- The widest reading, and the least sure: every page of it is to be read before it is published.
WITH carried AS NOT MATERIALIZED (
    SELECT * FROM admissible
    WHERE kind IN ('link', 'text_url', 'archive_link', 'wrapped_link', 'embed', 'copy', 'excerpt', 'attribution',
                   'retelling', 'translation')
)
SELECT * FROM carried
WHERE page_type NOT IN ('listing', 'home', 'feed') OR NOT EXISTS (
    SELECT 1 FROM carried AS article
    WHERE article.site = carried.site AND article.story = carried.story
      AND article.page_type NOT IN ('listing', 'home', 'feed')
)
