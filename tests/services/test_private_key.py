from __future__ import annotations

import base64
import json
import subprocess
import traceback

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sms_monitor.core.errors import SignInError
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.private_key import load_private_key
from sms_monitor.services.reference import Reference
from tests.services import keys
from tests.services.keys import PASSWORD, jwk, pem, rsa_key


def base64_of(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def load(text: str, password: str | None = None, kid: str | None = "k"):
    return load_private_key(Secret(text), Secret(password) if password else None, kid)


def der(key=None) -> bytes:
    return (key or rsa_key()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


FORMS = {
    "JWK": lambda: (jwk(only="nedpq"), None),
    "JWK with only n, e, d": lambda: (jwk(), None),
    "JWK with a BOM": lambda: ("\ufeff" + jwk(), None),
    "JWKS of one": lambda: (f'{{"keys": [{jwk()}]}}', None),
    "base64 of a JWK": lambda: (base64_of(jwk()), None),
    "base64url of a JWK": lambda: (
        base64.urlsafe_b64encode(jwk().encode()).decode().rstrip("="),
        None,
    ),
    "base64 of a JWK with a BOM": lambda: (base64_of("\ufeff" + jwk()), None),
    "base64 of a JWKS": lambda: (base64_of(f'{{"keys": [{jwk()}]}}'), None),
    "base64 of base64 of a JWK": lambda: (base64_of(base64_of(jwk())), None),
    "PKCS#8": lambda: (pem(), None),
    "PKCS#8 with CRLF": lambda: (pem().replace("\n", "\r\n"), None),
    "PKCS#8 on one line": lambda: (pem().replace("\n", "\\n"), None),
    "base64 of PKCS#8": lambda: (base64_of(pem()), None),
    "PKCS#1": lambda: (pem(format=PrivateFormat.TraditionalOpenSSL), None),
    "encrypted PKCS#8": lambda: (pem(password=PASSWORD), PASSWORD),
    "encrypted PKCS#1": lambda: (
        pem(format=PrivateFormat.TraditionalOpenSSL, password=PASSWORD),
        PASSWORD,
    ),
    "PKCS#8 with a password it does not need": lambda: (pem(), PASSWORD),
    "base64 of DER": lambda: (base64_of(der()), None),
    "PKCS#12": lambda: (base64_of(keys.p12(PASSWORD)), PASSWORD),
    "PKCS#12 without password": lambda: (base64_of(keys.p12()), None),
    "base64 of base64 of PKCS#12": lambda: (base64_of(base64_of(keys.p12(PASSWORD))), PASSWORD),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_key(form):
    text, password = FORMS[form]()
    key = load(text, password)
    assert key.private.private_numbers() == rsa_key().private_numbers()
    assert (key.bits, key.kid, key.x5c, key.algorithm) == (2048, "k", (), "RS256")


@pytest.mark.parametrize("name", ["key.p12", "key.der"])
async def test_a_binary_file_is_read(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(keys.p12(PASSWORD) if name == "key.p12" else der())
    path.chmod(0o600)
    raw = await read_secret(Reference(file=path), {}, binary=True)
    key = load_private_key(raw, Secret(PASSWORD), "k")
    assert key.private.private_numbers() == rsa_key().private_numbers()


@pytest.mark.parametrize("algorithm", ["-traditional", ""])
def test_a_key_of_the_openssl_command_is_read(tmp_path, algorithm):
    path = tmp_path / "key.pem"
    subprocess.run(["openssl", "genrsa", *algorithm.split(), "-out", path, "2048"], check=True,
                   capture_output=True)  # fmt: skip
    assert load(path.read_text()).bits == 2048


WRONG = {
    "public PEM": (keys.public_pem, "is a public key; signing needs the private one"),
    "public JWK": (lambda: jwk(only="ne"), "is a public key"),
    "public DER": (
        lambda: base64_of(
            base64.b64decode("".join(keys.public_pem().splitlines()[1:-1]))
        ),
        "is a public key",
    ),
    "EC PEM": (
        lambda: pem(ec.generate_private_key(ec.SECP256R1())),
        "is of the type EC; Maskinporten takes only RSA",
    ),
    "EC JWK": (lambda: '{"kty": "EC", "d": "x"}', "is of the type EC; Maskinporten takes only RSA"),
    "no kind": (lambda: '{"a": 1}', "is of the type unknown"),
    "two keys": (
        lambda: f'{{"keys": [{jwk()}, {jwk()}]}}',
        "is a set of 2 keys; give the one that is meant",
    ),
    "no keys": (lambda: '{"keys": []}', "is a set of 0 keys"),
    "two PEM keys": (lambda: pem() + pem(), "file holds 2 private keys"),
    "a certificate alone": (lambda: keys.pem_of(keys.chain()[0]), "there is only a certificate"),
    "short": (lambda: pem(rsa_key(1024)), "has 1024 bits; at least 2048 are needed"),
    "cut JWK": (lambda: jwk()[:-40], "looks like a JWK but is not one"),
    "damaged JWK": (lambda: json.dumps({**json.loads(jwk()), "d": "AQAB"}), "cut short or damaged"),
    "d of one": (lambda: json.dumps({**json.loads(jwk()), "d": "AQ", "e": "AQ"}), "damaged"),
    "cut PEM": (lambda: pem()[:300] + "\n-----END PRIVATE KEY-----", "is cut short or damaged"),
    "half a PEM": (lambda: pem()[:300], "is cut short or damaged"),
    "cut DER": (lambda: base64_of(der()[:200]), "is cut short or damaged"),
    "ssh": (
        lambda: pem(format=PrivateFormat.OpenSSH),
        "is in the format of ssh; write it as PEM: ssh-keygen -p -m PKCS8 -f FILE",
    ),
    "locked": (lambda: pem(password="x"), "is encrypted, and the profile has no key_password"),
    "locked PKCS#12": (lambda: base64_of(keys.p12("x")), "is encrypted, and the profile has no"),
    "words": (lambda: "canary not a key", "is of no form this program knows"),
    "base64 of words": (lambda: base64_of("canary not a key"), "is of no form this program knows"),
    "a file's name": (lambda: "key.pem", "is of no form this program knows"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_each_wrong_kind_is_told_plainly(kind):
    make, words = WRONG[kind]
    text = make()
    with pytest.raises(SignInError) as caught:
        load(text)
    error = caught.value
    assert words in error.message
    assert error.message.startswith("The key of the Maskinporten client ")
    assert error.message.endswith(".") and error.message.isprintable() and error.next_step
    assert text[:20] not in error.message + error.next_step
    assert error.__context__ is None


@pytest.mark.parametrize("text", [lambda: pem(password="x"), lambda: base64_of(keys.p12("x"))])
def test_a_wrong_password_is_told_and_not_repeated(text):
    with pytest.raises(SignInError, match="key_password is wrong") as caught:
        load(text(), PASSWORD)
    assert PASSWORD not in caught.value.message
    assert "key_password = {" in caught.value.next_step


def test_a_crash_report_with_locals_shows_nothing_of_a_key():
    good = json.loads(jwk())
    canaries = [good["d"], "canary-secret-d"]
    for text in (json.dumps({**good, "d": "canary-secret-d"}), pem(password="x")):
        try:
            load_private_key(Secret(text), Secret("canary-secret-d"), None)
        except SignInError as error:
            report = traceback.TracebackException.from_exception(error, capture_locals=True)
            frames = [f for f in report.stack if "services/test_" not in f.filename]
            assert any("Secret(•••)" in str(f.locals) for f in frames)
            for canary in canaries:
                assert canary not in str([f.locals for f in frames])


def test_the_kid_of_the_profile_wins_over_that_of_the_jwk():
    assert load(jwk(kid="own"), kid=None).kid == "own"
    assert load(jwk(kid="own"), kid="other").kid == "other"


def test_a_key_without_a_name_and_certificate_is_refused():
    with pytest.raises(SignInError, match=r"has no name \(kid\)") as caught:
        load(pem(), kid=None)
    assert caught.value.next_step.startswith('Write kid = "…" in the profile')


@pytest.mark.parametrize("order", [1, -1])
def test_the_certificate_and_those_above_it_are_sent_without_a_kid(order):
    files = [keys.pem_of(c) for c in keys.chain()][::order]
    expected = tuple(base64.b64encode(c.public_bytes(Encoding.DER)).decode() for c in keys.chain())
    for text, password in (
        ("".join([pem(), *files]), None),
        ("".join([*files, pem()]), None),
        (base64_of(keys.p12(PASSWORD)), PASSWORD),
    ):
        key = load(text, password, kid=None)
        assert (key.kid, key.x5c) == (None, expected)
        header = jwt.get_unverified_header(key.sign({"a": 1}).reveal())
        assert header == {"alg": "RS256", "typ": "JWT", "x5c": list(expected)}


def test_a_certificate_that_is_registered_is_sent_by_its_name():
    key = load(pem() + keys.pem_of(keys.chain()[0]), kid="registered")
    assert (key.kid, key.x5c) == ("registered", ())
    header = jwt.get_unverified_header(key.sign({}).reveal())
    assert header == {"alg": "RS256", "typ": "JWT", "kid": "registered"}


def test_the_certificate_of_another_key_is_refused():
    with pytest.raises(SignInError, match="certificate beside it do not belong together"):
        load(pem() + keys.pem_of(keys.chain()[1]), kid=None)


@pytest.mark.parametrize(("alg", "used"), [("RS512", "RS512"), ("RS384", "RS384"),
                                           ("RSA-OAEP", "RS256"), ("none", "RS256")])  # fmt: skip
def test_the_algorithm_is_one_that_maskinporten_takes(alg, used):
    key = load(jwk(alg=alg))
    token = key.sign({"a": 1}).reveal()
    assert jwt.get_unverified_header(token)["alg"] == used
    assert jwt.decode(token, rsa_key().public_key(), [used]) == {"a": 1}


def test_the_signature_is_that_of_rfc_7515_a_2():
    """RFC 7515, appendix A.2: the key, the text and its signature."""
    n = ("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0"
         "Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS"
         "5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH"
         "7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")  # fmt: skip
    d = ("Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2"
         "NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M"
         "_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x"
         "_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ")  # fmt: skip
    text = ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtc"
            "GxlLmNvbS9pc19yb290Ijp0cnVlfQ")  # fmt: skip
    signature = (
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2F"
        "p5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQB"
        "MHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeY"
        "I2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    )
    key = load(json.dumps({"kty": "RSA", "n": n, "e": "AQAB", "d": d}))
    made = key.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert base64.urlsafe_b64encode(made).decode().rstrip("=") == signature
    head, body, own = key.sign({"iss": "joe"}).reveal().split(".")
    by_hand = key.private.sign(f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert base64.urlsafe_b64encode(by_hand).decode().rstrip("=") == own
