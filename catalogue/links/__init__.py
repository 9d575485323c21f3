"""Whether the web addresses of sources still lead somewhere: asking (``fetching``), judging (``checking``), what was
found (``record``) and where editors see it (``columns``)."""
