SELECT name, vartype, context, coalesce(unit, ''), coalesce(min_val, ''), coalesce(max_val, ''),
       coalesce(enumvals, '{}'), CASE WHEN name = 'server_encoding' THEN setting END
FROM pg_catalog.pg_settings
