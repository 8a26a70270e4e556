# SPDX-License-Identifier: GPL-2.0
"""What the device promises, and what it refuses."""

import re

from errors import CORRECTED_NO_MISC, UCNA_NO_MISC
from machine import HOME, equal, expect, one
from registry import case
from steps import same


def refused(result, words, what):
    expect(result.status != 0, f"{what} was not refused")
    expect(words in result.output, f"{what}: '{result.output.strip()}' does not say '{words}'")


def checks(vm, command, least):
    """Runs mcwtest COMMAND, which prints a line for each check; they are this many, or more."""
    result = vm.sh("mcwtest " + command, 120)
    bad = [line for line in result.output.splitlines() if line.startswith("FAIL")]
    expect(not bad and "wrong=0" in result.output and not result.status,
           "\n".join(bad) or result.output)
    expect(result.output.count("ok ") >= least, "checks are missing:\n" + result.output)


@case("device-abi")
def device_abi(vm):
    """mcwtest tries short and faulting buffers, seeks, ioctls, poll, EPIPE and signals."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    checks(vm, "device", 60)


@case("device-iter", boots=("plain",), long_boots=("newer", "debug"))
def device_iter(vm):
    """mcwtest tries readv(), preadv2() and io_uring."""
    vm.kernel_command("quiet 1")
    vm.load()
    checks(vm, "device-iter", 30)
    vm.unload()


@case("device-map", boots=("plain",), long_boots=("newer", "debug"))
def device_map(vm):
    """mcwtest reads from a mapping, which holds the module."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    checks(vm, "device-map", 25)
    equal(unread(vm), {}, "records that nobody read, as the reader of the mapping had all")
    vm.load(other_records=64)
    vm.background("mcwtest device-map-hold", "hold", "mapped")
    refused(vm.sh("rmmod mcewarden"), "Resource temporarily unavailable", "unload with a mapping")
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 10 0 0 0")
    equal(len(vm.records()), 3, "records after it")
    vm.sh("killall mcwtest").ok()
    vm.until("rmmod mcewarden")


@case("device-mode")
def device_mode(vm):
    vm.load()
    equal(vm.sh("stat -c '%a %u %F' /dev/mcewarden").ok().strip(),
          "600 0 character special file", "mode, owner and type of the device")
    refused(vm.sh("su nobody -c 'cat /dev/mcewarden'"), "ermission denied",
            "opening by a user without rights")


@case("read-only-attributes")
def read_only_attributes(vm):
    """What nobody may write refuses root too. files-modes has the modes."""
    vm.load()
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 10 0 0 0")
    found = vm.sh(f"find {HOME}/ -type f ! -name uevent ! -path '*/power/*'"
                  " | xargs stat -c '%a %n'").ok().splitlines()
    files = [line.split()[1] for line in found if not int(line.split()[0], 8) & 0o222]
    expect(3 + 15 + 1 <= len(files) < len(found), f"read-only are {files}")
    result = vm.sh("for f in " + " ".join(files) + "; do echo 0 >$f && echo ACCEPTED; done; true").ok()
    equal(result.count("ermission denied"), len(files), f"refusals: {result}")
    expect("ACCEPTED" not in result, result)
    equal(vm.read(HOME + "/stats/other/committed"), "3", "committed after the attempts")


@case("second-load")
def second_load(vm):
    vm.load()
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 10 0 0 0")
    refused(vm.sh("insmod /mods/mcewarden.ko"), "File exists", "a second load")
    equal(len(vm.records()), 3, "records after it")


@case("unload-while-open")
def unload_while_open(vm):
    vm.load()
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 10 0 0 0")
    vm.background("mcwtest open 600", "open", "open")
    refused(vm.sh("rmmod mcewarden"), "Resource temporarily unavailable", "unload with a reader")
    equal(len(vm.records()), 3, "records after it")
    vm.sh("killall mcwtest").ok()
    vm.until("rmmod mcewarden")
    equal(vm.sh("test -e /dev/mcewarden").status, 1, "the device after unload")


@case("bad-parameters")
def bad_parameters(vm):
    wrong = [name + "=" + value for name in ("severe_records", "other_records", "notice_records",
                                               "location_records")
             for value in ("7", "100", "2097152", "abc")]
    wrong += ["severe_records=" + value for value in ("32", "-64", "0", "65", "1e3", "",
                                                      "18446744073709551616")]
    # One command line for all: each command takes a second on a debug kernel.
    answers = vm.sh("for p in " + " ".join(wrong) + "; do insmod /mods/mcewarden.ko $p 2>&1;"
                    " echo \"status $?\"; done; cat /proc/modules", 120).ok()
    equal(answers.count("nvalid"), len(wrong), f"refusals: {answers}")
    expect("status 0\n" not in answers, f"one was taken: {answers}")
    expect("mcewarden " not in answers, "it was loaded all the same")
    # Each line may come twice, because insmod falls back on the older system call.
    said = sorted({line for line in vm.log() if line.startswith("mcewarden: param")})
    for words in wrong:
        line = one([line for line in said if f" {words}: " in line], f"lines on {words}")
        expect("64" in line and "1048576" in line, f"'{line}' does not name the range")
    equal(len(said), len(wrong), f"lines in the log: {said}")
    vm.load(severe_records=64, other_records="0x80", notice_records=128, location_records=256)
    equal([line.split()[1] for line in vm.sh("mcwtest lanes").ok().splitlines()],
          ["size=64", "size=128", "size=128", "size=256"], "sizes")


@case("largest-lane", tags=("full",))
def largest_lane(vm):
    # With KASAN, clearing so much memory takes half a minute.
    vm.load(other_records=1048576 if vm.small == 1 else 131072)
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 10 0 0 0")
    same(one(vm.records(), "records"), pos=0, addr=0x10)


def unread(vm):
    """Unloads; how many records nobody has read, by the log: {lane: number}."""
    vm.log()
    said = len(vm.lines)
    vm.unload()
    found = [re.fullmatch(r"mcewarden: discarding (\d+) unread (severe records?|.*lane other) at unload", line)
             for line in vm.log()[said:]]
    return {match[2].split()[0]: int(match[1]) for match in found if match}


@case("unload-says-what-goes")
def unload_says_what_goes(vm):
    """An unload loses records that nobody read, and the log says how many."""
    vm.kernel_command("quiet 1")
    vm.load()
    vm.kernel_command(f"burst 4 7 {UCNA_NO_MISC:x} 100000 0 0 0")
    # None of these commands reads the severe lane.
    vm.sh("for c in pages status 'read --lane notice --lane other' 'read --lane notice --json'; do"
          " mcwctl $c || exit; done").ok()
    equal(unread(vm), {"severe": 7}, "records that nobody read")
    vm.load()
    equal(vm.records(), [], "records of the last load")
    vm.kernel_command(f"burst 4 7 {UCNA_NO_MISC:x} 100000 0 0 0")
    vm.kernel_command(f"burst 5 5 {CORRECTED_NO_MISC:x} 100000 0 0 0")
    vm.sh("mcwctl read --lane severe").ok()
    equal(unread(vm), {"records": 5}, "records that nobody read, after all severe ones were")
    vm.load()
    vm.kernel_command(f"burst 4 1 {UCNA_NO_MISC:x} 100000 0 0 0")
    vm.kernel_command(f"burst 5 1 {CORRECTED_NO_MISC:x} 100000 0 0 0")
    equal(len(vm.records()), 2, "records")
    equal(unread(vm), {}, "records that nobody read, after all were read")


def mcelog_read(vm):
    """Empties the buffer of /dev/mcelog, once its worker has filled it."""
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = $(cat {HOME}/stats/other/committed)")
    vm.sh("dd if=/dev/mcelog of=/dev/null bs=64k count=1 2>/dev/null").ok()


@case("unload-counts-mcelog")
def unload_counts_mcelog(vm):
    """What a reader of /dev/mcelog had is read, what its buffer had no room for is not; none
    counts twice that a reader of /dev/mcewarden had, too."""
    def burst(count):
        vm.kernel_command(f"burst 4 {count} {CORRECTED_NO_MISC:x} 100000 0 0 0")

    vm.kernel_command("quiet 1")
    vm.load()
    burst(30)
    mcelog_read(vm)
    equal(unread(vm), {}, "records that nobody read, of 30 by mcelog")
    vm.load()
    burst(40)
    mcelog_read(vm)
    equal(unread(vm), {"records": 8}, "records that nobody read, 32 by mcelog")
    vm.load()
    burst(40)
    mcelog_read(vm)
    vm.sh("dd if=/dev/mcewarden of=/dev/null bs=248 count=35 2>/dev/null").ok()
    equal(unread(vm), {"records": 5}, "records that nobody read, 32 by mcelog, 35 by another reader")
    # More than the lane holds.
    vm.load(other_records=64)
    for _ in range(5):
        burst(30)
        mcelog_read(vm)
    burst(20)
    equal(unread(vm), {"records": 20}, "records that nobody read, of 170")
    vm.load(other_records=64)
    for _ in range(5):
        burst(30)
        mcelog_read(vm)
    vm.sh("dd if=/dev/mcewarden of=/dev/null bs=248 count=1 2>/dev/null;"
          " dd if=/dev/mcewarden of=/dev/null bs=248 count=1 2>/dev/null").ok()
    burst(20)
    mcelog_read(vm)
    equal(unread(vm), {}, "records that nobody read, of 170")
