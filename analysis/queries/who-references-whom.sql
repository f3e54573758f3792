-- Which sites do the sites of the case and the ranked sites point at?
-- Links in the body of pages, by the latest capture of each; menus, footers and comments are left out.
SELECT edge.source, edge.target, target.name AS target_name, target.role AS target_role,
       edge.weight AS pages, edge.first_seen, edge.last_seen
FROM edge LEFT JOIN site_now AS target ON target.site = edge.target
WHERE edge.kind = 'reference'
  AND (edge.source IN (SELECT site FROM ranking) OR edge.source IN (SELECT site FROM site))
ORDER BY edge.weight DESC, edge.source, edge.target;
