# SPDX-License-Identifier: GPL-2.0
"""The helper programs in the guest do what cases rely on."""

from errors import CORRECTED, CORRECTED_NO_MISC, MC4_ADDR, MCG_CAP, MISC_PAGE
from machine import INJECTED, OTHER, POLL, equal, expect
from registry import case
from steps import consumed, same, spinning


@case("file-on-disk", boots=("plain",), long_boots=("newer",))
def file_on_disk(vm):
    vm.disk()
    expect("/disk ext4" in vm.read("/proc/mounts"), "no ext4 is mounted")
    pages = vm.hold("file /disk/file 4")
    for flags in vm.page_flags(*pages):
        expect({"lru", "uptodate", "mmap"} <= flags and not {"anon", "dirty"} & flags,
               f"no clean page of a file: {flags}")
    equal(vm.held_now(), (True, pages), "content and addresses")
    expect("content good bytes 16384" in vm.sh("mcwtest file-check /disk/file").ok(), "file-check")
    vm.sh("printf x | dd of=/disk/file bs=1 seek=5000 conv=notrunc 2>/dev/null").ok()
    equal(vm.held_now()[0], False, "whether changed content is good")
    equal(vm.sh("mcwtest file-check /disk/file").status, 1, "exit status of file-check")


@case("kinds-of-pages", boots=("plain",), long_boots=("newer",))
def kinds_of_pages(vm):
    vm.sh("echo 1 >/proc/sys/vm/nr_hugepages").ok()
    huge = vm.hold("hold-huge", "huge")
    equal(huge[1] - huge[0], 1 << 20, "between the halves of a huge page")
    held = vm.hold("hold 3")
    equal(len(set(held)), 3, "pages held")
    flags = vm.page_flags(vm.page("slab"), vm.page("kernel"), vm.page("free"), *huge, held[0],
                          vm.fresh())
    wanted = ("slab", None, "buddy", "huge", "huge", "anon", "nopage")
    for found, flag in zip(flags, wanted):
        expect(flag in found if flag else not found & {"slab", "lru", "buddy", "anon", "nopage"},
               f"flags {found}, not {flag}")
    before = vm.corrupted()
    vm.modprobe("hwpoison-inject")
    vm.sh(f"echo {held[1] >> 12:#x} >/sys/kernel/debug/hwpoison/corrupt-pfn").ok()
    equal(vm.poisoned(*held), [False, True, False], "poisoned")
    equal(vm.corrupted() - before, 1, "pages poisoned")


@case("registers", boots=("plain", "amd"))
def registers(vm):
    vm.kernel_command(f"rdmsr {MCG_CAP:x}")
    expect(vm.value() & 0xff >= 9, f"MCG_CAP {vm.value():#x}")
    for cpu in (0, 1):
        vm.kernel_command(f"wrmsr {MC4_ADDR:x} abc00{cpu}", cpu)
    for cpu in (0, 1):
        vm.kernel_command(f"rdmsr {MC4_ADDR:x}", cpu)
        equal(vm.value(), 0xabc000 + cpu, f"what was written on CPU {cpu}")


@case("injected-record", boots=("plain",), long_boots=("newer",))
def injected_record(vm):
    addr = vm.fresh()
    vm.load()
    vm.kernel_command(f"inject 5 {CORRECTED_NO_MISC:x} {addr:x} 0 0", cpu=1)
    vm.kernel_command(f"burst 5 1 {CORRECTED_NO_MISC:x} {addr:x} 0 0 0", cpu=1)
    records = vm.records()
    equal([r["flags"] for r in records], [INJECTED, 0], "flags")
    same(records[0], source=POLL, lane=OTHER, cpu=1, bank=5, addr=addr, status=CORRECTED_NO_MISC)


@case("volley", boots=("plain",), long_boots=("newer",))
def volley(vm):
    vm.kernel_command("quiet 1")
    vm.load()
    vectors = [(bank, CORRECTED, vm.fresh(), MISC_PAGE)
               for _ in range(25) for bank in (4, 5, 8)]
    for irqs_off in (False, True):
        vm.volley(vectors, cpu=1, irqs_off=irqs_off)
    found = [(r["bank"], r["status"], r["addr"], r["misc"]) for r in vm.records()]
    equal(found, 2 * vectors, "records")
    result = vm.sh("echo 4 x 0 0 >/tmp/bad; mcwtest volley 0 0 0 /tmp/bad")
    equal((result.status, len(vm.records())), (1, 150), "what is no number, and records")


@case("victims", boots=("plain",), long_boots=("newer",), raises=True)
def victims(vm):
    """After an SRAR a process with a handler gets the signal; one without is killed."""
    for mode, sign in (("user", "sigbus code 4"), ("naive", "ended 135")):
        page, spin = spinning(vm, mode)
        consumed(vm, page, spin)
        vm.until(f"grep '^{sign}' /tmp/victim")
        equal(vm.poisoned(page), [True], "poisoned")
