-- Which pages carry the text of a story and name no source for it?
-- Their body leads to no address of the story and names neither the fake nor the outlet it imitates. Where the fake
-- is gone, such a copy may be all that is left of its text.
SELECT amplification.site, amplification.url, amplification.story, amplification.kind, amplification.containment,
       amplification.published_at, amplification.capture
FROM amplification
WHERE amplification.kind IN ('copy', 'excerpt') AND NOT EXISTS (
    SELECT 1 FROM mention
    WHERE mention.page = amplification.page AND mention.story = amplification.story AND mention.zone = 'body'
      AND mention.kind IN ('link', 'text_url', 'archive_link', 'wrapped_link', 'embed', 'attribution')
)
ORDER BY amplification.containment DESC, amplification.site, amplification.urlkey, amplification.story,
         amplification.kind;
