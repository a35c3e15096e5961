"""The keys of anchors: Ed25519, named, told apart by their ids as C2SP's signed notes do."""

import base64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"


class BadKey(ValueError):
    """A key in the settings that is none."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """As text: NAME+ID+BASE64, which an auditor keeps apart from the anchors."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def holds(self, signature: bytes, text: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`seed` is the private half: 32 bytes that stand in no database, no log and no bundle."""

    name: str
    seed: bytes

    @property
    def public(self) -> PublicKey:
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(self.name, key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)

    def __repr__(self) -> str:
        return f"SigningKey({self.name})"


def signing_key(name: str, coded: str) -> SigningKey:
    """From the setting: base64 of 32 bytes. Raises BadKey."""
    try:
        seed = base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise BadKey("the anchors' key is not base64") from error
    if len(seed) != 32 or not name or any(c.isspace() or c == "+" for c in name):
        raise BadKey("the anchors' key is 32 bytes, and its name has no blank and no plus")
    return SigningKey(name, seed)


def public_key(told: str) -> PublicKey:
    """From NAME+ID+BASE64. Raises BadKey."""
    try:
        name, identity, coded = told.split("+", 2)
        raw = base64.b64decode(coded, validate=True)
        key = PublicKey(name, raw[1:])
    except ValueError as error:
        raise BadKey(f"{told:.40} is no public key of anchors") from error
    if raw[:1] != ED25519 or len(key.raw) != 32 or key.id.hex() != identity:
        raise BadKey(f"{told:.40} is no public key of anchors: its id is of another")
    return key
