# SPDX-License-Identifier: GPL-2.0
"""One state a page: what the outcome, mcwctl pages, status and metrics say of it is what the
kernel's line "recovery action" and the page's flag in /proc/kpageflags say."""

import contextlib
import re

import outcome as o
from machine import equal, expect, one, parse_json
from registry import ON_DEBUG, ON_NEWER, case
from steps import (NOT_ACTED, consumed, corrected, held_page, hit, load_quiet, polled,
                   poisoned_by_others, same, spinning)

TAKEN, IN_USE, FAILED = "offline", "in_use", "failed"
ACTION = re.compile(r"Memory failure: (0x[0-9a-f]+): recovery action for (.*): (\w+)")


def kernel_said(vm, page):
    """[(kind of page, result)]: what the kernel's log says of it, each time"""
    found = [ACTION.search(line) for line in vm.log()]
    return [(line[2], line[3].lower()) for line in found if line and int(line[1], 16) == page >> 12]


def last_outcome(vm, count):
    """By the tool; the record itself first, so that there are that many."""
    vm.outcomes(count)
    return [found for found in parse_json(vm.mcwctl("read --json --lane notice").ok())
            if found["type"] == "outcome"][-1]


class Book:
    """The pages of a case: what each outcome adds to the sums."""

    def __init__(self, vm):
        self.vm, self.outcomes, self.taken, self.failed, self.others = vm, 0, 0, 0, 0

    def agrees(self, page, state, by_event=True):
        """After one more call of memory_failure() by the kernel: all say the same of the page."""
        vm = self.vm
        self.outcomes += 1
        self.taken += by_event and state == TAKEN
        self.failed += by_event and state == IN_USE
        self.others += not by_event
        found = last_outcome(vm, self.outcomes)
        same(found, page=f"0x{page:016x}", actor="kernel")
        said = kernel_said(vm, page)
        equal((found["page_type"], found["result"]), said[-1], f"words for the page {page:#x}")
        equal(vm.poisoned(page), [True], f"flag of the page, {said[-1]}")
        states = {known["page"]: known["state"] for known in parse_json(vm.mcwctl("pages --json").ok())}
        equal(states[f"0x{page:016x}"], state, f"mcwctl pages, {said[-1]}")
        self.sums_agree()
        return said[-1]

    def sums_agree(self):
        sums = one(parse_json(self.vm.mcwctl("status --json").ok()), "status")
        same(sums, pages_kernel=self.taken, pages_kernel_failed=self.failed,
             pages_others=self.others, pages_waiting=0)
        metrics = self.vm.mcwctl("metrics").ok()
        for result, count in (("kernel", self.taken), ("kernel_failed", self.failed),
                              ("others", self.others)):
            expect(f'mcewarden_recovery_events_total{{result="{result}"}} {count}\n' in metrics,
                   f"metrics: {result} is not {count}")


@case("page-states", boots=ON_DEBUG)
def page_states(vm):
    """Errors of polls: recovered, ignored or failed, poisoned before, and poisoned by others."""
    load_quiet(vm)
    book = Book(vm)
    page = held_page(vm)
    polled(vm, page)
    equal(book.agrees(page, TAKEN)[1], "recovered", "result of a process's page")
    polled(vm, page)
    book.outcomes += 1
    same(vm.outcomes(2)[1], page=page, reason=o.ALREADY, **NOT_ACTED)
    book.sums_agree()
    kernels = vm.page("slab")
    polled(vm, kernels)
    expect(book.agrees(kernels, IN_USE)[1] in ("ignored", "failed"), "result of the kernel's page")
    free = vm.page("free")
    polled(vm, free)
    book.agrees(free, TAKEN)
    others = one(vm.hold("hold 1", "second"), "pages")
    poisoned_by_others(vm, others)
    book.agrees(others, TAKEN, by_event=False)


@case("page-states-pinned", boots=("plain",), long_boots=("newer",))
def page_states_pinned(vm):
    """Pages that somebody pins: memory_failure() of a file's page fails and leaves it flagged, and
    soft offline is refused and leaves its page as it was."""
    vm.disk()
    load_quiet(vm, page_ce_threshold=2)
    book = Book(vm)
    page = vm.hold("file /disk/file 2", "file")[1]
    soft = held_page(vm)
    vm.kernel_command(f"pin {page:#x}")
    polled(vm, page)
    equal(book.agrees(page, IN_USE)[1], "failed", "result of a page that is pinned")
    vm.kernel_command(f"pin {soft:#x}")
    corrected(vm, soft, 2)
    found = last_outcome(vm, 2)
    vm.kernel_command("pin 0")
    same(found, page=f"0x{soft:016x}", actor="module", action="soft_offline", reason="gave_up",
         result="unknown")
    equal((vm.poisoned(soft), kernel_said(vm, soft)), ([False], []), "flag and lines of the page")
    states = {known["page"]: known["state"] for known in parse_json(vm.mcwctl("pages --json").ok())}
    equal(states[f"0x{soft:016x}"], FAILED, "mcwctl pages")
    same(one(parse_json(vm.mcwctl("status --json").ok()), "status"), pages_soft_failed=1)
    expect("mcewarden_pages_failed_total 1\n" in vm.mcwctl("metrics").ok(), "metrics")
    book.sums_agree()


@contextlib.contextmanager
def failing_swap(vm):
    """Swap space that cannot be written: a file with holes on a full file system."""
    vm.modprobe("loop")
    vm.sh("mkdir -p /swap && mount -t tmpfs -o size=256k tmpfs /swap && cd /swap"
          " && truncate -s 4M file && losetup /dev/loop3 file && mkswap /dev/loop3 >/dev/null"
          " && sync && swapon /dev/loop3; dd if=/dev/zero of=/swap/rest bs=4k 2>/dev/null;"
          " grep -c loop3 /proc/swaps").ok()
    try:
        yield
    finally:
        vm.sh("pkill mcwtest; swapoff /dev/loop3; losetup -d /dev/loop3; umount /swap")


@case("page-states-delayed", boots=("plain",), long_boots=("newer",), alone=True)
def page_states_delayed(vm):
    """A dirty page in the swap cache: it is taken once its process touches it."""
    with failing_swap(vm):
        page = one(vm.hold("hold-swapped"), "pages")
        flags = vm.page_flags(page)[0]
        expect({"swapcache", "dirty"} <= flags, f"flags of a page that could not be swapped: {flags}")
        load_quiet(vm)
        polled(vm, page)
        equal(Book(vm).agrees(page, TAKEN)[1], "delayed", "result of a page in the swap cache")


@case("page-states-consumed", boots=ON_DEBUG, raises=True)
def page_states_consumed(vm):
    """Consumed errors: of a clean page of a file and of a free page the process survives; of its
    own page it is killed."""
    vm.disk()
    load_quiet(vm)
    book = Book(vm)
    clean = vm.hold("file /disk/file 2", "file")[1]
    own, spin = spinning(vm)
    consumed(vm, clean, spin)
    equal(book.agrees(clean, TAKEN)[1], "recovered", "result of a clean page")
    free = vm.page("free")
    consumed(vm, free, spin)
    book.agrees(free, TAKEN)
    expect(vm.sh("grep ended /tmp/victim").status, "the process did not survive")
    equal(vm.victims(), [], "victims")
    consumed(vm, own, spin)
    vm.until("grep '^ended 135' /tmp/victim")
    equal(book.agrees(own, TAKEN)[1], "recovered", "result of the process's page")
    equal(len(vm.victims()), 1, "victims")
    advised = one(vm.hold("hold 1", "second"), "pages")
    hit(vm, advised)
    book.agrees(advised, TAKEN)
