"""The real thing behind an emulated instance: a folder, an SSH server, processes that end with it."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vasttui.cloud.emulator import nvidia_smi
from vasttui.cloud.emulator.processes import MARK, kill_marked
from vasttui.cloud.emulator.relay import Relay
from vasttui.cloud.emulator.rented import Rented
from vasttui.cloud.emulator.shell import Shell

_CONTAINER_PATHS = re.compile(r"(?<![\w./])(?:/etc/environment|/root|/workspace)(?![\w.])")
_ONSTART_S = 2.0


class Machine:
    """One instance's machine. `~` is `home`; it never runs two containers at once."""

    def __init__(
        self,
        one: Rented,
        folder: Path,
        token: str,
        *,
        keys: Callable[[], list[str]],
        count: Callable[[int, int], None],
        is_trapped: Callable[[], bool],
    ) -> None:
        self.folder = folder / f"machine-{one.id}"
        self.home = self.folder / "home"
        self.mark = f"{token}.{one.id}."
        self.lies: dict[str, Any] = {}
        self._one = one
        self._make_shell = lambda: Shell(self.home, self.environ, keys, is_trapped)
        self._shell: Shell | None = None
        self._starting: asyncio.Future[int] | None = None
        self._proxy = Relay(self._dial, count)
        self._direct = Relay(self._dial, count)
        self._cut = False

    async def reserve(self) -> None:
        """The proxy's port, which stays the same as long as the instance exists."""
        await self._proxy.open()
        self._one.ports.proxy = self._proxy.port

    async def up(self) -> None:
        """Start its container: folder, GPUs, onstart. Its SSH server comes later."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.folder / "bin").mkdir(exist_ok=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        self._put_gpus()
        self._starting = asyncio.ensure_future((await self._onstart()).wait())
        if self._one.offer.get("direct_port_count"):
            await self._direct.open()
        self._one.ports.direct = self._direct.port

    async def sshd(self) -> None:
        """Its SSH server answers from now on."""
        if self._starting is not None:
            await asyncio.wait({self._starting}, timeout=_ONSTART_S)
        self._shell = self._make_shell()

    async def down(self) -> None:
        """Stop its container: every process of it ends."""
        await self._direct.close()
        await self._proxy.cut()
        self._one.ports.direct = 0
        if self._shell is not None:
            await self._shell.close()
            self._shell = None
        await asyncio.to_thread(kill_marked, self.mark)
        if self._starting is not None:
            await self._starting
            self._starting = None

    async def offline(self) -> None:
        """Nobody reaches it; what runs there runs on."""
        self._cut = True
        await self._direct.cut()
        await self._proxy.cut()

    async def online(self) -> None:
        """Back again."""
        self._cut = False

    async def wipe(self) -> None:
        """A fresh disk."""
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)

    async def remove(self) -> None:
        """Its end."""
        await self.down()
        await self._proxy.close()
        await self.wipe()

    def environ(self) -> dict[str, str]:
        """What a login sees: the container's own variables only where onstart wrote them down."""
        found = {
            "HOME": str(self.home),
            "USER": "root",
            "LOGNAME": "root",
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([str(self.folder / "bin"), os.environ.get("PATH", os.defpath)]),
            "TMUX_TMPDIR": str(self.folder / "tmp"),
            "TMPDIR": str(self.folder / "tmp"),
            MARK: self.mark,
        }
        with contextlib.suppress(OSError):
            for line in (self.folder / "environment").read_text("utf-8", "replace").splitlines():
                name, equals, value = line.partition("=")
                if equals and name not in found:
                    found[name] = value
        return found

    def work(self, busy: set[str]) -> dict[str, Any]:
        """What the API tells of its load. `busy`: the marks of machines where a run lives."""
        told = self._gpus()["load"]
        load = told if told is not None else 0.96 if self.mark in busy else 0.0
        used = self._one.offer["gpu_ram"] * 0.82 / 1024 if load > 0 else 0.0
        figures = {"gpu_util": round(100 * load, 1), "gpu_temp": round(34 + 34 * load, 1), "vmem_usage": used}
        return {**figures, "mem_usage": 3.1, "disk_usage": 1.0}

    def log(self) -> str:
        """What its container has printed."""
        with contextlib.suppress(OSError):
            return (self.folder / "container.log").read_text("utf-8", "replace")
        return ""

    async def _dial(self) -> socket.socket | None:
        if self._shell is None or self._cut:
            return None
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        self._shell.serve(theirs)
        return ours

    def _gpus(self) -> dict[str, Any]:
        offer = self._one.offer
        gpu = {
            "name": offer["gpu_name"],
            "mib": offer["gpu_ram"],
            "capability": offer["compute_cap"],
            "watts": offer["gpu_max_power"],
        }
        count = self.lies.get("count", offer["num_gpus"])
        told = {"driver": offer["driver_version"], "cuda": str(offer["cuda_max_good"]), "load": None}
        with contextlib.suppress(OSError, ValueError):
            told["load"] = json.loads((self.folder / "gpus.json").read_text()).get("load")
        gpus = [{**gpu, **{key: value for key, value in self.lies.items() if key in gpu}}] * count
        return {"marker": f"{MARK}={self.mark}", **told, "gpus": gpus}

    def _put_gpus(self) -> None:
        (self.folder / "gpus.json").write_text(json.dumps(self._gpus()))
        tool = self.folder / "bin" / "nvidia-smi"
        tool.write_text(f"#!{sys.executable} -IS\n" + Path(nvidia_smi.__file__).read_text())
        tool.chmod(0o755)

    async def _onstart(self) -> Process:
        """Run the onstart script with the container's variables; what it would write outside stays inside."""
        places = {"/etc/environment": self.folder / "environment", "/root": self.home}
        script = _CONTAINER_PATHS.sub(
            lambda match: str(places.get(match[0], self.home / "workspace")),
            str(self._one.order.get("onstart") or ""),
        )
        (self.home / "onstart.sh").write_text(script + "\n")
        env = {
            **self.environ(),
            **{key: str(value) for key, value in self._one.env.items() if "-" not in key},
            "CONTAINER_ID": str(self._one.id),
            "CONTAINER_API_KEY": self._one.own_key,
            "VAST_CONTAINERLABEL": f"C.{self._one.id}",
            "PUBLIC_IPADDR": "127.0.0.1",
            "GPU_COUNT": str(self._one.offer["num_gpus"]),
            "DATA_DIRECTORY": str(self.home / "workspace"),
        }
        with (self.folder / "container.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                "bash",
                str(self.home / "onstart.sh"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=env,
                start_new_session=True,
            )
