"""The account's API key: found as the official command line finds it, never written, logged or shown."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vasttui.cloud.errors import KeyMissingError

_MAX_KEY_BYTES = 4096
_GET_ONE = "set VAST_API_KEY, or save it once with: vastai set api-key <key>  (keys: https://cloud.vast.ai/manage-keys/)"


class Secret:
    """A text that shows itself to nobody by accident; `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Only for the place that sends it."""
        return self._text

    def strip_from(self, data: bytes) -> bytes:
        """`data` without this secret in it."""
        return data.replace(self._text.encode(), b"(key hidden)") if len(self._text) >= 4 else data

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(<hidden>)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled or copied")


@dataclass(frozen=True, slots=True)
class Key:
    """The key and where it comes from, in words for a screen (`$VAST_API_KEY`, a file's path)."""

    secret: Secret
    source: str
    is_session: bool = False


def key_files(environ: Mapping[str, str], home: Path) -> list[tuple[Path, bool]]:
    """The files that may hold a key, the first to win first; True for the session key of a second factor."""
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "vastai"
    return [
        (config / "vast_tfa_key", True),
        (config / "vast_api_key", False),
        (home / ".vast_api_key", False),
    ]


def find_key(environ: Mapping[str, str] | None = None, home: Path | None = None) -> Key:
    """The key to use: `$VAST_API_KEY`, the session key, the saved key, the saved key of older versions.

    Raises:
        KeyMissingError: there is none, or the file that holds it cannot be used.
    """
    environ = os.environ if environ is None else environ
    home = Path.home() if home is None else home
    if given := environ.get("VAST_API_KEY", "").strip():
        return Key(_checked(given, "$VAST_API_KEY"), "$VAST_API_KEY")
    for path, is_session in key_files(environ, home):
        try:
            with path.open("rb") as file:
                text = file.read(_MAX_KEY_BYTES).decode("ascii", "replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise KeyMissingError(
                f"{path}: {error.strerror}", "make the file readable for you alone"
            ) from None
        return Key(_checked(text, str(path)), str(path), is_session)
    raise KeyMissingError("no Vast.ai API key found", _GET_ONE)


def _checked(text: str, source: str) -> Secret:
    """A key can stand in a header: printable ASCII without spaces. The message never holds it."""
    if not text:
        raise KeyMissingError(f"{source} is empty", _GET_ONE)
    if not all("!" <= char <= "~" for char in text):
        raise KeyMissingError(f"{source} holds no API key: it has spaces or odd characters in it", _GET_ONE)
    return Secret(text)


def without_key(text: str, environ: Mapping[str, str] | None = None, home: Path | None = None) -> str:
    """`text` without the account's key, should a failure of someone else's code have put it there."""
    try:
        key = find_key(environ, home)
    except (KeyMissingError, RuntimeError):  # no key, or no home to look in: nothing to hide
        return text
    return key.secret.strip_from(text.encode("utf-8", "replace")).decode("utf-8", "replace")
