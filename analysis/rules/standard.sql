-- standard: a page counts where its body leads to an address of the story (as in linked), carries its text, whole
-- or a passage of 25 words, or names the fake or the outlet it imitates beside its headline or a quote.
-- The ranking, the graph and the view amplification are by this rule.
WITH carried AS NOT MATERIALIZED (
    SELECT * FROM admissible
    WHERE kind IN ('link', 'text_url', 'archive_link', 'wrapped_link', 'embed', 'copy', 'excerpt', 'attribution')
      AND via IS NULL
)
SELECT * FROM carried
WHERE page_type NOT IN ('listing', 'home', 'feed') OR NOT EXISTS (
    SELECT 1 FROM carried AS article
    WHERE article.site = carried.site AND article.story = carried.story
      AND article.page_type NOT IN ('listing', 'home', 'feed')
)
