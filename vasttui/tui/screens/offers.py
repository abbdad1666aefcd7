"""Machines for rent: searched, judged for the plan, priced for all of it; the gate's reasons beside them."""

from collections.abc import Sequence
from time import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from vasttui.cloud.errors import CloudError, QueryError
from vasttui.gate.finding import Status
from vasttui.tui import figures
from vasttui.tui.actions import Action, Context
from vasttui.tui.columns import DOWN, UP, Laid, in_order, lay_out
from vasttui.tui.controls import toast
from vasttui.tui.market_actions import OFFERS
from vasttui.tui.offertable import gate_content, offer_columns
from vasttui.tui.panes.base import spread
from vasttui.tui.screens.acting import ActingScreen, ActionBar, bindings_of
from vasttui.watch.market import Listing, Market, OfferRow, best_first, next_best

BEST = "best"
STALE_S = 120.0
_TICK_S = 5.0
FILTERS: tuple[tuple[str, frozenset[Status]], ...] = (
    ("all", frozenset({"pass", "warn", "fail"})),
    ("may fit", frozenset({"pass", "warn"})),
    ("pass only", frozenset({"pass"})),
)


class OffersScreen(ActingScreen):
    """Never waits for the market: searches run beside it, and what is shown says how old it is."""

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

    def on_mount(self) -> None:
        """Ask at once."""
        self.query_one("#offers-input").display = False
        self.set_interval(_TICK_S, self.show)
        self.search(self.query_text)

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

    # -- asking the market ---------------------------------------------------------------------------

    def search(self, query: str) -> None:
        """Ask, beside the screen; a later search replaces one still on its way."""
        self.run_worker(self._search(query), group="search", exclusive=True, exit_on_error=False)

    async def _search(self, query: str) -> None:
        self._busy = True
        self.show()
        try:
            listing = await self.market.search(query)
        except CloudError as error:
            self._problem = error
        except Exception as error:  # noqa: BLE001  whatever went wrong, the offers there are stay and it is said
            self._problem = CloudError(f"the search failed: {type(error).__name__}: {error}")
        else:
            self._problem = None
            self.listing, self.query_text = listing, query
        self._busy = False
        self.lay_rows()
        if isinstance(self._problem, QueryError):
            self._edit("query", query)

    # -- showing -------------------------------------------------------------------------------------

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

    # -- keys ----------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected, "#offers")
    def selected(self) -> None:
        """Enter on an offer."""
        self.action_do("offer_rent")

    def on_click(self, event: Click) -> None:
        """A column's name sorts by it."""
        if name := event.style.meta.get("sort"):
            self._sort_by(str(name))

    def do_offer_again(self) -> None:
        """Ask again."""
        self.search(self.query_text)

    def do_offer_sort(self) -> None:
        """By the next column that is shown."""
        shown = (
            [BEST, *(column.name for column, _ in self._laid.columns)] if self._laid is not None else [BEST]
        )
        at = shown.index(self.sort) if self.sort in shown else 0
        self.sort, self.reversed = shown[(at + 1) % len(shown)], False
        self.lay_rows()

    def _sort_by(self, name: str) -> None:
        self.reversed = not self.reversed if self.sort == name else False
        self.sort = name
        self.lay_rows()

    def do_offer_reverse(self) -> None:
        """The other way round."""
        self.reversed = not self.reversed
        self.lay_rows()

    def do_offer_gate(self) -> None:
        """All, those that may fit, those that pass."""
        self.filter = (self.filter + 1) % len(FILTERS)
        self.lay_rows()

    def do_offer_query(self) -> None:
        """Edit the query."""
        self._edit("query", self.query_text)

    def do_offer_find(self) -> None:
        """Filter by words."""
        self._edit("words", self.words)

    def do_offer_instances(self) -> None:
        """What bills now."""
        self.app.show_instances()

    def _edit(self, what: str, text: str) -> None:
        self._editing = what
        field = self.query_one("#offers-input", Input)
        field.placeholder = {
            "query": "gpu_ram>=24 num_gpus=1 reliability>0.98 gpu_name in [RTX_4090,RTX_3090]",
            "words": "words of GPU or place, for instance 4090 SE",
        }[what]
        field.border_title = Content(
            "Query: enter searches, esc leaves it"
            if what == "query"
            else "Find: as you type; enter keeps, esc shows all"
        )
        field.display = True
        field.value = text
        field.cursor_position = len(text)
        field.focus()

    def _close_field(self) -> None:
        self._editing = ""
        self.query_one("#offers-input").display = False
        self.query_one("#offers").focus()

    @on(Input.Changed, "#offers-input")
    def typing(self, event: Input.Changed) -> None:
        """Words filter at once."""
        if self._editing == "words":
            self.words = event.value
            self.lay_rows()

    @on(Input.Submitted, "#offers-input")
    def submitted(self, event: Input.Submitted) -> None:
        """The query is asked; words stay."""
        editing, text = self._editing, event.value.strip()
        self._close_field()
        if editing == "query":
            self.search(text or self.market.wish.query)

    def do_market_back(self) -> None:
        """Out of the field first, then back."""
        if self._editing == "words":
            self.words = ""
            self._close_field()
            self.lay_rows()
        elif self._editing:
            self._close_field()
        else:
            super().do_market_back()

    # -- renting -------------------------------------------------------------------------------------

    def do_offer_rent(self) -> None:
        """Ask, then rent: the run's screen opens and shows the rest."""
        from vasttui.tui.questions import rent_question  # noqa: PLC0415  not needed to look
        from vasttui.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        row, listing = self.chosen, self.listing
        if row is None or listing is None:
            return
        if self._renting:
            toast(self, "rent: one is being rented already", bad=True)
            return
        others = next_best(listing.rows, row)
        question = rent_question(row, self.market.wish, others, listing.credit_usd)
        self.app.push_screen(
            ConfirmScreen(question), lambda answer: self._rent(row, others) if answer == "rent" else None
        )

    def _rent(self, row: OfferRow, others: Sequence[OfferRow]) -> None:
        self._renting = True
        toast(self, f"renting {figures.one_line(row.gpus, 30)} …")

        async def rent() -> None:
            try:
                session = await self.market.rent(row, others, force=row.verdict == "fail")
            finally:
                self._renting = False
            self.app.show_session(session)

        self.controls.run("rent", rent, lambda _: None)


def _age(listing: Listing) -> str:
    return figures.about(time() - listing.at)


def _line(error: CloudError) -> str:
    text = figures.one_line(str(error), 200)
    return f"{text}; {figures.one_line(error.hint, 200)}" if error.hint else text
