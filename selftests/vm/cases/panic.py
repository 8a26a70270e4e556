# SPDX-License-Identifier: GPL-2.0
"""What is left when the kernel panics: the text of the console, and what pstore kept for the same
machine after its reboot."""

import os
import re
import subprocess
import time

import guest
from errors import FATAL, LOCAL, LOCAL_CONSUMED, UCNA_NO_MISC
from machine import NOTICE, SEVERE, equal, expect, one, parse_json
from registry import case
from steps import commit_of, held_page, hit, load_quiet, polled

# The memory of the machine is a file, so what ramoops keeps in it is there after the reboot.
RESERVED = 0x30000000
RAMOOPS = {"append": f"memmap=1M${RESERVED:#x}",
           "options": ("-object", "memory-backend-file,id=ram,size=1G,mem-path=KEPT/ram,share=on",
                       "-machine", "memory-backend=ram")}
ERST = {"options": ("-object", "memory-backend-file,id=erst,mem-path=KEPT/erst,size=128K,share=on",
                    "-device", "acpi-erst,memdev=erst")}
LEFT = (r"Kernel panic - not syncing: {why}(.*\n)*"
        r"mcewarden: \[Hardware Error\]: at panic: load [0-9a-f]+: {count} severe records? .*\n"
        r"((?:mcewarden: at panic: .*\n)*)"
        r"mcewarden: at panic: end: {more} more are left out, and {busy} that were being written")


def keep_in_ram(vm):
    for name, _ in vm.kernel.modules_for("ramoops").items():
        where = f" mem_address={RESERVED:#x} mem_size=0x100000 record_size=0x10000"
        vm.sh(f"insmod /mods/{name}.ko{where if name == 'ramoops' else ''}").ok()


def keep_in_erst(vm):
    vm.until("dmesg | grep 'Registered erst as persistent store backend'")


def decoded(found):
    return [event for event in found if event["type"] == "decoded"]


def after_reboot(vm, keep, also=None):
    """Boot the same machine again, and return what mcwctl decode finds in what pstore kept."""
    again = vm.again()
    try:
        keep(again)
        again.sh("mount -t pstore pstore /sys/fs/pstore").ok()
        expect("dmesg-" in again.sh("ls /sys/fs/pstore").ok(), "pstore kept no log")
        if also:
            also(again)
        return parse_json(again.sh("cat /sys/fs/pstore/dmesg-* | mcwctl decode --json -", 60).ok())
    finally:
        again.stop()


def on_console(text):
    """What mcwctl decode, on this side, finds in the console's text."""
    tool = os.path.join(guest.CACHE, "vm", "tool", "scripts/mcwctl/mcwctl")
    done = subprocess.run([tool, "decode", "--json", "-"], input=text, stdout=subprocess.PIPE,
                          text=True, check=True)
    return parse_json(done.stdout)


def unread(vm, count=6):
    """Make SRAO that nobody reads; the kernel takes their pages. Return the pages."""
    pages = vm.hold(f"hold {count}")
    for page in pages:
        hit(vm, page)
    vm.until(f"mcwtest lanes | grep 'lane={NOTICE} .* committed={count} '")
    return pages


def dies(vm, action, why, count, more=0, busy=0, timeout=20):
    """The machine panics, and says so many records. Return the lines about them."""
    return vm.dies(action, LEFT.format(why=why, count=count, more=more, busy=busy), timeout)[0]


def same_pages(found, pages):
    """The module's records have these pages, the newest first, each with its outcome."""
    records = [event for event in decoded(found) if event["told_by"] == ["mcewarden"]]
    equal([int(event["addr"], 16) for event in records], pages[:0:-1] + pages[:1], "pages")
    for event in records:
        expect(any(fact["about"] == "action" and "taken offline by the kernel" in fact["text"]
                   and event["addr"].lstrip("0x") in fact["text"] for fact in event["facts"]),
               f"no outcome of {event}")


def fatal_in(found, page):
    """The error that only one CPU took is there too, as it was in the bank."""
    event = one([event for event in decoded(found) if event["class"] == "fatal"], "fatal errors")
    equal((int(event["addr"], 16), int(event["status"], 16), event["cpu"], event["bank"]),
          (page, FATAL, 1, 6), "address, status, CPU and bank")
    expect("mcewarden" in event["told_by"], f"the module did not tell of {event}")


def stored(vm, pages, page):
    """The recorder takes all of that into its store, once."""
    vm.load()
    for _ in range(2):
        vm.mcwctl("record --no-follow --store /tmp/db /tmp/records").ok()
    rows = parse_json(vm.mcwctl("history --store /tmp/db --json").ok())
    errors = [int(row["addr"], 16) for row in rows if row["type"] == "crash" and row["class"]]
    equal(sorted(errors), sorted([*pages, page]), "addresses in the store")
    equal(sum(row["uncorrected"] for row in rows if row["type"] == "total"), len(pages), "counted")
    text = vm.mcwctl("history --store /tmp/db").ok()
    equal((text.count("before the reboot at 20"), text.count("Kernel panic - not syncing: Fatal local")),
          (1, 1), f"times in {text}")
    vm.unload()


def dies_and_reads(vm, keep, also):
    keep(vm)
    vm.load()
    pages, page = unread(vm), vm.fresh()
    dies(vm, lambda: vm.inject(1, 6, FATAL, LOCAL_CONSUMED, page), "", 6)
    found = after_reboot(vm, keep, lambda again: also(again, pages, page))
    same_pages(found, pages)
    fatal_in(found, page)


@case("panic-ramoops", boots=("plain",), long_boots=("newer",), raises=True, dies=True, alone=True, **RAMOOPS)
def panic_ramoops(vm):
    """Of six unread errors that the kernel survived, and the one that it did not, all are read back
    after the reboot."""
    dies_and_reads(vm, keep_in_ram, stored)


@case("panic-erst", boots=("plain",), tags=("full",), long_boots=("newer",), raises=True, dies=True,
      alone=True, **ERST)
def panic_erst(vm):
    """ERST also has records, beside the kernel's of the fatal error: the oldest and the newest."""
    def binary(vm, pages, page):
        files = vm.sh("ls /sys/fs/pstore/mce-erst-*").ok().split()
        found = [event for file in files for event in
                 decoded(parse_json(vm.sh(f"mcwctl decode --json - <{file}").ok()))]
        equal(sorted(int(event["addr"], 16) for event in found),
              sorted([pages[0], *pages[3:], page]), "addresses in ERST")

    dies_and_reads(vm, keep_in_erst, binary)


# What a crash kernel boots from lies in memory that is reserved.
BOOT_FILES = (0x40000000, 0x42000000)


@case("panic-kdump", boots=("plain",), tags=("full",), long_boots=("newer",), raises=True, dies=True,
      alone=True, append=f"crashkernel=256M memmap=128M${BOOT_FILES[0]:#x}", programs=("vmcore-dmesg",),
      options=("-m", "2G",
               "-device", f"loader,file=KERNEL,addr={BOOT_FILES[0]:#x},force-raw=on",
               "-device", f"loader,file=INITRD,addr={BOOT_FILES[1]:#x},force-raw=on"))
def panic_kdump(vm):
    """With a crash kernel the notifiers are not called; the dump's log has the lines all the
    same."""
    for name, file, address in zip(("kernel", "initrd"), vm.files, BOOT_FILES):
        size = os.path.getsize(file)
        vm.sh(f"dd if=/dev/mem bs=1M skip={address >> 20} count={(size >> 20) + 1} 2>/dev/null"
              f" | head -c {size} >/tmp/{name}", 120).ok()
    vm.sh("mcwtest crash-kernel /tmp/kernel /tmp/initrd 'console=ttyS0,115200 nr_cpus=1 irqpoll"
          " reset_devices rdinit=/init panic=-1'", 60).ok()
    vm.sh("rm /tmp/kernel /tmp/initrd").ok()
    equal(vm.read("/sys/kernel/kexec_crash_loaded"), "1", "whether the crash kernel is loaded")
    vm.load()
    pages, page = unread(vm), vm.fresh()
    vm.crashes(lambda: vm.inject(1, 6, FATAL, LOCAL_CONSUMED, page))
    found = parse_json(vm.sh("vmcore-dmesg /proc/vmcore | mcwctl decode --json -", 120).ok())
    same_pages(found, pages)
    fatal_in(found, page)
    vm.leaves()


@case("panic-amd", boots=("amd",), tags=("full",), raises=True, dies=True, alone=True)
def panic_amd(vm):
    """An AMD model panics before any bank is scanned: the error is read from its bank."""
    vm.load()
    page = vm.fresh()
    text = dies(vm, lambda: vm.inject(1, 5, UCNA_NO_MISC, LOCAL, page), "", 0)
    event = one(decoded(on_console(text)), "errors")
    equal((int(event["addr"], 16), int(event["status"], 16), event["cpu"], event["bank"],
           event["captured"]["at_panic"]), (page, UCNA_NO_MISC, 1, 5, True), "what is said of it")


@case("panic-sysrq", boots=("plain",), tags=("full",), raises=True, dies=True, alone=True, **RAMOOPS)
def panic_sysrq(vm):
    keep_in_ram(vm)
    vm.load()
    pages = unread(vm)
    dies(vm, "echo c >/proc/sysrq-trigger", "sysrq", 6)
    same_pages(after_reboot(vm, keep_in_ram), pages)


@case("panic-tolerant-0", boots=("plain",), tags=("full",), raises=True, dies=True, alone=True, **RAMOOPS)
def panic_tolerant_0(vm):
    """The module's own panic: the error that it is about is among the records."""
    keep_in_ram(vm)
    vm.load()
    pages, page = unread(vm), held_page(vm)
    vm.sh("echo 0 >/sys/devices/system/mcewarden/tolerant").ok()
    dies(vm, lambda: polled(vm, page), "mcewarden: uncorrected error while tolerant is 0", 7)
    found = after_reboot(vm, keep_in_ram)
    expect(page in [int(event["addr"], 16) for event in decoded(found)], "the last error is not there")
    equal(sum(int(event["addr"], 16) in pages for event in decoded(found)), 6, "earlier errors")


@case("panic-in-chain", boots=("plain",), tags=("full",), raises=True, dies=True, alone=True)
def panic_in_chain(vm):
    """A panic inside of the module's own block of the decode chain."""
    vm.load()
    pages = unread(vm)
    page = held_page(vm)
    vm.kernel_command("stall mcw_recovery_chain_begin panic")
    text = dies(vm, lambda: polled(vm, page), "mcw_test: in mcw_recovery_chain_begin", 7)
    equal([int(event["addr"], 16) for event in decoded(on_console(text))],
          [page] + pages[:0:-1] + pages[:1], "pages")


@case("panic-in-slot", boots=("plain",), tags=("full",), raises=True, dies=True, alone=True)
def panic_in_slot(vm):
    """A panic while the CPU itself is inside a slot, before it commits its record."""
    vm.load()
    pages, page = unread(vm), held_page(vm)
    vm.kernel_command(f"stall {commit_of(vm, 'capture_record', 'tap_entry')} panic")
    text = dies(vm, lambda: polled(vm, page), "mcw_test: in capture_record", 6, busy=1)
    found = [int(event["addr"], 16) for event in decoded(on_console(text))]
    equal([addr for addr in found if addr != page], pages[:0:-1] + pages[:1], "pages")


def seconds_to_die(vm, count, more):
    """How long the machine takes from the panic to the reboot."""
    began = time.monotonic()
    if count:
        text = dies(vm, "echo c >/proc/sysrq-trigger", "sysrq", count, more=more, timeout=60)
    else:
        text = vm.dies("echo c >/proc/sysrq-trigger", "Kernel panic - not syncing: sysrq")[0]
    return time.monotonic() - began, text


@case("panic-many", boots=("plain",), tags=("full",), dies=True, alone=True)
def panic_many(vm):
    """Of 10000 unread records the newest are printed, and the oldest; it takes two seconds at
    most."""
    without, count = vm.again(), 10000
    try:
        usual, _ = seconds_to_die(without, 0, 0)
    finally:
        without.stop()
    load_quiet(vm, severe_records=16384)
    vm.kernel_command(f"burst 4 {count} {UCNA_NO_MISC:x} 100000 0 0 0", timeout=120)
    equal(vm.stats(SEVERE)["committed"], count, "records")
    seconds, text = seconds_to_die(vm, count, r"\d+")
    found = [int(event["addr"], 16) for event in decoded(on_console(text))]
    expect(10 <= len(found) < 30, f"{len(found)} records")
    newest = 0x100000 + count - 1
    equal(found, [*range(newest, newest - len(found) + 1, -1), 0x100000], "the newest, and the oldest")
    expect(len(text) < 16384, f"{len(text)} bytes")
    expect(seconds < usual + 2, f"{seconds:.1f} s, and {usual:.1f} s without records")
    vm.note(f"{seconds:.2f} s, and {usual:.2f} s without records")
