# SPDX-License-Identifier: GPL-2.0
"""Conditions: mcwctl record --conditions acts once on so many errors in so much time."""

import os
import re

import smbios
from errors import CORRECTED_CACHE, EN, MISC_PAGE, UCNA_NO_MISC, VAL
from machine import HOME, equal, expect, one
from prometheus import check_metrics
from registry import case
from steps import burst, corrected, interrupt, load_quiet, memory_controller, our_lines

CONFIG = "/etc/mcewarden/mcewarden.conf"
STATE = "/tmp/conditions"
NAMES = ("page", "dimm", "socket", "cache", "link", "storm", "uncorrected", "lost")
LINK = VAL | EN | 0xe0f  # a bus or interconnect error


def put(vm, path, *lines):
    """Write a file. A command to the machine is one line, so its bytes are octal."""
    text = "".join(line + "\n" for line in lines)
    vm.sh(f"printf '{''.join(f'{chr(92)}{ord(byte):03o}' for byte in text)}' >{path}").ok()


def put_script(vm, path, *lines):
    put(vm, path, "#!/bin/sh", *lines)
    vm.sh(f"chmod 755 {path}").ok()


def start(vm):
    vm.sh(f"mcwctl record /tmp/c.rec --conditions {STATE} 2>>/tmp/said & echo $! >/tmp/pid").ok()
    # It blocks signals once all is set up.
    vm.until("grep 'SigBlk:.*[1-9a-f]' /proc/$(cat /tmp/pid)/status")


def stop(vm):
    vm.sh("kill -TERM $(cat /tmp/pid)").ok()
    vm.until("! kill -0 $(cat /tmp/pid) 2>/dev/null")


def watch(vm, **sections):
    """Start the recorder with these conditions, each with its lines; the others are off."""
    lines = [f"[{name}]\nthreshold = off" for name in NAMES if name not in sections]
    lines += [f"[{name}]\n{text}" for name, text in sections.items()]
    vm.sh(f"mkdir -p {os.path.dirname(CONFIG)}; rm -f {STATE} /tmp/c.rec /tmp/said /tmp/told").ok()
    put(vm, CONFIG, *lines)
    equal(vm.mcwctl(f"conf --check {CONFIG}").ok(), "", "what is wrong in the configuration")
    start(vm)


def fired(vm):
    """What the kernel's log has of conditions."""
    return [line.split(" condition ")[1] for line in our_lines(vm)
            if line.startswith("mcewarden: condition ")]


def metrics(vm):
    """By name and labels."""
    text = vm.mcwctl(f"metrics --conditions {STATE}").ok()
    check_metrics(text)
    return dict(line.rsplit(" ", 1) for line in text.splitlines()
                if line.startswith("mcewarden_condition"))


def fires_once(vm, condition, make, below, says):
    """make(n) makes n errors, of which one more than below are enough. The condition fires once,
    also if more errors come, and if the recorder is started again."""
    if below:
        make(below)
    stop(vm)
    equal(fired(vm), [], "what fired too early")
    start(vm)
    make(1)
    vm.until(f"mcwctl metrics --conditions {STATE} |"
             f" grep -x 'mcewarden_condition_fired_total{{condition=\"{condition}\"}} 1'")
    equal(metrics(vm)[f'mcewarden_condition{{condition="{condition}"}}'], "1", "parts")
    make(2)
    stop(vm)
    start(vm)
    make(2)
    stop(vm)
    line = one([line for line in fired(vm) if line.startswith(condition + ": ")], "lines")
    expect(re.fullmatch(says, line), f"what fired: {line}")


def alone(vm, condition, make, says, threshold=3):
    """Of all conditions only this one is on, with its usual window."""
    watch(vm, **{condition: f"threshold = {threshold}"})
    fires_once(vm, condition, make, threshold - 1, f"{condition}: {says}")
    equal((len(fired(vm)), vm.read("/tmp/said")), (1, ""), "lines, and what the recorder says")


@case("conditions-page", boots=("plain",))
def conditions_page(vm):
    """A page's third error fires once: a line in the kernel's log, a metric, and a program that
    finds the values by name. A program that hangs is ended, one that is not there or fails is
    said, and all are counted. A second recorder does not act."""
    load_quiet(vm)
    put_script(vm, "/tmp/tell", "env >>/tmp/told", "exit 4")
    put_script(vm, "/tmp/hang", "trap '' TERM", "while :; do sleep 1; done")
    watch(vm, page="threshold = 3\nwindow = 1h\nprogram = /tmp/tell",
          socket="threshold = 5\nlog = no\nprogram = /tmp/hang",
          dimm="threshold = 5\nmetric = no\nprogram = /tmp/nowhere", programs="timeout = 1s")
    other = vm.sh(f"mcwctl record /tmp/other --no-follow --conditions {STATE}")
    expect(not other.status and "another mcwctl record acts on conditions" in other.output, other.output)
    page = vm.fresh()
    fires_once(vm, "page", lambda count: corrected(vm, page, count), 2,
               rf"page: page {page:#x}: 3 corrected errors; the threshold is 3 within 1h")
    equal(sorted(line.split(":")[0] for line in fired(vm)), ["dimm", "page"], "lines in the log")
    told = vm.read("/tmp/told").splitlines()
    for line in ("CONDITION=page", "THRESHOLD=3", "COUNT=3", "WINDOW=3600", f"PAGE={page:#x}"):
        equal(told.count(line), 1, line)
    equal(sorted(vm.read("/tmp/said").splitlines()),
          ["mcwctl: /tmp/hang of condition socket was ended: it ran for more than 1 s",
           "mcwctl: /tmp/tell of condition page failed: its exit status is 4",
           "mcwctl: cannot run /tmp/nowhere of condition dimm: No such file or directory"],
          "what the recorder says")
    found = metrics(vm)
    for condition, result in (("page", "failed"), ("socket", "ended")):
        for name, count in (("started", "1"), (result, "1"), ("left_out", "0")):
            labels = f'{{condition="{condition}",result="{name}"}}'
            equal(found["mcewarden_condition_programs_total" + labels], count, labels)
    equal(found['mcewarden_condition_part{condition="socket",part="socket 0"}'], "1", "its part")
    equal([key for key in found if '"dimm"' in key], [], "metrics of a condition without")


@case("conditions-dimm", boots=("plain",), options=smbios.OPTIONS)
def conditions_dimm(vm):
    """A memory module that EDAC's location names, with its serial number."""
    load_quiet(vm, edac_sees_cec_rate=0)
    memory_controller(vm)
    alone(vm, "dimm", lambda count: corrected(vm, 0x4000000000, count),
          "memory module P0_A1, part M393A2K40CB2-CTD, serial 00A1B2C3: 3 corrected errors; the "
          "threshold is 3 within 24h")


@case("conditions-socket", boots=("plain",), tags=("full",))
def conditions_socket(vm):
    """All parts of a socket count together."""
    load_quiet(vm)
    kinds = [LINK, CORRECTED_CACHE] * 5

    def make(count):
        for _ in range(count):
            vm.kernel_command(burst(1, kinds.pop(), vm.fresh()))

    alone(vm, "socket", make, "socket 0: 3 corrected errors; the threshold is 3 within 24h")


@case("conditions-cache", boots=("plain",), tags=("full",))
def conditions_cache(vm):
    load_quiet(vm)
    alone(vm, "cache",
          lambda count: vm.kernel_command(
              f"burst 1 {count} {CORRECTED_CACHE:x} {vm.fresh():x} {MISC_PAGE:x} 0 0"),
          "L1 cache of CPU 0, socket 0: 3 corrected errors; the threshold is 3 within 24h")


@case("conditions-link", boots=("plain",), tags=("full",))
def conditions_link(vm):
    """Bank 5 is a link's in this CPU's model."""
    load_quiet(vm)
    alone(vm, "link", lambda count: vm.kernel_command(f"burst 5 {count} {LINK:x} 0 0 0 0"),
          "link of machine-check bank 5, socket 0: 3 corrected errors; the threshold is 3 within 24h")


@case("conditions-storm", boots=("plain",), tags=("full",))
def conditions_storm(vm):
    """A storm that comes again within its window does not fire again."""
    load_quiet(vm, storm_window_ms=60000, storm_quiet_s=1)

    def make(count):
        for _ in range(count):
            interrupt(vm, 4, vm.fresh(), times=10)
            vm.until(f"grep -x 0x0000000000000000 {HOME}/stats/cpu0/storm_banks")

    alone(vm, "storm", make, "machine-check bank 4 of CPU 0: 1 storm; the threshold is 1 within 1h", 1)


@case("conditions-uncorrected", boots=("plain",), tags=("full",))
def conditions_uncorrected(vm):
    load_quiet(vm)
    alone(vm, "uncorrected",
          lambda count: vm.kernel_command(burst(count, UCNA_NO_MISC, vm.fresh())),
          "memory at socket 0: 1 uncorrected error; the threshold is 1 within 24h", 1)


@case("conditions-lost", boots=("plain",), tags=("full",))
def conditions_lost(vm):
    """Records that are overwritten while the recorder is stopped."""
    load_quiet(vm, other_records=64)

    def make(count):
        for _ in range(count):
            vm.sh("kill -STOP $(cat /tmp/pid)").ok()
            vm.kernel_command(burst(200))
            vm.sh("kill -CONT $(cat /tmp/pid)").ok()
            vm.until(f"test $(cat {HOME}/stats/lost/reader) -gt 0")

    alone(vm, "lost", make, "this machine: [0-9]+ lost records; the threshold is 1 within 24h", 1)
