# SPDX-License-Identifier: GPL-2.0
"""mcwctl dimms: which memory module, in which slot, and its errors."""

import smbios
from errors import CORRECTED, MISC_PAGE, UCNA
from machine import HOME, equal, expect, parse_json
from registry import case
from steps import load_quiet, memory_controller, polled, same

LABELS = ("P0_A1", "P0_A2", "P0_B1", "P0_B2")


def dimms(vm):
    found = parse_json(vm.mcwctl("dimms --json").ok())
    return {dimm["label"]: dimm for dimm in found}


def label_of(address):
    """As mcw_edac.c picks it."""
    return f"P0_{'AB'[address >> 12 & 1]}{1 + (address >> 13 & 1)}"


@case("dimms-slots", boots=("plain",), long_boots=("newer",), options=smbios.OPTIONS)
def dimms_slots(vm):
    """Each DIMM of the memory controller has its slot, serial and part, its own counts, its last
    error and the pages that were taken because of it; nothing is guessed."""
    load_quiet(vm, edac_sees_cec_rate=0)
    memory_controller(vm)
    pages = vm.hold("hold 8")
    wanted = dict.fromkeys(LABELS, 0)
    for page in pages[:2]:
        polled(vm, page, UCNA)
    vm.outcomes(2)
    lost = dict.fromkeys(LABELS, 0)
    for page in pages[:2]:
        lost[label_of(page)] += 1
    for at, label in enumerate(LABELS):
        address = 0x4000000000 + ((at & 1) << 13 | (at >> 1) << 12)
        for number in range(at + 1):
            vm.kernel_command(f"burst 5 1 {CORRECTED:x} {address + (number << 14):x} {MISC_PAGE:x} 0 0")
        wanted[label] = at + 1
    vm.until(f"test $(cat {HOME}/stats/location/committed) = {2 + sum(wanted.values())}")
    found = dimms(vm)
    equal(tuple(found), LABELS, "labels")
    for label in LABELS:
        same(found[label], corrected=wanted[label], uncorrected=lost[label],
             pages_offline=lost[label], mc=0, megabytes=1024)
        expect(found[label]["last"], f"no last error of {label}")
    same(found["P0_A1"], slot="P0_A1", slot_reason="locator", serial="00A1B2C3",
         part="M393A2K40CB2-CTD", maker="Maker", memory="DDR4", speed=2933, ranks=2,
         bank_locator="NODE 0 CHANNEL 0", location="channel 0 slot 0")
    same(found["P0_A2"], slot="P0_A2", serial=None)
    # The firmware says that the last slot holds a larger one: then its slot is not known.
    same(found["P0_B2"], slot=None, slot_reason="size_differs", serial=None, part=None)
    said = vm.mcwctl("read -v --lane location").ok()
    expect(': "P0_A1", part M393A2K40CB2-CTD, serial 00A1B2C3, mc 0 at 0:0; corrected' in said, said)
    expect(': "P0_B2", mc 0 at 1:1; corrected' in said, said)
    located = parse_json(vm.mcwctl("read --lane location --json").ok())
    equal({known["label"]: known["dimm"]["serial"] for known in located if known["error"] == "corrected"},
          {"P0_A1": "00A1B2C3", "P0_A2": None, "P0_B1": "00A1B2C5", "P0_B2": None}, "serials")
    serials = {event["dimm"]["label"]: event["dimm"]["serial"]
               for event in parse_json(vm.mcwctl("read --json --lane other").ok())}
    equal(serials, {"P0_A1": "00A1B2C3", "P0_A2": None, "P0_B1": "00A1B2C5", "P0_B2": None},
          "serial numbers of events")
    text = vm.mcwctl("dimms").ok()
    lines = text.splitlines()
    expect(lines[0].split()[:4] == ["dimm", "slot", "part", "serial"], f"head: {lines[0]}")
    expect("P0_B1 " in lines[3] and "00A1B2C5" in lines[3], f"a line: {lines[3]}")
    equal(lines[5], "the slot of 1 DIMM is not known: the slot that fits holds another size", "why")
    named = {page["page"]: page["dimm"]["label"]
             for page in parse_json(vm.mcwctl("pages --json").ok()) if page["state"] == "offline"}
    equal(named, {f"0x{page:016x}": label_of(page) for page in pages[:2]},
          "memory modules of pages")
    metrics = vm.mcwctl("metrics").ok()
    for label, slot, serial in (("P0_A1", "P0_A1", "00A1B2C3"), ("P0_A2", "P0_A2", ""), ("P0_B2", "", "")):
        expect(f'mcewarden_dimm_errors_total{{dimm="{label}",slot="{slot}",serial="{serial}",'
               f'class="corrected"}} {wanted[label]}\n' in metrics, f"metrics of {label}: {metrics}")
    # Another machine reads the same of a recording, which has the table.
    vm.sh("mcwctl record /tmp/r --no-follow && rmmod mcw_edac").ok()
    recorded = {dimm["label"]: dimm for dimm in parse_json(vm.mcwctl("dimms --file /tmp/r --json").ok())}
    equal(recorded, found, "DIMMs of the recording")
    elsewhere = vm.mcwctl("read -v --file /tmp/r --lane location --edac /nowhere --dmi /nowhere").ok()
    equal(elsewhere, said, "locations of the recording")
    equal({event["dimm"]["label"]: event["dimm"]["serial"]
           for event in parse_json(vm.mcwctl("read --file /tmp/r --json --lane other").ok())},
          serials, "serial numbers of the recording's events")
    memory_controller(vm)
    # A label that the admin wrote counts, and the slot is another's then.
    vm.sh("printf 'P0_C1' >/sys/devices/system/edac/mc/mc0/dimm0/dimm_label").ok()
    same(dimms(vm)["P0_C1"], slot="P0_C1", corrected=0, megabytes=1024)
    # The same recording goes on, with another table before the next error.
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} 4000000000 {MISC_PAGE:x} 0 0")
    vm.until(f"test $(cat {HOME}/stats/location/committed) = {3 + sum(wanted.values())}")
    vm.sh("mcwctl record /tmp/r --no-follow").ok()
    again = {dimm["label"]: dimm for dimm in parse_json(vm.mcwctl("dimms --file /tmp/r --json").ok())}
    equal(tuple(again), (*LABELS, "P0_C1"), "labels of the recording")
    same(again["P0_C1"], corrected=1)
    same(again["P0_A1"], corrected=1)
    # Positions begin anew at the next load, and still each page has its own module.
    vm.unload()
    load_quiet(vm, edac_sees_cec_rate=0)
    polled(vm, pages[2], UCNA)
    vm.outcomes(1)
    vm.sh("mcwctl record /tmp/r --no-follow").ok()
    equal({page["page"]: page["dimm"]["label"] for page in
           parse_json(vm.mcwctl("pages --file /tmp/r --json --edac /none --dmi /none").ok())},
          named | {f"0x{pages[2]:016x}": label_of(pages[2]).replace("P0_A1", "P0_C1")},
          "memory modules of a recording's pages")


@case("dimms-without", boots=("plain",))
def dimms_without(vm):
    """Without an EDAC driver, without the module, and for a user who may not read the table."""
    said = vm.mcwctl("dimms").ok()
    expect("no EDAC driver has a memory controller" in said, said)
    expect("the module is not loaded: last errors and pages are not known" in said, said)
    equal(vm.mcwctl("dimms --json").ok(), "", "JSON of no DIMM")
    memory_controller(vm)
    said = vm.sh("su nobody -s /bin/sh -c 'mcwctl dimms'").ok()
    expect("slots are not known: only root may read the firmware's table" in said, said)
    expect("P0_A1" in said, said)


LABELS_FILE = """# names as printed on the board
Vendor: Board maker
  Model: Board 1, Board 2
    SLOT 1: 0.0.0;  SLOT 2: 0.0.1
    SLOT 3: 0.1.0
    SLOT 9: 1.0.0
"""


@case("dimms-label-file", boots=("plain",), options=smbios.OPTIONS)
def dimms_label_file(vm):
    """Labels of the driver that say nothing: the board's label file names the slots, also of what
    comes later. A file with a mistake is not used."""
    load_quiet(vm)
    memory_controller(vm)
    labels = "/sys/devices/system/edac/mc/mc0/dimm"
    vm.sh(f"for i in 0 1 2 3; do printf x$i >{labels}$i/dimm_label; done").ok()
    same(dimms(vm)["x1"], slot=None, slot_reason="not_found")
    text = "Vendor: Board maker\\n Model: Board 1\\n P0_B1: 0.0.1; P0_A1: 0.1.0\\n"
    vm.sh(f"mkdir -p /etc/ras/dimm_labels.d && printf '{text}' >/etc/ras/dimm_labels.d/board").ok()
    found = dimms(vm)
    same(found["x1"], slot="P0_B1", slot_reason="label_file", serial="00A1B2C5")
    same(found["x2"], slot="P0_A1", slot_reason="label_file", serial="00A1B2C3")
    same(found["x0"], slot=None, slot_reason="not_found")
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} 4000001000 {MISC_PAGE:x} 0 0")
    vm.until(f"test $(cat {HOME}/stats/location/committed) = 1")
    expect(': "x2", slot P0_A1, part' in vm.mcwctl("read -v --lane location").ok(), "read")
    vm.sh("echo 'wrong: 0.0.x' >>/etc/ras/dimm_labels.d/board").ok()
    same(dimms(vm)["x1"], slot=None)
    vm.sh("mkdir -p /etc/mcewarden/dimm_labels.d"
          " && sed /wrong/d /etc/ras/dimm_labels.d/board >/etc/mcewarden/dimm_labels.d/mine").ok()
    same(dimms(vm)["x1"], slot="P0_B1", slot_reason="label_file")
    vm.sh("rm -r /etc/ras /etc/mcewarden").ok()


@case("dimms-labels", boots=("plain",), options=smbios.OPTIONS)
def dimms_labels(vm):
    """Labels of a file of rasdaemon's: shown, written, and what the next error says. A file with a
    mistake, or for another board, writes nothing."""
    load_quiet(vm)
    memory_controller(vm)
    label = "/sys/devices/system/edac/mc/mc0/dimm0/dimm_label"
    vm.sh(f"mkdir -p /tmp/labels && printf '{LABELS_FILE}' >/tmp/labels/one".replace("\n", "\\n")).ok()
    said = vm.mcwctl("dimms --labels /tmp/labels --dry-run").ok()
    equal(said.splitlines(), ["mc 0 channel 0 slot 0: SLOT 1, was P0_A1",
                              "mc 0 channel 0 slot 1: SLOT 2, was P0_A2",
                              "mc 0 channel 1 slot 0: SLOT 3, was P0_B1",
                              "1 label of places without a memory module", "nothing was written"],
          "what --dry-run prints")
    equal(vm.read(label), "P0_A1", "label after --dry-run")
    vm.sh("sed 's/0.1.0/0.1.x/' /tmp/labels/one >/tmp/wrong").ok()
    result = vm.mcwctl("dimms --labels /tmp/wrong")
    expect(result.status == 1 and "/tmp/wrong:5: not a place such as 0.1.0: '0.1.x'" in result.output,
           result.output)
    vm.sh("sed 's/Board 1,/Board 3,/' /tmp/labels/one >/tmp/other").ok()
    result = vm.mcwctl("dimms --labels /tmp/other")
    expect(result.status == 1 and "no labels for this machine: board 'Board 1' of 'Board maker'"
           in result.output, result.output)
    equal(vm.read(label), "P0_A1", "label after two files that are no good")
    vm.mcwctl("dimms --labels /tmp/labels").ok()
    equal(vm.read(label), "SLOT 1", "label")
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} 4000000000 {MISC_PAGE:x} 0 0")
    vm.until(f"test $(cat {HOME}/stats/location/committed) = 1")
    expect('"SLOT 1"' in vm.mcwctl("read -v --lane location").ok(), "location's label")
    expect("SLOT 1, was" not in vm.mcwctl("dimms --labels /tmp/labels/one").ok(), "once more")
