"""A market of our own making: scripted listings and bills, acts that are remembered, as slow as asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import time

from msgspec import structs

from tests.tui import fake
from vasttui.cloud.errors import CloudError
from vasttui.gate.finding import Finding, Status
from vasttui.watch.market import Bill, End, InstanceRow, Listing, OfferRow, Wish
from vasttui.watch.session import BringUpStep, RentalView, Session, Snapshot

WISH = Wish(
    "llama-lora",
    "plan.toml",
    "python train.py",
    "gpu_ram>=24 num_gpus=1 reliability>0.98",
    "pytorch/pytorch",
    60.0,
    budget_usd=5.0,
)


def findings(vram: Status = "pass", disk: Status = "pass", price: Status = "pass") -> tuple[Finding, ...]:
    """As the gate tells them."""
    return (
        Finding(
            "vram",
            vram,
            "VRAM on the GPU: 20.3 GiB needed, 24.0 there, 3.7 to spare (11.7 to 37.1) = base 5.1"
            " + weights 0.15 + gradients 0.15 + optimizer 0.30 + activations 13.4 + CUDA 1.2",
            20.28,
            24.0 if vram == "pass" else 12.0,
            "GiB",
        ),
        Finding("ram", "pass", "RAM in this offer's share: 12.3 GiB needed, 62.9 there", 12.31, 62.88, "GiB"),
        Finding("disk", disk, "disk in the offer: 62 GB needed, 40 there, 22 short", 62.0, 40.0, "GB"),
        Finding("price", price, "$3.31 for the plan, within the budget of $5.00", 5.0, 3.31, "USD"),
        Finding("reliability", "pass", "reliability 0.999, at least the 0.98 asked for", 0.98, 0.9991, ""),
        Finding("network", "pass", "18 GB to fetch at 1793 Mbit/s take about 1 min", None, 1793.0, "Mbit/s"),
        Finding("cuda", "pass", "the driver serves CUDA up to 12.4", None, 12.4, ""),
        Finding("verified", "pass", "the market has tested this machine"),
    )


def offer(number: int, gpu: str, usd_h: float, verdict: Status = "pass", **changes: object) -> OfferRow:
    """One row."""
    found = {"pass": findings(), "warn": findings("warn"), "fail": findings(disk="fail")}[verdict]
    row = OfferRow(
        number, gpu, number + 100, "Sweden, SE", 24.0, 62.9, 1233.7, 1793.0, 0.9991, 12.4,
        time() + 75 * 86400, usd_h, 0.0108, 0.06, usd_h * 8 + 0.06, 8.0, False, verdict, found,
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


OFFERS = (
    offer(7000030, "1x RTX 3060", 0.065, "warn", vram_gib=12.0, place="Poland, PL"),
    offer(7000031, "1x RTX 4090", 0.412),
    offer(7000032, "1x RTX 4090", 0.398, place="Quebec, CA", down_mbps=511.0, reliability=0.987),
    offer(7000033, "1x RTX 3090", 0.211, "fail", disk_gb=40.0, place="Texas, US"),
    offer(7000034, "1x A100 SXM4", 0.871, vram_gib=80.0, place="Japan, JP", reliability=None),
    offer(7000035, "2x H100 NVL", 4.20, "warn", vram_gib=94.0, place=""),
)
INSTANCES = (
    InstanceRow(
        30512345, "1x RTX 4090", "running", "run", "run llama-lora", "llama-lora",
        "vasttui-llama-lora-0a1b2c3d4e", "Sweden, SE", 0.412, 0.0108, 1.93, since=fake.NOW - 16800,
    ),
    InstanceRow(
        30512399, "1x RTX 3090", "running", "orphan", "rented for qwen-sft, no run uses it", "",
        "vasttui-qwen-sft-77aa01b2c3", "Texas, US", 0.211, 0.0083, 0.42, since=fake.NOW - 7200,
    ),
    InstanceRow(
        30498001, "8x H100 SXM", "exited", "foreign", "not rented here: team-eval", "", "team-eval",
        "Japan, JP", 0.0694, 0.0694, 214.2, at_least=True,
    ),
)  # fmt: skip


def bringing_up(*, failed: bool = False) -> Snapshot:
    """A rented machine on its way."""
    tail = (
        "Collecting torch==2.4.1",
        "  Downloading torch-2.4.1 (797.1 MB)",
        "Installing collected packages",
    )
    now = fake.NOW
    steps = [
        BringUpStep("rent", "done", "instance 30512345: 1x RTX 4090, Sweden", now - 170, 2.1),
        BringUpStep("boot", "done", "running", now - 168, 61),
        BringUpStep("ssh", "done", "answers at 203.0.113.7:40100, direct", now - 107, 14),
        BringUpStep("gpu", "done", "1 x RTX 4090, 24.0 GiB, driver 550.127", now - 93, 0.8),
        BringUpStep("gate", "warned", "/dev/shm is 64 MiB: set num_workers=0", now - 92, 0.4),
        BringUpStep("bootstrap", "doing", "2 of 3: pip install -r requirements.txt", now - 72, None, tail),
        BringUpStep("transfer"), BringUpStep("probe"), BringUpStep("baseline"),
    ]  # fmt: skip
    if failed:
        text = "`pip install -r requirements.txt` ended with exit 1: no match for flash-attn==9.9 was found"
        steps[5] = BringUpStep(
            "bootstrap", "failed", text, now - 72, 31.0, (*tail, "ERROR: No matching distribution")
        )
    calm = fake.healthy()
    return replace(
        calm, step=None, rate=None, loss=None, activity="", check=None, checks=(), series={}, marks=(),
        samples=(), next_look_ts=None, link="connecting", bringup=tuple(steps),
        forecast=structs.replace(calm.forecast, spent_usd=0.02, eta_s=None, eta_low_s=None, eta_high_s=None),
        remedies=("retry", "next", "destroy") if failed else (),
        rental=RentalView(30512345, "vasttui-llama-lora-0a1b2c3d4e", 0.412, 0.0083, 0.0195, "running"),
        run=replace(calm.run, gpu="RTX 4090", started_at=0.0),
    )  # fmt: skip


def rented() -> Snapshot:
    """A run that does well on a machine we rented."""
    return replace(
        fake.healthy(),
        rental=RentalView(30512345, "vasttui-llama-lora-0a1b2c3d4e", 0.412, 0.0083, 0.34, "running"),
    )


class FakeMarket:
    """Answers what it is given; `gate` holds every answer back until it is set."""

    def __init__(
        self, rows: Sequence[OfferRow] = OFFERS, bill: Sequence[InstanceRow] = INSTANCES, wish: Wish = WISH
    ) -> None:
        self.rows, self.bill, self.wish = tuple(rows), tuple(bill), wish
        self.error: Exception | None = None
        self.may_bill = True
        self.calls: list[tuple[object, ...]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.closed = False
        self.at = 0.0
        self.sessions: list[fake.FakeSession] = []

    async def _answer(self, *call: object) -> None:
        self.calls.append(call)
        await self.gate.wait()
        if self.error is not None:
            raise self.error

    async def search(self, query: str) -> Listing:
        await self._answer("search", query)
        return Listing(query, self.rows, self.at or time(), 25.0)

    async def rent(self, row: OfferRow, others: Sequence[OfferRow] = (), *, force: bool = False) -> Session:
        await self._answer("rent", row.id, [other.id for other in others], force)
        self.sessions.append(fake.FakeSession(bringing_up()))
        return self.sessions[-1]

    async def instances(self) -> Bill:
        await self._answer("instances")
        return Bill(self.bill, self.at or time(), 25.0)

    async def end(self, instance: int, how: End) -> str:
        await self._answer("end", instance, how)
        self.bill = tuple(row for row in self.bill if row.id != instance)
        return f"instance {instance} is gone: nothing bills"

    async def close(self) -> None:
        self.closed = True


NO_ANSWER = CloudError("the market does not answer: connection refused", "look at the network; u asks again")
