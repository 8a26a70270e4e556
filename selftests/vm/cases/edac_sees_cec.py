# SPDX-License-Identifier: GPL-2.0
"""EDAC sees the corrected errors that RAS_CEC has counted: by the kernel's own RAS_CEC where there
is one, and by blocks of mcw_cec.c that stand for it and end the chain."""

import itertools
import time

from errors import CORRECTED, CORRECTED_NO_MISC, MISC_PAGE
from machine import HOME, OTHER, TEST, Skipped, equal, expect, fields
from registry import ON_DEBUG, case
from steps import (STREAM, TRACING, corrected, held_page, load_quiet, memory_controller,
                   no_kernel_polls, same, set_file, streamed)

CEC = "/sys/module/mcw_cec/parameters"
DIMMS = "/sys/devices/system/edac/mc/mc0/ce_count"
GIVE, STOP = 1, 2  # bits of addresses
ON_RAS_CEC = ("newer", "debug")
PAGES = itertools.count()  # of errors, none of them twice
RAS_ON = {"boots": ("newer",), "append": "ras=on"}


def needs_ras_cec(vm):
    if "CONFIG_RAS_CEC" not in vm.kernel.config:
        raise Skipped(f"{vm.kernel.version} has no RAS_CEC")


def our_counts(vm):
    names = ("shown", "over_rate", "stopped")
    values = vm.sh(f"cd {HOME}/stats/edac_sees_cec && cat {' '.join(names)}").ok().split()
    return dict(zip(names, map(int, values)))


def blocks_counts(vm):
    names = ("had", "shown", "stopped", "wrong")
    return dict(zip(names, map(int, vm.sh(f"cd {CEC} && cat {' '.join(names)}").ok().split())))


def delivered(vm):
    return int(vm.read(TEST + "/delivered"))


def pages_of_errors(vm, count, each=20, pause=0.02, wait=True):
    """Make so many corrected errors, each in a page of its own: no second one of a page, at which
    RAS_CEC acts. They come in volleys, by turns on both CPUs, for a kworker that prints keeps its
    CPU busy."""
    before = delivered(vm)
    vm.sh("mkdir -p /tmp/v && rm -f /tmp/v/*").ok()
    for at in range(0, count, each):
        lines = [f"4 {CORRECTED:#x} {STREAM + next(PAGES) * 0x1000:#x} {MISC_PAGE:#x}"
                 for _ in range(min(each, count - at))]
        vm.sh(f"printf '%s\\n' {' '.join(map(repr, lines))} >/tmp/v/{at:06}").ok()
    vm.sh("i=0; for f in /tmp/v/*; do mcwtest volley $((i & 1)) 0 0 $f || exit 1;"
          f" i=$((i + 1)); sleep {pause}; done", 300).ok()
    if wait:
        vm.until(f"test $(cat {TEST}/delivered) -ge {before + count}")


def traced(vm):
    return int(vm.sh(f"grep -c mc_event: {TRACING}/trace || true").ok())


def flood(vm, usecs=500):
    """Errors one after the other, some with the bit, some that end the chain, some with both."""
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} {usecs}")


@case("cec-edac-counts", **RAS_ON)
def cec_edac_counts(vm):
    """RAS_CEC hides errors from EDAC; with the module and no limit, EDAC, the tracepoint and the
    module count all of them, and RAS_CEC does its own work as before."""
    needs_ras_cec(vm)
    no_kernel_polls(vm)
    memory_controller(vm)
    vm.kernel_command("quiet 1")
    vm.sh(f"echo 1 >{TRACING}/events/ras/mc_event/enable && echo >{TRACING}/trace").ok()
    pages_of_errors(vm, 40)
    equal((int(vm.read(DIMMS)), traced(vm)), (0, 0), "EDAC's errors without the module")
    vm.load(edac_sees_cec_rate=0)
    pages_of_errors(vm, 500)
    same(our_counts(vm), shown=500, over_rate=0, stopped=0)
    equal((int(vm.read(DIMMS)), traced(vm)), (500, 500), "errors of EDAC and of its tracepoint")
    found = fields(vm.sh("mcwtest locations check").ok())
    same(found, events=500, locations=500, right=500)
    equal(vm.read(HOME + "/stats/soft_offline/ras_cec"), "1", "ras_cec")
    # RAS_CEC counts on: it acts at the second error of a page.
    page = held_page(vm)
    corrected(vm, page, 2)
    vm.until(f"dmesg | grep -q 'Soft-offlining pfn: {page >> 12:#x}'")
    vm.sh(f"echo 0 >{TRACING}/events/ras/mc_event/enable").ok()


@case("cec-edac-off", **RAS_ON)
def cec_edac_off(vm):
    """With the knob at 0 RAS_CEC hides the errors as without the module, and nothing counts."""
    needs_ras_cec(vm)
    no_kernel_polls(vm)
    memory_controller(vm)
    load_quiet(vm, edac_sees_cec=0, edac_sees_cec_rate=0)
    pages_of_errors(vm, 40)
    equal(int(vm.read(DIMMS)), 0, "EDAC's errors, knob off at load")
    set_file(vm, "edac_sees_cec", 1).ok()
    pages_of_errors(vm, 40)
    equal(int(vm.read(DIMMS)), 40, "EDAC's errors, knob on")
    set_file(vm, "edac_sees_cec", 0).ok()
    pages_of_errors(vm, 40)
    equal(int(vm.read(DIMMS)), 40, "EDAC's errors, knob off again")
    same(our_counts(vm), shown=40, over_rate=0, stopped=0)
    expect(set_file(vm, "edac_sees_cec", 2).status != 0, "edac_sees_cec took 2")
    expect(set_file(vm, "edac_sees_cec_rate", 10001).status != 0, "edac_sees_cec_rate took 10001")


@case("cec-edac-rate", boots=ON_DEBUG)
def cec_edac_rate(vm):
    """Of many errors EDAC sees at most so many a second; the rest is counted, and shown by status
    and by metrics. Errors without the bit do not count."""
    no_kernel_polls(vm)
    vm.sh(f"insmod /mods/mcw_cec.ko give_mask={GIVE}").ok()
    load_quiet(vm)
    start = time.monotonic()
    flood(vm, 5000)
    vm.sh("sleep 3").ok()
    vm.kernel_command("stop")
    seconds = time.monotonic() - start
    vm.until(f"test $(cat {TEST}/delivered) -ge {streamed(vm)}")
    ours, blocks = our_counts(vm), blocks_counts(vm)
    equal(blocks["had"], streamed(vm) // 2, "errors with the bit")
    equal(ours["shown"] + ours["over_rate"], blocks["had"], "shown or above the rate")
    equal(ours["shown"], blocks["shown"], "shown")
    expect(10 < ours["shown"] <= 10 * (int(seconds) + 2), f"{ours} in {seconds:.1f} s")
    expect(ours["over_rate"] > 20, f"above the rate: {ours}")
    same(blocks, wrong=0)
    equal(int(vm.read(f"{HOME}/stats/lost/edac_sees_cec")), ours["over_rate"], "lost/edac_sees_cec")
    expect(f"above edac_sees_cec_rate {ours['over_rate']}" in vm.mcwctl("status -v").ok(),
           "mcwctl status does not say how many are above the rate")
    expect(f"mcewarden_edac_sees_cec_over_rate_total {ours['over_rate']}\n"
           in vm.mcwctl("metrics").ok(), "metrics")


@case("cec-edac-stop", boots=ON_RAS_CEC)
def cec_edac_stop(vm):
    """Somebody's block ends the chain for a record whose bit is hidden: the next record, which lies
    at the same address in the kernel's pool, does not get the bit."""
    no_kernel_polls(vm)
    vm.sh(f"insmod /mods/mcw_cec.ko give_mask={GIVE << 20} stop_mask={STOP << 20}").ok()
    load_quiet(vm, edac_sees_cec_rate=0)
    for addr in (3 << 20, 4 << 20, 1 << 20, 2 << 20, 3 << 20, 3 << 20, 1 << 20, 4 << 20):
        before = blocks_counts(vm)
        vm.kernel_command(f"burst 5 1 {CORRECTED:x} {addr:x} {MISC_PAGE:x} 0 0")
        vm.sh("sleep 0.1").ok()
        same(blocks_counts(vm), had=before["had"] + bool(addr >> 20 & GIVE),
             stopped=before["stopped"] + bool(addr >> 20 & STOP), wrong=0)
    same(blocks_counts(vm), had=5, shown=5, stopped=4, wrong=0)
    same(our_counts(vm), shown=5, stopped=3, over_rate=0)


@case("cec-edac-flip", boots=ON_RAS_CEC)
def cec_edac_flip(vm):
    """The knobs are written all the time while errors come, some of which end the chain: every
    record that had the bit has it at its end, and no other has."""
    no_kernel_polls(vm)
    vm.sh(f"insmod /mods/mcw_cec.ko give_mask={GIVE} stop_mask={4}").ok()
    load_quiet(vm, edac_sees_cec_rate=0)
    # Else a record is too short a time without the bit to meet a write of the knob.
    vm.kernel_command("stall restore_bit 1")
    flood(vm)
    vm.sh(f"cd {HOME}; i=0; while [ $i -lt {400 // vm.small} ]; do echo 0 >edac_sees_cec;"
          " echo $((i % 3)) >edac_sees_cec_rate; echo 1 >edac_sees_cec; i=$((i + 1)); done",
          200).ok()
    vm.kernel_command("stop")
    vm.sh("sleep 0.5").ok()
    vm.kernel_command("stall 0")
    ours, blocks = our_counts(vm), blocks_counts(vm)
    vm.note(f"{blocks} {ours}")
    same(blocks, wrong=0, shown=ours["shown"])
    expect(0 < ours["shown"] < blocks["had"] and ours["stopped"], f"{ours} {blocks}")


@case("cec-edac-unload", boots=ON_RAS_CEC, single=True)
def cec_edac_unload(vm):
    """The module comes and goes while errors come, some of which end the chain: no record loses the
    bit or gets it."""
    cycles = 20 if vm.full and vm.small == 1 else 4
    no_kernel_polls(vm)
    vm.kernel_command("quiet 1")
    vm.sh(f"insmod /mods/mcw_cec.ko give_mask={GIVE} stop_mask={4}").ok()
    # Else hardly a record comes between the ends of two blocks.
    vm.kernel_command("stall mce_unregister_decode_chain 50")
    flood(vm, 100)
    shown = 0
    for _ in range(cycles):
        vm.load(edac_sees_cec_rate=0)
        vm.sh("sleep 0.2").ok()
        vm.unload()
        expect(blocks_counts(vm)["shown"] > shown, "nothing shown")
        shown = blocks_counts(vm)["shown"]
    vm.kernel_command("stop")
    vm.kernel_command("stall 0")
    vm.note(f"{blocks_counts(vm)}")
    same(blocks_counts(vm), wrong=0)


def lost_in_pool(vm, count=600):
    """How many errors the kernel's pool dropped: captured, and not in the chain."""
    captured, before = vm.stats(OTHER)["committed"], delivered(vm)
    pages_of_errors(vm, count, each=8, pause=0.1, wait=False)
    vm.until(f"a=$(cat {TEST}/delivered); sleep 1; test $a = $(cat {TEST}/delivered)", 120)
    equal(vm.stats(OTHER)["committed"] - captured, count, "errors")
    return count - (delivered(vm) - before)


@case("cec-edac-console", tags=("full",), **RAS_ON)
def cec_edac_console(vm):
    """EDAC prints what it sees to a serial console, which is as slow as one of 38,400 baud: 30 ms
    a line. In a flood the kernel's pool drops records if EDAC sees all errors, and none at the
    default rate, as with the knob off."""
    needs_ras_cec(vm)
    if vm.sh("grep -qw univ8250_console_write /proc/kallsyms").status:
        raise Skipped("the kernel's console prints from a thread of its own")
    no_kernel_polls(vm)
    memory_controller(vm, log=True, detail="x" * 60)
    load_quiet(vm, edac_sees_cec=0)
    vm.sh("dmesg -n 8").ok()
    vm.kernel_command("stall univ8250_console_write 30")
    try:
        equal(lost_in_pool(vm), 0, "dropped with the knob off")
        set_file(vm, "edac_sees_cec", 1).ok()
        equal(lost_in_pool(vm), 0, "dropped at the default rate")
        shown = our_counts(vm)["shown"]
        set_file(vm, "edac_sees_cec_rate", 0).ok()
        lost = lost_in_pool(vm)
    finally:
        vm.sh("dmesg -n 1").ok()
        vm.kernel_command("stall 0")
    vm.note(f"{lost} dropped without a limit, {shown} shown at the default rate")
    expect(shown >= 10, f"{shown} shown at the default rate")
    expect(lost, "without a limit nothing was dropped: the console is not slow")
