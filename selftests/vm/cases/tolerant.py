# SPDX-License-Identifier: GPL-2.0
"""The knob tolerant: what each level does, what level 0 panics on, and above all what it does
not panic on."""

import outcome as o
from errors import (BROADCAST, CORRECTED, DEFERRED_AMD, FATAL, GRADE_DEFERRED, GRADE_PANIC,
                    LEFT_BY_BROADCAST, LOCAL, LOCAL_CONSUMED, MISC_PAGE, SRAO, SRAR, UCNA,
                    UCNA_NO_MISC)
from machine import (CHAIN, EXCEPTION, HOME, INJECTED, LEFTOVER, OTHER, POLL, SEVERE, TEST, UNKNOWN,
                     equal, expect, one)
from registry import ON_DEBUG, ON_NEWER, case
from steps import (CPU1, FAKE_PANIC, GRACE, KERNEL_ACTED, MODULE_ACTED, NOT_ACTED, consumed,
                   dropped, held_page, hit, polled, same, signalled, spinning, victim)

PANIC = (r"mcewarden: uncorrected error: CPU {cpu} bank {bank} status {status:#018x} addr {addr:#018x} .* rule {rule}\n"
         r"(.*\n)*Kernel panic - not syncing: mcewarden: uncorrected error while tolerant is 0:"
         r" CPU {cpu} bank {bank} status {status:#018x} rule {rule}\n")


def level(vm, wanted):
    vm.sh(f"echo {wanted} >{HOME}/tolerant").ok()


def lives(vm, **wanted):
    """Level 0 does not panic on the only severe record, which still waits for the kernel."""
    record = one([r for r in vm.records() if r["lane"] == SEVERE], "severe records")
    same(record, **wanted)
    said = one(vm.outcomes(1), "outcomes")
    expect(said["action"] != o.PANIC, f"level 0 panics: {said}")
    equal(said["tolerant"], 0, "level")
    vm.sh("sleep 0.5").ok()
    return said


@case("tolerant-knob", boots=("plain",))
def tolerant_knob(vm):
    vm.load()
    equal(vm.read(HOME + "/tolerant"), "1", "default")
    for good in ("0", "2", "3", "1"):
        level(vm, good)
        equal(vm.read(HOME + "/tolerant"), good, "what was written")
    for bad in ("4", "-1", "x", "''"):
        result = vm.sh(f"echo {bad} >{HOME}/tolerant")
        expect(result.status and "nvalid argument" in result.output, f"{bad}: {result.output}")
        equal(vm.read(HOME + "/tolerant"), "1", f"after {bad}")
    expect(sum("tolerant:" in line and "from 0 to 3" in line for line in vm.log()) == 4, "lines with the range")
    vm.unload()
    vm.load(tolerant=3)
    equal((vm.read(HOME + "/tolerant"), vm.read("/sys/module/mcewarden/parameters/tolerant")), ("3", "3"),
          "set at load")
    vm.unload()
    expect(vm.sh("insmod /mods/mcewarden.ko tolerant=4").status, "tolerant=4 was taken")


@case("tolerant-levels", boots=ON_DEBUG)
def tolerant_levels(vm):
    """Levels 1 and 2 recover. Level 3 does nothing, and keeps the kernel from doing so while it
    is set."""
    pages = vm.hold("hold 8")
    vm.load(grace_ms=GRACE)
    before = vm.corrupted()
    for at, wanted in ((0, 1), (2, 2)):
        level(vm, wanted)
        polled(vm, pages[at])
        same(vm.outcomes(at + 1)[at], tolerant=wanted, page=pages[at], **KERNEL_ACTED)
        dropped(vm, pages[at + 1])
        same(vm.outcomes(at + 2)[at + 1], tolerant=wanted, page=pages[at + 1], **MODULE_ACTED)
    level(vm, 3)
    polled(vm, pages[4])
    same(vm.outcomes(5)[4], tolerant=3, reason=o.TOLERANT, disposition=o.DISPOSITION_UNHANDLED, **NOT_ACTED)
    dropped(vm, pages[5])
    same(vm.outcomes(6)[5], tolerant=3, reason=o.TOLERANT, **NOT_ACTED)
    equal(vm.corrupted() - before, 4, "pages that are lost, at 3")
    level(vm, 1)
    polled(vm, pages[6])
    same(vm.outcomes(7)[6], tolerant=1, page=pages[6], **KERNEL_ACTED)
    level(vm, 3)
    vm.unload()
    polled(vm, pages[7])
    vm.until("grep 'HardwareCorrupted: *%d kB' /proc/meminfo" % ((before + 6) * 4))
    equal(vm.poisoned(*pages), [True] * 4 + [False] * 2 + [True] * 2, "poisoned")


@case("tolerant-3-keeps-the-record", boots=ON_NEWER)
def tolerant_3_keeps_the_record(vm):
    """Level 3 only keeps the kernel from acting. It does not change what the kernel prints, what
    readers see, or what later blocks of the decode chain get."""
    page = held_page(vm)
    vm.load(tolerant=3)
    polled(vm, page)
    same(one(vm.records(), "records"), severity=GRADE_DEFERRED, status=UCNA, addr=page)
    vm.until(f"dmesg | grep 'mce: .*ADDR {page:x}'")
    vm.kernel_command("quiet 1")
    polled(vm, page)
    vm.until(f"grep 1 {TEST}/delivered")
    equal(vm.read(TEST + "/severity"), "1", "grade, behind the block that poisons")
    equal(vm.poisoned(page), [False], "poisoned")


@case("tolerant-3-srao", boots=ON_DEBUG, raises=True)
def tolerant_3_srao(vm):
    page, virt = victim(vm, "sleep")
    vm.load(tolerant=3)
    before = vm.corrupted()
    hit(vm, page)
    same(one(vm.outcomes(1), "outcomes"), reason=o.TOLERANT, tolerant=3, **NOT_ACTED)
    equal((vm.poisoned(page), vm.corrupted() - before), ([False], 0), "poisoned, pages lost")
    equal(vm.sh("grep sigbus /tmp/victim").status, 1, "the process got a signal")
    level(vm, 1)
    hit(vm, page)
    same(vm.outcomes(2)[1], **KERNEL_ACTED)
    signalled(vm, virt)


@case("tolerant-3-srar", raises=True)
def tolerant_3_srar(vm):
    """At every level the kernel handles consumed errors."""
    vm.load(tolerant=3)
    page, spin = spinning(vm)
    consumed(vm, page, spin)
    vm.until("grep '^ended 135' /tmp/victim")
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, reason=o.DONE, tries=0)


@case("tolerant-0-corrected", boots=("plain",), long_boots=("newer",))
def tolerant_0_corrected(vm):
    vm.load(tolerant=0)
    vm.kernel_command(f"plant 5 {CORRECTED:x} {vm.fresh():x} {MISC_PAGE:x}")
    vm.kernel_command("poll 20 0")
    same(one(vm.records(), "records"), lane=OTHER, source=POLL)
    vm.sh("sleep 0.5").ok()
    equal(vm.outcomes(0, 1), [], "outcomes")


@case("tolerant-0-injected", boots=ON_DEBUG)
def tolerant_0_injected(vm):
    page = held_page(vm)
    vm.load(tolerant=0)
    vm.kernel_command(f"inject 7 {UCNA:x} {page:x} {MISC_PAGE:x} 0")
    same(lives(vm, source=POLL, flags=INJECTED, status=UCNA, addr=page), page=page, **KERNEL_ACTED)


@case("tolerant-0-looked-for", boots=("plain", "debug"), long_boots=("newer",))
def tolerant_0_looked_for(vm):
    """Level 0 does not panic on an old error that a write to the kernel's check_interval finds."""
    page = held_page(vm)
    vm.load(tolerant=0)
    vm.kernel_command(f"plant 7 {UCNA:x} {page:x} {MISC_PAGE:x}", cpu=1)
    vm.poll_kernel()
    lives(vm, source=POLL, flags=LEFTOVER, status=UCNA, addr=page, cpu=1)


@case("tolerant-0-cpu-back", boots=("plain", "debug"), long_boots=("newer",))
def tolerant_0_cpu_back(vm):
    """A CPU that comes back finds an old error too. Its record stays in the kernel's pool until
    another one comes, so grace_ms ends first and the module decides."""
    page = held_page(vm)
    vm.load(tolerant=0, grace_ms=GRACE)
    vm.kernel_command(f"plant 7 {UCNA:x} {page:x} {MISC_PAGE:x}", cpu=1)
    vm.sh(f"echo 0 >{CPU1} && echo 1 >{CPU1}", 60).ok()
    same(lives(vm, source=POLL, flags=LEFTOVER, status=UCNA, addr=page, cpu=1), page=page,
         disposition=o.DISPOSITION_GRACE, **MODULE_ACTED)


@case("tolerant-0-cpu-first-time", boots=("cmci",), long_boots=("newer-cmci",), append="maxcpus=1")
def tolerant_0_cpu_first_time(vm):
    """A CPU that comes for the first time finds an error from before it ran."""
    page = held_page(vm)
    vm.load(tolerant=0, grace_ms=GRACE)
    vm.inject(1, 7, UCNA, 0, page)
    vm.sh(f"echo 1 >{CPU1}", 60).ok()
    same(lives(vm, source=POLL, flags=LEFTOVER, status=UCNA, addr=page, cpu=1), page=page,
         disposition=o.DISPOSITION_GRACE, **MODULE_ACTED)


@case("tolerant-0-by-chain", boots=("plain", "debug"), long_boots=("newer",))
def tolerant_0_by_chain(vm):
    """A record that only the chain captured has no source, so the error may be old."""
    page = held_page(vm)
    vm.trace_nothing()
    vm.load(tolerant=0)
    polled(vm, page)
    vm.outcomes(1)
    same(lives(vm, source=UNKNOWN, flags=CHAIN, status=UCNA), page=page, **KERNEL_ACTED)


@case("tolerant-0-left-over", raises=True)
def tolerant_0_left_over(vm):
    """An exception for all CPUs leaves an error in a bank of each other CPU."""
    page = held_page(vm)
    vm.load()
    vm.inject(0, 6, SRAO, BROADCAST, page, broadcast=True)
    vm.until("mcwtest lanes | grep 'lane=0 .* committed=1 '")
    level(vm, 0)
    vm.kernel_command("poll 2 0", cpu=1)
    same(vm.records()[1], source=POLL, flags=0, bank=1, cpu=1, status=LEFT_BY_BROADCAST)
    expect(vm.outcomes(2)[1]["action"] != o.PANIC, "level 0 panics")
    vm.sh("sleep 0.5").ok()


@case("tolerant-0-fake-panic", raises=True, last=True)
def tolerant_0_fake_panic(vm):
    """With fake_panic the kernel survives its own panic. The module does not panic either, not
    on the exception's record and not on the error left in the bank."""
    vm.load(tolerant=0)
    vm.sh(f"echo 1 >{FAKE_PANIC}").ok()
    vm.inject(0, 6, FATAL, LOCAL_CONSUMED, vm.fresh())
    vm.until("dmesg | grep 'Fake kernel panic'")
    vm.sh("sleep 0.5").ok()
    found = [r for r in vm.records() if r["lane"] == SEVERE]
    equal([(r["source"], r["severity"], r["status"]) for r in found],
          [(EXCEPTION, GRADE_PANIC, FATAL)] * len(found), "source, grade and status")
    vm.kernel_command("poll 1ff 0")
    vm.poll_kernel()
    vm.sh("sleep 0.5").ok()
    records = [r for r in vm.records() if r["lane"] == SEVERE]
    expect(records, "no record at all")
    for said in vm.outcomes(len(records)):
        same(said, tolerant=0, reason=o.GRADE, **NOT_ACTED)
    vm.sh(f"echo 0 >{FAKE_PANIC}").ok()


@case("tolerant-0-left-over-amd", boots=("amd",), raises=True, last=True)
def tolerant_0_left_over_amd(vm):
    """With fake_panic an uncorrected error stays in the bank."""
    vm.load(tolerant=0)
    vm.sh(f"echo 1 >{FAKE_PANIC}").ok()
    vm.inject(0, 5, UCNA_NO_MISC, LOCAL, vm.fresh())
    vm.until("dmesg | grep 'Fake kernel panic'")
    vm.kernel_command("poll 1ff 0")
    vm.poll_kernel()
    vm.sh("sleep 0.5").ok()
    records = [r for r in vm.records() if r["lane"] == SEVERE]
    expect(any(r["source"] == POLL for r in records), f"nothing was left in the bank: {records}")
    for said in vm.outcomes(len(records)):
        expect(said["action"] != o.PANIC and said["tolerant"] == 0, f"{said}")
    vm.sh(f"echo 0 >{FAKE_PANIC}").ok()


# The worker panics itself: on its stack there is no interrupt.
IN_WORKER = r"(?:(?!.*<IRQ>).*\n)*.* worker_run\+"


def dies_of(vm, action, **wanted):
    pattern = PANIC.format(**{"cpu": 0, "bank": 5, "status": UCNA, "rule": "ucna", **wanted})
    vm.dies(action, pattern + IN_WORKER)


@case("tolerant-0-panics-on-ucna", boots=ON_NEWER, dies=True)
def tolerant_0_panics_on_ucna(vm):
    page = held_page(vm)
    vm.load(tolerant=0)
    dies_of(vm, lambda: polled(vm, page), addr=page)


@case("tolerant-0-panics-on-cmci", boots=("cmci",), dies=True)
def tolerant_0_panics_on_cmci(vm):
    page = held_page(vm)
    vm.load(tolerant=0)
    dies_of(vm, lambda: vm.inject(1, 7, UCNA, 0, page), cpu=1, bank=7, addr=page)


@case("tolerant-0-panics-on-srao", raises=True, boots=("plain",), tags=("full",), dies=True)
def tolerant_0_panics_on_srao(vm):
    page = held_page(vm)
    vm.load(tolerant=0)
    dies_of(vm, lambda: vm.inject(1, 6, SRAO, LOCAL, page), cpu=1, bank=6, status=SRAO, addr=page,
            rule="ao-scrub")


@case("tolerant-0-panics-on-srar", raises=True, boots=("plain",), tags=("full",), dies=True)
def tolerant_0_panics_on_srar(vm):
    page, spin = spinning(vm)
    vm.load(tolerant=0)
    dies_of(vm, lambda: consumed(vm, page, spin), bank=6, status=SRAR,
            addr=page, rule="ar-load-user")


@case("tolerant-0-panics-on-deferred", boots=("amd",), dies=True)
def tolerant_0_panics_on_deferred(vm):
    page = held_page(vm)
    vm.load(tolerant=0)
    dies_of(vm, lambda: polled(vm, page, DEFERRED_AMD), status=DEFERRED_AMD, addr=page, rule=r"\S+")
