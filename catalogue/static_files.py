"""How static files are stored: compressed, and named by their content, so that browsers may keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names by content also the scripts that scripts import, which Django leaves alone unless told."""

    support_js_module_import_aggregation = True
