"""An image XObject of somebody's PDF becomes a picture that a PDF/A-2 may hold, its stream carried over where allowed.

What ISO 19005-2 (6.2.4, 6.2.8) forbids or allows only under conditions (LZW, CMYK without an output intent, colour
spaces with a tint function, most variants of JPEG 2000) is not carried over: the caller compresses the pixels again
without loss.
"""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Name
from PIL import ImageCms

from digitize.image.jpeg_header import jpeg_header
from digitize.image.jpx_header import carried_jpx
from digitize.image.sheet import EncodedImage

_CARRIED_FILTERS = frozenset({"DCTDecode", "CCITTFaxDecode", "JBIG2Decode", "FlateDecode", "JPXDecode"})
_CARRIED_PARMS = {
    "CCITTFaxDecode": frozenset({"K", "Columns", "Rows", "BlackIs1", "EncodedByteAlign", "EndOfLine", "EndOfBlock"}),
    "FlateDecode": frozenset({"Predictor", "Colors", "BitsPerComponent", "Columns"}),
    "JBIG2Decode": frozenset({"JBIG2Globals"}),
    "DCTDecode": frozenset[str](),
    "JPXDecode": frozenset[str](),
}
_DEVICE_SPACES = {"/DeviceGray": "DeviceGray", "/DeviceRGB": "DeviceRGB", "/G": "DeviceGray", "/RGB": "DeviceRGB"}
_PROFILE_CLASSES = (b"prtr", b"mntr", b"scnr", b"spac")
"""Device classes that ISO 19005-2, 6.2.4.2 allows."""


def carried_over(xobject: pikepdf.Object, *, black_ink: bool) -> EncodedImage | None:
    """Take the stream of a picture as it is.

    Args:
        xobject: the image, without soft mask.
        black_ink: what a stencil would be painted with is black.

    Returns:
        None when the archive file could not hold it as it is.
    """
    peeled = _peel(xobject)
    if peeled is None:
        return None
    filter_name, deflated, parms = peeled
    stencil = bool(xobject.get("/ImageMask", False))
    if stencil and not black_ink:
        return None
    if filter_name == "JPXDecode":
        return _carried_jpx(xobject, deflated)
    space = ("DeviceGray", b"", b"") if stencil else _colour_space(xobject)
    inverted = _inversion(xobject)
    if space is None or inverted is None:
        return None
    name, palette, icc = space
    bilevel = stencil or filter_name in ("CCITTFaxDecode", "JBIG2Decode")
    image = EncodedImage(
        data=bytes(xobject.read_raw_bytes()),
        width=int(xobject.Width),
        height=int(xobject.Height),
        filter=filter_name,
        colour_space=name,
        bits=1 if bilevel else int(xobject.get("/BitsPerComponent", 8)),
        decode_parms=_integers(parms),
        palette=palette,
        icc=icc,
        globals=_globals(parms),
        inverted=inverted,
        deflated=deflated,
    )
    return image if filter_name != "DCTDecode" or _is_plain_jpeg(image) else None


def _carried_jpx(xobject: pikepdf.Object, deflated: bool) -> EncodedImage | None:
    """Take a JPEG 2000 stream of the plainest kind; its own header, not the dictionary, tells the colours."""
    data = bytes(xobject.read_raw_bytes())
    kind = None if deflated or "/Decode" in xobject else carried_jpx(data)
    if kind is None:
        return None
    colour_space = "DeviceGray" if kind[0] == 1 else "DeviceRGB"
    return EncodedImage(data, int(xobject.Width), int(xobject.Height), "JPXDecode", colour_space, kind[1])


def _peel(xobject: pikepdf.Object) -> tuple[str, bool, pikepdf.Dictionary | None] | None:
    """Return the picture's own filter, whether Flate lies around it, and its parameters."""
    filters = _listed(xobject.get("/Filter"))
    all_parms = _listed(xobject.get("/DecodeParms"))
    names = [str(name)[1:] for name in filters]
    parms = [item if isinstance(item, pikepdf.Dictionary) else None for item in all_parms]
    parms += [None] * (len(names) - len(parms))
    if not names or names[-1] not in _CARRIED_FILTERS or len(names) > 2:
        return None
    if len(names) == 2 and (names[0] != "FlateDecode" or parms[0] is not None or names[1] == "FlateDecode"):
        return None
    own = parms[len(names) - 1]
    if own is not None and {str(key)[1:] for key in own} - _CARRIED_PARMS[names[-1]]:
        return None
    return names[-1], len(names) == 2, own


def _listed(value: pikepdf.Object | None) -> list[pikepdf.Object]:
    """Return what may be nothing, one thing or an array as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _integers(parms: pikepdf.Dictionary | None) -> tuple[tuple[str, int], ...]:
    """Return the parameters that are numbers or booleans, sorted."""
    if parms is None:
        return ()
    return tuple(sorted((str(key)[1:], int(value)) for key, value in parms.items() if key != "/JBIG2Globals"))


def _globals(parms: pikepdf.Dictionary | None) -> bytes:
    """Return the shared segments of a JBIG2 picture."""
    shared = None if parms is None else parms.get("/JBIG2Globals")
    return b"" if shared is None else bytes(shared.read_bytes())


def _inversion(xobject: pikepdf.Object) -> bool | None:
    """Tell whether /Decode swaps light and dark; None when it does something else."""
    decode = [float(value) for value in xobject.get("/Decode", [])]
    if not decode or decode == [0.0, 1.0] * (len(decode) // 2):
        return False
    return True if decode == [1.0, 0.0] * (len(decode) // 2) else None


def _colour_space(xobject: pikepdf.Object) -> tuple[str, bytes, bytes] | None:
    """Return the name, the palette and the profile of a colour space that can be carried over."""
    space = xobject.get("/ColorSpace")
    if space is None:
        return None
    if isinstance(space, Name):
        name = _DEVICE_SPACES.get(str(space))
        return None if name is None else (name, b"", b"")
    if space[0] == Name.ICCBased:
        icc = bytes(space[1].read_bytes())
        return ("ICCBased", b"", icc) if _is_sound_profile(icc, int(space[1].get("/N", 0))) else None
    if space[0] in (Name.Indexed, Name.I) and str(space[1]) in ("/DeviceRGB", "/RGB"):
        table = space[3]
        palette = bytes(table.read_bytes() if isinstance(table, pikepdf.Stream) else table)
        used = 3 * (int(space[2]) + 1)
        return ("Indexed", palette[:used], b"") if len(palette) >= used else None
    return None


def _is_sound_profile(icc: bytes, components: int) -> bool:
    """A gray or RGB profile that PDF/A-2 allows (ISO 19005-2, 6.2.4.2) and that LittleCMS can read."""
    expected = {1: b"GRAY", 3: b"RGB "}.get(components)
    if len(icc) < 132 or icc[16:20] != expected or icc[12:16] not in _PROFILE_CLASSES or not 2 <= icc[8] <= 4:
        return False
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except (OSError, ImageCms.PyCMSError):
        return False
    return True


def _is_plain_jpeg(image: EncodedImage) -> bool:
    """The JPEG is of a kind that PDF knows, and agrees with the dictionary about its size and samples."""
    header = jpeg_header(image.plain_data())
    return (
        header is not None
        and header.carried
        and (header.width, header.height, header.components) == (image.width, image.height, image.components)
    )
