-- In which languages are the stories carried?
-- The language of each page's text, as read from it. Each language version is a page of its own.
SELECT article.language, count(DISTINCT amplification.page) AS pages, count(DISTINCT amplification.site) AS sites,
       count(DISTINCT amplification.story) AS stories
FROM amplification LEFT JOIN article ON article.capture = amplification.capture
GROUP BY article.language
ORDER BY pages DESC, article.language;
