# SPDX-License-Identifier: GPL-2.0
"""The worker, where it is slower than those that bring errors: nobody waits for it for long."""

from errors import CORRECTED_NO_MISC, UCNA, UCNA_NO_MISC
from machine import HOME, SEVERE, TEST, equal, expect, one
from registry import case
from steps import STREAM, commit_of, held_page, load_quiet, our_lines, polled, same, streamed

# The worker calls it once for each event.
EACH_EVENT = "mcw_event_counts_take"


def taken(vm):
    return int(vm.read(HOME + "/stats/worker_taken"))


@case("worker-endless-stream", boots=("plain",), long_boots=("newer",))
def worker_endless_stream(vm):
    """Corrected errors come faster than the worker takes them, without an end. A severe one gets
    its outcome meanwhile, and the decode chain goes on."""
    page = held_page(vm)
    load_quiet(vm)
    vm.kernel_command(f"stall {EACH_EVENT} 10")
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} 200")
    vm.until(f"test $(cat {HOME}/stats/other/committed) -gt $(($(cat {HOME}/stats/worker_taken) + 300))",
             60)
    polled(vm, page)
    same(one(vm.outcomes(1, 60), "outcomes"), of_lane=SEVERE, page=page)
    before = int(vm.read(TEST + "/delivered"))
    vm.until(f"test $(cat {TEST}/delivered) -gt {before}", 60)
    late = streamed(vm) - taken(vm)
    expect(late > 256, f"the worker was only {late} events behind in the end: it kept up")
    vm.kernel_command("stop")
    vm.kernel_command(f"stall {EACH_EVENT} 0")
    vm.until(f"was=$(cat {HOME}/stats/worker_taken); test $was -gt 256 && sleep 1 &&"
             f" test $was = $(cat {HOME}/stats/worker_taken)", 60)
    vm.kernel_command("stall 0")


@case("worker-holds-no-chain", boots=("plain",), long_boots=("newer",))
def worker_holds_no_chain(vm):
    """Severe records of software never wait for the chain's word: the chain does not wait for the
    worker either."""
    count = 20
    load_quiet(vm)
    vm.kernel_command(f"stall {EACH_EVENT} 100")
    vm.kernel_command(f"log {count} 7 {UCNA:x} 100000")
    vm.until(f"test $(cat {TEST}/delivered) = {count}")
    behind = count - taken(vm)
    expect(behind > 0, "the chain was through only when the worker was")
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = {count}")
    vm.kernel_command("stall 0")
    equal(len(vm.outcomes(count)), count, "outcomes")
    vm.note(f"the chain was through with {count} records {behind} events before the worker")


@case("worker-drained-at-unload", boots=("plain",), long_boots=("newer",))
def worker_drained_at_unload(vm):
    """More events than a run takes lie there at unload: all are handed on first, or the log would
    say that some are given up."""
    load_quiet(vm)
    vm.kernel_command(f"stall {EACH_EVENT} 10")
    vm.sh(f"mcwtest kernel 0 'log 900 7 {UCNA:x} 100000' && rmmod mcewarden", 60).ok()
    vm.kernel_command("stall 0")
    equal([line for line in our_lines(vm) if "giving up" in line], [], "lines about events left")


@case("worker-passes-stuck", boots=("plain",), long_boots=("newer",))
def worker_passes_stuck(vm):
    """CPU 1 stays inside the slot of its record for long, while others come. After a second the
    worker steps over it and takes those behind; it takes that one when it is there."""
    load_quiet(vm)
    vm.kernel_command(f"plant 5 {UCNA_NO_MISC:x} 200000 0", cpu=1)
    vm.kernel_command(f"stall {commit_of(vm, 'capture_record', 'tap_entry')} 5000 1")
    # The kernel makes them: programs can wait for the CPU that answers no interrupt.
    vm.kernel_command(f"stream 0 4 {UCNA_NO_MISC:x} {STREAM:x} 400000")
    # CPU 1 is busy, so the worker runs on CPU 0.
    vm.sh("taskset 2 sh -c 'while :; do :; done' & spin=$!;"
          f" sleep 2; echo 1 >{HOME}/poll; sleep 1; kill $spin", 60).ok()
    vm.kernel_command("stop")
    vm.kernel_command("stall 0")
    records = [record for record in vm.records() if record["lane"] == SEVERE]
    late = one([record for record in records if record["addr"] == 0x200000], "records of CPU 1")
    said = vm.outcomes(len(records))
    order = [found["of_pos"] for found in said]
    equal(sorted(order), list(range(len(records))), "outcomes")
    behind = [pos for pos in order[:order.index(late["pos"])] if pos > late["pos"]]
    vm.note(f"{len(behind)} of {len(records)} were taken before the one of CPU 1, though behind it")
    expect(len(behind) >= 3, f"in this order: {order}")
    equal(vm.read(HOME + "/stats/worker_missed"), "0", "missed")
