"""Ed25519 signatures verified (RFC 8032, 5.1), with no library: never made, nothing secret here.

Stricter than the RFC where it leaves a choice, so that one signature has one form and one message:
S has to be below the group's order, points are taken in their canonical form alone, the public key
is none of the eight points of small order, and R is compared as bytes (no cofactor).
"""

import hashlib
from typing import TypeAlias

# A point (x, y) as (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z.
Point: TypeAlias = tuple[int, int, int, int]

KEY_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_NEUTRAL: Point = (0, 1, 1, 0)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether this key signed this message; anything malformed is no signature."""
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key = _point(public_key)
    if key is None or _is_small(key):
        return False
    encoded, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    if scalar >= _ORDER:
        return False
    hashed = hashlib.sha512(encoded + public_key + message).digest()
    challenge = int.from_bytes(hashed, "little") % _ORDER
    x, y, z, t = key
    found = _sum_of_multiples(scalar, _BASE, challenge, (_P - x, y, z, _P - t))
    return _encoded(found) == encoded


def _point(encoded: bytes) -> Point | None:
    """Return the point of 32 bytes, None where it is none or not in its canonical form."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    # The square root of u/v, if it has one: RFC 8032, 5.1.3.
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if (v * x * x - u) % _P != 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
        if (v * x * x - u) % _P != 0:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


def _encoded(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(KEY_BYTES, "little")


def _is_small(point: Point) -> bool:
    """Tell whether eight times the point is nothing: a key with which anything is signed."""
    for _ in range(3):
        point = _doubled(point)
    x, y, z, _ = point
    return x % _P == 0 and (y - z) % _P == 0


def _sum_of_multiples(first: int, one: Point, second: int, other: Point) -> Point:
    """Return first*one + second*other, both in one go; neither number is secret."""
    both = _sum(one, other)
    result = _NEUTRAL
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        result = _doubled(result)
        wanted = (first >> bit & 1, second >> bit & 1)
        if wanted == (1, 1):
            result = _sum(result, both)
        elif wanted == (1, 0):
            result = _sum(result, one)
        elif wanted == (0, 1):
            result = _sum(result, other)
    return result


def _sum(one: Point, other: Point) -> Point:
    # RFC 8032, 5.1.4; it holds for every two points, equal ones too.
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _doubled(point: Point) -> Point:
    x, y, z, _ = point
    a = x * x % _P
    b = y * y % _P
    h = a + b
    e = h - (x + y) * (x + y) % _P
    g = a - b
    f = 2 * z * z % _P + g
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _base() -> Point:
    found = _point((4 * pow(5, -1, _P) % _P).to_bytes(KEY_BYTES, "little"))
    assert found is not None  # noqa: S101  # the curve's base point is one
    return found


_BASE = _base()
