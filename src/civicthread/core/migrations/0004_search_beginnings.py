"""The index tells at once in what a word begins: 'vélo' in thousands of ideas is found four times as soon.

SQLite would collect all words that begin so. Words that are longer than the lengths told here are few enough for that.
"""

from django.db import migrations

TABLE = "CREATE VIRTUAL TABLE core_searchwords USING fts5(words, content='core_searchentry', content_rowid='id', tokenize='ascii'{})"
LENGTHS = ", prefix='3 4 5 6 7 8'"


def _make(schema_editor, options):
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:  # the triggers name the table and stay as they are
            cursor.execute("DROP TABLE core_searchwords")
            cursor.execute(TABLE.format(options))
            cursor.execute("INSERT INTO core_searchwords(core_searchwords) VALUES ('rebuild')")


def add(apps, schema_editor):
    _make(schema_editor, LENGTHS)


def take_away(apps, schema_editor):
    _make(schema_editor, "")


class Migration(migrations.Migration):
    dependencies = [("core", "0003_search_endings")]
    operations = [migrations.RunPython(add, take_away)]
