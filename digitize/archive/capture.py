"""What is certain when a paper has been scanned, and its packet of metadata."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from digitize.errors import Impossible

PRODUCER = "sohoa"

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:identifier>{identifier}</dc:identifier>
   <dc:source>sha256:{source}</dc:source>
   <xmp:CreateDate>{when}</xmp:CreateDate>
   <xmp:ModifyDate>{when}</xmp:ModifyDate>
   <xmp:MetadataDate>{when}</xmp:MetadataDate>
   <pdf:Producer>{producer}</pdf:Producer>
   <xmpTPg:NPages>{pages}</xmpTPg:NPages>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Capture:
    """The facts of a capture; nothing that was read from the paper, for that may still be corrected."""

    document_id: str
    """Opaque, of the registry; no personal number."""
    scanned_at: datetime
    """When the scan was handed in; with its offset from UTC."""
    source_sha256: str
    """Lower-case hex, of the received bytes."""

    def __post_init__(self) -> None:
        """Refuse a time that names no instant.

        Raises:
            Impossible: the time has no offset.
        """
        if self.scanned_at.utcoffset() is None:
            raise Impossible("the time of a capture needs an offset")

    def packet(self, pages: int) -> bytes:
        """Write the XMP packet (ISO 16684-1) with properties of its predefined schemas only (ISO 19005-2, 6.6.2.3).

        Args:
            pages: how many the file has.
        """
        return _PACKET.format(
            identifier=escape(self.document_id),
            source=escape(self.source_sha256),
            when=self.scanned_at.isoformat(timespec="seconds"),
            producer=PRODUCER,
            pages=pages,
        ).encode()
