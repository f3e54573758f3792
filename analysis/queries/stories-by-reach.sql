-- Which stories travelled furthest, and which did nobody carry?
-- Pages that dispute a story are shown beside its reach and are no part of it.
SELECT story.story, story.title, story.published_at,
       count(DISTINCT amplification.page) AS pages,
       count(DISTINCT amplification.site) AS sites,
       count(DISTINCT article.language) AS languages,
       (SELECT count(DISTINCT page) FROM mention
        WHERE mention.story = story.story AND zone = 'body' AND stance IN ('disputes', 'corrects')) AS pages_disputing
FROM story
LEFT JOIN amplification ON amplification.story = story.story
LEFT JOIN article ON article.capture = amplification.capture
GROUP BY story.story
ORDER BY pages DESC, sites DESC, story.story;
