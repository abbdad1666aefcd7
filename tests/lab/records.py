"""A tape as a real record: run.toml, run.log in one of several layouts, run.idx, samples.csv, exit.json.

The log's text is written so that the real reader tells from it what the tape knows.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.lab.tape import START, Tape
from vasttui.logs.events import Activity, ErrorMarker, EvalPoint

Line = Callable[[int, int, float], str]


def _hf(step: int, total: int, loss: float) -> str:
    return (
        f"{{'loss': {loss:.4f}, 'learning_rate': 2e-05, 'epoch': {step / total * 3:.4f}, 'step': {step}}}\n"
    )


def _json(step: int, total: int, loss: float) -> str:
    return json.dumps({"step": step, "total_steps": total, "loss": round(loss, 4)}) + "\n"


def _nano(step: int, total: int, loss: float) -> str:
    return f"iter {step}: loss {loss:.4f}, time 120.00ms, mfu 31.20%\n"


def _bar(step: int, total: int, loss: float) -> str:
    share = step / total
    bar = "#" * int(10 * share)
    return f"\r{share:4.0%}|{bar:<10}| {step}/{total} [10:00<20:00,  1.00it/s, loss={loss:.4f}]"


def _words(step: int, total: int, loss: float) -> str:
    return f"[2027-01-15 08:00:00] INFO train: step {step}/{total} loss={loss:.4f} lr=1.0e-04\n"


LAYOUTS: Mapping[str, Line] = {"hf": _hf, "json": _json, "nano": _nano, "bar": _bar, "words": _words}
ANNOUNCED = {
    "eval": "***** Running Evaluation *****\n",
    "checkpoint": "Saving model checkpoint to out/checkpoint-1\n",
}
TRACEBACK = 'Traceback (most recent call last):\n  File "train.py", line 8, in <module>\n    main()\n{}\n'
NCCL = (
    "[rank0]:[E115 08:00:00.1 ProcessGroupNCCL.cpp:616] [Rank 0] Watchdog caught collective operation "
    "timeout: WorkNCCL(SeqNum=7, OpType=ALLREDUCE) ran for 600000 milliseconds before timing out.\n"
)
FATAL = {"traceback": TRACEBACK, "oom": TRACEBACK, "disk": TRACEBACK, "nccl": NCCL}


def write(tape: Tape, folder: Path, layout: str) -> None:
    """Leave the tape in `folder` as a record."""
    folder.mkdir(parents=True)
    price = f"price_usd_h = {tape.price_usd_h}\n"
    (folder / "run.toml").write_text(
        f'name = "lab"\ncommand = "train"\nstarted_at = {START}\ntotal_steps = {tape.total_steps}\n' + price
    )
    _write_log(tape, folder, LAYOUTS[layout])
    _write_samples(tape, folder)
    if tape.exit is not None:
        ended = {"ts": tape.exit.ts, "code": tape.exit.code, "signal": tape.exit.signal}
        (folder / "exit.json").write_text(json.dumps({k: v for k, v in ended.items() if v is not None}))


def _write_log(tape: Tape, folder: Path, line: Line) -> None:
    rows = zip(tape.line_ts.tolist(), tape.line_step.tolist(), tape.line_loss.tolist(), strict=True)
    told = [(ts, line(step, tape.total_steps, loss)) for ts, step, loss in rows]
    told += [(ts, text) for ts, event in tape.events if (text := _text(event))]
    told.sort(key=lambda pair: pair[0])
    log, index, offset, noted = bytearray(), list[str](), 0, float("-inf")
    for ts, text in told:
        data = text.encode()
        if log.endswith(b"]") and not text.startswith("\r"):
            data = b"\n" + data
        log += data
        offset += len(data)
        if index and ts - noted < 1.0:
            index[-1] = f"{noted:.3f} {offset}"
        else:
            index.append(f"{ts:.3f} {offset}")
            noted = ts
    (folder / "run.log").write_bytes(bytes(log))
    (folder / "run.idx").write_text("\n".join(index) + "\n")


def _text(event: object) -> str:
    match event:
        case Activity(kind=kind):
            return ANNOUNCED.get(kind, "")
        case EvalPoint(step=step, metrics=metrics):
            return "".join(f"{{'eval_loss': {value:.5f}, 'step': {step}}}\n" for value in metrics.values())
        case ErrorMarker(kind=kind, text=text):
            return FATAL[kind].replace("{}", text)
        case _:
            return ""


def _write_samples(tape: Tape, folder: Path) -> None:
    m = tape.machine
    head = (
        "ts,gpu,util_pct,mem_used_mib,mem_total_mib,temp_c,power_w,ram_used_mib,ram_total_mib,disk_free_mib"
    )
    lines = [head]
    for n, ts in enumerate(m.ts.tolist()):
        card = ",,,,,"
        if m.util is not None and m.vram is not None and m.power is not None:
            card = f"0,{m.util[n]:.0f},{m.vram[n]:.0f},{m.vram_total:.0f},,{m.power[n]:.1f}"
        lines.append(f"{ts:.3f},{card},{m.ram[n]:.0f},{m.ram_total:.0f},{m.disk[n]:.0f}")
    (folder / "samples.csv").write_text("\n".join(lines) + "\n")
