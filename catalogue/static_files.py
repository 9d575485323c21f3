"""How static files are stored: compressed, and named by their content, so that browsers may keep them for good."""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What style sheets say to those who write them; licences, which begin with an exclamation mark, stay.
COMMENTS = re.compile(rb"/\*(?!!).*?\*/\s*", re.DOTALL)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names by content also the scripts that scripts import, which Django leaves alone unless told."""

    support_js_module_import_aggregation = True

    def _save(self, name, content):
        """Style sheets go out without comments: a tenth of what a reader's first visit carries of them."""
        if name.endswith(".css"):
            content.seek(0)
            content = ContentFile(COMMENTS.sub(b"", content.read()))
        return super()._save(name, content)
