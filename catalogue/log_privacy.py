"""Keeps VINs out of the logs. A VIN tells one car, and so its owner; the log needs to know at most its maker."""

import logging
import re

#: What stands where an address has a VIN, however it is typed, and any 17 letters and digits that can be one.
_AFTER_NAME = re.compile(r"((?:/vin/|[?&]vin=)[^/?&\s]{0,3})([^/?&\s'\"]+)", re.IGNORECASE)
_LIKE_A_VIN = re.compile(r"(?<![A-Z0-9])(?=[A-Z]{0,16}[0-9])([A-Z0-9]{3})[A-Z0-9]{14}(?![A-Z0-9])", re.IGNORECASE)
_ASTERISKS = "*" * 14


def masked(text: str) -> str:
    """A text with every VIN cut to its first three characters.

    >>> masked("Not Found: /api/v1/vin/1HGCB985XNA000000/")
    'Not Found: /api/v1/vin/1HG**************/'
    """
    return _LIKE_A_VIN.sub(rf"\1{_ASTERISKS}", _AFTER_NAME.sub(rf"\1{_ASTERISKS}", text))


class MaskVins(logging.Filter):
    """Masks VINs in a record's message and traceback; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = masked(record.exc_text)
        return True
