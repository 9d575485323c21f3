"""The editors' desk: what every edit leaves behind, and the ways from a draft to the public site.

An entry and the rows that belong to it are one document (``documents``). Each edit records the document as it
stands then (``versions``, ``edits``); a proposed change is a document too (``proposals``), merged into what is live
(``merging``) and shown as differences (``differences``).
"""
