"""A page as a program meets it: its elements, those of drawings included, by tag, class and id."""

import html5lib

from tests.facts import text_of


class Markup:
    """The elements of a response. Elements of drawings have a namespace; here they are named like all others."""

    def __init__(self, response):
        self.response, self.status = response, response.status_code
        self.text = response.content.decode()
        self.tree = html5lib.parse(self.text, namespaceHTMLElements=False)

    def all(self, tag: str = "", css_class: str = "", within=None) -> list:
        return [
            one
            for one in (self.tree if within is None else within).iter()
            if isinstance(one.tag, str)
            and tag in ("", one.tag.rpartition("}")[2])
            and (not css_class or css_class in one.get("class", "").split())
        ]

    def one(self, tag: str = "", css_class: str = "", within=None):
        (found,) = self.all(tag, css_class, within)
        return found

    def by_id(self, name: str):
        """The element with this id; None where there is none."""
        return next((one for one in self.all() if one.get("id") == name), None)

    def links(self, within=None) -> list[str]:
        return [one.get("href") for one in self.all("a", within=within)]

    def link_saying(self, words: str, within=None) -> str:
        """The address of the one link whose text begins with these words."""
        (found,) = [one for one in self.all("a", within=within) if text_of(one).startswith(words)]
        return found.get("href")

    def rows(self, table) -> list[list[str]]:
        """The texts of a table's cells, row by row, without its head."""
        (body,) = self.all("tbody", within=table)
        return [[text_of(cell) for cell in row if cell.tag in ("td", "th")] for row in body if row.tag == "tr"]


def visit(client, address: str, status: int = 200, headers: dict | None = None) -> Markup:
    page = Markup(client.get(address, headers=headers))
    assert page.status == status, f"{address}: {page.status}"
    return page


def classes(element) -> set[str]:
    return set(element.get("class", "").split())
