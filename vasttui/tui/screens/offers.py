"""Machines for rent: searched, judged for the plan, priced for all of it; the gate's reasons beside them."""

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.events import Click
from textual.widgets import Input, OptionList

from vasttui.cloud.errors import CloudError, QueryError
from vasttui.tui import figures
from vasttui.tui.controls import toast
from vasttui.tui.screens.offers_shown import BEST, FILTERS, OffersShown
from vasttui.watch.market import OfferRow, next_best

_TICK_S = 5.0


class OffersScreen(OffersShown):
    """Never waits for the market: searches run beside it, and what is shown says how old it is."""

    def on_mount(self) -> None:
        """Ask at once."""
        self.query_one("#offers-input").display = False
        self.set_interval(_TICK_S, self.show)
        self.search(self.query_text)

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

    # -- keys --------------------------------------------------------------------------------------------

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

    # -- renting -----------------------------------------------------------------------------------------

    def do_offer_rent(self) -> None:
        """Ask, then rent: the run's screen opens and shows the rest."""
        from vasttui.tui.market_questions import rent_question  # noqa: PLC0415  not needed to look
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
