# SPDX-License-Identifier: GPL-2.0
"""mcwctl follow: one error from its event to its victims."""

import json

import smbios
from errors import CORRECTED, MISC_PAGE
from machine import HOME, equal, expect, one
from registry import case
from steps import (consumed, held_page, load_injector, load_quiet, memory_controller, polled, same,
                   spinning)

ORDER = ("location of ", "outcome of ", "victim of ")


def begin(vm, options=""):
    """Follow the next event, in the background."""
    command = f"mcwctl follow --timeout {20 * vm.slow} {options}; echo ended $?"
    vm.background(command, "follow", "^waiting ")


def end(vm, status=0):
    """Return the lines that it printed, without the first and the last."""
    vm.until("grep '^ended' /tmp/follow", 60)
    lines = vm.read("/tmp/follow").splitlines()
    equal(lines[-1], f"ended {status}", f"end of {lines}")
    return lines[1:-1]


def in_json(vm, arguments, status=0):
    result = vm.mcwctl("follow --json " + arguments)
    equal(result.status, status, f"exit status: {result.output}")
    return json.loads(result.output)


def first_slot(pages):
    """Return a page of a memory module whose serial number is known."""
    return next(page for page in pages if not page >> 13 & 1)


def label_of(page):
    return f"P0_{'AB'[page >> 12 & 1]}{1 + (page >> 13 & 1)}"


@case("follow-srao", boots=("plain",), long_boots=("newer",), raises=True, options=smbios.OPTIONS)
def follow_srao(vm):
    """From mcwctl inject to the victim, on one screen: all four parts; and afterwards the same by
    position, as the last one, from a recording, and in JSON."""
    load_injector(vm)
    memory_controller(vm)
    page = first_slot(vm.hold("survivor 8"))
    begin(vm)
    vm.mcwctl(f"inject srao --addr {page:#x}").ok()
    lines = end(vm)
    expect(len(lines) == 5, f"{lines}")
    expect(all(word in line for word, line in zip(ORDER, lines[1:])), f"{lines}")
    expect(" AO SRAO: " in lines[0] and f" address 0x{page:016x} " in lines[0], lines[0])
    serial = {"P0_A1": "00A1B2C3", "P0_B1": "00A1B2C5"}[label_of(page)]
    expect(f' location of severe 0: "{label_of(page)}", part M393A2K40CB2-CTD, serial {serial},'
           in lines[1], lines[1])
    expect(f" outcome of severe 0: page {page:#x}: taken offline by the kernel; " in lines[2]
           and "; 1 task got a signal" in lines[2], lines[2])
    expect(f' victim of page {page:#x}: "mcwtest" pid ' in lines[3]
           and " got SIGBUS (BUS_MCEERR_AO) at address " in lines[3], lines[3])
    expect(lines[4].startswith("complete: event, location, outcome, victim, in "), lines[4])
    equal(vm.mcwctl("follow severe:0").ok().splitlines(), lines, "by its position")
    equal(vm.mcwctl("follow last").ok().splitlines(), lines, "as the last one")
    found = in_json(vm, "severe:0")
    same(found, type="follow", complete=True, missing=[])
    same(found["event"], type="event", lane="severe", pos=0)
    for part in (found["event"], one(found["locations"], "locations")):
        same(part["dimm"], label=label_of(page), serial=serial)
    same(one(found["outcomes"], "outcomes"), actor="kernel", reason="done", victims=1)
    same(one(found["victims"], "victims"), comm="mcwtest", signal="SIGBUS", cause="taken")
    vm.sh("mcwctl record /tmp/r --no-follow").ok()
    elsewhere = "follow --file /tmp/r --edac /nowhere --dmi /nowhere"
    equal(vm.mcwctl(elsewhere).ok().splitlines(), lines, "the last one of the recording")
    # The next load counts positions from 0 again, and what belongs to the first must not mix in.
    vm.sh("rmmod mcw_edac mcewarden_inject mcewarden").ok()
    load_injector(vm)
    vm.mcwctl("inject corrected --addr 0x12345000").ok()
    vm.sh("mcwctl record /tmp/r --no-follow").ok()
    equal(vm.mcwctl(elsewhere + " severe:0").ok().splitlines(), lines, "of the first load")
    found = in_json(vm, "--file /tmp/r")
    same(found["event"], lane="other", addr="0x0000000012345000")
    equal([part["part"] for part in found["missing"]], ["location", "outcome", "victim"], "missing")


@case("follow-consumed", boots=("plain",), raises=True)
def follow_consumed(vm):
    """A process consumes an error and is killed. EDAC drivers do not decode errors of caches, so no
    location is due; this one does."""
    load_quiet(vm)
    memory_controller(vm)
    page, spin = spinning(vm)
    begin(vm, "--severity SRAR+")
    polled(vm, held_page(vm))  # is left out
    consumed(vm, page, spin)
    lines = end(vm)
    expect(" AR SRAR: " in lines[0] and f" address 0x{page:016x} " in lines[0], f"{lines}")
    expect(f" victim of page {page:#x}: " in lines[-2], f"{lines}")
    expect("(BUS_MCEERR_AR)" in lines[-2], lines[-2])
    expect(lines[-1].startswith("complete: event, location, outcome, victim, in "), lines[-1])


@case("follow-missing", boots=("plain",), options=smbios.OPTIONS)
def follow_missing(vm):
    """What is not there has its reason: a corrected error, a page without victims, no EDAC
    driver, a driver that says nothing, no event at all."""
    load_injector(vm)
    vm.kernel_command("quiet 1")
    memory_controller(vm)
    begin(vm)
    vm.mcwctl("inject corrected --addr 0x12344000").ok()
    lines = end(vm)
    expect(' location of other 0: "P0_A1", part ' in lines[1], f"{lines}")
    expect(lines[2].startswith("no outcome: none is due: a corrected error"), lines[2])
    equal(lines[3], "no victim: a corrected error harms no task", "victim")
    expect(lines[4].startswith("complete: event, location, in "), lines[4])
    vm.sh("rmmod mcw_edac").ok()
    page = held_page(vm)
    begin(vm)
    polled(vm, page)
    lines = end(vm)
    expect(f" outcome of severe 0: page {page:#x}: taken offline by the kernel" in lines[1],
           f"{lines}")
    expect(lines[2].startswith("no location: no EDAC driver has a memory controller"), lines[2])
    expect(lines[3].startswith("no victim: no task got a signal; one that touches"), lines[3])
    expect(lines[4].startswith("complete: event, outcome, in "), lines[4])
    # The driver comes too late: its location is due, and does not come.
    memory_controller(vm)
    result = vm.mcwctl("follow severe:0 --timeout 1")
    expect(result.status == 1
           and "\nmissing location: the EDAC driver does not know" in result.output
           and "\nincomplete: event, outcome, in " in result.output, result.output)
    result = vm.mcwctl("follow --timeout 1")
    expect(result.status == 1 and "no event came" in result.output
           and "missing event: none came" in result.output, result.output)
    found = in_json(vm, "severe:7 --timeout 0", 1)
    same(found, complete=False, event=None, locations=[], outcomes=[], victims=[])
    vm.sh("rmmod mcw_edac mcewarden_inject mcewarden").ok()
    equal(vm.mcwctl("follow").status, 3, "exit status without the module")
    vm.sh("insmod /mods/mcewarden.ko severe_records=64 other_records=64").ok()
    vm.kernel_command(f"burst 5 80 {CORRECTED:x} 12344000 {MISC_PAGE:x} 0 0")
    vm.until(f"test $(cat {HOME}/stats/other/committed) = 80")
    result = vm.mcwctl("follow other:3")
    expect(result.status == 1 and "other:3 is not there: it was overwritten" in result.output,
           result.output)
