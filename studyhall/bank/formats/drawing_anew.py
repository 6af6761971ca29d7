"""Pictures of strangers drawn anew: what reaches a page was written by our own encoder, small and plain.

Runs in the reader's child process, under its bounds. What a browser cannot show holds its question.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from PIL import Image, ImageOps, UnidentifiedImageError

from studyhall.bank.formats.reading import Refused
from studyhall.bank.record import MARK, Picture, Record

MOST_PIXELS = 30_000_000
"""A photograph of a phone has twelve to fifty million; JPEG is made smaller while it is read."""
MOST_PIXELS_OF_JPEG = 120_000_000
WIDEST = 1_600
"""Pixels: as wide as a page on a sharp screen."""
_READ = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
Image.MAX_IMAGE_PIXELS = MOST_PIXELS_OF_JPEG


def drawn_anew(records: Sequence[Record]) -> list[Record]:
    """The same records. Raises Refused for a picture that unpacks to more than any screen shows."""
    return [_one(record) if record.pictures or record.parts else record for record in records]


def _one(record: Record) -> Record:
    parts = tuple(_one(part) for part in record.parts)
    kept, lost = [], []
    for picture in record.pictures:
        anew = _drawn(picture.media_type, picture.data)
        if anew is None:
            lost.append(picture.name)
        else:
            kept.append(Picture(picture.name, *anew))
    record = replace(record, parts=parts, pictures=tuple(kept))
    if lost:
        names = "、".join(lost)
        return record.held("picture", f"{names}在网页上显示不了，请在原文件里另存为PNG图片再导入。")
    return record


@lru_cache(maxsize=16)
def _drawn(media_type: str, data: bytes) -> tuple[str, bytes] | None:
    """(media type, bytes); None for what is no picture or of a kind that pages do not show.

    A file often names one picture in many questions: the last ones are remembered.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=_READ)
        return _encoded(image, Picture("", media_type, data).digest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError):
        return None


def _encoded(image: Image.Image, digest: str) -> tuple[str, bytes]:
    """A photograph loses a little each time, so it carries the digest by which it is known again."""
    is_photograph = image.format == "JPEG"
    if is_photograph:
        image.draft("RGB", (WIDEST, WIDEST))
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    image.load()
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((WIDEST, WIDEST * 4))
    plain = turned.convert("RGB" if is_photograph else "RGBA" if _is_see_through(turned) else "RGB")
    target = io.BytesIO()
    if is_photograph:
        plain.save(target, "JPEG", quality=85, optimize=True, comment=f"{MARK}{digest}".encode())
        return "image/jpeg", target.getvalue()
    (plain.quantize(256) if plain.mode == "RGB" and _has_few_colours(plain) else plain).save(
        target, "PNG", optimize=True
    )
    return "image/png", target.getvalue()


def _is_see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _has_few_colours(image: Image.Image) -> bool:
    """Then 256 of them lose nothing: drawings, formulas, signs."""
    return image.getcolors(256) is not None


def _too_large() -> Refused:
    return Refused("文件里有一张图片的像素太多，没有读；请把图片缩小以后再导入。")
