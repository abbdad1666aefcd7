"""What an answer means: the JSON of a success, or the error that fits, with its way out."""

from collections.abc import Mapping
from typing import cast

import msgspec

from vasttui.cloud.errors import (
    AuthError,
    BusyError,
    CloudError,
    CreditError,
    NoSuchInstanceError,
    OfferGoneError,
    QuotaError,
    RefusedError,
    ServiceError,
)
from vasttui.cloud.pacing import Refusal
from vasttui.logs.clean import clean_line

Json = dict[str, object]
_MAX_TEXT = 300

_RULES: tuple[tuple[tuple[str, ...], type[CloudError], str], ...] = (
    (
        ("two factor", "two-factor", "2fa", "tfa"),
        AuthError,
        "log in with your second factor once: vastai tfa login; or use a key that needs none",
    ),
    (
        ("session expired",),
        AuthError,
        "your second factor's session has ended: vastai tfa login, or delete ~/.config/vastai/vast_tfa_key",
    ),
    (
        ("auth_error", "invalid user key"),
        AuthError,
        "check the key: vastai show user; make one in the console",
    ),
    (
        ("insufficient_credit", "lacks credit", "balance is too low", "insufficient credit"),
        CreditError,
        "add credit at https://cloud.vast.ai/billing/, or choose a cheaper offer",
    ),
    (
        ("spend_rate_limit",),
        CreditError,
        "new accounts may spend only so much an hour: rent less, or ask support",
    ),
    (("no_such_ask",), OfferGoneError, "search again and take the next best offer"),
    (("no_such_instance",), NoSuchInstanceError, "look what there is: vasttui instances"),
    (("deprecated_endpoint",), ServiceError, "the market has changed its interface: update vasttui"),
)
_NARROW_KEY = "this key may not do that: give it instance_read, instance_write, user_read and misc"
_TROUBLE = "the market is in trouble; wait a minute and try again"


def decode(body: bytes) -> Json | None:
    """A JSON object, None if it is something else."""
    try:
        found: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return cast("Json", found) if isinstance(found, dict) else None


def judge(what: str, status: int, body: bytes) -> Json:
    """The reply to `what`, or the error it stands for. A 200 that says `success: false` is an error too."""
    told = decode(body)
    if status < 300 and told is not None and told.get("success") is not False:
        return told
    if status < 300 and told is None:
        raise ServiceError(
            f"{what}: the reply is no JSON", "is the address right?", status=status, may_have_happened=True
        )
    raise error_of(what, status, told or {}, clean_line(body[:_MAX_TEXT], _MAX_TEXT))


def error_of(what: str, status: int, told: Mapping[str, object], raw: str = "") -> CloudError:
    """The error that a reply stands for; `raw` is shown when it holds no words of its own."""
    code = clean_line(str(told.get("error") or ""), 80)
    said = next((str(told[name]) for name in ("msg", "message", "detail") if told.get(name)), "")
    text = (
        clean_line(" ".join(said.split()), _MAX_TEXT)
        or code
        or ("" if raw.startswith("<") else raw)
        or "no reason given"
    )
    kind, hint = _kind(status, f"{code} {text}".lower())
    created = told.get("new_contract")
    left = created if isinstance(created, int) and not isinstance(created, bool) else None
    if left is not None:
        hint = f"instance {left} was made all the same and bills: destroy it; {hint}".rstrip("; ")
    return kind(
        f"{what}: {text}" + (f" (HTTP {status})" if status >= 300 else ""),
        hint,
        status=status,
        code=code,
        may_have_happened=status >= 500 or left is not None,
        created=left,
    )


def busy(what: str, refusal: Refusal) -> CloudError:
    """The error of a 429."""
    text = clean_line(refusal.text, 120) or "asked too often"
    if refusal.is_quota:
        hours = f" (in {refusal.wait_s / 3600:.1f} h)" if refusal.wait_s else ""
        return QuotaError(
            f"{what}: today's searches are used up",
            f"the count starts anew at midnight UTC{hours}",
            status=429,
        )
    error = BusyError(
        f"{what}: {text} (HTTP 429)", "another program uses this key too? wait a minute", status=429
    )
    error.wait_s = refusal.wait_s
    return error


def _kind(status: int, text: str) -> tuple[type[CloudError], str]:
    for words, kind, hint in _RULES:
        if any(word in text for word in words):
            return kind, hint
    if status == 401:
        return AuthError, "check the key: vastai show user; make one in the console"
    if status == 403:
        return AuthError, _NARROW_KEY
    if status >= 500:
        return ServiceError, _TROUBLE
    if 300 <= status < 400:
        return ServiceError, "the address has moved; a key is never sent after it: correct --url"
    return RefusedError, ""
