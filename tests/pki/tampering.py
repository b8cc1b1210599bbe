"""Ways to tamper with a signed file, as the literature and the field know them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

OVERLAY = b"q 1 0 0 rg 0 0 600 800 re f Q"


def append_revision(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Append an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def draw_over_the_page(writer: IncrementalPdfFileWriter) -> None:
    """Add a content stream to page 1."""
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=OVERLAY)))


def lay_an_annotation_over_the_page(writer: IncrementalPdfFileWriter) -> None:
    """Add a stamp annotation that hides the page."""
    page = writer.root["/Pages"]["/Kids"][0]
    stamp = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): _numbers(0, 0, 600, 800),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(_form())}),
        }
    )
    page["/Annots"].append(writer.add_object(stamp))
    writer.update_container(page["/Annots"])


def add_an_unsigned_field_that_hides_the_page(writer: IncrementalPdfFileWriter) -> None:
    """Add an empty signature field whose appearance covers the page: allowed by a lenient reading of ISO 32000."""
    append_signature_field(writer, SigFieldSpec("Extra", box=(0, 0, 600, 800)))
    _repaint(writer, "Extra")


def add_a_visible_field_for_a_document_timestamp(writer: IncrementalPdfFileWriter) -> None:
    """Add a field that paints over a part of the page, to be filled by nothing but a timestamp."""
    append_signature_field(writer, SigFieldSpec("Stamp", box=(100, 100, 300, 300)))
    _repaint(writer, "Stamp")


def repaint_the_block_of_the_agency(writer: IncrementalPdfFileWriter) -> None:
    """Replace the appearance of the agency's signature."""
    _repaint(writer, "AgencySignature")


def repaint_the_block_of_the_clerk(writer: IncrementalPdfFileWriter) -> None:
    """Replace the appearance of the clerk's signature."""
    _repaint(writer, "ClerkSignature")


def _repaint(writer: IncrementalPdfFileWriter, name: str) -> None:
    field = next(each for each in writer.root["/AcroForm"]["/Fields"] if each.get_object()["/T"] == name)
    field.get_object()["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(_form())})
    writer.mark_update(field)


def take_the_form_away(writer: IncrementalPdfFileWriter) -> None:
    """Remove the form, so that no field leads to the signatures any more."""
    del writer.root["/AcroForm"]
    writer.update_root()


def take_one_signature_away(writer: IncrementalPdfFileWriter) -> None:
    """Empty the clerk's field."""
    field = next(each for each in writer.root["/AcroForm"]["/Fields"] if each.get_object()["/T"] == "ClerkSignature")
    del field.get_object()["/V"]
    writer.mark_update(field)


def let_two_fields_share_a_signature(writer: IncrementalPdfFileWriter) -> None:
    """Make the clerk's field carry the agency's signature too."""
    fields = {str(each.get_object()["/T"]): each for each in writer.root["/AcroForm"]["/Fields"]}
    agency = fields["AgencySignature"].get_object().raw_get("/V")
    fields["ClerkSignature"].get_object()["/V"] = generic.IndirectObject(agency.idnum, agency.generation, writer)
    writer.mark_update(fields["ClerkSignature"])


def replace_the_catalog_action(writer: IncrementalPdfFileWriter) -> None:
    """Let a script run when the file is opened."""
    script = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    )
    writer.root["/OpenAction"] = script
    writer.update_root()


def replace_the_page_tree(writer: IncrementalPdfFileWriter) -> None:
    """Point the catalog to other pages: the shadow attack 'hide and replace'."""
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): _numbers(0, 0, 595, 842),
            pdf_name("/Contents"): writer.add_object(generic.StreamObject(stream_data=OVERLAY)),
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )
    page_reference = writer.add_object(page)
    tree = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Count"): generic.NumberObject(1),
            pdf_name("/Kids"): generic.ArrayObject([page_reference]),
        }
    )
    tree_reference = writer.add_object(tree)
    page["/Parent"] = tree_reference
    writer.root["/Pages"] = tree_reference
    writer.update_root()


REVISIONS: tuple[Callable[[IncrementalPdfFileWriter], None], ...] = (
    draw_over_the_page,
    lay_an_annotation_over_the_page,
    add_an_unsigned_field_that_hides_the_page,
    repaint_the_block_of_the_agency,
    repaint_the_block_of_the_clerk,
    take_the_form_away,
    take_one_signature_away,
    let_two_fields_share_a_signature,
    replace_the_catalog_action,
    replace_the_page_tree,
)


def _form() -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, 600, 800),
        },
        stream_data=OVERLAY,
    )


def _numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(value) for value in values])
