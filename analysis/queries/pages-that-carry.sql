-- Which pages carry which story, in what way, and where is the proof?
-- A row for each way in which a page does it; a page with a link and a copy has two, and is one page. Rows with the
-- same `page` are print, AMP or mobile twins.
SELECT amplification.site, site_now.name, amplification.page, amplification.url, amplification.story, story.title,
       amplification.kind, amplification.stance, amplification.certainty, amplification.containment,
       amplification.published_at, amplification.first_seen, amplification.capture, amplification.evidence
FROM amplification
LEFT JOIN story USING (story)
LEFT JOIN site_now USING (site)
ORDER BY amplification.site, amplification.page, amplification.story, amplification.urlkey, amplification.kind;
