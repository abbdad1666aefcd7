"""What comes in and what goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `body` is {} where there was none; `key` is what the bearer showed."""

    method: str
    path: str
    query: Mapping[str, str]
    body: dict[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, and JSON or plain text. `cut`: the connection is closed instead. `stall`: no answer."""

    status: int = 200
    json: Any = None
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    cut: bool = False
    stall: bool = False


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The service says no."""

    def __init__(self, status: int, code: str, msg: str, **more: object) -> None:
        super().__init__(msg)
        self.reply = Reply(status, {"success": False, "error": code, "msg": msg, **more})
