# SPDX-License-Identifier: GPL-2.0
"""Machines whose CPUs differ, as hybrid ones do."""

from errors import LMCE_P, MCG_CAP
from machine import HOME, equal, expect, one, parse_json
from registry import case


@case("unequal-cpus", boots=("plain", "newer"), append="mce=no_lmce", options=(
    "-smp", "1,maxcpus=2", "-device",
    "Skylake-Server-x86_64-cpu,socket-id=0,die-id=0,core-id=1,thread-id=0,lmce=on"))
def unequal_cpus(vm):
    """Each CPU's own MCG_CAP, and a warning where they differ."""
    vm.load()
    caps = [int(vm.read(f"{HOME}/stats/cpu{cpu}/mcg_cap"), 16) for cpu in (0, 1)]
    equal(caps[1], caps[0] | LMCE_P, "MCG_CAP of CPU 1")
    expect(caps[0] and not caps[0] & LMCE_P, f"MCG_CAP of CPU 0: {caps[0]:#x}")
    equal([vm.read_msr(cpu, MCG_CAP) for cpu in (0, 1)], caps, "the registers")
    text = vm.mcwctl("status -v").ok()
    expect(f"warning: the CPUs differ in MCG_CAP: {caps[0]:#x} on CPU 0,\n{caps[1]:#x} on CPU 1\n"
           in text, f"status does not warn:\n{text}")
    state = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal([int(cpu["mcg_cap"], 16) for cpu in state["cpus"]], caps, "in JSON")
