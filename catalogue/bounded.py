"""Memory that whoever asks for very much can't fill."""

from typing import TypeVar

Key, Kept = TypeVar("Key"), TypeVar("Kept")


class Bounded(dict[Key, Kept]):
    """Forgets everything once it is full.

    >>> kept = Bounded(2)
    >>> kept["a"], kept["b"], kept["c"] = 1, 2, 3
    >>> kept
    {'c': 3}
    """

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, value: Kept) -> None:
        if len(self) >= self.most:
            self.clear()
        super().__setitem__(key, value)
