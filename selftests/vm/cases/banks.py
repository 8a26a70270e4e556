# SPDX-License-Identifier: GPL-2.0
"""bank<N>ctl and bank<N>threshold: the module sets, keeps and restores them on all CPUs.

The emulated MCi_CTL takes 0 and all-ones only, and has all bits set at boot.
"""

import hest
from errors import (CMCI_ENABLED, CORRECTED, CORRECTED_NO_MISC, KERNEL_STORM, LOCAL, SRAO,
                    THRESHOLD, ctl, ctl2, error_count)
from machine import HOME, KERNEL_KNOBS, Failed, equal, expect, one, parse_json
from registry import case
from steps import (CPU1, TRACING, alone, held_page, hit, no_kernel_polls, our_lines, same,
                   set_file, storm, streamed)

ALL = (1 << 64) - 1
BANK = 6
BANKS = 10
EINVAL, EIO, ENODEV, ERANGE = "Invalid argument", "Input/output error", "No such device", "out of range"


def file_value(vm, name):
    return int(vm.read(f"{HOME}/{name}"), 0)


def drift(vm):
    return int(vm.read(HOME + "/stats/bank_drift"))


def on_both(vm, msr):
    return [vm.read_msr(cpu, msr) for cpu in (0, 1)]


def refused(vm, name, value, errno, *words):
    """The write fails with errno. If words are given, the module logs exactly one line, with all
    of them."""
    before = len(our_lines(vm))
    result = set_file(vm, name, value)
    expect(result.status and errno in result.output,
           f"'{value}' written to {name}: {result.status}, {result.output}")
    said = our_lines(vm)[before:]
    if words:
        line = one(said, "lines in the log")
        for word in words:
            expect(word in line, f"'{line}' does not say {word}")


@case("bank-files", boots=("plain", "debug", "amd"))
def bank_files(vm):
    """Each bank has both files; on AMD, where the kernel has files for the threshold, only ctl. A
    value that is not a number is refused and changes nothing."""
    vm.load()
    banks = int(vm.read(HOME + "/mcg_cap"), 16) & 0xff
    for kind in ("ctl", "threshold"):
        found = vm.sh(f"ls {HOME} | grep -c '^bank[0-9]*{kind}$'").output.strip()
        equal(int(found), banks if kind == "ctl" or not vm.is_amd() else 0, "files bank<N>" + kind)
        expect(vm.sh(f"test -e {HOME}/bank{banks}{kind}").status, "a file of no bank")
    for bank in range(banks):
        equal(vm.read(f"{HOME}/bank{bank}ctl"), f"0x{ALL:016x}", f"bank{bank}ctl")
        equal(vm.read(f"{HOME}/stats/bank{bank}_differs"), "0", f"bank{bank}_differs")
        equal(vm.read(f"{HOME}/stats/bank{bank}_differs_cpus"), "", f"bank{bank}_differs_cpus")
    for junk in ("''", "x", "-1", "1ffffffffffffffff", "0x", "1 2"):
        refused(vm, "bank6ctl", junk, EINVAL, "bank6ctl", "hexadecimal")
    equal(on_both(vm, ctl(6)), [ALL, ALL], "registers")
    equal(drift(vm), 0, "drift")


@case("bank-no-cmci")
def bank_no_cmci(vm):
    vm.load()
    for bank in (0, 5):
        expect(ENODEV in vm.sh(f"cat {HOME}/bank{bank}threshold").output, "reading is not ENODEV")
        refused(vm, f"bank{bank}threshold", 10, ENODEV)


@case("bank-ctl")
def bank_ctl(vm):
    """A write changes that bank alone, on all CPUs. The unload restores the old value."""
    vm.load()
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers")
    equal(on_both(vm, ctl(BANK + 1)), [ALL, ALL], "the next bank's")
    equal(file_value(vm, f"bank{BANK}ctl"), 0, "the file")
    set_file(vm, f"bank{BANK}ctl", "FFFFffffFFFFffff").ok()
    equal(on_both(vm, ctl(BANK)), [ALL, ALL], "registers")
    set_file(vm, f"bank{BANK}ctl", "0x0").ok()
    equal(drift(vm), 0, "drift")
    vm.unload()
    equal(on_both(vm, ctl(BANK)), [ALL, ALL], "registers after the unload")


@case("bank-ctl-rolled-back")
def bank_ctl_rolled_back(vm):
    """If the hardware of one CPU refuses a value, no CPU keeps it."""
    vm.load()
    name = f"bank{BANK}ctl"
    refused(vm, name, 1, EIO, name, "CPU 0", "0x1", f"0x{ALL:x}")
    equal(on_both(vm, ctl(BANK)), [ALL, ALL], "registers")
    # The module is gone: the kernel may write what it likes.
    vm.write_msr(0, ctl(BANK), 0)
    equal(file_value(vm, name), 0, "the file")
    set_file(vm, name, 0).ok()
    refused(vm, name, "f0", EIO, name, "CPU 0", "0xf0", "0x0")
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers")
    vm.poll_kernel()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers after the kernel wrote them")
    equal(drift(vm), 2, "drift")


@case("bank-ctl-untouched")
def bank_ctl_untouched(vm):
    """On a CPU where a bank reads 0 at load, the bank is never written."""
    vm.write_msr(0, ctl(3), 0)
    vm.write_msr(1, ctl(3), 0)
    vm.write_msr(1, ctl(4), 0)
    vm.load()
    expect(ENODEV in vm.sh(f"cat {HOME}/bank3ctl").output, "reading is not ENODEV")
    refused(vm, "bank3ctl", "ffffffffffffffff", ENODEV)
    equal(on_both(vm, ctl(3)), [0, 0], "registers of bank 3")
    set_file(vm, "bank4ctl", 0).ok()
    equal(on_both(vm, ctl(4)), [0, 0], "registers of bank 4")
    set_file(vm, "bank4ctl", f"{ALL:x}").ok()
    equal(on_both(vm, ctl(4)), [ALL, 0], "registers of bank 4")
    equal(vm.read(f"{HOME}/stats/bank4_differs"), "0", "CPUs that differ: CPU 1 has no such bank")
    vm.unload()
    equal(on_both(vm, ctl(4)), [ALL, 0], "registers of bank 4 after the unload")
    vm.poll_kernel()  # it writes all banks
    equal(on_both(vm, ctl(3)), [ALL, ALL], "registers of bank 3 at last")


@case("bank-ctl-drift")
def bank_ctl_drift(vm):
    """What the kernel writes is noticed when it writes, and put back. Reading puts nothing back:
    what somebody else writes behind both is shown, until one of the two writes again."""
    vm.load()
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    vm.sh(f"echo 0x{ALL:x} >{KERNEL_KNOBS}/bank5").ok()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers after a write to the kernel's bank5")
    equal(drift(vm), 2, "drift")
    vm.poll_kernel()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers after a write to its check_interval")
    equal(drift(vm), 4, "drift")
    equal(on_both(vm, ctl(5)), [ALL, ALL], "registers of a bank that nobody wrote")
    vm.write_msr(1, ctl(BANK), ALL)
    equal(vm.read(f"{HOME}/stats/bank{BANK}_differs"), "1", "CPUs that differ")
    equal(vm.read(f"{HOME}/stats/bank{BANK}_differs_cpus"), "1", "their list")
    text = vm.mcwctl("status").ok()
    expect(f"bank {BANK}: MCi_CTL differs on CPU 1" in text, f"status does not name it:\n{text}")
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal(status["banks_differ"], {str(BANK): "1"}, "banks_differ")
    equal(on_both(vm, ctl(BANK)), [0, ALL], "registers after status, which read all files")
    equal(drift(vm), 4, "drift")
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers after one more write")
    equal(drift(vm), 5, "drift")
    vm.write_msr(0, ctl(BANK), ALL)
    equal(file_value(vm, f"bank{BANK}ctl"), ALL, "the file, which shows the hardware")
    equal(on_both(vm, ctl(BANK)), [ALL, 0], "registers after a read")
    vm.poll_kernel()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers after the kernel wrote them")
    equal(drift(vm), 7, "drift")


@case("bank-reads-write-nothing", boots=("plain", "cmci"), long_boots=("newer",))
def bank_reads_write_nothing(vm):
    """No read of any file writes an MSR of a bank, also where a register is not as it was left."""
    events = f"{TRACING}/events/msr/write_msr/enable"
    vm.load()
    alone(vm, f"echo 1 >{events}").ok()
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    vm.write_msr(1, ctl(BANK), ALL)
    changed = ctl(BANK)
    if not set_file(vm, "bank5threshold", 10).status:  # with CMCI
        vm.write_msr(0, ctl2(5), CMCI_ENABLED | 3)
        changed = ctl2(5)
    vm.sh(f"echo >{TRACING}/trace").ok()
    vm.sh(f"find {HOME}/ /sys/module/mcewarden/parameters/ -type f -exec cat {{}} + >/dev/null 2>&1")
    vm.sh("mcwctl status -v && mcwctl metrics && mcwctl tolerant").ok()
    found = wrote_bank(vm)
    # The trace sees what it is to see.
    vm.write_msr(0, changed, vm.read_msr(0, changed))
    seen = wrote_bank(vm)
    alone(vm, f"echo 0 >{events}").ok()
    equal(found, [], "MSRs of banks that were written")
    equal(seen, [changed], "MSRs in the trace after a write")


def wrote_bank(vm):
    """MSRs of banks and of MCG in the trace of MSRs that were written."""
    lines = vm.sh(f"grep -o 'write_msr: [0-9a-f]*' {TRACING}/trace").output.split()
    written = {int(word, 16) for word in lines if word != "write_msr:"}
    return sorted(msr for msr in written
                  if 0x400 <= msr < 0x500 or 0x280 <= msr < 0x2c0 or 0x179 <= msr <= 0x17b)


@case("bank-ctl-firmware", boots=("plain",), options=hest.OPTIONS)
def bank_ctl_firmware(vm):
    """Nothing of a bank that the firmware has is written."""
    vm.load()
    for bank in (3, 7):
        expect(ENODEV in vm.sh(f"cat {HOME}/bank{bank}ctl").output, "reading is not ENODEV")
        for value in ("0", f"{ALL:x}"):
            refused(vm, f"bank{bank}ctl", value, ENODEV)
        equal(on_both(vm, ctl(bank)), [ALL, ALL], f"registers of bank {bank}")
    set_file(vm, "bank4ctl", 0).ok()
    equal(on_both(vm, ctl(4)), [0, 0], "registers of a bank that is the kernel's")
    vm.unload()
    equal(on_both(vm, ctl(4)), [ALL, ALL], "registers after the unload")


@case("bank-ctl-hotplug")
def bank_ctl_hotplug(vm):
    """A CPU that comes online gets the value, whenever that was written."""
    vm.load()
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    vm.sh(f"echo 0 >{CPU1}; echo 1 >{CPU1}").ok()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers after CPU 1 went and came")
    equal(drift(vm), 1, "drift")
    vm.sh(f"echo 0 >{CPU1}").ok()
    set_file(vm, "bank5ctl", 0).ok()
    set_file(vm, f"bank{BANK}ctl", f"{ALL:x}").ok()
    equal(vm.read(f"{HOME}/stats/bank5_differs"), "0", "CPUs that differ while one is away")
    vm.sh(f"echo 1 >{CPU1}").ok()
    equal(on_both(vm, ctl(5)), [0, 0], "registers written while CPU 1 was away")
    equal(on_both(vm, ctl(BANK)), [ALL, ALL], "those set back meanwhile")
    vm.unload()
    equal(on_both(vm, ctl(5)), [ALL, ALL], "registers after the unload")
    vm.sh(f"echo 0 >{CPU1}").ok()
    vm.load()
    set_file(vm, "bank5ctl", 0).ok()
    vm.sh(f"echo 1 >{CPU1}").ok()
    equal(on_both(vm, ctl(5)), [0, 0], "registers where CPU 1 was away at load")
    equal(drift(vm), 0, "drift: it was never otherwise")
    vm.unload()
    equal(on_both(vm, ctl(5)), [ALL, ALL], "registers after the unload")


@case("bank-suspend")
def bank_suspend(vm):
    """Suspend as far as the kernel's own test goes: CPUs go offline frozen, and come back."""
    vm.load()
    vm.sh("test -w /sys/power/pm_test && grep -q freeze /sys/power/state").ok()
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    set_file(vm, "check_interval", 1).ok()
    for level in ("processors", "core"):
        before = drift(vm)
        state = "mem" if "mem" in vm.read("/sys/power/state") else "freeze"
        vm.sh(f"echo {level} >/sys/power/pm_test && echo {state} >/sys/power/state", 60).ok()
        vm.note(f"{level}, {state}: drift {drift(vm) - before}")
        equal(on_both(vm, ctl(BANK)), [0, 0], f"registers after pm_test {level}")
    polls = int(vm.read(HOME + "/stats/polls"))
    vm.until(f"test $(cat {HOME}/stats/polls) -gt {polls + 1}")
    vm.sh("echo none >/sys/power/pm_test").ok()


@case("bank-suspend-cycles", boots=("plain",), tags=("full",), long_boots=("newer", "debug"))
def bank_suspend_cycles(vm):
    """The machine suspends to idle twenty times, all but the sleep itself, from which the emulator
    does not wake it. Errors come in between."""
    test, cycles = "/sys/power/pm_test", 20
    vm.kernel_command("quiet 1")
    vm.load()
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    vm.sh(f"echo 1 >/sys/module/suspend/parameters/pm_test_delay && echo platform >{test}").ok()
    for cycle in range(cycles):
        vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} {100 + cycle:x}000 0 0 0", cycle % 2)
        vm.sh("echo freeze >/sys/power/state", 60).ok()
        equal(on_both(vm, ctl(BANK)), [0, 0], f"registers after the suspend {cycle + 1}")
    vm.sh(f"echo none >{test}; echo 5 >/sys/module/suspend/parameters/pm_test_delay").ok()
    equal(len(vm.records()), 3 * cycles, "records")


@case("bank-hotplug-cycles", boots=("plain", "cmci", "debug", "debug-cmci"))
def bank_hotplug_cycles(vm):
    """A CPU goes and comes 50 times, 200 in a long check, while errors come and the files are
    written and read."""
    cycles = 200 if vm.full else 50
    # Room for all records that can come during the cycles.
    vm.load(check_interval=1, other_records=131072 * (4 if vm.full else 1))
    vm.kernel_command("quiet 1")
    vm.kernel_command(f"stream 0 4 {CORRECTED_NO_MISC:x} 100000 2000")
    vm.sh(f"(while :; do for v in 0 {ALL:x}; do echo $v >{HOME}/bank{BANK}ctl;"
          f" cat {HOME}/bank*ctl {HOME}/stats/bank*; echo 1 >{HOME}/poll;"
          f" echo 2 >{HOME}/check_interval; echo 1 >{HOME}/check_interval;"
          " done; done) >/dev/null 2>&1 & echo $! >/tmp/writer").ok()
    vm.sh(f"i=0; while [ $i -lt {cycles} ]; do echo 0 >{CPU1} && echo 1 >{CPU1} || exit 1;"
          " i=$((i + 1)); done", 5 * cycles).ok()
    vm.sh("kill $(cat /tmp/writer)").ok()
    vm.kernel_command("stop")
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    equal(on_both(vm, ctl(BANK)), [0, 0], "registers at the end")
    groups, end = vm.sums()
    ours = [g for g in groups if g["bank"] == 4]
    equal(sum(g["n"] for g in ours), streamed(vm), "records of the errors that were put")
    same(end, overruns=0, gaps1=0)
    vm.unload()
    equal(on_both(vm, ctl(BANK)), [ALL, ALL], "registers after the unload")


@case("bank-hotplug-exceptions", raises=True)
def bank_hotplug_exceptions(vm):
    """The same with local exceptions on the CPU that stays."""
    vm.load(check_interval=1)
    vm.kernel_command("quiet 1")
    pages = vm.hold("hold 10")
    vm.sh(f"(i=0; while [ $i -lt 50 ]; do echo 0 >{CPU1} && echo 1 >{CPU1} || exit 1;"
          f" echo 0 >{HOME}/bank5ctl; echo {ALL:x} >{HOME}/bank5ctl; i=$((i + 1)); done;"
          " echo done) >/tmp/cycles 2>&1 &").ok()
    for page in pages:
        hit(vm, page)
    equal(vm.until("grep done /tmp/cycles && cat /tmp/cycles", 240).split(), ["done", "done"],
          "what the cycles said")
    equal(len([r for r in vm.records() if r["status"] == SRAO]), 10, "records of exceptions")


@case("bank-ctl-refuses", raises=True)
def bank_ctl_refuses(vm):
    """With 0 the hardware raises no exception for the bank; with all bits set it does so again."""
    vm.load()
    page = held_page(vm)
    set_file(vm, f"bank{BANK}ctl", 0).ok()
    for cpu in (0, 1):
        try:
            vm.inject(cpu, BANK, SRAO, LOCAL, page)
        except ValueError as error:
            expect("disabled" in str(error), str(error))
        else:
            raise Failed(f"CPU {cpu} took an uncorrected error")
    equal(vm.records(), [], "records")
    set_file(vm, f"bank{BANK}ctl", f"{ALL:x}").ok()
    hit(vm, page)
    same(one(vm.records(), "records"), bank=BANK, status=SRAO)


# Cases that need CMCI.


@case("bank-threshold", boots=("cmci", "debug-cmci"), tags=("timing",))
def bank_threshold(vm):
    """Ten errors give one interrupt, and one record with a count of ten."""
    no_kernel_polls(vm)
    vm.load(check_interval=0)
    equal(file_value(vm, "bank5threshold"), 1, "bank5threshold, as the kernel sets it")
    set_file(vm, "bank5threshold", 10).ok()
    equal([value & THRESHOLD for value in on_both(vm, ctl2(5))], [10, 10], "thresholds")
    equal([value & CMCI_ENABLED for value in on_both(vm, ctl2(5))], [CMCI_ENABLED] * 2, "bit 30")
    equal([value & THRESHOLD for value in on_both(vm, ctl2(6))], [1, 1], "the next bank's")
    for cpu in (0, 1):
        for number in range(10):
            equal(vm.stats(1)["committed"], cpu, f"records after {number} errors")
            vm.inject(cpu, 5, CORRECTED, 0, vm.fresh())
        vm.until(f"mcwtest lanes | grep 'lane=1 .* committed={cpu + 1} '")
        equal(error_count(vm.records()[-1]["status"]), 10, "count")
    equal(file_value(vm, "bank5threshold"), 10, "bank5threshold")
    refused(vm, "bank5threshold", 0, ERANGE, "bank5threshold", "32748")
    refused(vm, "bank5threshold", 32749, ERANGE, "bank5threshold", "32748")
    refused(vm, "bank5threshold", "ten", EINVAL, "bank5threshold", "number")
    set_file(vm, "bank5threshold", 32748).ok()
    equal(drift(vm), 0, "drift")
    vm.unload()
    equal([value & THRESHOLD for value in on_both(vm, ctl2(5))], [1, 1], "after the unload")


@case("bank-threshold-drift", boots=("cmci", "debug-cmci"))
def bank_threshold_drift(vm):
    """The threshold is restored after the kernel's writes. While the interrupt is off, it is
    written later, and this is not drift."""
    vm.load()
    set_file(vm, "bank5threshold", 10).ok()
    vm.sh(f"echo 0 >{CPU1}; echo 1 >{CPU1}").ok()
    equal([value & THRESHOLD for value in on_both(vm, ctl2(5))], [10, 10], "after CPU 1 came")
    before = drift(vm)
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/cmci_disabled").ok()
    equal([value & CMCI_ENABLED for value in on_both(vm, ctl2(5))], [0, 0], "bit 30")
    set_file(vm, "bank5threshold", 20).ok()
    equal([value & CMCI_ENABLED for value in on_both(vm, ctl2(5))], [0, 0], "bit 30, written")
    equal([value & THRESHOLD for value in on_both(vm, ctl2(5))], [10, 10], "not touched")
    vm.sh(f"echo 0 >{KERNEL_KNOBS}/cmci_disabled").ok()
    equal([value & THRESHOLD for value in on_both(vm, ctl2(5))], [20, 20], "when it is on again")
    equal(drift(vm), before, "drift")
    # The kernel's mark of a storm.
    vm.write_msr(0, ctl2(5), CMCI_ENABLED | KERNEL_STORM)
    vm.poll_kernel()
    equal(vm.read_msr(0, ctl2(5)) & THRESHOLD, KERNEL_STORM, "not touched")
    vm.write_msr(0, ctl2(5), CMCI_ENABLED | 1)
    vm.until(f"mcwtest kernel 0 'rdmsr {ctl2(5):x}' && test $(($(cat /sys/kernel/debug/mcw_test/value)"
             f" & {THRESHOLD})) = 20")
    equal(drift(vm), before, "drift")
    vm.unload()
    equal([value & THRESHOLD for value in on_both(vm, ctl2(5))], [1, 1], "after the unload")


@case("bank-threshold-storm", boots=("cmci", "debug-cmci"), alone=True)
def bank_threshold_storm(vm):
    """While the kernel throttles a CPU (up to 6.8), the threshold is not written there, and this
    is not drift."""
    no_kernel_polls(vm)
    vm.load(check_interval=0)
    vm.kernel_command("quiet 1")
    set_file(vm, "bank6threshold", 10).ok()
    storm(vm)
    vm.until(f"grep -x 1 {HOME}/stats/cpu0/throttled")
    equal(vm.read_msr(0, ctl2(6)) & CMCI_ENABLED, 0, "bit 30 of CPU 0")
    set_file(vm, "bank6threshold", 20).ok()
    equal([value & THRESHOLD for value in on_both(vm, ctl2(6))], [10, 20], "thresholds")
    equal(vm.read_msr(0, ctl2(6)) & CMCI_ENABLED, 0, "bit 30 of CPU 0")
    # Do what the kernel does at a storm's end, 300 s from now: write 1 and enable the interrupt.
    vm.write_msr(0, ctl2(6), CMCI_ENABLED | 1)
    for bank in range(6):
        vm.write_msr(0, ctl2(bank), CMCI_ENABLED | 1)
    for bank in range(7, BANKS):
        vm.write_msr(0, ctl2(bank), CMCI_ENABLED | 1)
    vm.until(f"grep -x 0 {HOME}/stats/cpu0/throttled")
    equal([value & THRESHOLD for value in on_both(vm, ctl2(6))], [20, 20], "thresholds after it")
    equal(drift(vm), 0, "drift")
