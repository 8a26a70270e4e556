# SPDX-License-Identifier: GPL-2.0
"""What the real journal has of errors, and what journalctl -x says about them."""

import json
import re

from catalog import case
from expect import equal, expect, one
from steps import hit, signalled

SERVICE = "mcewarden-journal.service"
UNCORRECTED = "9d66438e2f9e478ca62653eda68a6610"


def entries(vm, words=""):
    output = vm.journal(f"-t mcewarden _SYSTEMD_UNIT={SERVICE} -o json {words}")
    return [json.loads(line) for line in output.splitlines()]


def start(vm):
    vm.load()
    vm.sh(f"systemctl start {SERVICE}").ok()
    vm.active(SERVICE)


@case("journal-entry")
def journal_entry(vm):
    """An error that hits a service is an entry of the journal with its fields, in the journal's own
    formats. journalctl -x explains it. A restart tells nothing twice."""
    start(vm)
    vm.sh("rm -f /tmp/victim; systemd-run --unit=holder -p StandardOutput=file:/tmp/victim"
          " -p RemainAfterExit=yes /opt/test-commands/mcwtest victim 0 300 user").ok()
    said = vm.until("grep ^phys /tmp/victim").split()
    page, virt = int(said[1], 16), int(said[3], 16)
    hit(vm, page)
    signalled(vm, virt)
    vm.until(f"journalctl -b MESSAGE_ID={UNCORRECTED} -o cat | grep .")
    wanted = {"PRIORITY": "3", "MCEWARDEN_CPU": "0", "MCEWARDEN_BANK": "6", "MCEWARDEN_CLASS": "SRAO",
              "MCEWARDEN_PAGE": hex(page), "MCEWARDEN_VICTIM": "mcwtest",
              "MCEWARDEN_OUTCOME": f"page {page:#x}: taken offline by the kernel"}
    entry = one(entries(vm, f"MESSAGE_ID={UNCORRECTED}"), "entries of the error")
    equal({name: entry.get(name) for name in wanted}, wanted, f"fields of {entry}")
    expect(entry["_UID"] != "0", "the service runs as root")
    said = vm.journal(f"MESSAGE_ID={UNCORRECTED} -o export")
    expect(f"\nMCEWARDEN_PAGE={page:#x}\n" in said, f"as the journal exports it: {said}")
    said = vm.journal(f"-x MESSAGE_ID={UNCORRECTED}")
    for words in ("Subject: An error that the hardware could not correct", "What to do: ",
                  f"What was done: {entry['MCEWARDEN_OUTCOME']}", f"mcwctl follow {entry['MCEWARDEN_EVENT']}"):
        expect(words in said, f"'{words}' is not in: {said}")
    expect("@MCEWARDEN" not in said, f"a field's name is left in: {said}")
    line = f"CPU 0 bank 6: SRAO, page {page:#x}: taken by the kernel"
    expect(line in vm.journal("-k"), f"the kernel's log has no line '{line}'")
    vm.sh(f"systemctl restart {SERVICE}; sleep 2").ok()
    vm.active(SERVICE)
    vm.corrected(3)
    vm.sh(f"systemctl stop {SERVICE}; systemctl stop holder").ok()
    # Other cases in this machine may have let a condition fire.
    kinds = sorted(found["MCEWARDEN_KIND"] for found in entries(vm) if found["MCEWARDEN_KIND"] != "condition")
    equal(kinds, ["corrected", "fault", "uncorrected"], "kinds of all entries")
    equal(vm.journal(f"-u {SERVICE} -t mcwctl -o cat"), "", "what mcwctl complains of")
    score = vm.sh(f"systemd-analyze security --threshold=15 {SERVICE}").ok()
    expect(re.search(r"Overall exposure level .*: [01]\.\d", score), f"how exposed it is: {score}")
