# SPDX-License-Identifier: GPL-2.0
"""Firmware first: LOCATION records from the memory sections of the firmware's reports."""

import ghes
from machine import FIRMWARE, HOME, OTHER, Skipped, equal, one
from registry import case
from steps import load_quiet, same

NO_EVENT = 1
GHES = 2
PLACES = ghes.NODE | ghes.CARD | ghes.MODULE | ghes.BANK | ghes.DEVICE | ghes.ROW | ghes.COLUMN
SOCKET = ("-smbios", "type=17,loc_pfx=P0_,bank=NODE_1,manufacturer=Maker,serial=1,part=2")
MACHINE = {"append": ghes.APPEND, "options": (*ghes.OPTIONS, *SOCKET)}


def watched(vm):
    """Load the module. Skips where the kernel does not pass on what the firmware says."""
    load_quiet(vm)
    if "ghes" not in vm.read(HOME + "/location_sources"):
        raise Skipped(f"{vm.kernel.version} has no report chain of GHES")


def settled_at(vm, count):
    vm.until(f"test $(cat {HOME}/stats/location/committed) -ge {count}")


@case("ghes-location", boots=("newer",), **MACHINE)
def ghes_location(vm):
    """A report names the place of an error: its location has the place, and the event is that of
    the record that the kernel makes of the section."""
    watched(vm)
    handle = int(vm.sh("od -An -tu2 -j2 -N2 /sys/firmware/dmi/entries/17-0/raw").ok())
    place = ghes.section(PLACES | ghes.PA | ghes.PA_MASK | ghes.ERROR_TYPE | ghes.RANK |
                         ghes.MODULE_HANDLE, 0x12345000, 0xfffffffffffff000, 1, 2, 3, 4, 5, 6, 7, 2,
                         8, handle)
    ghes.report(vm, place)
    settled_at(vm, 1)
    found = one(vm.locations(), "locations")
    same(found, source=GHES, flags=0, of_lane=OTHER, of_pos=0, address=0x12345000, grain=12,
         error_type=0, mc=255, top=-1, message=b"single-bit ECC error", count=1,
         detail=b"node:1 card:2 module:3 rank:8 bank:4 device:5 row:6 column:7")
    same(one(vm.records(), "records"), source=FIRMWARE, bank=255, addr=0x12345000, pos=0)
    equal(found["label"][:3], b"P0_", "label: the socket in SMBIOS")


@case("ghes-no-address", boots=("newer",), **MACHINE)
def ghes_no_address(vm):
    """A section without an address: the kernel makes no record, and the location has no event.
    Several sections of one report each have their own."""
    watched(vm)
    ghes.report(vm, ghes.section(ghes.ROW, row=9))
    settled_at(vm, 1)
    same(one(vm.locations(), "locations"), source=GHES, flags=NO_EVENT, address=0, detail=b"row:9",
         label=b"", message=b"unknown error")
    ghes.report(vm, ghes.section(ghes.PA | ghes.ROW, 0x111000, row=1),
                ghes.section(ghes.ROW, row=2), ghes.section(ghes.PA | ghes.ROW, 0x333000, row=3))
    settled_at(vm, 4)
    found = [(one["detail"], one["flags"], one["of_pos"]) for one in vm.locations()[1:]]
    equal(found, [(b"row:1", 0, 0), (b"row:2", NO_EVENT, 0), (b"row:3", 0, 1)], "locations")
    equal([record["addr"] for record in vm.records()], [0x111000, 0x333000], "addresses of events")


@case("ghes-chain", boots=("newer",), **MACHINE)
def ghes_chain(vm):
    """Without the tap the decode chain captures the record, too late to pair it: the location has
    no event. The module comes and goes while reports come."""
    vm.trace_nothing()
    watched(vm)
    ghes.report(vm, ghes.section(ghes.PA | ghes.ROW, 0x111000, row=1))
    settled_at(vm, 1)
    same(one(vm.locations(), "locations"), flags=NO_EVENT, address=0x111000)
    vm.trace_nothing(False)
    for row in range(5):
        vm.unload()
        ghes.report(vm, ghes.section(ghes.PA | ghes.ROW, 0x111000, row=row))
        vm.load()
