"""The parameters of a call, whether they came in the address, as JSON, a form or multipart.

Used by ``asgi`` for every call. It must never decide what a parameter means: methods and limits do.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from bot.sandbox.refusal import bad_request

_BOUNDARY = re.compile(rb'boundary="?([^";,]+)"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]*)"')
_FILENAME = re.compile(rb'\bfilename="([^"]*)"')
_TYPE = re.compile(rb"^content-type:\s*([^\r\n;]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in a multipart body."""

    name: str
    mime: str
    content: bytes = field(repr=False)


class Params:
    """Named values of one call; what is absent or empty reads as None."""

    def __init__(self, values: dict[str, object], uploads: dict[str, Upload] | None = None) -> None:
        self._values = values
        self._uploads = uploads or {}

    def raw(self, name: str) -> object:
        """The value as it came."""
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """The value as text; numbers become their digits."""
        value = self._values.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        return json.dumps(value) if isinstance(value, dict | list) else str(value)

    def integer(self, name: str) -> int | None:
        """The value as a whole number, None if it is not one."""
        text = (self.text(name) or "").strip()
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else None

    def flag(self, name: str) -> bool:
        """True if the value says yes."""
        return (self.text(name) or "").lower() in {"true", "1", "yes"}

    def decoded(self, name: str, complaint: str) -> object:
        """The value as JSON, from a string where the body was a form; refused if it is none."""
        value = self._values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(complaint) from error

    def upload(self, name: str) -> Upload | None:
        """The file under this name, also where the value says ``attach://other``."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._uploads.get(value.removeprefix("attach://"))
        return self._uploads.get(name)


def read_params(query: bytes, content_type: bytes, body: bytes) -> Params:
    """The parameters of a request; a JSON body that is no object is refused as Telegram does."""
    values: dict[str, object] = {}
    if query:
        values.update(parse_qsl(query.decode(), keep_blank_values=True))
    uploads: dict[str, Upload] = {}
    if content_type.startswith(b"application/json"):
        values.update(_from_json(body))
    elif content_type.startswith(b"multipart/form-data"):
        uploads = _read_multipart(content_type, body, values)
    elif body:
        values.update(parse_qsl(body.decode(), keep_blank_values=True))
    return Params(values, uploads)


def _from_json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


def _read_multipart(
    content_type: bytes, body: bytes, values: dict[str, object]
) -> dict[str, Upload]:
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise bad_request("boundary is not found in the multipart request")
    uploads: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1])[1:]:
        head, separator, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not separator or name is None:
            continue
        filename, mime = _FILENAME.search(head), _TYPE.search(head)
        if filename is None:
            values[name[1].decode()] = content.decode()
        else:
            kind = mime[1].decode().strip() if mime else "application/octet-stream"
            uploads[name[1].decode()] = Upload(filename[1].decode(), kind, content)
    return uploads
