"""What is asked at the market: before a machine is rented, and before one of the account's is ended."""

from collections.abc import Sequence

from vasttui.tui import figures
from vasttui.tui.questions import Answer, Question, hourly
from vasttui.watch.market import End, InstanceRow, OfferRow, Wish


def rent_question(
    row: OfferRow, wish: Wish, others: Sequence[OfferRow], credit_usd: float | None
) -> Question:
    """What is asked before a machine is rented: which, what is at stake, what happens then."""
    failed = [one for one in row.findings if one.status == "fail"]
    facts = [
        ("Machine", _machine(row)),
        ("Price", _price(row, wish)),
        ("At stake", _stake(row, wish)),
        ("Credit", _credit(credit_usd, row.usd_h)),
        ("Gate", _gate(row)),
        *(
            (("Left out", f"{figures.one_line(row.left_out, 200)}: it is taken all the same"),)
            * bool(row.left_out)
        ),
        *(("Fails", figures.one_line(one.text, 200)) for one in failed[:3]),
        ("If it goes", _otherwise(others)),
        ("For", f"{figures.one_line(wish.name, 40)}: {figures.one_line(wish.command, 100)}"),
        ("Ends", _ending(wish)),
    ]
    return Question(
        "Rent a machine that the gate fails?" if failed else "Rent this machine?",
        facts,
        "It bills from now on. Then, line by line on the screen: boot, SSH, the promised GPUs, the checklist "
        "on the machine itself, bootstrap, transfer speed, a probe of real steps, and the run. "
        "A step that fails stops there and asks you.",
        [Answer("rent", f"Rent it at {hourly(row.usd_h)}")],
        typed="rent anyway" if failed else "",
        mild=not failed,
    )


def end_question(row: InstanceRow, how: End) -> Question:
    """What is asked before an instance of the list is stopped or destroyed."""
    facts = [
        ("Instance", f"{row.id}, {figures.one_line(row.gpus, 40)}, {figures.one_line(row.state, 20)}"),
        ("Whose", figures.one_line(row.text, 120)),
        ("So far", f"{figures.money(row.usd)}{' at least' if row.at_least else ''}"),
        ("Bills now", hourly(row.usd_h)),
    ]
    if row.label:
        facts.append(("Label", figures.one_line(row.label, 80)))
    foreign = "It was not rented here: be sure that nobody else needs it. " if row.whose == "foreign" else ""
    running = f"Run {figures.one_line(row.run, 40)} uses it and would die. " if row.run else ""
    if how == "stop":
        return Question(
            f"Stop instance {row.id}?",
            facts,
            f"{foreign}{running}Its disk stays and bills {hourly(row.stopped_usd_h)}. Its GPU may be someone "
            "else's when you start it again. Nothing is pulled.",
            [Answer("stop", "Stop it")],
        )
    return Question(
        f"Destroy instance {row.id}?",
        facts,
        f"{foreign}{running}Everything on its disk is lost, nothing is pulled. It is read back until the "
        "market no longer has it; nothing bills then.",
        [Answer("destroy", "Destroy it")],
        typed=str(row.id),
    )


def _machine(row: OfferRow) -> str:
    vram = f", {row.vram_gib:.0f} GiB" if row.vram_gib is not None else ""
    where = f", {figures.one_line(row.place, 40)}" if row.place else ""
    return f"{figures.one_line(row.gpus, 40)}{vram}{where}; offer {row.id}"


def _price(row: OfferRow, wish: Wish) -> str:
    disk = (
        f", of it {hourly(row.storage_usd_h)} for {wish.disk_gb:g} GB of disk"
        if row.storage_usd_h is not None
        else ""
    )
    bid = "; interruptible: whoever bids more takes it" if wish.interruptible else ""
    return f"{hourly(row.usd_h)}{disk}{bid}"


def _stake(row: OfferRow, wish: Wish) -> str:
    moving = f", {figures.money(row.moving_usd)} of it to move data" if row.moving_usd else ""
    if row.usd is None or row.hours is None:
        day = f"{figures.money(row.usd_h * 24)} a day" if row.usd_h is not None else "unknown"
        return f"{day} until you end it; [needs] hours would tell the plan's total{moving}"
    most = "at most " if row.bounded else ""
    budget = f"; the budget is {figures.money(wish.budget_usd)}" if wish.budget_usd is not None else ""
    return f"{most}{figures.money(row.usd)} for the plan's {row.hours:g} h{moving}{budget}"


def _credit(credit_usd: float | None, usd_h: float | None) -> str:
    if credit_usd is None:
        return "unknown"
    lasts = f", lasts {figures.about(credit_usd / usd_h * 3600)}" if usd_h and credit_usd > 0 else ""
    return f"{figures.money(credit_usd)}{lasts}"


def _gate(row: OfferRow) -> str:
    if row.verdict is None:
        return "not judged"
    warned = [one for one in row.findings if one.status == "warn"]
    passed = sum(one.status == "pass" for one in row.findings)
    names = f": {', '.join(figures.one_line(one.check, 14) for one in warned)}" if warned else ""
    return f"{row.verdict}; {passed} pass, {len(warned)} warn{names}"


def _otherwise(others: Sequence[OfferRow]) -> str:
    if not others:
        return "no other offer is taken"
    dearest = max(row.usd_h or 0.0 for row in others)
    return f"one of {len(others)} more is taken, at most {hourly(dearest)}"


def _ending(wish: Wish) -> str:
    words = {"keep": "the machine bills on", "stop": "it is stopped", "destroy": "it is destroyed"}
    done, crash = words.get(wish.on_done, wish.on_done), words.get(wish.on_crash, wish.on_crash)
    if done == crash:
        return f"k ends the bill any time; when the run is over {done}"
    return f"k ends the bill any time; after success {done}, after a crash {crash}"
