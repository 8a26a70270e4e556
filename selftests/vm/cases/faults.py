# SPDX-License-Identifier: GPL-2.0
"""mcwctl faults: from the errors of a memory controller to the part that is bad."""

import json
import time

import smbios
from errors import CORRECTED, MISC_PAGE
from machine import HOME, equal, expect, one, parse_json
from registry import case
from steps import load_quiet, memory_controller, same

PARAMETERS = "/sys/module/mcw_edac/parameters"
INSIDE_S = 60


def faults(vm, more=""):
    found = parse_json(vm.mcwctl(f"faults --json {more}").ok())
    return [fault for fault in found if fault["type"] == "fault"]


def column_error(vm, number):
    """An error in the same column as the others; mcw_edac.c makes the row from the address."""
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} {0x4000000000 + (number << 14):x} {MISC_PAGE:x} 0 0")


def told_at_once(vm):
    """The metrics have the fault. Those who watch are told it, and once only."""
    expect('mcewarden_fault_open{part="P0_A1",serial="00A1B2C3",mode="column",level="critical"} 1\n'
           in vm.mcwctl("metrics").ok(), "no open fault in the metrics")
    line = "fault, critical: memory module P0_A1, part M393A2K40CB2-CTD, serial 00A1B2C3: "
    vm.until(f"grep '^{line}' /tmp/told && grep '\"level\":\"critical\"' /tmp/told.json")
    column_error(vm, 900)
    time.sleep(4)
    vm.sh("killall mcwctl; sleep 1")
    equal([text for text in vm.read("/tmp/told").splitlines() if text.startswith(line)][1:], [],
          "told again")
    lines = [json.loads(text) for text in vm.read("/tmp/told.json").splitlines()]
    told = one([e for e in lines if e.get("type") == "fault" and e["level"] == "critical"], "faults")
    same(told["part"], label="P0_A1", serial="00A1B2C3")


@case("faults-column", boots=("plain",), options=smbios.OPTIONS)
def faults_column(vm):
    """A column that has an error each second is told in less than a minute: module, serial number,
    column and what to do. A recording says the same on another machine."""
    load_quiet(vm, edac_sees_cec_rate=0)
    memory_controller(vm)
    vm.sh(f"printf 'rank:1 bank_group:2 bank:3 column:0x3f8 device:5' >{PARAMETERS}/detail").ok()
    equal(faults(vm), [], "faults of a machine without errors")
    expect("mcewarden_fault_open{" not in vm.mcwctl("metrics").ok(), "an open fault in the metrics")
    vm.sh("mcwctl monitor >/tmp/told 2>&1 &"
          " mcwctl monitor --new --json >/tmp/told.json 2>/tmp/said &").ok()
    begun, found, errors = time.monotonic(), [], 0
    while not found and time.monotonic() - begun < INSIDE_S:
        column_error(vm, errors)
        errors += 1
        vm.until(f"test $(cat {HOME}/stats/location/committed) = {errors}")
        found = faults(vm)
        time.sleep(1)
    equal(len(found), 1, "faults")
    expect(errors <= 10, f"it took {errors} errors")
    same(found[0], mode="column", level="critical", action="replace", corrected=errors, cells=errors)
    same(found[0]["part"], label="P0_A1", slot="P0_A1", serial="00A1B2C3", part="M393A2K40CB2-CTD")
    same(found[0]["place"], rank=1, bank_group=2, dram_bank=3, column=0x3f8, device=5)
    expect("row" not in found[0]["place"], f"a row: {found[0]['place']}")
    told_at_once(vm)
    said = vm.mcwctl("faults").ok()
    expect("critical: memory module P0_A1, part M393A2K40CB2-CTD, serial 00A1B2C3\n" in said, said)
    vm.sh("mcwctl record /tmp/faults.rec --no-follow").ok()
    equal(vm.mcwctl("faults --file /tmp/faults.rec --edac /none --dmi /none").ok(), said, "of the recording")
