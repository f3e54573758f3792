-- Which sites reference the stories most?
-- By the standard rule. Pages that are only "unclear" carry a story and say nothing for or against it; until a
-- person has read them (pages_confirmed) they are leads. A rank is good only within rank_low to rank_high, and for
-- as much of the site as was captured.
SELECT rank, name, site, role, pages, stories, pages_confirmed, pages_amplifies, pages_unclear, rank_low, rank_high,
       found_by, articles_captured, frontier_left
FROM ranking
ORDER BY rank;
