"""What Dutch words end with, for things that were indexed before: 'luchtkwaliteit' is found by 'kwaliteit' too."""

from django.db import migrations


def add_endings(apps, schema_editor):
    entries = apps.get_model("core", "SearchEntry").objects.filter(language="nl")
    for entry in entries.only("id", "words").iterator():
        stems = entry.words.split()[1:]  # the first one tells the kind
        ends = dict.fromkeys(stem[at:] for stem in stems for at in range(3, len(stem) - 3))
        entry.words = " ".join([entry.words, *(f"λ{end}" for end in ends)])
        entry.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("core", "0002_search_words")]
    operations = [migrations.RunPython(add_endings, migrations.RunPython.noop)]
