"""The whole catalogue as files: which tables (tables), how written (formats), built once (store), and the page."""
