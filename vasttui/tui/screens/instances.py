"""What bills now, ours or not, and ending it."""

from time import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.cloud.errors import CloudError
from vasttui.tui import figures
from vasttui.tui.actions import Action, Context
from vasttui.tui.columns import lay_out
from vasttui.tui.controls import toast
from vasttui.tui.instancetable import instance_columns, remarks, totals
from vasttui.tui.market_actions import INSTANCES
from vasttui.tui.panes.base import spread
from vasttui.tui.screens.acting import ActingScreen, ActionBar, bindings_of
from vasttui.watch.market import Bill, End, InstanceRow, Market

EVERY_S = 30.0
_TICK_S = 5.0
STALE_S = 90.0


class InstancesScreen(ActingScreen):
    """Read again every half minute, while it is shown; never waits for the market."""

    ACTIONS: ClassVar[tuple[Action, ...]] = INSTANCES
    AUTO_FOCUS = "#instances"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(INSTANCES)

    def __init__(self, market: Market) -> None:
        super().__init__()
        self.market = market
        self.bill: Bill | None = None
        self._busy = False
        self._problem: CloudError | None = None
        self._ending: set[int] = set()

    def compose(self) -> ComposeResult:
        """Totals, the list, remarks, keys."""
        yield Static(id="instances-title")
        yield Static(id="instances-problem")
        with Vertical(id="instances-pane", classes="pane"):
            yield Static(id="instances-head")
            yield OptionList(id="instances", compact=True)
            yield Static(id="instances-state")
        yield Static(id="instances-remarks")
        yield ActionBar(id="instances-keys")

    def on_mount(self) -> None:
        """Ask at once, then now and then."""
        self.set_interval(_TICK_S, self.show)
        self.set_interval(EVERY_S, self._again)
        self.look()

    @property
    def context(self) -> Context:
        """What can be done now."""
        chosen = self.chosen
        return Context(
            readonly=self.app.readonly,
            market=True,
            chosen=chosen is not None,
            alert=chosen is not None and bool(chosen.run) and self.app.can_open(chosen.run),
        )

    @property
    def chosen(self) -> InstanceRow | None:
        """Under the cursor."""
        at = self.query_one("#instances", OptionList).highlighted
        rows = self.bill.rows if self.bill is not None else ()
        return rows[at] if at is not None and at < len(rows) else None

    def _again(self) -> None:
        if self.app.screen is self and not self._busy:
            self.look()

    def look(self) -> None:
        """Ask, beside the screen."""
        self.run_worker(self._look(), group="look", exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        self._busy = True
        self.show()
        try:
            bill = await self.market.instances()
        except CloudError as error:
            self._problem = error
        except Exception as error:  # noqa: BLE001  whatever went wrong, what is known stays and it is said
            self._problem = CloudError(f"asking failed: {type(error).__name__}: {error}")
        else:
            self._problem = None
            kept = self.chosen
            self.bill = bill
            self._lay_rows(kept)
        self._busy = False
        self.show()

    def _lay_rows(self, kept: InstanceRow | None) -> None:
        bill = self.bill
        if bill is None:
            return
        listed = self.query_one("#instances", OptionList)
        listed.display = True  # its width is asked for
        laid = lay_out(instance_columns(time()), bill.rows, max(20, self.size.width - 6))
        self.query_one("#instances-head", Static).update(laid.head("", ""), layout=False)
        listed.set_options([Option(laid.row(row)) for row in bill.rows])
        if bill.rows:
            same = (i for i, row in enumerate(bill.rows) if kept is not None and row.id == kept.id)
            listed.highlighted = next(same, 0)

    def show(self) -> None:
        """All but the rows."""
        bill = self.bill
        rows = bill.rows if bill is not None else ()
        with self.app.batch_update():
            width = max(20, self.size.width - 2)
            sums = totals(bill, width) if bill is not None else Content("")
            title = Content.styled("Instances", "bold $text-accent")
            self.query_one("#instances-title", Static).update(spread(title, sums, width), layout=False)
            problem = self.query_one("#instances-problem", Static)
            problem.display = self._problem is not None and bill is not None
            if self._problem is not None:
                problem.update(Content(f"✖ {_line(self._problem)}"))
            for part in ("#instances", "#instances-head"):
                self.query_one(part).display = bool(rows)
            state = self.query_one("#instances-state", Static)
            state.display = not rows
            state.update(self._nothing())
            pane = self.query_one("#instances-pane")
            pane.border_title = Content(f"What bills now  {len(rows) or ''}")
            pane.border_subtitle = self._age()
            said = remarks(bill) if bill is not None else []
            notes = self.query_one("#instances-remarks", Static)
            notes.display = bool(said)
            notes.update(Content("\n").join(line.truncate(width - 2, ellipsis=True) for line in said[:6]))
            self.show_keys()

    def _age(self) -> Content:
        if self._ending:
            return Content.styled(f"ending {', '.join(map(str, sorted(self._ending)))} …", "$text-warning")
        if self._busy:
            return Content.styled("asking the market …", "$text-primary")
        if self.bill is None:
            return Content("")
        age = time() - self.bill.at
        text = (
            f"{figures.about(age)} old, u asks again" if age > STALE_S else f"asked {figures.about(age)} ago"
        )
        return Content.styled(f"▲ {text}", "$text-warning") if age > STALE_S else Content(text)

    def _nothing(self) -> Content:
        if self.bill is not None:
            return Content.styled("✔ no instance: nothing bills", "$text-success")
        if self._problem is not None and not self._busy:
            return Content.assemble(
                (f"✖ {figures.one_line(str(self._problem), 300)}\n", "$text-error"),
                f"{figures.one_line(self._problem.hint, 300)}\n" if self._problem.hint else "",
                ("what bills is not known; u asks again", "$text-muted"),
            )
        return Content.styled("asking the market …", "$text-muted")

    def on_resize(self) -> None:
        """Lay out for the new room."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self._lay_rows(self.chosen)
        self.show()

    @on(OptionList.OptionHighlighted, "#instances")
    def moved(self) -> None:
        """Another one is chosen."""
        self.show_keys()

    @on(OptionList.OptionSelected, "#instances")
    def selected(self) -> None:
        """Enter on an instance."""
        self.action_do("instance_open")

    # -- keys ----------------------------------------------------------------------------------------

    def do_instance_again(self) -> None:
        """Ask again."""
        self.look()

    def do_instance_offers(self) -> None:
        """Machines for rent."""
        self.app.show_offers()

    def do_instance_open(self) -> None:
        """The run that uses it."""
        chosen, menu, session = self.chosen, self.app.menu, self.app.session
        if chosen is None:
            return
        if session is not None and session.snapshot().run.name == chosen.run:
            self.app.back_to_run()
        elif menu is not None:
            toast(self, f"opening {figures.one_line(chosen.run, 40)} …")
            self.controls.run("open", lambda: menu.open(chosen.run), self.app.show_session)

    def do_instance_stop(self) -> None:
        """Ask, then stop."""
        self._ask("stop")

    def do_instance_destroy(self) -> None:
        """Ask, then destroy."""
        self._ask("destroy")

    def _ask(self, how: End) -> None:
        from vasttui.tui.market_questions import end_question  # noqa: PLC0415  not needed to look
        from vasttui.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        row = self.chosen
        if row is None:
            return
        self.app.push_screen(
            ConfirmScreen(end_question(row, how)), lambda answer: self._end(row.id, how) if answer else None
        )

    def _end(self, instance: int, how: End) -> None:
        self._ending.add(instance)
        self.show()

        async def end() -> str:
            try:
                return await self.market.end(instance, how)
            finally:
                self._ending.discard(instance)
                self.look()

        self.controls.run(f"{how} {instance}", end, lambda said: said)


def _line(error: CloudError) -> str:
    text = figures.one_line(str(error), 200)
    return f"{text}; {figures.one_line(error.hint, 200)}" if error.hint else text
