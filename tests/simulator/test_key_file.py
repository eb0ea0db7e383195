"""Keys as openssl and cryptography write them, and what is said of those that are none."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from sms_monitor.simulator.key_file import read_key
from sms_monitor.simulator.rsa import made_jwk

from .chain import private_key, public_pem

PKCS1, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
NUMBERS = private_key().public_key().public_numbers()


def private_pem(key=None, form=PKCS8, password: bytes = b"") -> str:
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return (key or private_key()).private_bytes(Encoding.PEM, form, lock).decode()


def public_pkcs1() -> str:
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()


def jwk(**members: object) -> dict:
    found = jwt.algorithms.RSAAlgorithm.to_jwk(private_key().public_key(), as_dict=True)
    return {name: value for name, value in (found | members).items() if value is not None}


def openssl_certificate(tmp_path, *arguments: str) -> str:
    key, out = tmp_path / "key.pem", tmp_path / "own.pem"
    key.write_text(private_pem())
    run = ["openssl", "req", "-x509", "-key", str(key), "-subj", "/CN=Etaten", "-days", "2"]
    subprocess.run([*run, "-out", str(out), *arguments], check=True, capture_output=True)
    return out.read_text()


@pytest.mark.parametrize(
    ("write", "is_private"),
    [
        (lambda: public_pem(private_key()), False),
        (public_pkcs1, False),
        (lambda: private_pem(), True),
        (lambda: private_pem(form=PKCS1), True),
        (lambda: "\ufeff" + public_pem(private_key()).replace("\n", "\r\n"), False),
        (lambda: f"Bag Attributes\n{private_pem()}{public_pem(private_key())}", True),
        (lambda: json.dumps(jwk()), False),
        (lambda: json.dumps({"keys": [jwk()]}), False),
        (lambda: json.dumps(jwk(d="AQAB")), True),
    ],
)
def test_every_form_of_the_key_is_the_same_key(write, is_private):
    key = read_key(write())
    assert (key.public.n, key.public.e) == (NUMBERS.n, NUMBERS.e)
    assert (key.certificate, key.is_private) == (b"", is_private)


def test_a_key_goes_by_its_own_kid_or_by_its_thumbprint():
    assert read_key(json.dumps(jwk(kid="ours-2026"))).kid == "ours-2026"
    # the example of RFC 7638, 3.1
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
        "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
        "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
        "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = read_key(json.dumps({"kty": "RSA", "n": n, "e": "AQAB"}))
    assert key.kid == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_certificate_is_known_by_its_bytes_and_has_no_kid(tmp_path):
    pem = openssl_certificate(tmp_path)
    der = subprocess.run(
        ["openssl", "x509", "-outform", "DER"], input=pem.encode(), capture_output=True, check=True
    ).stdout
    key = read_key(pem)
    assert (key.public.n, key.certificate, key.kid, key.is_private) == (NUMBERS.n, der, "", False)
    assert read_key(private_pem() + pem).is_private
    # those above it in the chain are others'
    chain = pem + openssl_certificate(tmp_path, "-subj", "/CN=Root")
    assert read_key(chain).certificate == der


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda: "", "holds neither a PEM nor a JWK"),
        (lambda: "\ufffdrubbish", "holds neither a PEM nor a JWK"),
        (lambda: "{", "begins like a JWK but is not JSON"),
        (lambda: json.dumps({"keys": []}), "must hold exactly one key"),
        (lambda: json.dumps({"keys": [jwk(), jwk()]}), "must hold exactly one key"),
        (lambda: json.dumps({"kty": "EC"}), "is not an RSA key"),
        (lambda: json.dumps(jwk(n=None)), "without a readable n and e"),
        (lambda: json.dumps(jwk(n=1)), "without a readable n and e"),
        (lambda: json.dumps(jwk(e="AQ")), "numbers make no sense"),
        (lambda: json.dumps(jwk(n="AQAB")), "of 17 bits; 2048 are needed"),
        (lambda: private_pem(ec.generate_private_key(ec.SECP256R1())), "is not an RSA key"),
        (lambda: private_pem(ec.generate_private_key(ec.SECP256R1()), PKCS1), "is not an RSA key"),
        (lambda: public_pem(ec.generate_private_key(ec.SECP256R1())), "is not an RSA key"),
        (lambda: private_pem(password=b"hush"), "is encrypted; give the public half"),
        (lambda: private_pem(form=PKCS1, password=b"hush"), "is encrypted; give the public half"),
        (lambda: private_pem(rsa.generate_private_key(65537, 1024)), "of 1024 bits; 2048"),
        (lambda: private_pem() + public_pem(private_key(1)), "do not belong together"),
    ],
)
def test_what_is_no_key_for_maskinporten_is_explained(write, said):
    with pytest.raises(ValueError) as caught:
        read_key(write())
    assert said in str(caught.value)


@pytest.mark.parametrize("lines", [1, 2, 5, 10, 20, 26])
def test_a_pem_that_is_cut_off_is_explained(lines):
    whole = private_pem().splitlines()
    cut = "\n".join([*whole[:lines], whole[-1]])
    with pytest.raises(ValueError, match=r"damaged|neither"):
        read_key(cut)


def test_a_pem_with_a_byte_changed_is_read_or_refused_and_nothing_else():
    whole = public_pkcs1().splitlines()
    for place in range(40):
        changed = whole[1][:place] + "/" + whole[1][place + 1 :]
        with suppress(ValueError):
            key = read_key("\n".join([whole[0], changed, *whole[2:]]))
            assert key.public.n.bit_length() >= 2048


def test_a_made_key_is_a_whole_private_key_and_comes_of_the_seed_alone():
    made = made_jwk(7)
    # PyJWT loads it through cryptography, which checks that its numbers belong together
    signer = jwt.PyJWK(made)
    signed = jwt.encode({}, signer.key, "RS256")
    key = read_key(json.dumps(made))
    header, claims, _ = signed.split(".")
    signature = jwt.utils.base64url_decode(signed.rpartition(".")[2])
    assert key.public.verifies("RS256", f"{header}.{claims}".encode(), signature)
    assert (key.kid, key.is_private) == (made["kid"], True)
    assert made == made_jwk(7)
    assert made["n"] != made_jwk(8)["n"]


def test_a_signature_is_checked_to_the_last_byte():
    # RFC 7515, A.2: RS256 gives the same signature every time, so one byte off is another
    key = read_key(public_pem(private_key())).public
    signed = jwt.encode({"a": 1}, private_key(), "RS256").split(".")
    text, signature = ".".join(signed[:2]).encode(), jwt.utils.base64url_decode(signed[2])
    assert key.verifies("RS256", text, signature)
    assert not key.verifies("RS384", text, signature)
    assert not key.verifies("RS256", text + b"x", signature)
    assert not key.verifies("RS256", text, b"\x00" + signature)
    # the same number modulo n
    larger = (int.from_bytes(signature, "big") + key.n).to_bytes(257, "big")
    assert not key.verifies("RS256", text, larger[-256:] if larger[0] == 0 else larger)
    for place in (0, 100, 255):
        off = bytearray(signature)
        off[place] ^= 1
        assert not key.verifies("RS256", text, bytes(off))
