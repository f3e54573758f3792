-- What did each address of a story answer, look by look, and where did it send its visitors?
-- A fake that sends its visitors to the outlet it imitates (`to_imitated` is 1) was there, and was taken back.
SELECT story_url.story, story_url.url, capture.fetched_at, capture.outcome, capture.status, capture.redirect_url,
       CASE WHEN capture.redirect_urlkey IS NOT NULL THEN EXISTS (
           SELECT 1 FROM imitated
           WHERE imitated.story = story_url.story
             AND (capture.redirect_urlkey = imitated.outlet
                  OR substr(capture.redirect_urlkey, 1, length(imitated.outlet) + 1) = imitated.outlet || '/'
                  OR (SELECT landing.site FROM capture AS landing
                      WHERE landing.urlkey = capture.redirect_urlkey LIMIT 1) = imitated.outlet)
       ) END AS to_imitated
FROM story_url JOIN capture ON capture.urlkey = story_url.urlkey
WHERE story_url.kind = 'original'
ORDER BY story_url.story, story_url.urlkey, capture.fetched_at, capture.outcome, capture.redirect_url;
