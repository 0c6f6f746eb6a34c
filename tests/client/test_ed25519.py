"""Ed25519 verified without a library: as a library does, and stricter where it may be."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ok2run.ed25519 import verify

ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
SEEDS = st.binary(min_size=32, max_size=32)
# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def signed(seed: bytes, message: bytes) -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.public_key().public_bytes_raw(), key.sign(message)


def library(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("seed", "key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_verify(seed, key, message, signature):
    made = signed(bytes.fromhex(seed), bytes.fromhex(message))

    assert made == (bytes.fromhex(key), bytes.fromhex(signature))
    assert verify(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.binary(max_size=200))
def test_what_a_library_signs_verifies(seed, message):
    key, signature = signed(seed, message)

    assert verify(key, message, signature)


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.binary(min_size=1, max_size=40), st.integers(0))
def test_one_bit_changed_anywhere_and_it_does_not(seed, message, place):
    key, signature = signed(seed, message)
    content = bytearray(key + signature + message)
    place %= len(content) * 8
    content[place // 8] ^= 1 << place % 8
    changed = bytes(content[:32]), bytes(content[96:]), bytes(content[32:96])

    assert not verify(*changed)
    assert not library(*changed)


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.binary(max_size=8), SEEDS, SEEDS)
def test_noise_is_judged_as_a_library_does(seed, message, first, second):
    key, signature = signed(seed, message)
    for attempt in (
        (key, message, first + signature[32:]),
        (key, message, signature[:32] + second),
    ):
        assert verify(*attempt) == library(*attempt)
    for attempt in ((first, message, signature), (first, message, first + second)):
        # A key of small order is refused here, and taken there.
        assert library(*attempt) or not verify(*attempt)


def test_a_signature_has_one_form_only():
    key, signature = signed(b"s" * 32, b"message")
    scalar = int.from_bytes(signature[32:], "little")

    for larger in range(scalar + ORDER, 2**256, ORDER):
        other = signature[:32] + larger.to_bytes(32, "little")
        assert not verify(key, b"message", other)
        assert not library(key, b"message", other)


@pytest.mark.parametrize("y", [0, 1, P - 1, P, P + 1, 2**255 - 1, OF_ORDER_8, P - OF_ORDER_8])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_of_small_order_or_of_another_form_signs_nothing(y, sign):
    key = (y | sign << 255).to_bytes(32, "little")
    neutral = (1).to_bytes(32, "little")

    # With S = 0 and R neutral, a key of order n signs every n-th message.
    for number in range(64):
        assert not verify(key, bytes([number]), neutral + bytes(32))


@pytest.mark.parametrize(("key", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_other_lengths_are_no_signature(key, signature):
    assert not verify(bytes(key), b"", bytes(signature))


def test_a_key_that_is_no_point_signs_nothing():
    seen = [verify((y).to_bytes(32, "little"), b"", bytes(64)) for y in range(2, 40)]

    assert not any(seen)
