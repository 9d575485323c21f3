"""Indexes for the search on PostgreSQL, found wanting with 143,000 entries: a search took 190 ms, and takes 3 ms.

django-modelsearch looks for words in title and body together, which no index of its own covers, and joins on the id as
text. Made while readers read and editors write; what a broken-off attempt left is made anew.
"""

from django.db import migrations

INDEXES = {
    "catalogue_search_words": "modelsearch_indexentry USING gin ((title || body))",
    "catalogue_searchentry_id_as_text": "catalogue_searchentry ((id::varchar(50)))",
}


def add(apps, schema_editor):
    remove(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        for name, what in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalogue", "0010_claims_in_japanese"),
        ("modelsearch", "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more"),
    ]

    operations = [migrations.RunPython(add, remove)]
