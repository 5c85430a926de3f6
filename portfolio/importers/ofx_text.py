"""OFX text into a tree: 1.x is SGML, whose values have no end tags, 2.x is XML.

OFX 1.6 and 2.3: an aggregate is opened and closed, a value follows its tag up to the next one.
Banks write end tags for values or not, in the same file; both are read. An end tag that fits
nothing open is passed over, as is everything before `<OFX>`.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from portfolio.importers.document import UnreadableError

DEPTH_MAX: Final = 32  # an OFX file has about ten levels
_TOKEN: Final = re.compile(
    r"<!\[CDATA\[(.*?)\]\]>|<(/?)([A-Za-z][A-Za-z0-9._]*)\s*(/?)>|([^<]+)|<", re.DOTALL
)
_END: Final = re.compile(r"</([A-Za-z][A-Za-z0-9._]*)\s*>")
_START: Final = re.compile(r"<OFX>", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An aggregate with its parts, or a value with its text."""

    tag: str
    text: str = ""
    parts: list["Node"] = field(default_factory=list)

    def find(self, *path: str) -> "Node | None":
        """Return the first part below these tags, one within the other."""
        node: Node | None = self
        for tag in path:
            node = next((part for part in node.parts if part.tag == tag), None) if node else None
        return node

    def value(self, *path: str) -> str:
        """Return the text below these tags, empty when it is not there."""
        node = self.find(*path)
        return node.text if node else ""

    def all(self, *tags: str) -> Iterator["Node"]:
        """Return every node of these tags, at whatever depth, in the order of the file."""
        for part in self.parts:
            if part.tag in tags:
                yield part
            else:
                yield from part.all(*tags)

    def leaves(self) -> Iterator[tuple[str, str]]:
        """Return tag and text of every value below."""
        for part in self.parts:
            if part.parts:
                yield from part.leaves()
            elif part.text:
                yield part.tag, part.text


def parsed(text: str) -> Node:
    """Return the root.

    Raises:
        UnreadableError: there is no `<OFX>`, or it is nested beyond all measure.
    """
    start = _START.search(text)
    if not start:
        raise UnreadableError("There is no <OFX> in the file")
    root = Node("OFX")
    ended = {tag.upper() for tag in _END.findall(text)}
    open_: list[Node] = [root]
    waiting: Node | None = None  # a tag that may be a value without an end
    for found in _TOKEN.finditer(text, start.end()):
        data, closing, tag, _, plain = found.groups()
        if tag and closing:
            waiting = None
            _close(open_, tag.upper())
        elif tag:
            parent = open_[-1]
            if waiting is not None and not waiting.text and waiting.tag in ended:
                open_.append(waiting)  # followed by a tag and ended somewhere: an aggregate
                parent = waiting
            if len(open_) > DEPTH_MAX:
                raise UnreadableError("The OFX is nested too deeply")
            waiting = Node(tag.upper())
            parent.parts.append(waiting)
        elif waiting is not None:
            piece = data if data is not None else html.unescape(plain or "<")
            waiting.text = f"{waiting.text}{piece}".strip()
    return root


def _close(open_: list[Node], tag: str) -> None:
    """Close the innermost open aggregate of that tag, and what is open in it."""
    for place in range(len(open_) - 1, 0, -1):
        if open_[place].tag == tag:
            del open_[place:]
            return
