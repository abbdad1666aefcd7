"""Who pays, and what a rental asks and gets."""

from dataclasses import dataclass, field

import msgspec

from vasttui.cloud.errors import RefusedError
from vasttui.cloud.keys import Secret

_MAX_LABEL = 256
_MAX_ONSTART = 4096
_MAX_ENV = 32768


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The account. `credit` is what can be spent, dollars; None is unknown."""

    id: int | None = None
    username: str = ""
    email: str = ""
    credit: float | None = None
    balance: float | None = None
    balance_threshold: float | None = None
    can_pay: bool | None = None
    total_spend: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What to put on a machine. `bid_usd_h` makes it interruptible; None is on demand.

    `env` also maps ports: `{"-p 6006:6006": "1"}`. `onstart` runs at every start of the container.
    """

    image: str
    label: str
    disk_gb: float = 40.0
    onstart: str = ""
    env: dict[str, str] = field(default_factory=dict[str, str])
    bid_usd_h: float | None = None
    direct: bool = True

    def body(self) -> dict[str, object]:
        """The request, as the official command line sends it.

        `cancel_unavail`: otherwise an offer that has gone leaves a stopped instance behind, which bills.

        Raises:
            RefusedError: the API would not take it.
        """
        limits = (
            (len(self.label), _MAX_LABEL, "label"),
            (len(self.onstart), _MAX_ONSTART, "onstart script"),
            (sum(len(key) + len(value) for key, value in self.env.items()), _MAX_ENV, "environment"),
        )
        for size, limit, name in limits:
            if size > limit:
                raise RefusedError(
                    f"the {name} has {size} characters, {limit} are allowed", "make it shorter"
                )
        if not self.image or self.disk_gb < 1:
            raise RefusedError(
                "a rental needs an image and at least 1 GB of disk", "see [host] vast in the plan"
            )
        return {
            "client_id": "me",
            "image": self.image,
            "env": dict(self.env),
            "price": self.bid_usd_h,
            "disk": self.disk_gb,
            "label": self.label,
            "extra": None,
            "onstart": self.onstart or None,
            "image_login": None,
            "python_utf8": False,
            "lang_utf8": False,
            "use_jupyter_lab": False,
            "jupyter_dir": None,
            "force": False,
            "cancel_unavail": True,
            "template_hash_id": None,
            "user": None,
            "runtype": "ssh_direc ssh_proxy" if self.direct else "ssh_proxy",
        }


@dataclass(frozen=True, slots=True)
class Created:
    """A new instance, and the key it gets to stop and destroy itself with."""

    id: int
    own_key: Secret


@dataclass(frozen=True, slots=True)
class Started:
    """`queued`: its GPU is taken; it will start, and bill, by itself once that is free."""

    queued: bool
    text: str = ""
