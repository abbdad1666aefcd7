"""Vast.ai as a screen's market: what it takes is loaded when it is first asked, beside the screen."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.plan import Plan
from vasttui.plan.schema import VastSpec
from vasttui.watch.journal import Journal
from vasttui.watch.market import Bill, End, Listing, OfferRow, Wish
from vasttui.watch.session import Session

if TYPE_CHECKING:
    from vasttui.watch.dealing import Dealer


class VastMarket:
    """`watch.market.Market` in front of a `Dealer`. `plan` None: offers are not judged; `trouble`: why."""

    def __init__(
        self,
        plan: Plan | None = None,
        path: Path | None = None,
        *,
        url: str = "",
        readonly: bool = False,
        trouble: str = "",
    ) -> None:
        self._plan = plan
        self._path = path
        self._url = url
        self._readonly = readonly
        self._trouble = trouble
        self._made: Dealer | None = None
        self._making = asyncio.Lock()

    @property
    def wish(self) -> Wish:
        """The plan's."""
        return wish_of(self._plan, self._path, self._trouble)

    @property
    def may_bill(self) -> bool:
        """The rental journal has something open."""
        from vasttui.watch.rentals_journal import Rentals  # noqa: PLC0415  opened when it is needed

        journal = Journal()
        rentals = Rentals(journal)
        try:
            return rentals.any_open()
        finally:
            rentals.close()
            journal.close()

    async def search(self, query: str) -> Listing:
        """Judged and priced for the plan."""
        return await (await self._dealer()).search(query)

    async def rent(self, row: OfferRow, others: Sequence[OfferRow] = (), *, force: bool = False) -> Session:
        """A new run of the plan that begins with this machine; its bring-up starts with the session."""
        return await (await self._dealer()).rent(row, others, force=force)

    async def instances(self) -> Bill:
        """Settled and read."""
        return await (await self._dealer()).instances()

    async def end(self, instance: int, how: End) -> str:
        """Journalled, sent, read back."""
        return await (await self._dealer()).end(instance, how)

    async def close(self) -> None:
        """Connections and journals."""
        made, self._made = self._made, None
        if made is not None:
            await made.close()

    async def _dealer(self) -> "Dealer":
        """The client takes a fifth of a second to load: a screen does not wait for that."""
        async with self._making:
            if self._made is None:
                await asyncio.to_thread(import_module, "vasttui.watch.dealing")
                from vasttui.watch.dealing import Dealer  # noqa: PLC0415  loaded by the line above

                self._made = Dealer(self._plan, self._path, url=self._url, readonly=self._readonly)
                await self._made.open()
            return self._made


def wish_of(plan: Plan | None, path: Path | None = None, trouble: str = "") -> Wish:
    """The plan as far as renting goes."""
    if plan is None:
        return Wish(path=str(path or ""), trouble=trouble)
    spec = plan.host.vast or VastSpec()
    return Wish(
        name=plan.run.name or plan.run.command,
        path=str(path or ""),
        command=plan.run.command,
        query=spec.query,
        image=spec.image,
        disk_gb=spec.disk_gb,
        interruptible=spec.interruptible,
        budget_usd=plan.budget.max_usd,
        max_hours=plan.budget.max_hours,
        on_done=plan.ending.on_done,
        on_crash=plan.ending.on_crash,
        trouble=trouble,
    )
