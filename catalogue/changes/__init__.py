"""The public log of changes: what is kept (record), in which words (wording), who writes it (following), the pages."""
