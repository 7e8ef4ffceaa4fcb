-- Functions of one session that change views and what views stand on without losing what others have put there: rights, comments,
-- options, owners, and views on top of views. All in one transaction; what cannot be done is undone and said in a warning.

-- The views that stand on this relation, directly or not, with all that is needed to make them again.
CREATE OR REPLACE FUNCTION pg_temp.keep_views(relation regclass) RETURNS void LANGUAGE plpgsql AS $tool$
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS tollgate_views (
        name text, kind "char", definition text, options text[], acl aclitem[], owner oid, note text, indexes text[], depth int);
    INSERT INTO tollgate_views
    WITH RECURSIVE above AS (
        SELECT relation::oid AS oid, 0 AS depth
        UNION
        SELECT r.ev_class, a.depth + 1
        FROM above a
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.oid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> a.oid
    )
    SELECT format('%I.%I', n.nspname, c.relname), c.relkind, pg_get_viewdef(c.oid), c.reloptions, c.relacl, c.relowner,
           obj_description(c.oid, 'pg_class'), ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid),
           (SELECT max(a.depth) FROM above a WHERE a.oid = c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IN (SELECT oid FROM above) AND c.relkind IN ('v', 'm');
END $tool$;

-- Drops them, those on top first.
CREATE OR REPLACE FUNCTION pg_temp.drop_views() RETURNS void LANGUAGE plpgsql AS $tool$
DECLARE v record;
BEGIN
    FOR v IN SELECT name, kind FROM tollgate_views ORDER BY depth DESC LOOP
        EXECUTE format('DROP %s %s', CASE v.kind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, v.name);
    END LOOP;
END $tool$;

-- Makes again those that are not there, and grants everything as it was.
CREATE OR REPLACE FUNCTION pg_temp.make_views() RETURNS void LANGUAGE plpgsql AS $tool$
DECLARE v record; g record; definition text;
BEGIN
    FOR v IN SELECT * FROM tollgate_views ORDER BY depth LOOP
        IF to_regclass(v.name) IS NULL THEN
            EXECUTE format('CREATE %s %s%s AS %s', CASE v.kind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, v.name,
                CASE WHEN v.options IS NULL THEN '' ELSE ' WITH (' || array_to_string(v.options, ', ') || ')' END, v.definition);
            FOREACH definition IN ARRAY v.indexes LOOP
                EXECUTE definition;
            END LOOP;
        END IF;
        IF v.note IS NOT NULL THEN
            EXECUTE format('COMMENT ON %s %s IS %L', CASE v.kind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, v.name, v.note);
        END IF;
        FOR g IN SELECT a.privilege_type, a.is_grantable, a.grantee FROM aclexplode(v.acl) a WHERE a.grantee <> v.owner LOOP
            EXECUTE format('GRANT %s ON %s TO %s%s', g.privilege_type, v.name,
                CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
        END LOOP;
        IF v.owner <> (SELECT oid FROM pg_roles WHERE rolname = current_user) THEN
            EXECUTE format('ALTER TABLE %s OWNER TO %I', v.name, pg_get_userbyid(v.owner));
        END IF;
    END LOOP;
    DROP TABLE tollgate_views;
END $tool$;

-- Replaces a view by another one, whatever columns it had.
CREATE OR REPLACE FUNCTION pg_temp.replace_view(name text, definition text) RETURNS void LANGUAGE plpgsql AS $tool$
BEGIN
    BEGIN
        EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', name, definition);
        RETURN;
    EXCEPTION WHEN invalid_table_definition OR duplicate_table OR wrong_object_type OR feature_not_supported THEN
        NULL; -- its columns are others
    END;
    BEGIN
        PERFORM pg_temp.keep_views(to_regclass(name));
        PERFORM pg_temp.drop_views();
        EXECUTE format('CREATE VIEW %s AS %s', name, definition);
        PERFORM pg_temp.make_views();
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'The view % stays as it is: %', name, SQLERRM;
    END;
END $tool$;

-- Gives the columns of a table the type BIGINT.
CREATE OR REPLACE FUNCTION pg_temp.widen(name text, columns text[]) RETURNS void LANGUAGE plpgsql AS $tool$
BEGIN
    PERFORM pg_temp.keep_views(to_regclass(name));
    PERFORM pg_temp.drop_views();
    EXECUTE format('ALTER TABLE %s %s', name, (SELECT string_agg('ALTER COLUMN ' || c || ' TYPE BIGINT', ', ') FROM unnest(columns) c));
    PERFORM pg_temp.make_views();
END $tool$;
