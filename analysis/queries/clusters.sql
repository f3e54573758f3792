-- Which texts stand on the most sites?
-- Near-duplicates, every one compared with the cluster's middle. News agencies make such clusters too: `mentions`
-- says how many of the pages speak of a story of the case, whether they count or not.
SELECT cluster.cluster, article.title, count(DISTINCT cluster.site) AS sites, count(*) AS pages,
       min(cluster.similarity) AS least_similarity,
       sum(EXISTS (SELECT 1 FROM mention WHERE mention.page = cluster.urlkey OR mention.capture = cluster.capture))
           AS mentions
FROM cluster
LEFT JOIN cluster AS medoid ON medoid.urlkey = cluster.cluster
LEFT JOIN article ON article.capture = medoid.capture
GROUP BY cluster.cluster
HAVING sites > 1
ORDER BY sites DESC, pages DESC, cluster.cluster;
