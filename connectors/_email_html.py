"""Read the text that people see of a mail in HTML: lines, and the cells of tables side by side."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

LARGEST_HTML = 256 * 1024
_MOST_TAGS = 8_000
"""The parser's time grows with the square of what is nested: this many take a tenth of a second."""
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "body",
    ]
)
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)
CELL_END = "\t"


def text_of_html(html: str) -> str:
    """Return what a person sees: a line for each block, a tab between the cells of a row.

    What is hidden is left out. Quotes (`blockquote`, and what Gmail and Outlook mark) stay in, with
    `> ` before them.
    """
    tree = LexborHTMLParser(_bounded(html))
    if tree.root is None:
        return ""
    page = _Page()
    for node in tree.root.traverse(include_text=True):
        if node.tag == "-text":
            page.text(node)
        else:
            page.element(node)
    return "\n".join(_tidied("".join(line)) for line in page.lines).strip("\n")


class _Page:
    """The lines of a page as its nodes come by, parents first."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self._block: dict[int, int] = {}
        self._row: dict[int, int] = {}
        self._cells: set[int] = set()
        self._unseen: set[int] = set()
        self._quoted: set[int] = set()
        self._last = self._last_row = 0
        self._has_gap = False

    def element(self, node: LexborNode) -> None:
        """Note what an element means for the texts in it."""
        key, above, tag = node.mem_id, _above(node), node.tag or ""
        self._block[key] = key if tag in _BLOCKS else self._block.get(above, 0)
        self._row[key] = key if tag == "tr" else self._row.get(above, 0)
        if tag in _CELLS:
            self._cells.add(key)
        if above in self._unseen or tag in _UNSEEN or _is_hidden(node.attributes):
            self._unseen.add(key)
        if above in self._quoted or tag == "blockquote" or _is_quote(node.attributes):
            self._quoted.add(key)
        if tag == "br":
            self._new_line(above)

    def text(self, node: LexborNode) -> None:
        """Add a text to the line that it stands on."""
        above = _above(node)
        raw = node.text(deep=False) or ""
        text = " ".join(raw.split())
        if above in self._unseen:
            return
        if not text:
            self._has_gap = self._has_gap or bool(raw)
            return
        gap = [" "] if self._has_gap or raw[0].isspace() else []
        self._has_gap = raw[-1].isspace()
        here, row = self._block.get(above, 0), self._row.get(above, 0)
        if here == self._last:
            self.lines[-1] += gap if self.lines[-1] else []
        elif here in self._cells and row == self._last_row != 0:
            self.lines[-1].append(CELL_END)
        else:
            self._new_line(above)
        self.lines[-1].append(text)
        self._last, self._last_row = here, row

    def _new_line(self, above: int) -> None:
        self.lines.append(["> "] if above in self._quoted else [])


def _above(node: LexborNode) -> int:
    return node.parent.mem_id if node.parent is not None else 0


def _tidied(line: str) -> str:
    return re.sub(r" *\t *", CELL_END, line).strip(" ")


def _bounded(html: str) -> str:
    html = html[:LARGEST_HTML]
    if html.count("<") <= _MOST_TAGS:
        return html
    end = 0
    for _ in range(_MOST_TAGS):
        end = html.index("<", end) + 1
    return html[: end - 1]


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _is_quote(attributes: dict[str, str | None]) -> bool:
    classes = attributes.get("class") or ""
    return "gmail_quote" in classes or attributes.get("id") in {"appendonsend", "divRplyFwdMsg"}
