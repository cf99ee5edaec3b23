"""An idea is known again by each thing its author is known by, not by one of them alone."""

import django.db.models.deletion
from django.db import migrations, models

from civicthread.ideas.intake import Submission

BATCH = 2000


def take_over(apps, schema_editor):
    """What ideas were known by stays, and their authors' mail addresses and telephone numbers are added."""
    idea, fingerprint = apps.get_model("ideas", "Idea"), apps.get_model("ideas", "Fingerprint")
    columns = ("pk", "reference", "fingerprint", "title", "text", "contact__email", "contact__phone")
    rows = []
    for pk, reference, known, title, text, email, phone in idea.objects.order_by("pk").values_list(*columns):
        # One that was taken back, or whose author is forgotten, had its reference there.
        if known == reference:
            continue
        submission = Submission(title, text, "", email=email or "", phone=phone or "")
        added = submission.fingerprints() if email or phone else []
        rows += [fingerprint(idea_id=pk, digest=digest) for digest in {known, *added}]
    # Where the same idea was counted twice by the old rule, the first one is known again.
    fingerprint.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("ideas", "0001_tables")]

    operations = [
        migrations.CreateModel(
            "Fingerprint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fingerprints",
                        to="ideas.idea",
                    ),
                ),
            ],
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RemoveField("idea", "fingerprint"),
    ]
