# SPDX-License-Identifier: GPL-2.0
"""mcwctl faults: from the errors of a memory controller to the part that is bad."""

import time

import smbios
from errors import CORRECTED, MISC_PAGE
from machine import HOME, equal, expect, parse_json
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


@case("faults-column", boots=("plain",), options=smbios.OPTIONS)
def faults_column(vm):
    """A column that has an error each second is told in less than a minute: module, serial number,
    column and what to do. A recording says the same on another machine."""
    load_quiet(vm, edac_sees_cec_rate=0)
    memory_controller(vm)
    vm.sh(f"printf 'rank:1 bank_group:2 bank:3 column:0x3f8 device:5' >{PARAMETERS}/detail").ok()
    equal(faults(vm), [], "faults of a machine without errors")
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
    said = vm.mcwctl("faults").ok()
    expect("critical: memory module P0_A1, part M393A2K40CB2-CTD, serial 00A1B2C3\n" in said, said)
    vm.sh("mcwctl record /tmp/faults.rec --no-follow").ok()
    equal(vm.mcwctl("faults --file /tmp/faults.rec --edac /none --dmi /none").ok(), said, "of the recording")
