"""The catalogue in spreadsheets: tables as files, to be worked on elsewhere and read back without harm.

A file is made by ``resource`` (which columns, in ``tables``; how a value is written in a cell, in ``cells``) and
``writing``. On its way back ``reading`` makes rows of text of whatever was uploaded, ``importing`` takes them row by
row, and ``versions`` sees to it that no row undoes what somebody edited since. ``admin`` has the pages. For editors:
docs/import.md.
"""
