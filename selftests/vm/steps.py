# SPDX-License-Identifier: GPL-2.0
"""Steps that cases of several files share. Cases import from here, never from one another."""

import re
import time

import outcome as o
from errors import CORRECTED, CORRECTED_NO_MISC, LOCAL, LOCAL_CONSUMED, MISC_PAGE, SRAO, SRAR, UCNA
from machine import HOME, KERNEL_KNOBS, SEVERE, TEST, equal, expect, one, parse_json

BUS_MCEERR_AO = 5
CPU1 = "/sys/devices/system/cpu/cpu1/online"
FAKE_PANIC = "/sys/kernel/debug/mce/fake_panic"
FILL = 150  # records that more than fill the kernel's pool, with interrupts off
GRACE = 400  # milliseconds; those that have it load the module with it
STREAM = 0x4000000000  # where the addresses of a stream begin
COUNTS = ("interrupts", "unowned", "records", "ns_min", "ns_mean", "ns_max", "last",
          "storm_banks", "throttled")

# What outcomes say of who acted on a page.
KERNEL_ACTED = {"actor": o.KERNEL, "action": o.OFFLINE, "reason": o.DONE,
                "disposition": o.DISPOSITION_HANDLED, "err": 0, "tries": 0}
MODULE_ACTED = {"actor": o.MODULE, "action": o.OFFLINE, "reason": o.DONE, "err": 0, "tries": 1}
NOT_ACTED = {"actor": o.NOBODY, "action": o.NONE, "tries": 0}


def same(record, **wanted):
    for key, value in wanted.items():
        equal(record[key], value, f"{key} of {record}")


# The module and its files


def load_quiet(vm, **parameters):
    """Loads the module, and has the kernel not print every record."""
    vm.kernel_command("quiet 1")
    vm.load(**parameters)


def load_injector(vm, **parameters):
    vm.load(**parameters)
    vm.sh("insmod /mods/mcewarden_inject.ko").ok()


def injector_stats(vm):
    return vm.sh(f"cd {HOME}/stats/injector && cat raised untaken refused").ok().split()


def set_file(vm, name, value):
    return vm.sh(f"echo {value} >{HOME}/{name}")


def counts(vm, cpu):
    """The files of stats/cpu<N>/."""
    values = vm.sh(f"cd {HOME}/stats/cpu{cpu} && cat {' '.join(COUNTS)}").ok().split()
    equal(len(values), len(COUNTS), "values of as many files")
    return {name: int(value, 0) for name, value in zip(COUNTS, values)}


def same_counts(vm, cpu, **wanted):
    found = counts(vm, cpu)
    equal({name: found[name] for name in wanted}, wanted, f"counts of CPU {cpu}")
    return found


def settled(vm, counted):
    """Until so many corrected errors of pages were counted, and no page waits."""
    vm.until(f"cd {HOME}/stats/soft_offline && test $(cat counted) = {counted} && test $(cat waiting) = 0")


def memory(vm):
    """Bytes of the kernel's own memory: vmalloc areas and what is free or can be."""
    words = dict(line.split(":") for line in vm.read("/proc/meminfo").splitlines())
    return {key: int(words[key].split()[0]) << 10 for key in ("MemAvailable", "VmallocUsed")}


def nothing_left(vm, before):
    """No area, no file, no memory."""
    equal(vm.sh("grep -c mcewarden /proc/modules /proc/vmallocinfo").output.split(),
          ["/proc/modules:0", "/proc/vmallocinfo:0"], "lines that name the module")
    expect(vm.sh("find /sys /dev -name '*mcewarden*'", 120).ok().strip() == "", "files are left")
    now = memory(vm)
    expect(now["VmallocUsed"] - before["VmallocUsed"] < 2 << 20, f"vmalloc grew: {before}, {now}")
    expect(before["MemAvailable"] - now["MemAvailable"] < 64 << 20, f"memory went: {before}, {now}")


# What the module and the tool said


def our_lines(vm):
    return [line for line in vm.log() if line.startswith("mcewarden: ")]


def events(vm):
    """As JSON, without what was done about them."""
    return [found for found in parse_json(vm.mcwctl("read --json").ok()) if found["type"] == "event"]


def both_wait(vm):
    """Until two mcwctl have opened the device and sleep in read() or poll()."""
    vm.until("test $(for p in $(pidof mcwctl); do cat /proc/$p/syscall; done |"
             " grep -cE '^(0|7|271) ') = 2")


# Errors


def no_kernel_polls(vm):
    vm.sh(f"echo 0 >{KERNEL_KNOBS}/check_interval").ok()


def burst(count, status=CORRECTED_NO_MISC, addr=0x100000, every=0, second=0):
    """The test module's command for errors one after the other, each polled; of them every so
    many are of a second status."""
    return f"burst 4 {count} {status:x} {addr:x} 0 {every} {second:x}"


def streamed(vm):
    """How many errors the test module's last stream put."""
    return int(vm.read(TEST + "/streamed"))


def corrected(vm, page, count, status=CORRECTED):
    """That many corrected errors in a page, each found by a poll."""
    vm.kernel_command(f"burst 5 {count} {status:x} {page:x} {MISC_PAGE:x} 0 0")


def interrupt(vm, bank, addr, cpu=0, status=CORRECTED_NO_MISC, times=1):
    """Errors whose interrupts nobody owns."""
    vm.kernel_command(f"signal {bank} {times} {status:x} {addr:x}", cpu)


def storm(vm, times=40, pause=0.01):
    """Corrected errors, each after the interrupt of the one before: a storm to any kernel."""
    for _ in range(times):
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        time.sleep(pause)


def polled(vm, page, status=UCNA, misc=MISC_PAGE):
    """An error that lay in a bank, found by a poll: the kernel has its record, too."""
    vm.kernel_command(f"plant 5 {status:x} {page:x} {misc:x}")
    vm.kernel_command("poll 20 0")


def dropped(vm, *pages, status=UCNA, misc=MISC_PAGE):
    """Errors of which the kernel does not know: its pool was full, and dropped their records."""
    vm.kernel_command("quiet 1")
    fillers = [(4, CORRECTED_NO_MISC, vm.fresh(), 0)] * FILL
    vm.volley(fillers + [(7, status, page, misc) for page in pages], irqs_off=True)


def hit(vm, address, cpu=0):
    """One SRAO as a local exception; waits until it is captured."""
    before = vm.stats(SEVERE)["committed"]
    vm.inject(cpu, 6, SRAO, LOCAL, address)
    vm.until(f"mcwtest lanes | grep 'lane=0 .* committed={before + 1} '")


# Whose memory it is


def held_page(vm):
    """The physical address of a page that a process holds."""
    return one(vm.hold("hold 1"), "pages")


def victim(vm, mode):
    """A process that wants to know at once; returns physical and virtual address."""
    said = vm.background(f"mcwtest victim 0 {60 * vm.slow} {mode}", "victim", "^phys")
    phys, virt = re.match(r"phys (\S+) virt (\S+)", said).groups()
    return int(phys, 16), int(virt, 16)


def signalled(vm, virt):
    """The victim got the signal of an error that it may ignore, for its page."""
    said = vm.until("grep sigbus /tmp/victim")
    code, addr = re.match(r"sigbus code (\d+) addr (\S+)", said).groups()
    equal(int(code), BUS_MCEERR_AO, "si_code")
    equal(int(addr, 16) & ~0xfff, virt, "page of si_addr")


def spinning(vm, mode="naive"):
    """A process that consumes its page in user mode, and tells of its own end; returns the
    physical address and that of its loop."""
    said = vm.background(f"mcwtest victim 0 {60 * vm.slow} {mode}; echo ended $?", "victim",
                         "^phys").split()
    return int(said[1], 16), int(said[5], 16)


def consumed(vm, page, spin):
    """An error that a spinning process consumes."""
    vm.inject(0, 6, SRAR, LOCAL_CONSUMED, page, spin=spin)
