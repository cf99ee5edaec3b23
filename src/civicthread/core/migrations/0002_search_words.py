"""Full-text search over core_searchentry.words, and the table of the shared cache."""

from django.core.management import call_command
from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE core_searchwords"
    " USING fts5(words, content='core_searchentry', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER core_searchentry_added AFTER INSERT ON core_searchentry BEGIN"
    " INSERT INTO core_searchwords(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER core_searchentry_removed AFTER DELETE ON core_searchentry BEGIN"
    " INSERT INTO core_searchwords(core_searchwords, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER core_searchentry_changed AFTER UPDATE ON core_searchentry BEGIN"
    " INSERT INTO core_searchwords(core_searchwords, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO core_searchwords(rowid, words) VALUES (new.id, new.words); END",
]
POSTGRESQL = "CREATE INDEX core_searchentry_words ON core_searchentry USING gin (to_tsvector('simple', words));"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            for statement in SQLITE:
                cursor.execute(statement)
    else:
        schema_editor.execute(POSTGRESQL)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER core_searchentry_{name}")
        schema_editor.execute("DROP TABLE core_searchwords")
    else:
        schema_editor.execute("DROP INDEX core_searchentry_words")


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_tables")]
    operations = [
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
