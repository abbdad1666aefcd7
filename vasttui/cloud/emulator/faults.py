"""What shall go wrong: told at the start, by `--fault`, or while it runs by the control endpoint."""

from typing import Literal

import msgspec

Kind = Literal[
    "offer_gone",
    "credit_low",
    "create_leaves_instance",
    "lost_reply",
    "no_reply",
    "stuck_loading",
    "boot_fails",
    "sshd_late",
    "key_late",
    "outbid",
    "host_offline",
    "start_queued",
    "slow_destroy",
    "destroy_ignored",
    "server_error",
    "too_many_requests",
    "no_ports_shown",
    "gpu_lies",
    "tmux_trap",
    "needs_2fa",
    "scoped_key",
]
Shape = Literal["text", "detail", "msg", "retry_after", "header", "quota"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong, `times` times (None: always), after `skip` occasions passed well.

    `route` (`create`, `list`, `show`, …: the names in `api.ROUTES`), `instance`, `offer` narrow it down.
    `seconds`: how late or how long, in emulated time. `status`: of an HTTP error. `done`: the act is carried
    out before the error is answered. `told`: the reply names the instance that was left behind.
    """

    kind: Kind
    times: int | None = 1
    skip: int = 0
    route: str = ""
    instance: int | None = None
    offer: int | None = None
    seconds: float = 60.0
    status: int = 500
    shape: Shape = "text"
    done: bool = False
    told: bool = True
    text: str = ""


class Faults:
    """The faults that wait for their occasion."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._waiting: list[list[Fault | int]] = []
        self.struck: list[Kind] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """One more."""
        self._waiting.append([fault, 0])

    def clear(self) -> None:
        """All goes well from now on."""
        self._waiting.clear()

    def strike(
        self, kind: Kind, *, route: str = "", instance: int | None = None, offer: int | None = None
    ) -> Fault | None:
        """The fault of this kind that strikes on this occasion; it is used up by that."""
        for entry in self._waiting:
            fault, seen = entry
            assert isinstance(fault, Fault)
            assert isinstance(seen, int)
            if fault.kind != kind or not _fits(fault, route, instance, offer):
                continue
            entry[1] = seen + 1
            if seen < fault.skip or (fault.times is not None and seen >= fault.skip + fault.times):
                continue
            self.struck.append(kind)
            return fault
        return None


def _fits(fault: Fault, route: str, instance: int | None, offer: int | None) -> bool:
    return (
        fault.route in ("", route)
        and (fault.instance is None or fault.instance == instance)
        and (fault.offer is None or fault.offer == offer)
    )


def parse_fault(text: str) -> Fault:
    """`kind` or `kind:seconds=5,times=2`, as the command line gives it. Raises ValueError with one line."""
    kind, _, rest = text.partition(":")
    pairs = dict(part.split("=", 1) for part in rest.split(",") if "=" in part)
    try:
        return msgspec.convert({"kind": kind, **pairs}, Fault, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"fault {text!r}: {error}") from None
