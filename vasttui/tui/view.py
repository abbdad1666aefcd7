"""What every pane is given: the snapshot, what it amounts to, and the time it is now."""

from dataclasses import dataclass

from vasttui.tui.actions import Context
from vasttui.tui.health import Health, health, is_given_back, is_unlaunched, open_alerts
from vasttui.watch.session import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One paint. `now`: the host's clock carried on to this moment, unix s. `broken`: why watching ended.

    `tint`: the theme's colours can be mixed; the terminal's own sixteen cannot.
    """

    snapshot: Snapshot
    health: Health
    context: Context
    now: float
    broken: str = ""
    tint: bool = True


def view_of(
    snapshot: Snapshot,
    elapsed_s: float = 0.0,
    *,
    broken: str = "",
    readonly: bool = False,
    menu: bool = False,
    market: bool = False,
    tint: bool = True,
) -> View:
    """A view of `snapshot`, `elapsed_s` after it arrived here. `tint`: colours can be mixed."""
    context = Context(
        role=snapshot.role,
        readonly=readonly,
        ended=snapshot.exit is not None or snapshot.link == "ended",
        broken=bool(broken),
        alert=any(alert.state == "raised" for alert in open_alerts(snapshot)),
        held=bool(open_alerts(snapshot)),
        menu=menu,
        paused=snapshot.paused,
        market=market,
        rented=snapshot.rental is not None and snapshot.rental.instance is not None,
        unlaunched=is_unlaunched(snapshot),
        unfit=any(step.name == "gate" and step.state == "failed" for step in snapshot.bringup),
        remedies=() if is_given_back(snapshot) else snapshot.remedies,
    )
    now = snapshot.now_ts + elapsed_s * pace(snapshot)
    return View(snapshot, health(snapshot, broken), context, now, broken, tint)


def pace(snapshot: Snapshot) -> float:
    """Seconds of run time a second: 1 live, the replay's speed, 0 while it stands still."""
    playback = snapshot.playback
    if playback is None:
        return 0.0 if snapshot.link == "ended" else 1.0
    return 0.0 if playback.paused else playback.speed
