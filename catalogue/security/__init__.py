"""Who comes to the desk, and what is kept of it.

``lockout`` slows down guessing, ``second_factor`` asks for a code after the password, ``rights`` keeps administrators
from giving more than they have, ``event`` is the log of it all, written by ``log`` and ``watching``. What is defended
against what: docs/security.md.
"""
