"""The offers as they are shown: what was searched, the rows in order, the gate's reasons beside them."""

from collections.abc import Sequence
from time import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from vasttui.cloud.errors import CloudError
from vasttui.gate.finding import Status
from vasttui.tui import figures
from vasttui.tui.actions import Action, Context
from vasttui.tui.columns import DOWN, UP, Laid, in_order, lay_out
from vasttui.tui.market_actions import OFFERS
from vasttui.tui.offertable import gate_content, offer_columns
from vasttui.tui.panes.base import spread
from vasttui.tui.screens.acting import ActingScreen, ActionBar, bindings_of
from vasttui.watch.market import Listing, Market, OfferRow, best_first

BEST = "best"
STALE_S = 120.0
FILTERS: tuple[tuple[str, frozenset[Status]], ...] = (
    ("all", frozenset({"pass", "warn", "fail"})),
    ("may fit", frozenset({"pass", "warn"})),
    ("pass only", frozenset({"pass"})),
)


class OffersShown(ActingScreen):
    """The table and the gate's pane, of whatever listing there is."""

    ACTIONS: ClassVar[tuple[Action, ...]] = OFFERS
    AUTO_FOCUS = "#offers"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(OFFERS),
        Binding("tab", "app.focus_next", show=False),
    ]

    def __init__(self, market: Market) -> None:
        super().__init__()
        self.market = market
        self.listing: Listing | None = None
        self.query_text = market.wish.query
        self.sort = BEST
        self.reversed = False
        self.filter = 0
        self.words = ""
        self._busy = False
        self._problem: CloudError | None = None
        self._editing = ""
        self._rows: list[OfferRow] = []
        self._laid: Laid[OfferRow] | None = None
        self._renting = False

    def compose(self) -> ComposeResult:
        """What is searched, the offers, the gate's findings about the one chosen, keys."""
        yield Static(id="offers-title")
        yield Static(id="offers-problem")
        with Container(id="offers-body"):
            with Vertical(id="offers-pane", classes="pane"):
                yield Static(id="offers-head")
                yield OptionList(id="offers", compact=True)
                yield Static(id="offers-state")
            with VerticalScroll(id="gate", classes="pane", can_focus=True):
                yield Static(id="gate-findings")
        yield Input(id="offers-input", compact=True, select_on_focus=False)
        yield ActionBar(id="offers-keys")

    @property
    def context(self) -> Context:
        """What can be done now."""
        return Context(
            readonly=self.app.readonly,
            market=True,
            plan=bool(self.market.wish.command),
            chosen=self.chosen is not None,
        )

    @property
    def chosen(self) -> OfferRow | None:
        """Under the cursor."""
        at = self.query_one("#offers", OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def lay_rows(self) -> None:
        """Filter, sort and lay out what is known; the cursor stays on its offer."""
        kept = self.chosen
        self._rows = self._sorted(self._filtered())
        columns = offer_columns(time())
        offers = self.query_one("#offers", OptionList)
        width = max(20, self.query_one("#offers-pane").size.width - 1)  # a scroll bar
        self._laid = lay_out(columns, self._rows, width)
        offers.set_options([Option(self._laid.row(row)) for row in self._rows])
        if self._rows:
            same = (i for i, row in enumerate(self._rows) if kept is not None and row.id == kept.id)
            offers.highlighted = next(same, 0)
        self.show()

    def _filtered(self) -> list[OfferRow]:
        if self.listing is None:
            return []
        wanted = FILTERS[self.filter][1]
        words = self.words.lower().split()
        return [
            row
            for row in self.listing.rows
            if (row.verdict is None or row.verdict in wanted)
            and not (row.left_out and self.filter)
            and all(word in f"{row.gpus} {row.place} {row.id} {row.machine}".lower() for word in words)
        ]

    def _sorted(self, rows: Sequence[OfferRow]) -> list[OfferRow]:
        column = next((one for one in offer_columns(time()) if one.name == self.sort), None)
        if column is None:
            return sorted(rows, key=best_first, reverse=self.reversed)
        return in_order(sorted(rows, key=best_first), column, reverse=self.reversed)

    def show(self) -> None:
        """Title, state, findings and keys; the rows stand as they were arranged."""
        with self.app.batch_update():
            self._show_title()
            self._show_table()
            self._show_gate()
            self.show_keys()

    def _show_title(self) -> None:
        width = max(20, self.size.width - 2)
        credit = self.listing.credit_usd if self.listing is not None else None
        money = (
            Content("")
            if credit is None
            else Content.assemble(("credit ", "$text-muted"), (figures.money(credit), "bold"))
        )
        wish = self.market.wish
        plan = f"for {figures.one_line(wish.name, 30)}  " if wish.command else "no plan  "
        query = figures.one_line(self.query_text, 200) or "every verified machine"
        left = Content.assemble(("Offers ", "bold $text-accent"), (plan, "$text-muted"), query)
        self.query_one("#offers-title", Static).update(spread(left, money, width), layout=False)
        problem = self.query_one("#offers-problem", Static)
        stale = self._problem is not None and self.listing is not None
        problem.display = stale
        if self._problem is not None and stale and self.listing is not None:
            problem.update(Content(f"✖ {_line(self._problem)}  (below: {_age(self.listing)} old)"))

    def _show_table(self) -> None:
        pane, state = self.query_one("#offers-pane"), self.query_one("#offers-state", Static)
        arrow = DOWN if self._goes_down() else UP
        offers = self.query_one("#offers", OptionList)
        head = self.query_one("#offers-head", Static)
        offers.display = head.display = bool(self._rows)
        state.display = not self._rows
        if self._laid is not None and self._rows:
            head.update(self._laid.head(self.sort, arrow), layout=False)
        if not self._rows:
            state.update(self._nothing())
        pane.border_title = self._heading()
        pane.border_subtitle = self._footing(arrow)

    def _goes_down(self) -> bool:
        column = next((one for one in offer_columns(0.0) if one.name == self.sort), None)
        return (column is not None and column.descending) != self.reversed

    def _heading(self) -> Content:
        if self.listing is None:
            return Content("Offers")
        total, shown = len(self.listing.rows), len(self._rows)
        count = f"{shown} of {total}" if shown != total else f"{total}"
        said = f"  {FILTERS[self.filter][0]}" if self.filter else ""
        words = f"  with “{figures.one_line(self.words, 30)}”" if self.words else ""
        left_out = sum(bool(row.left_out) for row in self._rows)
        last = f"  {left_out} left out, last" if left_out else ""
        return Content(f"Offers  {count}{said}{words}{last}")

    def _footing(self, arrow: str) -> Content:
        if self._busy:
            return Content.styled("asking the market …", "$text-primary")
        if self.listing is None:
            return Content("")
        old = time() - self.listing.at > STALE_S
        age = (
            (f"▲ {_age(self.listing)} old, u asks again", "$text-warning")
            if old
            else (f"asked {_age(self.listing)} ago", "")
        )
        order = "best first" if self.sort == BEST and not self.reversed else f"by {self.sort} {arrow}"
        return Content.assemble(f"{order}  ", age)

    def _nothing(self) -> Content:
        if self.listing is None:
            if self._problem is not None and not self._busy:
                return Content.assemble(
                    (f"✖ {figures.one_line(str(self._problem), 300)}\n", "$text-error"),
                    (f"{figures.one_line(self._problem.hint, 300)}\n" if self._problem.hint else ""),
                    ("u asks again, e changes the query", "$text-muted"),
                )
            return Content.styled("asking the market …", "$text-muted")
        if not self.listing.rows:
            return Content.assemble(
                "no offer fits the query\n",
                ("ask for less: e changes it; a smaller gpu_ram, verified=any, num_gpus=any", "$text-muted"),
            )
        if self.words:
            return Content(
                f"none of {len(self.listing.rows)} offers holds these words: / and an empty line shows all"
            )
        return Content(f"none of {len(self.listing.rows)} offers is left by this filter: f shows others")

    def _show_gate(self) -> None:
        pane, findings = self.query_one("#gate"), self.query_one("#gate-findings", Static)
        row = self.chosen
        if row is None:
            pane.border_title, pane.border_subtitle = Content("Gate"), Content("")
            findings.update(Content.styled("no offer is chosen", "$text-muted"))
            return
        width = max(16, pane.size.width - 3)
        where = f", {figures.one_line(row.place, 30)}" if row.place else ""
        pane.border_title = Content(f"Gate: {figures.one_line(row.gpus, 30)}{where}")
        count = {
            status: sum(one.status == status for one in row.findings) for status in ("pass", "warn", "fail")
        }
        summary = (
            "  ".join(f"{number} {status}" for status, number in count.items())
            if row.findings
            else "not judged"
        )
        pane.border_subtitle = Content(summary)
        findings.update(gate_content(row, self.market.wish, width))

    def on_resize(self) -> None:
        """Lay out for the new room."""
        self.call_after_refresh(self.lay_rows)

    @on(OptionList.OptionHighlighted, "#offers")
    def moved(self) -> None:
        """Another offer is chosen."""
        self.query_one("#gate").scroll_home(animate=False)
        self._show_gate()
        self.show_keys()


def _age(listing: Listing) -> str:
    return figures.about(time() - listing.at)


def _line(error: CloudError) -> str:
    text = figures.one_line(str(error), 200)
    return f"{text}; {figures.one_line(error.hint, 200)}" if error.hint else text
