"""Whether the catalogue is so large that what reads all of it is left to commands."""

from catalogue.models import Citation

#: The real catalogue has some 4,000 citations. With more than this, nobody waits for what looks at every entry.
LARGE = 50_000


def is_large() -> bool:
    """One count, of the type of which there is most."""
    return Citation.objects.count() > LARGE
