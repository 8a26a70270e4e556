# SPDX-License-Identifier: GPL-2.0
"""mcwctl journal, and the lines of severe events in the kernel's log."""

import os
import re

from errors import UCNA_NO_MISC
from machine import equal, expect, one
from registry import case
from steps import corrected, hit, load_quiet, our_lines, signalled, victim

SOCKET = "/run/systemd/journal/socket"
STATE = "/tmp/journal.state"
UNCORRECTED = "9d66438e2f9e478ca62653eda68a6610"


def fields(text):
    """The entries, each by its fields; of a field that is there several times, the last one."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    return [dict(line.split("=", 1) for line in lines) for lines in blocks if len(lines) > 1]


def entries(vm, kind):
    """What journald was sent of that kind."""
    return [entry for entry in fields(vm.read("/tmp/journald")) if entry["MCEWARDEN_KIND"] == kind]


def start(vm):
    vm.sh(f"mcwctl journal --state {STATE} 2>>/tmp/journal.said & echo $! >/tmp/journal.pid").ok()
    vm.until("grep 'SigBlk:.*[1-9a-f]' /proc/$(cat /tmp/journal.pid)/status")


def stop(vm):
    vm.sh("kill -TERM $(cat /tmp/journal.pid)").ok()
    vm.until("! kill -0 $(cat /tmp/journal.pid) 2>/dev/null")


@case("journal-victim", boots=("plain",), raises=True)
def journal_victim(vm):
    """An error in a page of a process becomes one entry, with what was done and whom it hit, and a
    line in the kernel's log. Corrected errors are summed up. A restart tells nothing twice."""
    load_quiet(vm)
    vm.sh(f"mkdir -p {os.path.dirname(SOCKET)}; rm -f {STATE} /tmp/journal.said").ok()
    vm.background(f"mcwtest journald {SOCKET}", "journald", "^ready")
    start(vm)
    page, virt = victim(vm, "user")
    hit(vm, page)
    signalled(vm, virt)
    vm.until("grep MCEWARDEN_KIND=uncorrected /tmp/journald")
    corrected(vm, vm.fresh(), 7)
    stop(vm)
    start(vm)
    corrected(vm, vm.fresh(), 2)
    stop(vm)
    entry = one(entries(vm, "uncorrected"), "entries of the error")
    wanted = {"MESSAGE_ID": UNCORRECTED, "PRIORITY": "3", "SYSLOG_IDENTIFIER": "mcewarden",
              "MCEWARDEN_CPU": "0", "MCEWARDEN_BANK": "6", "MCEWARDEN_CLASS": "SRAO",
              "MCEWARDEN_PAGE": hex(page), "MCEWARDEN_VICTIM": "mcwtest",
              "MCEWARDEN_OUTCOME": f"page {page:#x}: taken offline by the kernel"}
    equal({name: entry.get(name) for name in wanted}, wanted, f"fields of {entry}")
    expect('; "mcwtest" pid ' in entry["MESSAGE"], f"the message is {entry['MESSAGE']}")
    equal([found["MCEWARDEN_COUNT"] for found in entries(vm, "corrected")], ["7", "2"],
          "the sums of corrected errors")
    equal(vm.read("/tmp/journal.said"), "", "what mcwctl complains of")
    line = f"CPU 0 bank 6: SRAO, page {page:#x}: taken by the kernel; event {entry['MCEWARDEN_EVENT']}"
    one([said for said in our_lines(vm) if said == f"mcewarden: {line}"], "lines in the log")
    printed = fields(vm.mcwctl("journal --no-follow --export").ok())
    same = one([found for found in printed if found["MCEWARDEN_KIND"] == "uncorrected"], "printed")
    expect(re.fullmatch(r"[0-9a-f]{32}", same["_BOOT_ID"]), f"_BOOT_ID of {same}")
    equal({name: same.get(name) for name in wanted}, wanted, f"fields of {same}")


@case("log-limit", boots=("plain",), tags=("full",))
def log_limit(vm):
    """Of a flood of severe events ten have a line in the log, and the others are counted, once."""
    load_quiet(vm)
    told = "dmesg | grep -c 'more severe events came'"  # by cases before this one too
    before = vm.sh(told).output.strip()
    vm.kernel_command(f"burst 4 500 {UCNA_NO_MISC:x} 100000 0 0 0")
    rest = r"mcewarden: (\d+) more severe events came, each with a record and no line here"
    vm.until(f"test $({told}) -gt {before}")
    ours = our_lines(vm)
    lines = [line for line in ours if ": UCNA" in line]
    counted = [int(match[1]) for match in (re.fullmatch(rest, line) for line in ours) if match]
    equal(len(lines) + sum(counted), 500, f"events in the log: {lines}, {counted}")
    expect(len(lines) <= 30, f"there are {len(lines)} lines")
