# SPDX-License-Identifier: GPL-2.0
"""LOCATION records by a firmware that translates addresses (ADXL), where no EDAC driver is."""

import adxl
from errors import CORRECTED, CORRECTED_CACHE, MISC_PAGE, UCNA
from machine import HOME, OTHER, SEVERE, Skipped, equal, expect, one, parse_json
from registry import case
from steps import held_page, load_quiet, memory_controller, our_lines, polled, same

ADXL = 3
MACHINE = {"options": adxl.OPTIONS}


def translating(vm):
    """Load the module on a machine whose firmware translates."""
    if not adxl.TABLE:
        raise Skipped("no iasl: the package acpica-tools is missing")
    if "CONFIG_ACPI_ADXL" not in vm.kernel.config:
        raise Skipped(f"{vm.kernel.version} does not ask the firmware (CONFIG_ACPI_ADXL)")
    load_quiet(vm, page_ce_threshold=0)
    expect("adxl" in vm.read(HOME + "/location_sources").split(), "adxl is no source of locations")


def corrected(vm, *addresses, status=CORRECTED):
    for address in addresses:
        vm.kernel_command(f"burst 5 1 {status:x} {address:x} {MISC_PAGE:x} 0 0")


def settled_at(vm, count):
    vm.until(f"test $(cat {HOME}/stats/location/committed) -ge {count}")


def lost(vm):
    return int(vm.read(HOME + "/stats/lost/adxl"))


@case("adxl-location", boots=("plain",), long_boots=("newer",), **MACHINE)
def adxl_location(vm):
    """The firmware is asked for errors of memory with a physical address, and says where they are:
    in text, JSON and status. An EDAC driver that is there answers itself."""
    translating(vm)
    page = held_page(vm)
    polled(vm, page, UCNA)
    settled_at(vm, 1)
    corrected(vm, 0x12345000)
    settled_at(vm, 2)
    # Twice the same address, no error of memory, no address in physical memory.
    corrected(vm, 0x12345000)
    settled_at(vm, 3)
    corrected(vm, 0x12346000, status=CORRECTED_CACHE)
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} 12347000 c 0 0")
    corrected(vm, 0x12356000)
    settled_at(vm, 4)
    found = vm.locations()
    wanted = [(SEVERE, 0, page, 1), (OTHER, 0, 0x12345000, 0), (OTHER, 1, 0x12345000, 0),
              (OTHER, 4, 0x12356000, 0)]
    equal([(l["of_lane"], l["of_pos"], l["address"], l["error_type"]) for l in found], wanted,
          "events, addresses and types of error")
    for location in found:
        same(location, source=ADXL, flags=0, label=b"", grain=12, mc=255, count=1,
             message=b"translated by the firmware",
             detail=adxl.place(location["address"]).encode())
    event = parse_json(vm.mcwctl("read --json --lane other").ok())[0]
    same(event["dimm"], source="adxl", label=None, mc=None, socket=0, controller=1, channel=1,
         dimm_of_channel=0, rank=1, row=0x1234, column=0, slot="DIMM 0", slot_reason="only_one")
    text = vm.mcwctl("read -v --lane location").ok()
    expect("location of other 0: no label, slot DIMM 0; corrected, address 0x12345000; translated by the"
           " firmware; ProcessorSocketId:0x0 MemoryControllerId:0x1" in text, text)
    expect("also by the firmware's translation (ADXL)" in vm.mcwctl("status").ok(), "status")
    memory_controller(vm)
    corrected(vm, 0x12345000)
    settled_at(vm, 5)
    vm.sh("rmmod mcw_edac").ok()
    corrected(vm, 0x22345000)
    settled_at(vm, 6)
    equal([l["source"] for l in vm.locations()[4:]], [1, ADXL], "sources with and without EDAC")
    equal(lost(vm), 0, "lost")


@case("adxl-bounds", boots=("plain",), **MACHINE)
def adxl_bounds(vm):
    """In a flood each error is translated or counted as lost. A firmware that fails, or that is
    slow, is not asked again, which the log says once; and the module can go while it is asked."""
    translating(vm)
    count = 2000
    vm.kernel_command(f"burst 5 {count} {CORRECTED:x} 10000000 {MISC_PAGE:x} 0 0", timeout=200)
    vm.until(f"test $(($(cat {HOME}/stats/location/committed) + $(cat {HOME}/stats/lost/adxl)))"
             f" = {count}", 60)
    expect(int(vm.read(HOME + "/stats/location/committed")) >= 256, "less than the queue holds")
    vm.note(f"{lost(vm)} of {count} not translated")
    before = int(vm.read(HOME + "/stats/location/committed"))
    # One that succeeds makes the failures begin anew.
    corrected(vm, *(adxl.FAILS + (i << 12) for i in range(7)), 0x12345000,
              *(adxl.FAILS + (i << 12) for i in range(8)))
    vm.until(f"test $(cat {HOME}/location_sources) = edac")
    corrected(vm, 0x12345000)
    vm.sh("sleep 0.5").ok()
    equal(int(vm.read(HOME + "/stats/location/committed")), before + 1, "locations")
    said = one([line for line in our_lines(vm) if "ADXL" in line], "lines of it")
    expect("gave no answer" in said and said.endswith(" 8 times in a row: not asking it again"), said)
    vm.unload()
    load_quiet(vm)
    corrected(vm, adxl.SLOW)
    settled_at(vm, 1)  # a late answer is an answer
    vm.until(f"test $(cat {HOME}/location_sources) = edac")
    said = [line for line in our_lines(vm) if "ADXL" in line]
    expect(len(said) == 2 and " ms, more than 1000: not" in said[1], f"lines of a slow one: {said}")
    vm.unload()
    load_quiet(vm)
    corrected(vm, adxl.SLOW)
    vm.unload()
