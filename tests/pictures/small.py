"""A PNG made small: a palette in place of full colours, which flat drawings hardly need."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST = 128
_ROUGH = 3  # bits of each channel that two colours may differ in and still be one

Colour = tuple[int, int, int]


def smaller(picture: bytes) -> bytes:
    """Return the picture with at most 128 colours; it takes 8-bit RGB or RGBA, not interlaced."""
    chunks = list(_chunks(picture))
    header = next(data for kind, data in chunks if kind == b"IHDR")
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if (depth, interlaced) != (8, 0) or colours not in {2, 6}:
        raise ValueError("pictures: only 8-bit RGB and RGBA are read")
    size = 3 if colours == 2 else 4
    packed = b"".join(data for kind, data in chunks if kind == b"IDAT")
    rows = [
        [(row[at], row[at + 1], row[at + 2]) for at in range(0, len(row), size)]
        for row in _rows(zlib.decompress(packed), width * size, size)
    ]
    palette, place = _palette(Counter(pixel for row in rows for pixel in row))
    body = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in rows)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(map(bytes, palette))),
            _chunk(b"IDAT", zlib.compress(body, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        yield kind, picture[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rows(raw: bytes, length: int, size: int) -> Iterator[bytes]:
    """Yield the rows with their filters taken off."""
    above = bytearray(length)
    for at in range(0, len(raw), length + 1):
        kind, row = raw[at], bytearray(raw[at + 1 : at + 1 + length])
        for place in range(length):
            left = row[place - size] if place >= size else 0
            corner = above[place - size] if place >= size else 0
            row[place] = (row[place] + _guess(kind, left, above[place], corner)) & 255
        yield bytes(row)
        above = row


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        middle = left + up - corner
        return min((left, up, corner), key=lambda value: abs(middle - value))
    return (0, left, up, (left + up) // 2)[kind]


def _palette(seen: Counter[Colour]) -> tuple[list[Colour], dict[Colour, int]]:
    """Return the colours kept, and which of them stands for each that was seen."""
    kept: dict[Colour, Colour] = {}
    for colour, _ in seen.most_common():
        red, green, blue = colour
        kept.setdefault((red >> _ROUGH, green >> _ROUGH, blue >> _ROUGH), colour)
        if len(kept) == _MOST:
            break
    palette = list(kept.values())
    place = {
        colour: min(range(len(palette)), key=lambda at: _distance(palette[at], colour))
        for colour in seen
    }
    return palette, place


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
