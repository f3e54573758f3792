-- In which order did pages carry each story, by the dates that they state?
-- A stated date is a claim: it may be wrong or backdated. `before_next` is 1 only where the page's date ends before
-- the next one's begins; where it is 0, no order may be told. Pages without a date are not here.
SELECT story, row_number() OVER story_by_date AS place, site, url, published_at,
       coalesce(published_to < lead(published_from) OVER story_by_date, 0) AS before_next
FROM (
    SELECT amplification.story, amplification.site, amplification.page, min(amplification.url) AS url,
           min(article.published_at) AS published_at, min(article.published_from) AS published_from,
           min(article.published_to) AS published_to
    FROM amplification JOIN article ON article.capture = amplification.capture
    WHERE article.published_from IS NOT NULL
    GROUP BY amplification.story, amplification.page
)
WINDOW story_by_date AS (PARTITION BY story ORDER BY published_from, published_to, site, page)
ORDER BY story, place;
