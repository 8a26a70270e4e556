# SPDX-License-Identifier: GPL-2.0
"""Loading and unloading while errors keep coming."""

from errors import CORRECTED_NO_MISC
from machine import TEST, equal, expect, fields
from registry import case
from steps import STREAM, TRACING, memory, no_kernel_polls, nothing_left, our_lines, same, streamed

FAILING_PARTS = (1, 14)  # the last part is tried too; a long check tries each


@case("load-cycles", single=True)
def load_cycles(vm):
    """Every error between the end of a load and the beginning of the unload is recorded once. No
    error is recorded twice, and the unload leaves nothing behind."""
    cycles, period, pause = (5, 2000, 100000) if vm.small > 1 else (50 if vm.full else 6, 200, 20000)
    vm.kernel_command("quiet 1")
    vm.load()
    vm.unload()
    before = memory(vm)
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} {period}")
    result = vm.sh(f"mcwtest cycles {cycles} {STREAM:#x} {pause}", 480).ok()
    vm.load()
    vm.sh("sleep 2").ok()  # records of the second of the load prove nothing
    vm.unload()
    vm.kernel_command("stop")
    equal([line for line in our_lines(vm) if "the tap did not see" in line], [], "lines of the unload")
    sums = fields(result)
    vm.note(result.strip())
    same(sums, cycles=cycles, missing=0, twice=0, foreign=0, overruns=0)
    expect(sums["required"] >= 5 * cycles, f"only {sums['required']} errors in {cycles} loads")
    put = streamed(vm)
    expect(put > sums["records"] > 0, f"{put} errors, {sums['records']} read")
    nothing_left(vm, before)


@case("load-cycles-many", boots=("plain",), tags=("full",), single=True)
def load_cycles_many(vm):
    """A thousand loads and unloads; a faster stream than load-cycles has."""
    cycles = 1000 if vm.full else 20
    vm.kernel_command("quiet 1")
    vm.load()
    vm.unload()
    before = memory(vm)
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} 1000")
    sums = fields(vm.sh(f"mcwtest cycles {cycles} {STREAM:#x} 10000", 60 + 10 * cycles).ok())
    vm.kernel_command("stop")
    vm.note(" ".join(f"{key}={value}" for key, value in sums.items()))
    same(sums, cycles=cycles, missing=0, twice=0, foreign=0, overruns=0)
    nothing_left(vm, before)


@case("load-cycles-chain", single=True)
def load_cycles_chain(vm):
    """The same without the tap: the kernel's pool may drop records, but none comes twice."""
    cycles = 10 if vm.small == 1 else 3
    vm.trace_nothing()
    vm.kernel_command("quiet 1")
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} {500 * vm.small}")
    sums = fields(vm.sh(f"mcwtest cycles {cycles} {STREAM:#x} {50000 * vm.small}", 240).ok())
    vm.kernel_command("stop")
    same(sums, cycles=cycles, twice=0, foreign=0, overruns=0)
    expect(sums["records"] > 0 and sums["late"] == sums["records"], f"no capture by chain: {sums}")


@case("reload-in-burst")
def reload_in_burst(vm):
    """Load and unload while records wait in the kernel's pool."""
    vm.load()
    # Not quiet: printing slows the chain down, so that the pool is full at unload and load.
    vm.kernel_command(f"burst 4 30 {CORRECTED_NO_MISC:x} 100000 0 0 0")
    vm.unload()
    vm.load()
    vm.sh("sleep 1").ok()
    addresses = [r["addr"] for r in vm.records()]
    equal(len(addresses), len(set(addresses)), "addresses read in the second load, each once")
    vm.kernel_command(f"burst 4 30 {CORRECTED_NO_MISC:x} 200000 0 0 0")
    found = [r["addr"] for r in vm.records() if r["addr"] >= 0x200000]
    equal(found, list(range(0x200000, 0x200000 + 30)), "records of the second load")


@case("kernel-prints-after-unload")
def kernel_prints_after_unload(vm):
    """The mark in kflags does not keep the kernel from printing records after the unload."""
    def printed():
        return sum("Machine Check: " in line for line in vm.log())

    def lines_of(addr):
        seen = printed()
        vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} {addr:x} 0 0 0")
        vm.until(f"dmesg | grep 'mce: .*ADDR {addr:x}'")
        vm.sh("sleep 0.2").ok()  # a second line, which must not come
        return printed() - seen

    alone = lines_of(0x100000)
    vm.load()
    with_module = lines_of(0x100001)
    vm.unload()
    after = lines_of(0x100002)
    equal((with_module, after), (alone, alone), "lines printed with the module, and after it")
    expect(alone == 1, f"{alone} lines printed by the kernel alone")


@case("load-fails", boots=("plain",))
def load_fails(vm):
    """If a part fails at load, the parts before it are undone, and the log names the part."""
    vm.load()
    vm.unload()
    before = memory(vm)
    vm.sh("insmod /mods/mcewarden.ko fail_part=1000")
    said = [line for line in our_lines(vm) if "parameter fail_part=1000: must be" in line]
    count = int(said[0].split()[-1])
    for part in range(1, count + 1) if vm.full else (*FAILING_PARTS, count):
        result = vm.sh(f"insmod /mods/mcewarden.ko fail_part={part}")
        expect(result.status and "Operation canceled" in result.output, result.output)
        said = [line for line in our_lines(vm) if f"cannot load: part {part} (" in line]
        expect(said and "error -125" in said[0], f"what the log says: {said}")
        equal(vm.sh("grep -c mcewarden /proc/modules /proc/vmallocinfo").output.split(),
              ["/proc/modules:0", "/proc/vmallocinfo:0"], f"lines that name the module, part {part}")
    nothing_left(vm, before)
    vm.load()


LATE = {
    "interrupt": "a threshold interrupt that began before its probe was taken away",
    "notice": "the wake-up of readers for a notice",
    "look": "a reader's second look at a slot that was busy",
}


def trace_interrupts(vm, on):
    """Run with two probes of the test beside the module's. Without them the module would remove
    the last probe, which changes the kernel's code and waits for the other CPUs in any case."""
    if on:
        vm.sh(f"mkdir {TRACING}/instances/a").ok()
    for place in (TRACING, f"{TRACING}/instances/a"):
        vm.sh(f"cd {place}/events/irq_vectors && for event in threshold_apic_* deferred_error_apic_*;"
              f" do echo {int(on)} >$event/enable; done").ok()
    if not on:
        vm.sh(f"rmdir {TRACING}/instances/a").ok()


@case("unload-waits", boots=("plain",), single=True)
def unload_waits(vm):
    """The unload waits for a callback that still runs on another CPU."""
    behind = "" if vm.kernel.since(5, 18) else " behind"
    no_kernel_polls(vm)
    trace_interrupts(vm, True)
    for what, words in LATE.items():
        vm.load()
        vm.kernel_command(f"late {what} 1000{behind}")
        vm.unload()
        equal(vm.read(TEST + "/late"), "1", f"did the unload wait for {words}: 1 yes, 2 no")
        vm.kernel_command("late 0")
    trace_interrupts(vm, False)
