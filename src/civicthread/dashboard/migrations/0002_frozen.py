"""Snapshots are frozen by the database itself: it refuses to change or remove one, or to add a figure afterwards.

A later migration that makes SQLite build one of these tables anew drops its triggers: run `make_frozen` again after it.
"""

from django.db import migrations

TABLES = ("dashboard_snapshot", "dashboard_snapshotfigure")
FULL = "(SELECT size FROM dashboard_snapshot WHERE id = NEW.snapshot_id)"
REFUSAL = "a snapshot is frozen"
SQLITE = "CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
POSTGRESQL_FUNCTION = f"""CREATE FUNCTION dashboard_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"""
POSTGRESQL_FULL = f"""CREATE FUNCTION dashboard_refuse_more() RETURNS trigger AS $$
BEGIN IF NEW.position >= {FULL} THEN
RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW; END $$ LANGUAGE plpgsql"""
EVENTS = {"changed": "UPDATE", "removed": "DELETE"}


def make_frozen(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for name, event in EVENTS.items():
                schema_editor.execute(
                    SQLITE.format(table=table, name=name, event=event, when="", refusal=REFUSAL)
                )
        schema_editor.execute(
            SQLITE.format(
                table=TABLES[1],
                name="added",
                event="INSERT",
                when=f"WHEN NEW.position >= {FULL}",
                refusal=REFUSAL,
            )
        )
        return
    schema_editor.execute(POSTGRESQL_FUNCTION)
    schema_editor.execute(POSTGRESQL_FULL)
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION dashboard_refuse()"
        )
    schema_editor.execute(
        f"CREATE TRIGGER {TABLES[1]}_added BEFORE INSERT ON {TABLES[1]}"
        " FOR EACH ROW EXECUTE FUNCTION dashboard_refuse_more()"
    )


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for name in EVENTS:
                schema_editor.execute(f"DROP TRIGGER {table}_{name}")
        schema_editor.execute(f"DROP TRIGGER {TABLES[1]}_added")
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_frozen ON {table}")
    schema_editor.execute(f"DROP TRIGGER {TABLES[1]}_added ON {TABLES[1]}")
    schema_editor.execute("DROP FUNCTION dashboard_refuse()")
    schema_editor.execute("DROP FUNCTION dashboard_refuse_more()")


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0001_tables")]
    operations = [migrations.RunPython(make_frozen, thaw)]
