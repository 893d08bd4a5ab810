"""Decrypts an encrypted payload, here the result of a workflow, without code of this project.

    temporal workflow show --workflow-id signing/312345676/agreement-2041 --output json | python3 read_result.py

Needs SIGNERING_KEYS and the package `cryptography`. docs/other-languages.md describes the format.
"""

import base64
import json
import os
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def decrypt(payload: dict[str, object]) -> bytes:
    """Decrypts a payload as Temporal writes it in JSON, with metadata and data in base64."""
    metadata = {name: base64.b64decode(value) for name, value in payload["metadata"].items()}
    encoding, key_id = metadata["encoding"], metadata["encryption-key-id"]
    if encoding != b"binary/encrypted":
        raise ValueError("this payload is not encrypted")
    keys = dict(key.strip().split(":", 1) for key in os.environ["SIGNERING_KEYS"].split(","))
    cipher = AESGCM(base64.b64decode(keys[key_id.decode()]))
    return cipher.decrypt(
        metadata["encryption-nonce"],  # 12 bytes
        base64.b64decode(payload["data"]),  # ciphertext followed by the tag of 16 bytes
        encoding + b"\0" + key_id,  # authenticated: the content cannot be moved to another key id
    )


def data_of(message: bytes) -> bytes:
    """The field `data` (2) of the message temporal.api.common.v1.Payload. With Temporal's SDK: Payload.FromString."""
    place = 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(message):
        tag, length = varint(), varint()
        place += length
        if tag == (2 << 3 | 2):
            return message[place - length : place]
    return b""


if __name__ == "__main__":
    history = json.load(sys.stdin)
    ended = history["events"][-1]["workflowExecutionCompletedEventAttributes"]
    result = json.loads(data_of(decrypt(ended["result"]["payloads"][0])))
    print(json.dumps(result, indent=2, ensure_ascii=False))
