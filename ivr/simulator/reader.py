"""Reads a response into elements that know their line, safely: no entities, no network, bounded size.

Content types are those of Twilio's "TwiML for Programmable Voice": XML is performed, sound is played, plain text is
said.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import field
from email.message import Message
from functools import lru_cache

from lxml import etree

from ivr.simulator import codes
from ivr.simulator.twiml_notice import WebhookError
from value_class import value_class

MAX_BYTES = 64 * 1024
"""Twilio refuses a larger document (11750)."""

_SAYS = b"<!-- says: "
XML_TYPES = {"text/xml", "application/xml", "text/html"}


@value_class
class Element:
    """One XML element. ``text`` is all text inside, ``own`` what stands in no child; white space is made plain.

    ``pieces`` are its text and its children in their order. ``says`` are the words of a sound, where a comment right
    behind its <Play> tells them: ``<!-- says: Bem-vindo. -->``.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Element, ...] = ()
    line: int = 1
    own: str = ""
    pieces: tuple[str | Element, ...] = ()
    says: str = ""

    def words(self, within: Callable[[Element], bool]) -> str:
        """All text inside but that of the children that are not ``within``, at any depth."""
        return " ".join(self._written(within).split())

    def _written(self, within: Callable[[Element], bool]) -> str:
        return "".join(
            piece if isinstance(piece, str) else piece._written(within) if within(piece) else " "
            for piece in self.pieces
        )


def read(url: str, content_type: str, body: bytes) -> Element:
    """The Response element of the document that ``url`` answered with; raises WebhookError where there is none."""
    if len(body) > MAX_BYTES:
        message = f"the document is {len(body) // 1024} kB long; {MAX_BYTES // 1024} are allowed"
        raise WebhookError(codes.TOO_LARGE, message, url)
    kind, charset = _content_type(content_type)
    if kind in XML_TYPES:
        return _parse(url, body, charset)
    if kind == "text/plain":
        text = " ".join(body.decode(charset or "utf-8", "replace").split())
        return Element("Response", children=(Element("Say", text=text, own=text, pieces=(text,)),))
    if kind.startswith("audio/"):
        return Element("Response", children=(Element("Play", text=url, own=url, pieces=(url,)),))
    raise WebhookError(
        codes.WRONG_CONTENT_TYPE,
        f"a document of the type {kind} cannot be performed" if kind else "the answer has no Content-Type",
        url,
    )


@lru_cache(maxsize=256)
def _content_type(header: str) -> tuple[str, str | None]:
    message = Message()
    message["Content-Type"] = header
    if not header:
        return "", None
    charset = message.get_content_charset()
    try:
        return message.get_content_type(), codecs.lookup(charset).name if charset else None
    except LookupError:
        return message.get_content_type(), None


def _parse(url: str, body: bytes, charset: str | None) -> Element:
    told = _SAYS in body
    parser = _parser(charset, comments=told)
    try:
        try:
            root = etree.fromstring(body, parser)
        except etree.XMLSyntaxError:
            # The vendor documents <amazon:effect> inside <Say> without a declaration of its prefix.
            if any(fault.domain_name != "NAMESPACE" for fault in parser.error_log):
                raise
            root = etree.fromstring(body, _parser(charset, recover=True, comments=told))
    except etree.XMLSyntaxError as error:
        raise WebhookError(
            codes.PARSE_FAILURE, f"the document is not XML: {_fault(error)}", url, error.lineno
        ) from None
    except ValueError as error:
        raise WebhookError(codes.PARSE_FAILURE, f"the document is not XML: {error}", url) from None
    if next(root.iter(etree.Entity), None) is not None:
        message = "the document uses an entity of its own; write the text out"
        raise WebhookError(codes.PARSE_FAILURE, message, url)
    element, _ = _element(root)
    if element.name != "Response":
        message = f"the root element is <{element.name}>; it must be <Response>"
        raise WebhookError(codes.WRONG_ROOT, message, url, element.line)
    return element


def _fault(error: etree.XMLSyntaxError) -> str:
    """The parser's words without the place, which the error tells apart."""
    return (error.msg or "it is empty").partition(", line ")[0]


def _parser(charset: str | None, *, recover: bool = False, comments: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=charset,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=not comments,
        remove_pis=True,
    )


def _element(node: etree._Element, says: str = "") -> tuple[Element, str]:
    """The element of ``node``, which says those words, and all text inside as it is written."""
    tag, written = str(node.tag), node.text or ""
    items = node.items()
    # Those of another namespace (xsi:noNamespaceSchemaLocation) speak to editors, not to the vendor.
    attributes = {str(name): str(value) for name, value in items if not str(name).startswith("{")} if items else {}
    name = tag.rpartition("}")[2]
    if not len(node):
        own = " ".join(written.split())
        return Element(name, attributes, own, (), _line(node), own, (written,), says), written
    children: list[Element] = []
    pieces: list[str | Element] = [written]
    own, whole = written, written
    nodes = list(node)
    for child, behind in zip(nodes, [*nodes[1:], None], strict=True):
        tail = child.tail or ""
        if isinstance(child, etree._Comment):
            # What stands behind a comment goes on with what stands before it.
            pieces[-1] = f"{pieces[-1]}{tail}"
            own, whole = own + tail, whole + tail
            continue
        element, text = _element(child, _words(child, behind))
        children.append(element)
        pieces += (element, tail)
        own, whole = f"{own} {tail}", f"{whole}{text}{tail}"
    text = " ".join(whole.split())
    own = " ".join(own.split())
    return Element(name, attributes, text, tuple(children), _line(node), own, tuple(pieces), says), whole


def _words(sound: etree._Element, behind: etree._Element | None) -> str:
    """The words of a <Play>, where a comment right behind it tells them."""
    if not isinstance(behind, etree._Comment) or sound.tag != "Play" or (sound.tail or "").strip():
        return ""
    told = behind.text or ""
    return " ".join(told.removeprefix(" says: ").split()) if told.startswith(" says: ") else ""


def _line(node: etree._Element) -> int:
    line: int | None = getattr(node, "sourceline", None)
    return line or 1
