# SPDX-License-Identifier: GPL-2.0
"""Steps that cases of several files share. Cases import from here, never from one another."""

import contextlib
import os
import re
import time

import guest
import outcome as o
from errors import CORRECTED, CORRECTED_NO_MISC, LOCAL, LOCAL_CONSUMED, MISC_PAGE, SRAO, SRAR, UCNA
from machine import (HOME, KERNEL_KNOBS, SEVERE, TEST, Skipped, equal, expect, one,
                     parse_json)

BUS_MCEERR_AO = 5
CPU1 = "/sys/devices/system/cpu/cpu1/online"
TRACING = "/sys/kernel/debug/tracing"
FAKE_PANIC = "/sys/kernel/debug/mce/fake_panic"
LEAKS = "/sys/kernel/debug/kmemleak"
FILL = 150  # more records than the kernel's pool holds, with interrupts off
GRACE = 400  # milliseconds; cases load the module with it
STREAM = 0x4000000000  # the first address of a stream
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[-+]\d\d:\d\d"  # as mcwctl prints it
COUNTS = ("interrupts", "unowned", "records", "ns_min", "ns_mean", "ns_max", "last",
          "storm_banks", "throttled")

# The fields of outcomes that say who acted on a page.
KERNEL_ACTED = {"actor": o.KERNEL, "action": o.OFFLINE, "reason": o.DONE,
                "disposition": o.DISPOSITION_HANDLED, "err": 0, "tries": 0}
MODULE_ACTED = {"actor": o.MODULE, "action": o.OFFLINE, "reason": o.DONE, "err": 0, "tries": 1}
NOT_ACTED = {"actor": o.NOBODY, "action": o.NONE, "tries": 0}


def same(record, **wanted):
    for key, value in wanted.items():
        equal(record[key], value, f"{key} of {record}")


# The module and its files


def load_quiet(vm, **parameters):
    """Load the module, and keep the kernel from printing every record."""
    vm.kernel_command("quiet 1")
    vm.load(**parameters)


def load_injector(vm, **parameters):
    vm.load(**parameters)
    vm.sh("insmod /mods/mcewarden_inject.ko").ok()


def injector_stats(vm):
    return vm.sh(f"cd {HOME}/stats/injector && cat raised untaken refused").ok().split()


@contextlib.contextmanager
def vm_switch(vm, name, value):
    """One of the kernel's switches for bad pages, for as long as the context lasts."""
    path = f"/proc/sys/vm/{name}"
    if vm.sh(f"test -e {path}").status:
        raise Skipped(f"{vm.kernel.version} has no vm.{name}")
    before = vm.read(path)
    vm.sh(f"echo {value} >{path}").ok()
    try:
        yield
    finally:
        vm.sh(f"echo {before} >{path}").ok()


def set_file(vm, name, value):
    return vm.sh(f"echo {value} >{HOME}/{name}")


def counts(vm, cpu):
    """Return the values of stats/cpu<N>/."""
    values = vm.sh(f"cd {HOME}/stats/cpu{cpu} && cat {' '.join(COUNTS)}").ok().split()
    equal(len(values), len(COUNTS), "values of as many files")
    return {name: int(value, 0) for name, value in zip(COUNTS, values)}


def same_counts(vm, cpu, **wanted):
    found = counts(vm, cpu)
    equal({name: found[name] for name in wanted}, wanted, f"counts of CPU {cpu}")
    return found


def settled(vm, counted):
    """Wait until this many corrected errors of pages are counted, and no page waits."""
    vm.until(f"cd {HOME}/stats/soft_offline && test $(cat counted) = {counted} && test $(cat waiting) = 0")


def memory(vm):
    """Return the bytes of the kernel's memory: all, vmalloc areas, and memory that is free or can
    be freed."""
    words = dict(line.split(":") for line in vm.read("/proc/meminfo").splitlines())
    return {key: int(words[key].split()[0]) << 10 for key in ("MemTotal", "MemAvailable", "VmallocUsed")}


def no_leaks(vm):
    """kmemleak, where the kernel has it, knows of no memory that nothing points to."""
    if "CONFIG_DEBUG_KMEMLEAK" not in vm.kernel.config:
        return
    # It ignores memory younger than 5 s, and needs a second scan.
    vm.sh(f"sleep 6; echo scan >{LEAKS}; echo scan >{LEAKS}", 240).ok()
    said = vm.read(LEAKS)
    # The address of a caller in a module that is gone has no name.
    expect(not re.search(r"mcw|mcewarden|load_module|finit_module|\b0xffffffffc0", said), said)
    vm.note(f"kmemleak: {said.count('unreferenced object')} objects, none of the module")


def lockdep_looks(vm):
    """lockdep, where the kernel has it, still looks: no report and no exception ended that."""
    if "CONFIG_PROVE_LOCKING" in vm.kernel.config:
        equal(re.findall(r"debug_locks: *(\d)", vm.read("/proc/lockdep_stats")), ["1"], "debug_locks")


def nothing_left(vm, before):
    """The module left no vmalloc area, no file and no memory."""
    no_leaks(vm)
    equal(vm.sh("grep -c mcewarden /proc/modules /proc/vmallocinfo").output.split(),
          ["/proc/modules:0", "/proc/vmallocinfo:0"], "lines that name the module")
    expect(vm.sh("find /sys /dev -name '*mcewarden*'", 120).ok().strip() == "", "files are left")
    now = memory(vm)
    expect(now["VmallocUsed"] - before["VmallocUsed"] < 2 << 20, f"vmalloc grew: {before}, {now}")
    offline = before["MemTotal"] - now["MemTotal"]  # blocks that stay so, for a bad page in them
    went = before["MemAvailable"] - now["MemAvailable"]
    # KASAN keeps freed objects, up to that part of the memory.
    kept = now["MemTotal"] // 32 if "CONFIG_KASAN" in vm.kernel.config else 0
    expect(went - offline < (64 << 20) + kept, f"memory went: {before}, {now}")


# The output of the module and the tool


def our_lines(vm):
    return [line for line in vm.log() if line.startswith("mcewarden: ")]


def events(vm):
    """Return the events from mcwctl's JSON, without outcomes."""
    return [found for found in parse_json(vm.mcwctl("read --json").ok()) if found["type"] == "event"]


def both_wait(vm):
    """Wait until two mcwctl have opened the device and sleep in read() or poll()."""
    vm.until("test $(for p in $(pidof mcwctl); do cat /proc/$p/syscall; done |"
             " grep -cE '^(0|7|271) ') = 2")


# Errors


def no_kernel_polls(vm):
    vm.sh(f"echo 0 >{KERNEL_KNOBS}/check_interval").ok()


def burst(count, status=CORRECTED_NO_MISC, addr=0x100000, every=0, second=0):
    """Return the test module's command that makes errors one after the other, each polled. Every
    n-th has a second status."""
    return f"burst 4 {count} {status:x} {addr:x} 0 {every} {second:x}"


def streamed(vm):
    """Return how many errors the test module's last stream made."""
    return int(vm.read(TEST + "/streamed"))


def alone(vm, command):
    """Run a command that has the kernel patch code which all CPUs run all the time, on the only
    CPU that is up: QEMU 7.2 loses a CPU that runs code while another patches it."""
    cpu = "/sys/devices/system/cpu/cpu1/online"
    return vm.sh(f"echo 0 >{cpu} && {{ {command}; }}; echo 1 >{cpu}")


def corrected(vm, page, count, status=CORRECTED):
    """Make that many corrected errors in a page, each found by a poll."""
    vm.kernel_command(f"burst 5 {count} {status:x} {page:x} {MISC_PAGE:x} 0 0")


def interrupt(vm, bank, addr, cpu=0, status=CORRECTED_NO_MISC, times=1):
    """Raise errors whose interrupts the kernel does not handle."""
    vm.kernel_command(f"signal {bank} {times} {status:x} {addr:x}", cpu)


def storm(vm, times=40, pause=0.01):
    """Raise corrected errors, each after the interrupt of the last one: every kernel sees a
    storm."""
    for _ in range(times):
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        time.sleep(pause)


def polled(vm, page, status=UCNA, misc=MISC_PAGE):
    """Plant an error in a bank and poll: the kernel gets its record too."""
    vm.kernel_command(f"plant 5 {status:x} {page:x} {misc:x}")
    vm.kernel_command("poll 20 0")


def dropped(vm, *pages, status=UCNA, misc=MISC_PAGE):
    """Make errors that the kernel does not know, because its full pool drops their records."""
    vm.kernel_command("quiet 1")
    fillers = [(4, CORRECTED_NO_MISC, vm.fresh(), 0)] * FILL
    vm.volley(fillers + [(7, status, page, misc) for page in pages], irqs_off=True)


def hit(vm, address, cpu=0):
    """Raise one SRAO as a local exception, and wait until it is captured."""
    before = vm.stats(SEVERE)["committed"]
    vm.inject(cpu, 6, SRAO, LOCAL, address)
    vm.until(f"mcwtest lanes | grep 'lane=0 .* committed={before + 1} '")


def polls_at_interrupt(vm):
    """Whether the module looks for errors inside of an interrupt that nobody owns; see poll.c."""
    return "CONFIG_PREEMPT_RT" not in vm.kernel.config


def needs_poll_at_interrupt(vm):
    if not polls_at_interrupt(vm):
        raise Skipped("with PREEMPT_RT the module's timer polls after such an interrupt")


def poisoned_by_others(vm, page):
    """As the kernel's own injector does."""
    vm.modprobe("hwpoison-inject")
    vm.sh(f"echo {page >> 12:#x} >/sys/kernel/debug/hwpoison/corrupt-pfn").ok()


def memory_controller(vm, log=False, **parameters):
    """Load the memory controller of mcw_edac.c; without log EDAC prints none of its errors."""
    if "CONFIG_EDAC" not in vm.kernel.config:
        raise Skipped("the kernel has no EDAC")
    if vm.kernel.has("edac_core"):
        vm.modprobe("edac_core")
    words = " ".join(f"{key}={value}" for key, value in parameters.items())
    vm.sh(f"insmod /mods/mcw_edac.ko {words}").ok()
    vm.sh(f"echo {int(log)} >/sys/module/edac_core/parameters/edac_mc_log_ce"
          f" && echo {int(log)} >/sys/module/edac_core/parameters/edac_mc_log_ue").ok()


# Processes and their memory


def held_page(vm):
    """Return the physical address of a page that a process holds."""
    return one(vm.hold("hold 1"), "pages")


def victim(vm, mode):
    """Start a process that asks for early signals. Return the physical and virtual address of
    its page."""
    said = vm.background(f"mcwtest victim 0 {60 * vm.slow} {mode}", "victim", "^phys")
    phys, virt = re.match(r"phys (\S+) virt (\S+)", said).groups()
    return int(phys, 16), int(virt, 16)


def signalled(vm, virt):
    """The victim got the signal for its page, of an error that it may ignore."""
    said = vm.until("grep sigbus /tmp/victim")
    code, addr = re.match(r"sigbus code (\d+) addr (\S+)", said).groups()
    equal(int(code), BUS_MCEERR_AO, "si_code")
    equal(int(addr, 16) & ~0xfff, virt, "page of si_addr")


def spinning(vm, mode="naive"):
    """Start a process that reads its page in user mode in a loop, and reports its own end.
    Return the physical address, and the address of the loop."""
    said = vm.background(f"mcwtest victim 0 {60 * vm.slow} {mode}; echo ended $?", "victim",
                         "^phys").split()
    return int(said[1], 16), int(said[5], 16)


def consumed(vm, page, spin, status=SRAR, bank=6):
    """Raise an error that a spinning process consumes."""
    vm.inject(0, bank, status, LOCAL_CONSUMED, page, spin=spin)


def commit_of(vm, function, caller):
    """NAME+OFFSET of the instruction that commits a slot, in the copy of the function that the
    caller has: compilers make copies, for arguments that are always the same."""
    module = os.path.join(guest.CACHE, "vm", guest.name_of(vm.kernel), "mcewarden.ko")
    code = guest.run(["objdump", "-d", "--no-show-raw-insn", module])
    bodies = {name: (int(begin, 16), body) for begin, name, body in
              re.findall(r"^([0-9a-f]+) <([\w.]+)>:\n((?:.+\n)+)", code, re.M)}
    called = re.search(rf"call +[0-9a-f]+ <({function}[.\w]*)>", bodies[caller][1])
    name = called[1] if called else caller  # or it is inlined
    begin, body = bodies[name]
    found = re.search(r"^ *([0-9a-f]+):.*lock decq [(]", body, re.M)
    expect(found, f"{name} of {module} has no instruction that commits a slot")
    return f"{name}+{int(found[1], 16) - begin}"
