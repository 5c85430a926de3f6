"""XML of a stranger: no entities, no documents from elsewhere, and one kind of error."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portfolio.importers.document import UnreadableError


def parsed(data: bytes) -> Element:
    """Return the root element.

    Raises:
        UnreadableError: it is not well-formed, or it has entities of its own.
    """
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableError("XML with definitions of its own is not read") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableError(f"The XML ends or breaks off: {error}") from error
    return root
