"""Nobody who looks for AI means a French 'j'ai': it leaves the index of things that were indexed before."""

import re

from django.db import migrations
from django.db.models import Q

# The L of 'l'ai' is a little word that was never there: what stands so cannot be told from an AI.
I_HAVE = re.compile(r" [jnt] ai(?= |$)")


def leave_out(apps, schema_editor):
    entries = apps.get_model("core", "SearchEntry").objects
    holding = entries.filter(Q(words__contains=" ai ") | Q(words__endswith=" ai"))
    for entry in holding.only("id", "words").iterator():
        words = I_HAVE.sub("", entry.words)
        if words != entry.words:
            entries.filter(pk=entry.pk).update(words=words)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_search_beginnings")]
    operations = [migrations.RunPython(leave_out, migrations.RunPython.noop)]
