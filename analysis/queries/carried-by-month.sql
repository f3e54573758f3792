-- When were the stories carried, by the dates that the pages state?
-- Dates known to the year alone stand as the year; pages without a date are counted in a row without one.
SELECT substr(published_at, 1, 7) AS month, count(DISTINCT page) AS pages, count(DISTINCT site) AS sites,
       count(DISTINCT story) AS stories
FROM amplification
GROUP BY month
ORDER BY month;
