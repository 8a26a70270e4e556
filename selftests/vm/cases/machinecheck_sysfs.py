# SPDX-License-Identifier: GPL-2.0
"""Knobs at the places where older kernels had them, and the program that trigger runs."""

import time

from errors import CORRECTED_NO_MISC, MISC_PAGE, UCNA
from machine import HOME, KERNEL_KNOBS, TEST, equal, expect, one, parse_json
from registry import case
from steps import CPU1, no_leaks

MACHINECHECK = "/sys/devices/system/machinecheck"
KNOBS = ("tolerant", "trigger")


def present(vm, cpu):
    """Return which of the knobs the CPU's directory has."""
    return [name for name in KNOBS
            if not vm.sh(f"test -e {MACHINECHECK}/machinecheck{cpu}/{name}").status]


@case("in-place", boots=("plain", "newer", "legacy", "debug"), tags=("quick",))
def in_place(vm):
    """Old recipes work on each CPU, also on one that comes back. The kernel's own file is left
    alone."""
    before = present(vm, 0)
    vm.load()
    ours = [name for name in KNOBS if name not in before]
    equal({name: vm.read(f"{HOME}/in_place/{name}") for name in KNOBS},
          {name: str(int(name in ours)) for name in KNOBS}, "in_place/")
    for cpu in (0, 1):
        equal(present(vm, cpu), list(KNOBS), f"files of CPU {cpu}")
    vm.sh(f"cd {KERNEL_KNOBS} && echo 3 > tolerant").ok()
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    if "tolerant" in ours:
        equal(vm.read(HOME + "/tolerant"), "3", "tolerant at home")
        equal(vm.read(f"{MACHINECHECK}/machinecheck1/tolerant"), "3", "tolerant of CPU 1")
        equal((status["tolerant"], status["kernel_tolerant"]), (3, None), "levels in status")
        expect("tolerant  3; " in vm.mcwctl("status").ok(), "status does not say 3")
        result = vm.sh(f"cd {KERNEL_KNOBS} && echo 4 > tolerant")
        expect(result.status and "nvalid argument" in result.output, f"4: {result.output}")
    else:
        equal(vm.read(HOME + "/tolerant"), "1", "tolerant at home")
        equal((status["tolerant"], status["kernel_tolerant"]), (1, 3), "levels in status")
        expect("tolerant  1 (the kernel's own 3); " in vm.mcwctl("status").ok(), "not both in status")
        vm.sh(f"cd {KERNEL_KNOBS} && echo 1 > tolerant").ok()
    vm.sh(f"echo /bin/true >{MACHINECHECK}/machinecheck1/trigger").ok()
    equal(vm.read(HOME + "/trigger"), "/bin/true" if "trigger" in ours else "", "trigger at home")
    if "trigger" in before:
        vm.sh(f"echo >{KERNEL_KNOBS}/trigger").ok()
    vm.sh(f"echo 0 >{CPU1}", 60).ok()
    expect(vm.sh(f"test -e {MACHINECHECK}/machinecheck1").status, "CPU 1 is away, not its directory")
    vm.sh(f"echo 1 >{CPU1}", 60).ok()
    equal(present(vm, 1), list(KNOBS), "files of the CPU that is back")
    vm.sh(f"echo 2 >{MACHINECHECK}/machinecheck1/tolerant").ok()
    equal(vm.read(HOME + "/tolerant"), "2" if "tolerant" in ours else "1", "written there")
    vm.unload()
    for cpu in (0, 1):
        equal(present(vm, cpu), before, f"files of CPU {cpu} after the unload")


@case("in-place-raced")
def in_place_raced(vm):
    """Loops read and write the files while CPUs and the module come and go."""
    before = present(vm, 0)
    ours = [name for name in KNOBS if name not in before]
    loop = ("while :; do for c in 0 1; do cd /; cd {0}/machinecheck$c 2>/dev/null || continue;"
            " cat tolerant trigger; echo 2 >tolerant; echo /bin/true >trigger; done; done")
    vm.sh(f"({loop.format(MACHINECHECK)}) >/dev/null 2>&1 & echo $! >/tmp/loop").ok()
    # If a store waited for hotplug, it would deadlock with a CPU that goes offline; a store is
    # always under way.
    vm.sh("(while :; do test -e {0} && echo 2 >{0}; done) >/dev/null 2>&1 & echo $! >>/tmp/loop"
          .format(MACHINECHECK + "/machinecheck1/tolerant")).ok()
    try:
        for _ in range(5 if vm.full and vm.small == 1 else 2):
            vm.load()
            for name in ours:
                vm.until(f"grep {'2' if name == 'tolerant' else 'true'} {HOME}/{name}")
            vm.sh(f"echo 0 >{CPU1} && echo 1 >{CPU1}", 60).ok()
            vm.unload()
            equal((present(vm, 0), present(vm, 1)), (before, before), "files after an unload")
    finally:
        vm.sh("kill $(cat /tmp/loop)").ok()
    # Hold a file open while the module is unloaded.
    if "tolerant" in before:
        vm.sh(f"echo 1 >{KERNEL_KNOBS}/tolerant").ok()
    vm.load()
    result = vm.sh(f"exec 9<{KERNEL_KNOBS}/{ours[0]} && rmmod mcewarden && cat <&9")
    expect(result.status and "No such device" in result.output, f"held open: {result.output}")


def program(vm, what):
    """Install a program that appends its counts to /tmp/ran as a line."""
    vm.sh("rm -f /tmp/ran; printf '%s\\n' '#!/bin/sh' "
          "'echo $MCEWARDEN_RECORDS $MCEWARDEN_SEVERE $MCEWARDEN_LOST"
          " $MCEWARDEN_POLL $MCEWARDEN_PROCESS >>/tmp/ran' "
          f"'{what}' >/tmp/program; chmod 755 /tmp/program").ok()
    return "/tmp/program"


def ran(vm):
    """Return the lines of /tmp/ran, each as a list of numbers."""
    return [list(map(int, line.split())) for line in vm.sh("cat /tmp/ran").output.splitlines()
            if line[0].isdigit()]


def runs(vm):
    return {name: int(vm.read(f"{HOME}/stats/trigger/{name}"))
            for name in ("runs", "put_off", "failed")}


@case("trigger-burst")
def trigger_burst(vm):
    """The first event of a burst starts the program at once, the last a second later, then there
    is no other run. The counts add up. No device is open."""
    vm.kernel_command("quiet 1")
    vm.load(trigger=program(vm, ":"), other_records=64)
    equal((vm.read(HOME + "/trigger"), vm.read("/sys/module/mcewarden/parameters/trigger")),
          ("/tmp/program", "/tmp/program"), "trigger")
    vm.kernel_command(f"burst 4 40 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.kernel_command(f"plant 7 {UCNA:x} {vm.fresh():x} {MISC_PAGE:x}")
    vm.kernel_command("poll 80 0")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until("test $(awk '{ n += $1 } END { print n }' /tmp/ran) = 42")
    vm.sh("sleep 1.5").ok()
    lines = ran(vm)
    equal([sum(line[at] for line in lines) for at in range(5)], [42, 1, 0, 41, 1],
          "events, severe, lost, by poll, by software")
    expect(len(lines) >= 2, f"{len(lines)} runs for a burst")
    equal(runs(vm), {"runs": len(lines), "put_off": 0, "failed": 0}, "counts")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until(f"test $(wc -l </tmp/ran) = {len(lines) + 1}")
    equal(ran(vm)[-1], [1, 0, 0, 0, 1], "of one more")
    # More events than the lane has room for.
    vm.sh(": >/tmp/ran").ok()
    vm.kernel_command(f"burst 4 200 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.until("test $(awk '{ n += $1 + $3 } END { print n }' /tmp/ran) = 200")
    expect(sum(line[2] for line in ran(vm)) > 0, "none was lost of 200 with room for 64")
    # Off and on again: no run counts the events between.
    vm.sh(f"echo >{HOME}/trigger; : >/tmp/ran").ok()
    vm.kernel_command(f"burst 4 200 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.sh("sleep 1.5").ok()
    vm.sh(f"echo /tmp/program >{HOME}/trigger").ok()
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until("test -s /tmp/ran")
    equal(ran(vm), [[1, 0, 0, 0, 1]], "after it was off")
    # A run that is due at unload starts at once. So no time must pass before the unload.
    log = f"mcwtest kernel 0 'log 1 4 {CORRECTED_NO_MISC:x} 9000'"
    vm.sh(f"sleep 1; {log}; until test $(wc -l </tmp/ran) = 2; do :; done; {log}; rmmod mcewarden").ok()
    vm.until("test $(wc -l </tmp/ran) = 3")
    equal(ran(vm)[1:], [[1, 0, 0, 0, 1]] * 2, "at unload")


@case("trigger-rate", boots=("plain", "debug"))
def trigger_rate(vm):
    """At most one run a second, however many events come."""
    vm.kernel_command("quiet 1")
    vm.load(trigger=program(vm, ":"))
    log = f"mcwtest kernel 0 'log 1 4 {CORRECTED_NO_MISC:x} 9000'"
    said = vm.sh("read a b </proc/uptime; for i in $(seq 40); do " + log + "; done;"
                 " read c d </proc/uptime; echo $a $c", 60).ok()
    begin, end = map(float, said.split())
    vm.until("test $(awk '{ n += $1 } END { print n }' /tmp/ran) = 40")
    made, took = runs(vm)["runs"], end - begin
    expect(made <= took + 3, f"{made} runs for 40 events within {took:.1f} s")
    vm.note(f"{made} runs for 40 events within {took:.1f} s")


@case("trigger-hangs", boots=("plain", "debug"), long_boots=("newer",))
def trigger_hangs(vm):
    """While a program hangs, the next run waits for its end; unloading does not wait for it."""
    vm.load(trigger=program(vm, "exec sleep 1000"))
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until("pidof sleep")
    for _ in range(3):
        vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
        vm.sh("sleep 0.7; true").ok()
    equal((len(ran(vm)), runs(vm)), (1, {"runs": 1, "put_off": 1, "failed": 0}), "runs, and counts")
    vm.sh("kill $(pidof sleep)").ok()
    vm.until("test $(wc -l </tmp/ran) = 2 && pidof sleep")
    equal([line[0] for line in ran(vm)], [1, 3], "events told")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    started = time.monotonic()
    vm.unload()
    took = time.monotonic() - started
    expect(took < 5 * vm.slow, f"unloading took {took:.1f} s")
    equal(len(vm.sh("pidof sleep").ok().split()), 1, "programs that are left")
    vm.sh("kill $(pidof sleep)").ok()


@case("trigger-bad", boots=("plain", "debug"))
def trigger_bad(vm):
    """A program that cannot be run is logged once and counted; a value that is no path is
    refused."""
    def said(words):
        return sum(words in line for line in vm.log())

    longest = "/tmp/" + "x" * 122
    vm.load(trigger="/no/such")
    for number in (1, 2):
        vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
        vm.until(f"grep -x {number} {HOME}/stats/trigger/failed")
    equal(said("cannot run /no/such: error -2"), 1, "lines about no file")
    program(vm, "env >/tmp/env")
    vm.sh(f"cp /tmp/program {longest}; chmod 644 {longest}; echo {longest} >{HOME}/trigger").ok()
    equal(vm.read(HOME + "/trigger"), longest, "a path of 127 characters")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until(f"grep -x 3 {HOME}/stats/trigger/failed")
    equal(said(f"cannot run {longest}: error -13"), 1, "lines about one that is no program")
    vm.sh(f"chmod 755 {longest}").ok()
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until("test -s /tmp/ran")
    equal((ran(vm)[0][0], runs(vm)), (4, {"runs": 1, "put_off": 0, "failed": 3}), "told in the end")
    given = vm.until("grep -x HOME=/ /tmp/env && cat /tmp/env").splitlines()
    expect("PATH=/sbin:/usr/sbin:/bin:/usr/bin" in given, f"environment: {given}")
    for bad in ("bin/true", "./x", longest + "x", "/a\\n/b"):
        result = vm.sh(f"echo -e '{bad}' >{HOME}/trigger")
        expect(result.status and "nvalid argument" in result.output, f"{bad}: {result.output}")
        equal(vm.read(HOME + "/trigger"), longest, f"after {bad}")
    equal(said("is not an absolute path of at most 127 characters"), 4, "lines about what is no path")
    vm.unload()
    for bad in ("bin/true", longest + "x"):
        expect(vm.sh(f"insmod /mods/mcewarden.ko trigger={bad}").status, f"trigger={bad} was taken")


@case("trigger-refused", boots=("plain", "debug"), tags=("full",))
def trigger_refused(vm):
    """The kernel has no memory for a run: it is put off by a second."""
    vm.kernel_command("refuse call_usermodehelper_setup 1 0")
    vm.load(trigger=program(vm, ":"))
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    vm.until("test -s /tmp/ran")
    equal((ran(vm), runs(vm)), ([[1, 0, 0, 0, 1]], {"runs": 1, "put_off": 1, "failed": 0}),
          "events told, and counts")
    equal(vm.read(f"{TEST}/refused"), "1", "whether it was refused")
    vm.unload()
    vm.kernel_command("refuse 0")
    if "CONFIG_DEBUG_KMEMLEAK" in vm.kernel.config:
        no_leaks(vm)
