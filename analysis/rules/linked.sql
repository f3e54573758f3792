-- linked: a page counts where its body leads to an address of the story: a link, the address written out, a link
-- to an archived copy or behind a wrapper, an embed.
-- What no rule counts is left out already (view exclusion_by_all). So is what only reports another page (via). A
-- listing, a home page or a feed counts only where no other page of that site does.
WITH carried AS NOT MATERIALIZED (
    SELECT * FROM admissible
    WHERE kind IN ('link', 'text_url', 'archive_link', 'wrapped_link', 'embed') AND via IS NULL
)
SELECT * FROM carried
WHERE page_type NOT IN ('listing', 'home', 'feed') OR NOT EXISTS (
    SELECT 1 FROM carried AS article
    WHERE article.site = carried.site AND article.story = carried.story
      AND article.page_type NOT IN ('listing', 'home', 'feed')
)
