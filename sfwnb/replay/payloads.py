"""Protobuf messages of Temporal as plain JSON, with payloads decoded wherever they can be.

Payloads are found first and decoded second, all at once: a codec may be a service that answers over
the network, and one call for a history is what it is made for. What cannot be decoded, because its
codec or converter is not here, is shown as such, and nothing raises.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import DataConverter

Decoded = dict[bytes, Any]
"""Serialized payload → value. Equal payloads decode equally, so this is also a cache."""


async def decode_payloads(messages: Iterable[Message], converter: DataConverter) -> Decoded:
    """The values of all payloads in some messages."""
    found: dict[bytes, Payload] = {}
    for message in messages:
        _collect(message, found)
    plain = await _decrypted(list(found.values()), converter)
    return {key: _value(payload, converter) for key, payload in zip(found, plain, strict=True)}


def plain(message: Message, decoded: Mapping[bytes, Any]) -> Any:
    """A message as JSON: its set fields by name, enums as words, times as ISO text, seconds."""
    match message:
        case Payload():
            return decoded[_key(message)]
        case Payloads():
            return [decoded[_key(payload)] for payload in message.payloads]
        case Timestamp():
            return message.ToJsonString()
        case Duration():
            return message.ToTimedelta().total_seconds()
    fields = {
        descriptor.name: _field(descriptor, value, decoded)
        for descriptor, value in message.ListFields()
    }
    hidden = fields.pop("encoded_attributes", None)  # of a failure whose words are encrypted
    return fields | hidden if isinstance(hidden, dict) else fields


def _field(descriptor: Any, value: Any, decoded: Mapping[bytes, Any]) -> Any:
    if isinstance(value, Message):
        return plain(value, decoded)
    if isinstance(value, Mapping):
        return {str(key): _single(descriptor, item, decoded) for key, item in value.items()}
    if not isinstance(value, str | bytes) and isinstance(value, Sequence):
        return [_single(descriptor, item, decoded) for item in value]
    return _single(descriptor, value, decoded)


def _single(descriptor: Any, value: Any, decoded: Mapping[bytes, Any]) -> Any:
    if isinstance(value, Message):
        return plain(value, decoded)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if descriptor.enum_type is not None:
        return _enum_word(descriptor.enum_type, value)
    return value


def _enum_word(enum: Any, number: int) -> str | int:
    known = enum.values_by_number.get(number)
    if known is None:  # a server newer than this SDK
        return number
    first = enum.values_by_number[0].name if 0 in enum.values_by_number else ""
    return str(known.name).removeprefix(first.removesuffix("UNSPECIFIED"))


def _collect(message: Message, found: dict[bytes, Payload]) -> None:
    if isinstance(message, Payload):
        found.setdefault(_key(message), message)
        return
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if isinstance(value, Message):
            _collect(value, found)
            continue
        for item in value.values() if isinstance(value, Mapping) else value:
            if isinstance(item, Message):
                _collect(item, found)


def _key(payload: Payload) -> bytes:
    return payload.SerializeToString(deterministic=True)


async def _decrypted(payloads: list[Payload], converter: DataConverter) -> list[Payload]:
    codec = converter.payload_codec
    if codec is None or not payloads:
        return payloads
    try:
        decoded = list(await codec.decode(payloads))
    except Exception:  # noqa: BLE001  # a codec is anybody's code: the bad payload is found below
        decoded = []
    if len(decoded) == len(payloads):
        return decoded
    return [await _decrypted_one(payload, converter) for payload in payloads]


async def _decrypted_one(payload: Payload, converter: DataConverter) -> Payload:
    codec = converter.payload_codec
    try:
        return (await codec.decode([payload]))[0] if codec else payload
    except Exception:  # noqa: BLE001  # as above: this payload stays as it came
        return payload


def _value(payload: Payload, converter: DataConverter) -> Any:
    encoding = payload.metadata.get("encoding", b"").decode(errors="replace")
    if encoding == "binary/plain":
        return {"encoding": encoding, "data": base64.b64encode(payload.data).decode()}
    try:
        value = converter.payload_converter.from_payload(payload)
    except Exception as error:  # noqa: BLE001  # a converter is anybody's code, and says what it likes
        return {"encoding": encoding, "undecodable": f"{type(error).__name__}: {error}"}
    if isinstance(value, Message):
        return plain(value, {})
    return value if _is_json(value) else repr(value)


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    return value is None or isinstance(value, str | int | float)
