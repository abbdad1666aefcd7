"""Reading what a machine is from one shell command's output."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.gate.facts import FACTS_COMMAND, Gpu, MachineFacts, facts_command, parse_facts

RENTED = """\
@smi
/usr/bin/nvidia-smi
@gpu
0, NVIDIA GeForce RTX 4090, 24564, 570.133.20, 8.9
1, NVIDIA GeForce RTX 4090, 24564, 570.133.20, 8.9
@cuda
12.8
@meminfo
MemTotal:       528222208 kB
MemAvailable:   400000000 kB
@memsize
@cgroup
137438953472
@df
Filesystem     1024-blocks     Used Available Capacity Mounted on
overlay           62914560  4194304  58720256       7% /
@shm
Filesystem     1024-blocks  Used Available Capacity Mounted on
shm                  65536     0     65536       0% /dev/shm
@python
Python 3.12.3
@cpus
32
@system
Linux x86_64
@end
"""


def test_a_rented_machine_is_read_whole() -> None:
    card = Gpu(0, "NVIDIA GeForce RTX 4090", 24564, "570.133.20", 8.9)
    assert parse_facts(RENTED) == MachineFacts(
        gpus=(card, Gpu(1, card.name, 24564, card.driver, 8.9)),
        nvidia_smi=True,
        cuda=12.8,
        ram_mib=131072,  # the container's limit, not the machine's memory
        ram_available_mib=390625,
        shm_mib=64,
        disk_free_mib=57344,
        python3="3.12.3",
        cpus=32,
        system="Linux x86_64",
        complete=True,
    )


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", ""])
def test_no_limit_is_no_limit(limit: str) -> None:
    assert parse_facts(RENTED.replace("137438953472", limit)).ram_mib == 528222208 / 1024


def test_a_broken_driver_is_told_in_its_own_words() -> None:
    complaint = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
    facts = parse_facts(f"@smi\n/usr/bin/nvidia-smi\n@gpu\n{complaint}\n{complaint}\n@end\n")
    assert facts.gpus == ()
    assert facts.nvidia_smi
    assert facts.smi_error == complaint


def test_a_machine_without_nvidia_smi_has_no_error_of_it() -> None:
    facts = parse_facts("@smi\n@gpu\nsh: 1: nvidia-smi: not found\n@end\n")
    assert (facts.nvidia_smi, facts.smi_error, facts.gpus) == (False, "", ())


def test_an_old_driver_without_compute_capability_and_unknown_memory_is_read() -> None:
    facts = parse_facts(
        '@gpu\nField "compute_cap" is not a valid field to query.\n0, Tesla K80, [N/A], 470.1\n'
    )
    assert facts.gpus == (Gpu(0, "Tesla K80", None, "470.1", None),)


def test_a_full_disk_has_nothing_free() -> None:
    assert (
        parse_facts(
            "@df\nFilesystem 1024-blocks Used Available Capacity Mounted on\no 9 9 0 100% /\n"
        ).disk_free_mib
        == 0
    )


def test_a_file_system_whose_name_holds_spaces_is_read() -> None:
    line = "map auto home 1000 200 2048 20% /System/Volumes/Data/home"
    assert parse_facts(f"@df\nFilesystem blocks\n{line}\n").disk_free_mib == 2


def test_a_cut_off_answer_says_so() -> None:
    facts = parse_facts(RENTED[: RENTED.index("@df")])
    assert not facts.complete
    assert facts.disk_free_mib is None
    assert len(facts.gpus) == 2


def test_control_sequences_in_a_name_do_not_reach_the_terminal() -> None:
    assert parse_facts("@gpu\n0, RTX\x1b[31m, 1, 5\n").gpus[0].name.isprintable()


@given(st.text(max_size=200) | st.lists(st.sampled_from(RENTED.splitlines()), max_size=40).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    facts = parse_facts(text)
    assert all(gpu.name.isprintable() for gpu in facts.gpus)


@pytest.mark.real
def test_this_machine_answers_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        facts_command(str(tmp_path)), shell=True, capture_output=True, text=True, timeout=60, check=False
    )
    facts = parse_facts(done.stdout)
    assert facts.complete
    assert facts.python3
    assert facts.cpus
    assert facts.ram_mib
    assert facts.disk_free_mib is not None


@pytest.mark.real
def test_a_stand_in_for_nvidia_smi_is_found(tmp_path: Path) -> None:
    stand_in = tmp_path / "nvidia-smi"
    stand_in.write_text(
        '#!/bin/sh\ncase "$*" in *compute_cap*) echo "0, RTX 3090, 24576, 550.1, 8.6";;\n'
        '*) echo "| NVIDIA-SMI 550.1   CUDA Version: 12.4 |";; esac\n'
    )
    stand_in.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", f"PATH={tmp_path}:$PATH; export PATH; {FACTS_COMMAND}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    facts = parse_facts(done.stdout)
    assert facts.gpus == (Gpu(0, "RTX 3090", 24576, "550.1", 8.6),)
    assert facts.cuda == 12.4
