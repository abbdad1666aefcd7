"""Where `vasttui` begins when nothing runs: the runs there are, worst first, and the demos."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.tui import figures
from vasttui.tui.actions import Action, Context
from vasttui.tui.controls import said, toast
from vasttui.tui.leaving import Leaving
from vasttui.tui.market_actions import START
from vasttui.tui.panes.runs import RunsTable
from vasttui.tui.screens.acting import ActingScreen, ActionBar, bindings_of
from vasttui.tui.start import RunRow, StartMenu

if TYPE_CHECKING:
    from vasttui.watch.market import Bill

_REFRESH_S = 2.0


class StartScreen(ActingScreen):
    """Lists; enter opens."""

    ACTIONS: ClassVar[tuple[Action, ...]] = START
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(START)

    def __init__(self, menu: StartMenu) -> None:
        super().__init__()
        self.menu = menu
        self._known = False
        self._bill: Bill | None = None

    @property
    def context(self) -> Context:
        """What can be done now."""
        return Context(readonly=self.app.readonly, market=self.app.has_market, menu=True)

    def compose(self) -> ComposeResult:
        """Name, runs, renting, demos, how to begin, keys."""
        with Vertical(id="start-box"):
            yield Static(Content.styled("vasttui", "bold $text-accent"), id="start-title")
            yield Static(_hint(), id="start-line")
            runs = RunsTable()
            runs.border_title = Content("Runs")
            yield runs
            if self.app.has_market:
                yield _list("renting", "Renting")
            yield _list("demos", "Demos: recorded runs, replayed")
            yield ActionBar(id="start-keys")

    def on_mount(self) -> None:
        """Demos are known; runs are read."""
        self.query_one("#demos", OptionList).add_options(
            Option(Content.assemble(("▶ ", "$text-accent"), figures.one_line(name, 60)), id=name)
            for name in self.menu.demos
        )
        self.query_one("#demos").display = bool(self.menu.demos)
        self.refresh_rows()
        self.call_after_refresh(self.show_keys)
        if self.app.has_market:
            self._fill_renting(None)
            self.call_after_refresh(self._ask_what_bills)
        self.set_interval(_REFRESH_S, self.refresh_rows)

    def on_screen_resume(self) -> None:
        """One comes back from a run: how they all do now."""
        if self._known:
            self.refresh_rows()

    def refresh_rows(self) -> None:
        """Ask for the runs, beside the screen."""

        async def fetch() -> None:
            self._fill(await asyncio.to_thread(self.menu.rows))

        if self.app.screen is self:
            self.controls.run("runs", fetch, lambda _: None)

    def _fill(self, rows: Sequence[RunRow]) -> None:
        first, self._known = not self._known, True
        self.query_one(RunsTable).show([replace(row, here=self.app.keeps(row.name)) for row in rows])
        if first:
            demos = self.query_one("#demos", OptionList)
            demos.highlighted = 0 if self.menu.demos else None
            (self.query_one("#runs") if rows else demos).focus()

    @on(OptionList.OptionSelected, "#runs")
    def opened(self, event: OptionList.OptionSelected) -> None:
        """Open a run."""
        self._open("open", str(event.option.id))

    @on(OptionList.OptionSelected, "#demos")
    def played(self, event: OptionList.OptionSelected) -> None:
        """Replay a demo."""
        self._open("demo", str(event.option.id))

    def _open(self, how: str, name: str) -> None:
        call = self.app.open_run if how == "open" else self.menu.demo
        toast(self, f"opening {name} …")
        self.controls.run(how, lambda: call(name), self.app.show_session)

    # -- renting -------------------------------------------------------------------------------------

    def _fill_renting(self, bill: "Bill | None") -> None:
        self._bill = bill
        billing = None if bill is None else _billing(bill)
        entries: list[tuple[str, str, Content | None]] = [
            ("offers", "machines for rent, judged for plan.toml and priced for all of it", None),
            ("instances", "what bills now, ours or not", billing),
        ]
        options = self.query_one("#renting", OptionList)
        chosen, width = options.highlighted, max(20, options.size.width - 3)
        rows = [
            Content.assemble(("$ ", "$text-accent"), (f"{name:<11}", "bold"), said or (text, "$text-muted"))
            for name, text, said in entries
        ]
        options.set_options(
            Option(row.truncate(width, ellipsis=True), id=entry[0])
            for row, entry in zip(rows, entries, strict=True)
        )
        options.highlighted = chosen or 0

    def _ask_what_bills(self) -> None:
        """Only where our own journal knows of something that may bill; a screen at rest asks nobody."""
        if self.app.market.may_bill:
            self.run_worker(self._read_bill(), group="bill", exclusive=True, exit_on_error=False)

    async def _read_bill(self) -> None:
        from vasttui.cloud.errors import CloudError  # noqa: PLC0415  not needed to start

        try:
            bill = await self.app.market.instances()
        except CloudError as error:
            toast(self, f"what bills is not known{said(error)}", bad=True)
        else:
            self._fill_renting(bill)

    @on(OptionList.OptionSelected, "#renting")
    def rented(self, event: OptionList.OptionSelected) -> None:
        """To the market."""
        self.action_do(f"start_{event.option.id}")

    def do_start_offers(self) -> None:
        """Machines for rent."""
        self.app.show_offers()

    def do_start_instances(self) -> None:
        """What bills now."""
        self.app.show_instances()

    def do_start_quit(self) -> None:
        """Nothing was begun."""
        self.app.exit(Leaving(0, ""))

    def on_resize(self) -> None:
        """Lines and keys for the new room."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self.show_keys()
        if self.app.has_market:
            self._fill_renting(self._bill)


def _list(name: str, title: str) -> OptionList:
    made = OptionList(id=name, compact=True)
    made.border_title = Content(title)
    return made


def _billing(bill: "Bill") -> Content:
    """How many meters run, what they take an hour, and whether one of them serves nobody."""
    if not bill.rows:
        return Content.styled("nothing bills", "$text-success")
    orphans = sum(row.whose == "orphan" for row in bill.rows)
    together = f"${bill.usd_h:.3f}/h together"
    if not orphans:
        return Content(f"{figures.plural(len(bill.rows), 'instance')}, {together}")
    return Content.assemble(
        (f"▲ {orphans} of {len(bill.rows)} without a run", "bold $text-error"), f", {together}"
    )


def _hint() -> Content:
    return Content.assemble(
        ("attend a training run: ", "$text-muted"), ("vasttui run -- python train.py", "bold"),
        (" starts one here", "$text-muted"),
    )  # fmt: skip
