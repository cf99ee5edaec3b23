-- Whatever stands in our schema, also what no backup knows of. What an extension brought stays; what belongs to another
-- thing, as the sequence of a number does to its table, goes with it.
SET LOCAL client_min_messages = warning;
DO $$
DECLARE thing text;
BEGIN
    FOR thing IN
        SELECT format('%s IF EXISTS %I', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                                      WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, relname)
          FROM pg_class
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
           AND NOT EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                              AND (deptype = 'e' OR deptype = 'i' AND relkind = 'S'))
        UNION ALL
        SELECT format('ROUTINE IF EXISTS %I(%s)', proname, pg_get_function_identity_arguments(oid))
          FROM pg_proc
         WHERE pronamespace = current_schema()::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE 'DROP ' || thing || ' CASCADE';
    END LOOP;
END $$;
