SELECT c.oid, c.oprname, c.oprnamespace, c.oprowner, c.oprleft, c.oprright
FROM pg_catalog.pg_operator c
WHERE $1 IS NULL OR c.oid = ANY ($1)
