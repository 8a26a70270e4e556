# SPDX-License-Identifier: GPL-2.0
"""What is known of a machine over its boots: the store, mcwctl history, and pages that were bad."""

import time

import smbios
from errors import CORRECTED, MISC_PAGE
from machine import HOME, equal, expect, one, parse_json
from registry import case
from steps import corrected, load_quiet, memory_controller, same

STORE = "/var/lib/mcewarden/mcewarden.db"
RECORDS = "/var/log/mcewarden/records"
PARAMETERS = "/sys/module/mcw_edac/parameters"
CAP_SYS_ADMIN = 21
COLUMN = 10  # errors of a column, of which a fault is told
PAGE_CE = 3  # corrected errors that take a page
MOVABLE = "movablecore=256M"  # a page of a process then is none of the kernel's in the next boot
USUAL = smbios.known("00A1B2C3")
OTHER_MODULE = smbios.known("00A1B2FF")
OTHER_BIOS = smbios.known("00A1B2C3", "1.3")
REPLACED = ("slot P0_A1 has the memory module of serial number 00A1B2FF, and had that of 00A1B2C3")


def begin(vm):
    """Mount the disk where the service has its directories, and load the module."""
    vm.mount_disk()
    vm.sh("mkdir -p /disk/lib /disk/log /var/lib /var/log && ln -sfn /disk/lib /var/lib/mcewarden"
          " && ln -sfn /disk/log /var/log/mcewarden").ok()
    load_quiet(vm, edac_sees_cec_rate=0, page_ce_threshold=PAGE_CE)
    memory_controller(vm)
    vm.sh(f"printf 'rank:1 bank_group:2 bank:3 column:0x3f8 device:5' >{PARAMETERS}/detail").ok()


def record(vm, more=""):
    """As the service runs it, which has no capability."""
    vm.sh(f"mcwtest powerless 'exec mcwctl record --store {STORE} {RECORDS} {more}'"
          " >/tmp/record 2>&1 & echo $! >/tmp/record.pid").ok()
    vm.until(f"mcwctl history --store {STORE} >/dev/null 2>&1")


def record_end(vm):
    vm.sh("kill $(cat /tmp/record.pid)").ok()
    vm.until("! kill -0 $(cat /tmp/record.pid) 2>/dev/null")


def history(vm):
    found = {}
    for row in parse_json(vm.mcwctl("history --json").ok()):
        found.setdefault(row["type"], []).append(row)
    return found


def history_until(vm, fits, timeout=20):
    """What the store has once it fits."""
    deadline = time.monotonic() + timeout * vm.slow
    while True:
        found = history(vm)
        if fits(found) or time.monotonic() > deadline:
            expect(fits(found), f"the store has {found}")
            return found
        time.sleep(0.1)


def of_serial(rows, serial):
    return [row for row in rows or [] if row["part"] and row["part"]["serial"] == serial]


def errors_of(found, serial):
    return sum(row["corrected"] for row in of_serial(found.get("total"), serial))


def column_errors(vm, count, first=0):
    """Errors of a column of the first module, each in another row."""
    before = int(vm.read(f"{HOME}/stats/location/committed"))
    for number in range(first, first + count):
        vm.kernel_command(f"burst 5 1 {CORRECTED:x} {0x4000000000 + (number << 14):x} {MISC_PAGE:x} 0 0")
        vm.until(f"test $(cat {HOME}/stats/location/committed) = {before + 1 + number - first}")


def bad_pages(vm):
    """Take two pages of the first module offline by their corrected errors."""
    pages = [page for page in vm.hold("hold 32") if not page >> 12 & 3][:2]
    equal(len(pages), 2, "pages of the first module")
    for page in pages:
        corrected(vm, page, PAGE_CE)
    vm.until(f"test $(cat {HOME}/stats/soft_offline/soft_offlined) = 2")
    return sorted(pages)


def first_boot(vm):
    """Errors, a fault and bad pages. Return the pages, once all is in the store."""
    begin(vm)
    record(vm)
    column_errors(vm, COLUMN)
    pages = bad_pages(vm)
    found = history_until(vm, lambda rows: errors_of(rows, "00A1B2C3") == COLUMN + 2 * PAGE_CE
                          and len(rows.get("page", [])) == 2 and rows.get("fault"))
    same(one(found["fault"], "faults"), state="open", mode="column", level="critical")
    equal([(row["page"], row["state"], row["part"]["serial"]) for row in found["page"]],
          [(f"0x{page:016x}", "offline", "00A1B2C3") for page in pages], "pages")
    equal(vm.read("/tmp/record"), "", "what the recorder says")
    return pages


def boots_are(found, *ends):
    equal([boot["end"] for boot in found["boot"]], [*ends, None], "what ended the boots")


def same_machine(vm, pages):
    """Everything is there, goes on, and the pages are taken again."""
    equal(vm.poisoned(*pages), [False, False], "poisoned after the boot")
    begin(vm)
    found = history(vm)
    equal(errors_of(found, "00A1B2C3"), COLUMN + 2 * PAGE_CE, "errors of the boot before")
    same(one(found["fault"], "faults"), state="open", mode="column")
    equal(vm.mcwctl("pages --again --dry-run").ok().split(), [f"0x{page:x}" for page in pages],
          "pages")
    said = vm.mcwctl("pages --memmap").ok()
    expect(all(f"4K$0x{page:x}" in said or f"8K$0x{page:x}" in said for page in pages[:1])
           and f"0x{pages[0] >> 12:x}\n" in said, said)
    lost = vm.corrupted()
    equal(vm.sh("mcwtest powerless 'mcwctl pages --again'").status, 1, "without any capability")
    equal(vm.sh(f"mcwtest powerless 'mcwctl pages --again' {CAP_SYS_ADMIN}").ok(),
          "2 stored pages are offline\n", "taken again, as the service may")
    equal((vm.poisoned(*pages), vm.corrupted() - lost), ([True, True], 2), "poisoned pages")
    equal(vm.mcwctl("pages --again").ok(), "2 stored pages are offline\n", "and once more")
    equal(vm.corrupted() - lost, 2, "poisoned pages, of two times")
    record(vm)
    column_errors(vm, 2, COLUMN)
    found = history_until(vm, lambda rows: errors_of(rows, "00A1B2C3") == COLUMN + 2 * PAGE_CE + 2)
    boots_are(found, "lost")
    same(one(found["fault"], "faults"), state="open", corrected=COLUMN + 2 * PAGE_CE + 2)
    record_end(vm)
    equal(history(vm)["boot"][-1]["end"], "stopped", "the end of a boot that was told")


def other_module(vm, more=""):
    """Its fault is over, what it counted stays with its serial number, and no page is taken."""
    before = errors_of(history(vm), "00A1B2C3")
    taken = vm.mcwctl("pages --again " + more)
    equal((taken.status, taken.output.splitlines()),
          (0, ["mcwctl: 2 stored pages are left out, whose addresses may be other places now: "
               + REPLACED, "0 stored pages are offline"]), "pages")
    record(vm, more)
    found = history_until(vm, lambda rows: rows["fault"][0]["state"] == "replaced")
    one(found["fault"], "faults")
    column_errors(vm, 1, 90)
    found = history_until(vm, lambda rows: errors_of(rows, "00A1B2FF") == 1)
    equal(errors_of(found, "00A1B2C3"), before, "errors of the old module")
    return found


@case("store-boots", boots=("plain",), append=MOVABLE, options=USUAL, disk=32, alone=True)
def store_boots(vm):
    """After the power was cut off, counts, faults and bad pages are there, and the pages are taken
    again; by a table of the firmware with another module in the slot none of it holds."""
    pages = first_boot(vm)
    vm.boot_again()
    same_machine(vm, pages)
    vm.sh("sed s/00A1B2C3/00A1B2FF/ /sys/firmware/dmi/tables/DMI >/tmp/DMI").ok()
    other_module(vm, "--dmi /tmp/DMI")


@case("store-module", boots=("plain",), tags=("full",), append=MOVABLE, options=USUAL, disk=32,
      alone=True)
def store_module(vm):
    """Another memory module is in the slot at the next boot."""
    pages = first_boot(vm)
    record_end(vm)
    vm.sh("umount /disk").ok()
    vm.boot_again(OTHER_MODULE)
    begin(vm)
    boots_are(other_module(vm), "stopped")
    equal(vm.poisoned(*pages), [False, False], "poisoned")


@case("store-bios", boots=("plain",), tags=("full",), append=MOVABLE, options=USUAL, disk=32,
      alone=True)
def store_bios(vm):
    """Another BIOS, a clock that is years behind, and a disk that was never unmounted."""
    pages = first_boot(vm)
    vm.boot_again(OTHER_BIOS)
    vm.sh("date -s 2021-03-04").ok()
    begin(vm)
    taken = vm.mcwctl("pages --again")
    expect(taken.status == 0 and "the BIOS has version 1.3, and had 1.2" in taken.output, taken.output)
    equal(vm.poisoned(*pages), [False, False], "poisoned")
    record(vm)
    column_errors(vm, 3, COLUMN)
    found = history_until(vm, lambda rows: errors_of(rows, "00A1B2C3") == COLUMN + 2 * PAGE_CE + 3)
    days = {row["day"]: row["corrected"] for row in of_serial(found["day"], "00A1B2C3")}
    equal((len(days), days["2021-03-04"]), (2, 3), f"days {days}")
    same(one(found["fault"], "faults"), state="open", corrected=COLUMN + 2 * PAGE_CE + 3)
    boots_are(found, "lost")
    vm.boot_again()
    begin(vm)
    equal(vm.mcwctl("pages --again").ok(), "2 stored pages are offline\n", "with the old BIOS")


@case("store-read-only", boots=("plain",), tags=("full",), options=USUAL, disk=32, alone=True)
def store_read_only(vm):
    """A disk that is read-only at first: readers read, the recorder waits, and nothing is lost."""
    begin(vm)
    record(vm)
    column_errors(vm, 2)
    history_until(vm, lambda rows: errors_of(rows, "00A1B2C3") == 2)
    vm.boot_again()
    begin(vm)
    vm.sh("mount -o remount,ro /disk").ok()
    equal(errors_of(history(vm), "00A1B2C3"), 2, "read on a disk that is read-only")
    vm.sh(f"mcwctl record --store {STORE} /tmp/records >/tmp/record 2>&1 & echo $! >/tmp/record.pid").ok()
    vm.until("grep 'until it can be written' /tmp/record")
    column_errors(vm, 3, 2)
    vm.until("test $(mcwctl read --file /tmp/records --lane other | grep -c corrected) = 3")
    vm.sh("mount -o remount,rw /disk").ok()
    found = history_until(vm, lambda rows: errors_of(rows, "00A1B2C3") == 5)
    boots_are(found, "lost")
    column_errors(vm, 1, 5)
    history_until(vm, lambda rows: errors_of(rows, "00A1B2C3") == 6)
    record_end(vm)
    equal(errors_of(history(vm), "00A1B2C3"), 6, "at the end")
