"""Records the sample runs anew: `python -m tests.trainings.record [NAME…]`.

The scripts are copied to a folder of neutral name, launched there by the recorder as any run is, and their
records are brought to sample_runs/ when they have ended. All at once: about twenty minutes, mostly asleep.
`oom-kill` needs root for its memory cgroup.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.trainings.memory_limit import entering, memory_limit
from tests.trainings.samples import SAMPLES, Sample
from vasttui.hosts.record import RunInfo
from vasttui.plan.excerpt import from_excerpt, to_excerpt

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RECORDER = ROOT / "vasttui" / "hosts" / "recorder.py"
TARGET = ROOT / "sample_runs"
WORK = Path("/srv/train")
SCRIPTS = ("chars.py", "moons.py", "waves.py", "loop.py", "nets.py", "telling.py")
FILES = ("run.toml", "run.log", "run.idx", "samples.csv", "exit.json")
LARGEST_BYTES = 300_000
LONGEST_S = 3600.0
GRACE_S = 5.0


def info_of(sample: Sample, started_at: float) -> RunInfo:
    """The run.toml, with the plan as `vasttui run` would have put it there."""
    plan, notes = from_excerpt(
        {"run": {"total_steps": sample.steps}, **sample.plan}, sample.command, sample.name
    )
    assert not notes, notes
    return RunInfo(
        name=sample.name,
        command=sample.command,
        started_at=round(started_at, 3),
        total_steps=sample.steps,
        price_usd_h=sample.price_usd_h,
        milestones=sample.milestones,
        plan=dict(to_excerpt(plan)),
    )


def call(*arguments: str, told: str = "", under: Path | None = None) -> str:
    """One call of the recorder; `under` is the cgroup that it, and all it starts, runs in."""
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [*(entering(under) if under else ()), sys.executable, str(RECORDER), *arguments],
        input=told,
        capture_output=True,
        text=True,
        env=env,
        check=True,
    )
    if '"t": "error"' in done.stdout:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stdout.strip()}")
    return done.stdout


def record(sample: Sample, work: Path, records: Path) -> Path:
    """Run the sample to its end. Returns its record."""
    folder = records / sample.name
    workdir = work / sample.name
    workdir.mkdir(parents=True)
    for script in SCRIPTS:
        shutil.copy(HERE / script, workdir)
    with ExitStack() as stack:
        group = None
        if sample.memory_mib is not None:
            group = stack.enter_context(memory_limit(f"vasttui-{sample.name}", sample.memory_mib))
        started = time.time()
        spec = {
            "command": sample.command,
            "workdir": str(workdir),
            "run_toml": info_of(sample, started).to_toml(),
        }
        call("launch", str(folder), told=json.dumps(spec), under=group)
        wait(sample, folder, started)
    return folder


def wait(sample: Sample, folder: Path, started: float) -> None:
    """Until the exit is recorded; stops the run where the sample says so."""
    stopped = sample.stop_after_s is None
    while not (folder / "exit.json").exists():
        elapsed = time.time() - started
        if not stopped and elapsed >= (sample.stop_after_s or 0.0):
            call("stop", str(folder), str(GRACE_S))
            stopped = True
        if elapsed > LONGEST_S:
            call("stop", str(folder), str(GRACE_S))
            raise RuntimeError(f"{sample.name}: still running after {LONGEST_S:.0f} s; stopped")
        time.sleep(0.5)


def traces(folder: Path) -> list[str]:
    """Names of this machine that got into the record."""
    names = [str(ROOT), str(Path.home()), tempfile.gettempdir() + "/", socket.gethostname(), sys.prefix]
    texts = {name: (folder / name).read_bytes().decode("utf-8", "replace") for name in FILES}
    return [
        f"{file}: {name}" for file, text in texts.items() for name in names if len(name) > 3 and name in text
    ]


def install(sample: Sample, folder: Path) -> None:
    """Bring a finished record to sample_runs/.

    Raises:
        RuntimeError: it is too large, or tells of this machine.
    """
    large = [name for name in FILES if (folder / name).stat().st_size > LARGEST_BYTES]
    found = traces(folder)
    if large or found:
        raise RuntimeError(f"{sample.name}: not installed: {large or found}; it stays in {folder}")
    target = TARGET / sample.name
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(folder / name, target / name)
    (target / "ABOUT").write_text(sample.about)


def main() -> int:
    """Record those named, or all."""
    known = {sample.name: sample for sample in SAMPLES}
    parser = argparse.ArgumentParser(prog="python -m tests.trainings.record", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}; none: all")
    parser.add_argument("--work", type=Path, default=WORK, help="where the trainings run; tracebacks name it")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in known]
    if unknown:
        parser.error(f"no sample called {', '.join(unknown)}; there are: {', '.join(known)}")
    chosen = [known[name] for name in given.names or known]
    given.work.mkdir(parents=True)
    records = Path(tempfile.mkdtemp(prefix="vasttui-samples-"))
    failed = 0
    with ThreadPoolExecutor(len(chosen)) as pool:
        futures = {sample.name: pool.submit(record, sample, given.work, records) for sample in chosen}
        for name, future in futures.items():
            try:
                install(known[name], future.result())
                print(f"{name}: recorded", flush=True)
            except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
                failed += 1
                print(f"{name}: {error}", file=sys.stderr, flush=True)
    shutil.rmtree(given.work)
    if not failed:
        shutil.rmtree(records)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
