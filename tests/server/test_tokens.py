from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from server import tokens
from server.tokens import Refusal, Subject, TokenRefused
from tests.server.little import PROTOCOL, SECRET, settings, token

OTHER = "another secret of more than thirty-two bytes, not ours"
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
"""


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def claims(**changes: object) -> dict[str, object]:
    now = datetime.now(UTC)
    base = {
        "iss": "ordergraph",
        "aud": "ordergraph",
        "sub": "user:7",
        "iat": now,
        "exp": now + timedelta(days=1),  # made when tests are collected, used long after
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def signed(
    key: str = SECRET, algorithm: str = "HS256", headers: dict[str, object] | None = None, **changes: object
) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


def unsigned(header: dict[str, object], signature: str = "") -> str:
    said = {**claims(), "iat": 1_700_000_000, "exp": 4_000_000_000}
    return f"{part(header)}.{part(said)}.{signature}"


PAST = datetime.now(UTC) - timedelta(hours=1)
FUTURE = datetime.now(UTC) + timedelta(hours=12)
FORGED = {
    "no algorithm": (unsigned({"alg": "none", "typ": "JWT"}), Refusal.FOREIGN),
    "None in capitals": (unsigned({"alg": "NONE"}), Refusal.FOREIGN),
    "algorithm left out": (unsigned({"typ": "JWT"}), Refusal.FOREIGN),
    "another algorithm with our key": (signed(algorithm="HS512", key=SECRET * 2), Refusal.FOREIGN),
    "another algorithm of the same family": (jwt.encode(claims(), SECRET * 2, algorithm="HS384"), Refusal.FOREIGN),
    "a public key taken for a secret": (
        unsigned(
            {"alg": "RS256", "typ": "JWT"}, base64.urlsafe_b64encode(PUBLIC_KEY.encode()).decode().rstrip("=")
        ),
        Refusal.FOREIGN,
    ),
    "another key": (signed(key=OTHER), Refusal.FOREIGN),
    "another key, named in the token": (
        signed(
            key=OTHER,
            headers={"kid": "../../etc/passwd", "jku": "https://evil.example", "x5u": "https://evil.example"},
        ),
        Refusal.FOREIGN,
    ),
    "a key inside the token": (
        signed(key=OTHER, headers={"jwk": {"kty": "oct", "k": part(OTHER)}}),
        Refusal.FOREIGN,
    ),
    "another audience": (signed(aud="shop"), Refusal.FOREIGN),
    "another issuer": (signed(iss="shop"), Refusal.FOREIGN),
    "expired": (signed(exp=PAST), Refusal.EXPIRED),
    "not yet valid": (signed(nbf=FUTURE), Refusal.NOT_YET_VALID),
    "made in the future": (signed(iat=FUTURE), Refusal.NOT_YET_VALID),
    "no end": (signed(exp=None), Refusal.MALFORMED),
    "no audience": (signed(aud=None), Refusal.MALFORMED),
    "no issuer": (signed(iss=None), Refusal.MALFORMED),
    "no subject": (signed(sub=None), Refusal.MALFORMED),
    "no beginning": (signed(iat=None), Refusal.MALFORMED),
    "an end that is no time": (signed(exp="soon"), Refusal.MALFORMED),
    "an end beyond time": (signed(exp=10**30), Refusal.MALFORMED),
    "a subject that is no number": (signed(sub="user:seven"), Refusal.MALFORMED),
    "a subject of another kind": (signed(sub="admin:1"), Refusal.MALFORMED),
    "a subject out of range": (signed(sub="user:" + "9" * 40), Refusal.MALFORMED),
    "a changed subject": (
        ".".join(
            [signed().split(".")[0], part({**claims(), "sub": "user:1", "iat": 1, "exp": 4_000_000_000}), "AAAA"]
        ),
        Refusal.FOREIGN,
    ),
    "garbage": ("garbage", Refusal.MALFORMED),
    "three dots": ("...", Refusal.MALFORMED),
    "not text": ("\u0661.\u0661.\u0661", Refusal.MALFORMED),
    "a header of brackets": (base64.urlsafe_b64encode(b"[" * 2900).decode() + ".e30.e30", Refusal.MALFORMED),
    "a header that is a list": (f"{part([])}.{part(claims() and {})}.e30", Refusal.MALFORMED),
    "absurdly long": ("a" * 1_000_000, Refusal.MALFORMED),
    "nothing": ("", Refusal.MISSING),
}


def test_a_token_we_made_tells_whom_it_speaks_for():
    claimed = tokens.verify(settings(), token(Subject.client(12)))

    assert str(claimed.subject) == "client:12"
    assert claimed.expires_at - claimed.issued_at == timedelta(minutes=5)


def test_a_token_just_expired_still_passes_for_five_seconds():
    claimed = tokens.verify(settings(), signed(exp=datetime.now(UTC) - timedelta(seconds=2)))

    assert claimed.subject == Subject("user", 7)


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused_with_the_reason(name):
    text, reason = FORGED[name]

    with pytest.raises(TokenRefused) as refused:
        tokens.verify(settings(), text)

    assert refused.value.reason is reason
    assert refused.value.__cause__ is None


def test_a_token_of_another_installation_is_refused():
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(settings(), token(issuer="shop-b", audience="shop-b"))

    assert refused.value.reason is Refusal.FOREIGN


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (None, "There is no token"),
        ("", "There is no token"),
        ("Basic dXNlcjpwYXNz", "malformed"),
        ("Bearer", "malformed"),
        ("Bearer garbage", "malformed"),
        (f"Bearer {signed(exp=PAST)}", "expired"),
        (f"Bearer {signed(key=OTHER)}", "not made for this installation"),
        (f"Bearer {signed(sub='user:404')}", "does not exist"),
    ],
)
async def test_without_a_good_token_http_says_why_and_how_to_get_one(stranger, header, words):
    headers = {} if header is None else {"Authorization": header}

    answer = await stranger.post("/graphql", json={"query": "{hello}"}, headers=headers)

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    error = (await answer.json())["errors"][0]
    assert error["extensions"] == {"code": "UNAUTHENTICATED", "requestId": answer.headers["X-Request-Id"]}
    assert words in error["message"]
    assert "ordergraph token" in error["message"]
    assert "apiClientRotate" in error["message"]


@pytest.mark.parametrize("name", ["token", "access_token", "authorization", "Authorization"])
async def test_a_token_in_the_address_is_never_accepted(stranger, name):
    answer = await stranger.get("/graphql", params={"query": "{hello}", name: f"Bearer {token()}"})

    assert answer.status == 401


@pytest.mark.parametrize("name", [name for name in FORGED if name != "absurdly long"])
async def test_a_forged_token_opens_no_socket(stranger, name):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL])

    await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {FORGED[name][0]}"}})
    await socket.receive()

    assert socket.close_code == 4403
