# SPDX-License-Identifier: GPL-2.0
"""The worker, where it is slower than those that bring errors: nobody waits for it for long."""

from errors import CORRECTED_NO_MISC, UCNA
from machine import HOME, SEVERE, TEST, equal, expect, one
from registry import case
from steps import STREAM, held_page, load_quiet, our_lines, polled, same, streamed

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
