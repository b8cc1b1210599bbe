"""What a JPEG, a PNG or the pages of a TIFF become."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from digitize.errors import Impossible
from digitize.image.encoding import lossless, png_chunks, rendered, two_toned
from digitize.image.intake import Limits, Scan, open_scan
from digitize.image.paper import paper_of
from digitize.image.preview import preview
from digitize.image.sheet import EncodedImage, Sheet
from digitize.model import MediaType, Nature, Page
from tests.samples import scans


def opened(data: bytes) -> tuple[Scan, list[Sheet]]:
    scan = open_scan(data, Limits())
    return scan, list(scan.sheets())


@pytest.mark.parametrize("colour", [True, False])
def test_a_jpeg_is_carried_over_byte_for_byte(colour: bool) -> None:
    data = scans.jpeg(scans.paper(colour=colour))
    scan, (sheet,) = opened(data)
    assert (scan.media_type, scan.nature, scan.page_count) == (MediaType.JPEG, Nature.SCAN, 1)
    assert sheet.image.data == data
    assert sheet.pixels.ndim == (3 if colour else 2)
    assert sheet.dpi == 100


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_the_camera_s_orientation_is_told_and_not_applied(orientation: int, turned: int) -> None:
    _, (sheet,) = opened(scans.turned_jpeg(scans.paper(), orientation))
    assert sheet.turned == turned
    assert sheet.pixels.shape == (1169, 827, 3)


def test_a_mirrored_jpeg_is_turned_back() -> None:
    _, (sheet,) = opened(scans.turned_jpeg(scans.paper(), 2))
    _, (plain,) = opened(scans.jpeg(scans.paper()))
    assert sheet.image.filter == "FlateDecode"
    assert np.abs(sheet.pixels[:, ::-1].astype(int) - plain.pixels).mean() < 1


def test_a_cmyk_jpeg_shows_its_colours() -> None:
    data = scans.saved(Image.fromarray(scans.paper()[..., ::-1].copy()).convert("CMYK"), "JPEG", quality=90)
    _, (sheet,) = opened(data)
    assert (sheet.image.filter, sheet.image.colour_space) == ("FlateDecode", "DeviceRGB")
    assert np.abs(sheet.pixels.astype(int) - scans.paper()).mean() < 4


def test_a_phone_s_picture_without_resolution_is_taken_for_a4() -> None:
    _, (sheet,) = opened(scans.jpeg(scans.paper((1654, 2339)), dpi=(72, 72)))
    assert sheet.dpi == 200
    assert (sheet.width_pt, sheet.height_pt) == pytest.approx((595.3, 841.9), abs=0.5)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_the_stream_of_a_png_is_carried_over(mode: str) -> None:
    picture = Image.fromarray(scans.paper()[..., ::-1].copy()).convert(mode)
    data = scans.saved(picture, "PNG", dpi=(100, 100))
    _, (sheet,) = opened(data)
    assert sheet.image.data == b"".join(body for kind, body in png_chunks(data) if kind == b"IDAT")
    assert sheet.dpi == 100
    shown = np.asarray(picture.convert("RGB"))[..., ::-1]
    assert np.array_equal(sheet.pixels if sheet.pixels.ndim == 3 else np.dstack([sheet.pixels] * 3), shown)


def test_a_transparent_png_lies_on_white_paper() -> None:
    picture = Image.new("RGBA", (300, 400), (10, 20, 30, 0))
    _, (sheet,) = opened(scans.saved(picture, "PNG"))
    assert sheet.pixels.min() == 255


def test_an_interlaced_or_deep_png_is_compressed_again_without_loss() -> None:
    deep = (np.arange(300 * 400, dtype=np.uint32) % 65536).astype(np.uint16).reshape(400, 300)
    _, (sheet,) = opened(scans.saved(Image.fromarray(deep), "PNG"))
    assert sheet.image.bits == 16
    assert np.abs(sheet.pixels.astype(int) - (deep >> 8)).max() <= 1


def test_a_single_strip_of_fax_is_carried_over() -> None:
    picture = scans.black_and_white()
    data = scans.tiff([picture, picture], compression="group4", strip_size=1 << 24)
    scan, sheets = opened(data)
    assert (scan.media_type, scan.page_count) == (MediaType.TIFF, 2)
    for sheet in sheets:
        assert sheet.image.filter == "CCITTFaxDecode"
        assert sheet.image.data in data
        assert np.array_equal(sheet.pixels, np.asarray(picture.convert("L")))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_other_tiffs_are_compressed_again_without_loss(compression: str) -> None:
    picture = Image.fromarray(scans.paper()[..., ::-1].copy())
    _, (sheet,) = opened(scans.tiff([picture], compression=compression))
    assert sheet.image.filter == "FlateDecode"
    assert np.array_equal(sheet.pixels, scans.paper())


def test_strips_of_fax_become_one_strip_without_loss() -> None:
    picture = scans.black_and_white()
    _, (sheet,) = opened(scans.tiff([picture], compression="group4", strip_size=4096))
    assert sheet.image.filter == "CCITTFaxDecode"
    assert np.array_equal(sheet.pixels, np.asarray(picture.convert("L")))


def test_a_rendered_page_keeps_to_its_budget() -> None:
    noisy = np.random.default_rng(1).integers(200, 256, (1169, 827, 3), dtype=np.uint8)
    best, frugal = rendered(noisy, 10**9), rendered(noisy, 400_000)
    assert len(frugal.data) < len(best.data)
    assert frugal.filter == "DCTDecode"


def test_soft_edges_of_rendered_black_and_white_become_hard_again_and_gray_marks_stay() -> None:
    page = np.asarray(scans.black_and_white().convert("L"))
    soft = np.asarray(cv2.resize(cv2.resize(page, (1654, 2338)), (827, 1169)), dtype=np.uint8)
    assert set(np.unique(two_toned(soft))) == {0, 255}
    soft[600:620, 300:400] = 180
    assert two_toned(soft)[610, 350] == 180


def test_a_rendered_page_of_black_and_white_loses_nothing() -> None:
    page = np.asarray(scans.black_and_white().convert("L"))
    assert rendered(page, 1).filter == "CCITTFaxDecode"
    assert lossless(np.dstack([page] * 3)).filter == "CCITTFaxDecode"


@pytest.mark.parametrize(("stated", "dpi"), [(300, 300), (0, 283), (72, 283), (96, 283), (150, 150)])
def test_a_believable_resolution_is_believed(stated: int, dpi: int) -> None:
    assert paper_of(2480, 3310, stated, stated).dpi == dpi


def test_a_preview_has_about_100_dpi() -> None:
    page = Page(3, 1654, 2338, 200, 0, 0.0, ())
    small = preview(page, scans.paper((1654, 2338)))
    with Image.open(io.BytesIO(small.jpeg)) as picture:
        assert picture.size == (827, 1169)
    assert (small.page, small.scale) == (3, 0.5)


def test_a_preview_does_not_grow() -> None:
    page = Page(1, 400, 600, 82, 0, 0.0, ())
    small = preview(page, cv2.resize(scans.paper(), (400, 600)).astype(np.uint8))
    assert small.scale == 1.0


def test_a_colour_space_that_intake_refuses_has_no_components() -> None:
    with pytest.raises(Impossible):
        _ = EncodedImage(b"", 1, 1, "FlateDecode", "Separation", 8).components
