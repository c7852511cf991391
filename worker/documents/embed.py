"""Says in a PDF's metadata that it is a Factur-X invoice; the PDF itself stays as typst made it.

Typst attaches the XML but cannot write metadata of ours (typst issue 5667), so the metadata stream gets a second,
longer version at the end of the file: an incremental update (ISO 32000-1, 7.5.6), which PDF/A-3 allows.
"""

from __future__ import annotations

import re
from hashlib import md5

_URI = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {  # name: (value, what it means)
    "DocumentFileName": ("factur-x.xml", "name of the embedded XML invoice file"),
    "DocumentType": ("INVOICE", "INVOICE"),
    "Version": ("1.0", "The actual version of the Factur-X XML schema"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded Factur-X data"),
}
_METADATA = re.compile(rb"/Metadata (\d+) 0 R")
_TRAILER = re.compile(
    rb"trailer\s*<</Size (\d+)/Root (\d+ 0 R)/Info (\d+ 0 R)/ID\[\((.*?)\)\((.*?)\)\]>>\s*", re.DOTALL
)
_PACKET = re.compile(rb"<\?xpacket begin.*?<\?xpacket end=[^>]*>", re.DOTALL)
_END_OF_SCHEMAS = b"</rdf:Bag></pdfaExtension:schemas>"
_END = b"</rdf:RDF>"


def declared(pdf: bytes) -> bytes:
    """The PDF with Factur-X's properties and their description in its metadata.

    Raises ValueError where it is not the kind of PDF that typst makes.
    """
    metadata, trailer, start = _METADATA.search(pdf), _TRAILER.search(pdf), pdf.rfind(b"startxref")
    if metadata is None or trailer is None or start < 0:
        raise ValueError("the PDF's metadata or trailer is not where typst writes them")
    name = metadata[1]
    packet = _PACKET.search(pdf, pdf.index(b"\n" + name + b" 0 obj"))
    if packet is None or packet[0].count(_END_OF_SCHEMAS) != 1:
        raise ValueError("the PDF's metadata are not those of typst")
    said = packet[0].replace(_END_OF_SCHEMAS, _description() + _END_OF_SCHEMAS).replace(_END, _values() + _END)
    before = int(pdf[start:].split()[1])
    made = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    at = len(made)
    body = b"%b 0 obj\n<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n%b\nendstream\nendobj\n" % (
        name, len(said), said,
    )  # fmt: skip
    size, root, info, first, _ = trailer.groups()
    second = md5(pdf, usedforsecurity=False).hexdigest().encode()
    table = b"xref\n%b 1\n%010d 00000 n \ntrailer\n<</Size %b/Root %b/Info %b/ID[(%b)(%b)]/Prev %d>>\n" % (
        name, at, size, root, info, first, second, before,
    )  # fmt: skip
    return made + body + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


def _values() -> bytes:
    said = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{_URI}">{said}</rdf:Description>'.encode()


def _description() -> bytes:
    """What PDF/A wants said of properties that it does not know."""
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{means}</pdfaProperty:description></rdf:li>"
        for name, (_, means) in _PROPERTIES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_URI}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    ).encode()
