"""What a policy made of a tape."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """`seen`: when the fault was named (None: never); `by`: the rule that did.

    `false`: rules raised while nothing was wrong, once each time. `looks`, `bytes`, `lines`: what the reader
    was shown until then. `etas`: (share done, when told, finish, low, high) as told on the way, unix seconds.
    """

    seen: float | None = None
    by: str = ""
    false: list[str] = field(default_factory=list[str])
    looks: int = 0
    bytes: int = 0
    lines: int = 0
    etas: list[tuple[float, float, float, float, float]] = field(
        default_factory=list[tuple[float, float, float, float, float]]
    )
