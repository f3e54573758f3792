-- Which sites both carried a story and disputed it?
-- On other pages, or the same one after a correction. The count of a site that corrects its mistake deserves a note.
SELECT disputing.story, disputing.site, count(DISTINCT disputing.page) AS pages_disputing,
       (SELECT count(DISTINCT page) FROM amplification
        WHERE amplification.site = disputing.site AND amplification.story = disputing.story) AS pages_counted,
       (SELECT count(DISTINCT page) FROM mention
        WHERE mention.site = disputing.site AND mention.story = disputing.story AND mention.zone = 'body'
          AND mention.stance NOT IN ('disputes', 'corrects')) AS pages_carrying
FROM mention AS disputing
WHERE disputing.stance IN ('disputes', 'corrects') AND disputing.zone = 'body'
GROUP BY disputing.story, disputing.site
HAVING pages_carrying > 0
ORDER BY disputing.story, disputing.site;
