# SPDX-License-Identifier: GPL-2.0
"""Which part of the machine an event is about: LOCATION records, by a memory controller that is
not there (mcw_edac.c), and a driver for it that comes and goes."""

import random
import time

from errors import CORRECTED, CORRECTED_NO_MISC, MISC_PAGE, SRAO
from machine import (HOME, LOCATION_LANE, NOTICE, OTHER, SEVERE, equal, expect, fields,
                     one, parse_json)
from registry import ON_DEBUG, case
from steps import (STREAM, counts, held_page, hit, load_quiet, memory_controller, no_kernel_polls,
                   polled, same, streamed)

NO_EVENT, LOST, UNSURE, CUT = 1, 2, 4, 8
PARAMETERS = "/sys/module/mcw_edac/parameters"


def checked(vm, seconds=0):
    """The sums of `mcwtest locations check`."""
    return fields(vm.sh(f"mcwtest locations check {seconds}", 60 + seconds).ok())


def settled_at(vm, count):
    """Until so many LOCATION records were written."""
    vm.until(f"test $(cat {HOME}/stats/location/committed) -ge {count}")


@case("location-pairs", boots=ON_DEBUG, raises=True)
def location_pairs(vm):
    """A polled error, one of the other CPU, and an exception: each has its label and its place."""
    load_quiet(vm)
    sources = vm.read(HOME + "/location_sources").split()
    expect("edac" in sources, f"location_sources: {sources}")
    memory_controller(vm)
    page = held_page(vm)
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} 12343000 {MISC_PAGE:x} 0 0")
    vm.kernel_command(f"burst 5 1 {CORRECTED_NO_MISC:x} 12341040 0 0 0", cpu=1)
    hit(vm, page)
    settled_at(vm, 3)
    first, second, third = vm.locations()
    same(first, of_lane=OTHER, of_pos=0, address=0x12343000, label=b"P0_B2", top=1, mid=1, low=-1,
         mc=0, error_type=0, count=1, flags=0, part=1, parts=1, grain=6, syndrome=0x51,
         message=b"memory error", source=1)
    same(second, of_lane=OTHER, of_pos=1, address=0x12341040, label=b"P0_B1", top=1, mid=0)
    same(third, of_lane=SEVERE, of_pos=0, address=page, error_type=1,
         label=b"P0_%c%d" % (65 + (page >> 12 & 1), 1 + (page >> 13 & 1)))
    equal(len({one["id"] for one in (first, second, third)}), 3, "ids")
    lines = vm.sh("mcwctl read").ok().splitlines()
    for at, label in ((0, "P0_B2"), (2, "P0_B1"), (4, third["label"].decode())):
        expect(lines[at][:1].isdigit() and lines[at + 1].startswith(f'    location: "{label}"'),
               f"line {at + 1} and the one below: {lines}")
    equal([line for line in lines if " location of " in line], [], "locations in another place")


@case("location-label", boots=("plain",))
def location_label(vm):
    """A label that the admin wrote is what the next error's location says, byte by byte."""
    load_quiet(vm)
    memory_controller(vm)
    label = "DIMM \"1\" \\303\\244\\001x"
    vm.sh(f"printf '{label}' >$(ls -d /sys/devices/system/edac/mc/mc0/dimm0)/dimm_label").ok()
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} 1000000 {MISC_PAGE:x} 0 0")
    settled_at(vm, 1)
    equal(one(vm.locations(), "locations")["label"], b'DIMM "1" \xc3\xa4\x01x', "label")
    said = vm.sh("mcwctl read -v --lane location").ok()
    expect(' location of other 0: "DIMM \\"1\\" \u00e4\\x01x", mc 0 at 0:0; corrected, address'
           " 0x1000000; memory error\n" in said, f"mcwctl read -v printed: {said}")
    found = one(parse_json(vm.sh("mcwctl read --lane location --json").ok()), "locations as JSON")
    same(found, type="location", of={"lane": "other", "pos": 0, "sure": True}, source="edac",
         label='DIMM "1" \u00e4\x01x', mc=0, layers=[0, 0], address="0x0000000001000000")


@case("location-random")
def location_random(vm):
    """Errors at random addresses, all named right."""
    count = (10000 if vm.full else 1000) // vm.small
    no_kernel_polls(vm)
    load_quiet(vm, other_records=16384, location_records=16384)
    memory_controller(vm)
    rng = random.Random(count)
    vm.sh("mkdir -p /tmp/v && rm -f /tmp/v/*").ok()
    for at in range(0, count, 20):
        lines = [f"{4} {CORRECTED_NO_MISC:#x} {rng.randrange(1 << 20, 1 << 45) & ~63:#x} 0"
                 for _ in range(min(20, count - at))]
        vm.sh(f"printf '%s\\n' {' '.join(map(repr, lines))} >/tmp/v/{at}").ok()
    # The next volley waits for the chain, or the kernel's pool would drop some.
    vm.sh(f"n=0; for f in /tmp/v/*; do mcwtest volley 1 0 0 $f || break; n=$((n + 20));"
          f" until test $(cat {HOME}/stats/location/committed) -ge $n; do sleep 0.01; done; done",
          300).ok()
    settled_at(vm, count)
    same(checked(vm), events=count, locations=count, right=count, wrong=0, no_event=0, lost=0,
         unsure=0, cut=0, overruns=0)


@case("location-cmci", boots=("cmci",), tags=("timing",))
def location_cmci(vm):
    """Errors at random addresses that interrupts report, on both CPUs, all named right. They are so
    rare that a kernel up to 6.8 sees no storm; to later ones five of a bank in a minute are one."""
    count = 1000 if vm.full else 100
    no_kernel_polls(vm)
    load_quiet(vm)
    memory_controller(vm)
    rng = random.Random(count)
    for at in range(count):
        vm.inject(at & 1, 5, CORRECTED_NO_MISC, 0, rng.randrange(1 << 20, 1 << 45) & ~63)
        time.sleep(0.08 * vm.slow)
    settled_at(vm, count)
    same(checked(vm), events=count, locations=count, right=count, wrong=0, no_event=0, lost=0,
         unsure=0, cut=0, overruns=0)
    equal(sum(counts(vm, cpu)["records"] for cpu in (0, 1)), count, "records of interrupts")


@case("location-burst")
def location_burst(vm):
    """Bursts of which the kernel's pool keeps a part: what comes to the chain is named right."""
    count = 9000 // vm.small
    no_kernel_polls(vm)
    load_quiet(vm, other_records=32768)
    memory_controller(vm)
    for addr in (0x10000000, 0x20000000):
        vm.kernel_command(f"burst 4 {count} {CORRECTED_NO_MISC:x} {addr:x} 0 0 0", timeout=120)
    vm.sh("sleep 1").ok()
    found = checked(vm)
    vm.note(f"{found['locations']} of {found['events']} events have a location")
    same(found, events=2 * count, wrong=0, no_event=0, lost=0, overruns=0)
    expect(found["right"] == found["locations"] >= 20, f"locations: {found}")


@case("location-several")
def location_several(vm):
    """One error of which the driver says two parts, as in a mirror: two locations of one event."""
    load_quiet(vm)
    memory_controller(vm, calls=2)
    polled(vm, 0x1000000, CORRECTED)
    settled_at(vm, 2)
    found = vm.locations()
    equal([(one["of_lane"], one["of_pos"], one["parts"]) for one in found], [(OTHER, 0, 1)] * 2,
          "events of two locations")
    equal(len({one["id"] for one in found}), 2, "ids")


@case("location-long", boots=("plain",))
def location_long(vm):
    """What a driver says at length goes on in more records, and beyond six it is cut, and said."""
    load_quiet(vm)
    memory_controller(vm)
    for length, parts, flags in ((0, 1, 0), (100, 1, 0), (130, 2, 0), (800, 6, 0), (1000, 6, CUT)):
        before = len(vm.locations())
        detail = "\"<\u00e4>\\\" " + "x" * (length - 8) if length else ""
        if length:
            vm.sh(f"printf '%s' '{detail}' >{PARAMETERS}/detail").ok()
        records = int(vm.read(f"{HOME}/stats/location/committed"))
        vm.kernel_command(f"burst 5 1 {CORRECTED:x} 1000000 {MISC_PAGE:x} 0 0")
        settled_at(vm, records + parts)
        found = vm.locations()[before]
        said = f"{detail} row:0x400".encode() if length else b""
        same(found, parts=parts, flags=flags, label=b"P0_A1", message=b"memory error")
        if not flags:
            equal(found["detail"], said, f"detail of {length} characters")
        else:
            expect(said.startswith(found["detail"]) and len(found["detail"]) > 350,
                   f"cut detail: {found['detail']}")


@case("location-outside")
def location_outside(vm):
    """What EDAC says outside of the chain, or in an interrupt of it, belongs to no event."""
    load_quiet(vm)
    memory_controller(vm, interrupt=1)
    vm.sh(f"echo 2 >{PARAMETERS}/outside").ok()
    polled(vm, 0x1000000, CORRECTED)
    settled_at(vm, 4)
    found = {(one["message"], one["flags"], one["address"]) for one in vm.locations()}
    equal(found, {(b"outside of the chain", NO_EVENT, 0xdef000), (b"memory error", 0, 0x1000000),
                  (b"in an interrupt", NO_EVENT, 0xabc000)}, "locations")


@case("location-flood", raises=True)
def location_flood(vm):
    """Many locations around one SRAO: its outcome is still there, and its location."""
    count = (10000 if vm.full else 2000) // vm.small
    no_kernel_polls(vm)
    load_quiet(vm, notice_records=64, location_records=16384, other_records=16384)
    memory_controller(vm)
    page = held_page(vm)
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} 500")
    vm.until(f"test $(cat {HOME}/stats/other/committed) -gt {count // 2}", 120)
    hit(vm, page)
    vm.until(f"test $(cat {HOME}/stats/other/committed) -gt {count}", 120)
    vm.kernel_command("stop")
    found = vm.outcomes(1)[0]
    same(found, of_lane=SEVERE, of_pos=0, page=page)
    equal(vm.stats(NOTICE)["overwritten"], 0, "notices overwritten")
    same(checked(vm, 1), wrong=0, lost=0, unsure=0, no_event=0)
    expect(vm.stats(LOCATION_LANE)["committed"] > 100, "locations")


@case("location-goes", single=True)
def location_goes(vm):
    """The driver goes and comes, and so does the module, while errors come: what is named is named
    right."""
    cycles = 1 if vm.small > 1 else 20 if vm.full else 2
    no_kernel_polls(vm)
    vm.kernel_command("quiet 1")
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} 1000")
    for _ in range(cycles):
        vm.load()
        for _ in range(2):
            memory_controller(vm)
            vm.sh("sleep 0.2; rmmod mcw_edac").ok()
        same(checked(vm), wrong=0, lost=0, no_event=0)
        memory_controller(vm)
        vm.sh("sleep 0.1").ok()
        vm.unload()
        vm.sh("sleep 0.1; rmmod mcw_edac").ok()
    vm.kernel_command("stop")
    expect(streamed(vm) > 100 * cycles, "errors")
