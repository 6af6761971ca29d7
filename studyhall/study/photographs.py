"""Photographs drawn anew before they are kept: no place and no phone in them, small enough for a slow line."""

from __future__ import annotations

import base64
import io
import warnings

from studyhall.core.errors import Refused
from studyhall.core.sandbox import apart

PICTURES = ("image/jpeg", "image/png")
LONGEST = 2560
"""Pixels: a sign-in sheet that was photographed can still be read."""
MOST_PIXELS = 120_000_000


def plain(data: bytes) -> bytes:
    """The picture as our own encoder writes it. Raises Refused for what is no picture after all."""
    return base64.b64decode(apart("studyhall.study.photographs:drawn_anew", data))


def drawn_anew(data: bytes) -> str:
    """Runs in the child: turned upright, without what the camera wrote beside it. Base64."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        kind = image.format
        if kind == "JPEG":
            image.draft("RGB", (LONGEST, LONGEST))
        elif image.width * image.height > MOST_PIXELS // 4:
            raise Refused("照片太大，请先缩小再传。")
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("照片太大，请先缩小再传。") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError):
        raise Refused("照片打不开，可能传坏了。请另存一次再传。") from None
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST, LONGEST))
    target = io.BytesIO()
    if kind == "JPEG":
        upright.convert("RGB").save(target, "JPEG", quality=85, optimize=True)
    else:
        see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        bare = upright.convert("RGBA" if see_through else "RGB")
        bare.info.clear()
        bare.save(target, "PNG", optimize=True)
    return base64.b64encode(target.getvalue()).decode("ascii")
