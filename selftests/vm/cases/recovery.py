# SPDX-License-Identifier: GPL-2.0
"""What is done about a bad page and by whom, and what the outcome says."""

import contextlib
import re

import outcome as o
from errors import (CORRECTED, CORRECTED_NO_MISC, DEFERRED_AMD, GRADE_AR, GRADE_DEFERRED, MISC_PAGE, UCNA)
from machine import CHAIN, HOME, SEVERE, UNKNOWN, Skipped, equal, expect, one
from registry import ON_DEBUG, ON_NEWER, case
from steps import (GRACE, KERNEL_ACTED, MODULE_ACTED, NOT_ACTED, consumed, dropped, held_page, hit,
                   polled, poisoned_by_others, same, signalled, spinning, victim, vm_switch)

EBUSY = 16
EOPNOTSUPP = 95
EHWPOISON = 133
# Cases with ON_NEWER take long on a debug kernel, where other cases run the same code.


def recovered_pages(vm):
    """Return the page numbers of the kernel's log lines about pages that it took, one for each
    time."""
    return [int(match[1], 16) for match in
            (re.match(r"Memory failure: 0x([0-9a-f]+): recovery action .*", line) for line in vm.log())
            if match]


@case("outcome-ucna-poll", boots=ON_NEWER, tags=("quick",))
def outcome_ucna_poll(vm):
    """The kernel's own poll finds the error, and the kernel takes the page."""
    page = held_page(vm)
    vm.load()
    before = vm.corrupted()
    polled(vm, page)
    same(one(vm.outcomes(1), "outcomes"), of_lane=SEVERE, of_pos=0, page=page, tolerant=1,
         grade=GRADE_DEFERRED, rule="ucna", **KERNEL_ACTED)
    equal(vm.corrupted() - before, 1, "pages that are lost")


@case("outcome-twice", boots=ON_DEBUG)
def outcome_twice(vm):
    """Two more errors in the same page: the kernel gets one record, and misses the other."""
    page = held_page(vm)
    vm.load(grace_ms=GRACE)
    before = vm.corrupted()
    polled(vm, page)
    same(one(vm.outcomes(1), "outcomes"), **KERNEL_ACTED)
    polled(vm, page)
    dropped(vm, page)
    for said in vm.outcomes(3)[1:]:
        same(said, page=page, reason=o.ALREADY, **NOT_ACTED)
    equal(vm.corrupted() - before, 1, "pages that are lost")


@case("outcome-dropped", boots=ON_DEBUG)
def outcome_dropped(vm):
    """The kernel's pool dropped the record; one captured 1 s later proves it, well before the grace
    is over. One captured earlier proves nothing: a hypervisor may have kept a CPU for that long."""
    page = held_page(vm)
    vm.load(grace_ms=60000)
    before = vm.corrupted()
    dropped(vm, page)
    later = f"mcwtest kernel 0 'burst 4 1 {CORRECTED_NO_MISC:x} {vm.fresh():x} 0 0 0'"
    vm.sh(f"sleep 0.2; {later}").ok()
    vm.sh("sleep 1").ok()
    equal((vm.poisoned(page), vm.notices()), ([False], []), "before there is a proof")
    vm.sh(later).ok()
    same(one(vm.outcomes(1), "outcomes"), page=page, disposition=o.DISPOSITION_DROPPED, **MODULE_ACTED)
    equal((vm.poisoned(page), vm.corrupted() - before), ([True], 1), "poisoned, pages that are lost")
    equal(vm.read(HOME + "/stats/recovery/module"), "1", "stats/recovery/module")


@case("outcome-dropped-bare", boots=("plain",), features=",hypervisor=off")
def outcome_dropped_bare(vm):
    """Without a hypervisor, as the CPU's model says, 100 ms are enough."""
    page = held_page(vm)
    vm.load(grace_ms=60000)
    dropped(vm, page)
    vm.sh(f"sleep 0.2; mcwtest kernel 0 'burst 4 1 {CORRECTED_NO_MISC:x} {vm.fresh():x} 0 0 0'").ok()
    same(one(vm.outcomes(1), "outcomes"), page=page, disposition=o.DISPOSITION_DROPPED, **MODULE_ACTED)


@case("burst-of-ucna", boots=("plain", "debug"), long_boots=("newer",))
def burst_of_ucna(vm):
    """200 errors come with interrupts off. The kernel's pool keeps only some, but all pages are
    taken."""
    pages = vm.hold("hold 200")
    vm.kernel_command("quiet 1")
    vm.load(grace_ms=GRACE)
    before = vm.corrupted()
    vm.volley([(7, UCNA, page, MISC_PAGE) for page in pages], irqs_off=True)
    said = vm.outcomes(200, 60)
    equal({r["page"] for r in said}, set(pages), "pages that outcomes name")
    equal({(r["action"], r["reason"]) for r in said}, {(o.OFFLINE, o.DONE)}, "action and reason")
    equal(vm.poisoned(*pages), [True] * 200, "poisoned")
    equal(vm.corrupted() - before, 200, "pages that are lost")
    equal(sorted(recovered_pages(vm)), sorted(page >> 12 for page in pages), "each taken once")
    kernel = sum(r["actor"] == o.KERNEL for r in said)
    expect(0 < kernel < 200, f"{kernel} pages by the kernel: no burst at all")
    vm.note(f"of 200 pages the kernel took {kernel}, mcewarden {200 - kernel}")


@case("pages-of-all-kinds", boots=ON_DEBUG)
def pages_of_all_kinds(vm):
    """The kernel takes the page if it has the record. A page that it cannot free is flagged, and
    that is final."""
    vm.load(grace_ms=GRACE)
    kinds_of_pages(vm, polled, KERNEL_ACTED, {"actor": o.KERNEL, "tries": 0})


@case("dropped-pages-of-all-kinds", boots=ON_DEBUG)
def dropped_pages_of_all_kinds(vm):
    """The module takes the same kinds of pages."""
    vm.load(grace_ms=GRACE)
    kinds_of_pages(vm, dropped, MODULE_ACTED, {"actor": o.MODULE, "tries": 1, "err": EBUSY})


def kinds_of_pages(vm, error, good, bad):
    vm.sh("echo 1 >/proc/sys/vm/nr_hugepages").ok()
    middle = vm.hold("hold-huge", "huge")[1] + 5 * 4096
    for count, kind in enumerate(("free", "slab", "kernel", "huge"), 1):
        page = middle if kind == "huge" else vm.page(kind)
        before = vm.poisoned(page - 4096)[0]  # another case may have used it
        error(vm, page)
        said = vm.outcomes(count)[-1]
        if kind in ("free", "huge"):
            same(said, page=page, **good)
        else:
            same(said, page=page, action=o.OFFLINE, reason=o.IN_USE, **bad)
        # Of a huge page only the 4 KiB with the address are lost; the rest is free again.
        equal(vm.poisoned(page, page - 4096), [True, before], f"{kind} page, and the one before")
    lines = len(vm.log())
    vm.sh("sleep 1").ok()
    equal((len(vm.notices()), len(vm.log())), (4, lines), "outcomes and lines in the log, later")


@case("page-of-a-file", boots=("plain",), long_boots=("newer",))
def page_of_a_file(vm):
    """A clean page of the page cache is dropped and read from disk again, without loss."""
    vm.disk()
    pages = vm.hold("file /disk/file 4", "file")
    vm.load(grace_ms=GRACE)
    polled(vm, pages[1])
    same(vm.outcomes(1)[0], page=pages[1], **KERNEL_ACTED)
    dropped(vm, pages[2])
    same(vm.outcomes(2)[1], page=pages[2], **MODULE_ACTED)
    equal(vm.poisoned(*pages), [False, True, True, False], "poisoned")
    good, now = vm.held_now("file")
    expect(good, "what the process has mapped is not what it was")
    equal([a == b for a, b in zip(pages, now)], [True, False, False, True], "where it was before")
    expect("content good bytes 16384" in vm.sh("mcwtest file-check /disk/file").ok(), "file-check")


@case("budget", boots=("plain", "debug"), long_boots=("newer",))
def budget(vm):
    pages = vm.hold("hold 4")
    vm.load(grace_ms=GRACE, page_budget=2)
    dropped(vm, *pages[:3])
    said = vm.outcomes(3)
    equal([(r["actor"], r["reason"]) for r in said],
          [(o.MODULE, o.DONE)] * 2 + [(o.NOBODY, o.BUDGET)], "actor and reason")
    equal(vm.poisoned(*pages), [True, True, False, False], "poisoned")
    equal(vm.read(HOME + "/stats/recovery/budget_used"), "2", "budget_used")
    vm.sh(f"echo 3 >{HOME}/page_budget").ok()
    polled(vm, pages[3])
    same(vm.outcomes(4)[3], **KERNEL_ACTED)
    equal(vm.read(HOME + "/stats/recovery/budget_used"), "2", "budget_used, after one of the kernel's")
    dropped(vm, pages[2])
    same(vm.outcomes(5)[4], **MODULE_ACTED)


@case("budget-given-back", boots=("plain",), long_boots=("newer",))
def budget_given_back(vm):
    """Somebody else poisons the page after the module has looked at it and before it takes it. That
    uses no budget, except on kernels before 5.14, which report success."""
    pages = vm.hold("hold 2")
    vm.load(grace_ms=GRACE)
    vm.kernel_command("poison")
    dropped(vm, pages[0])
    said = one(vm.outcomes(1), "outcomes")
    spent = 0 if vm.kernel.since(5, 14) else 1
    if not spent:
        same(said, page=pages[0], actor=o.NOBODY, reason=o.ALREADY, err=EHWPOISON, tries=1)
    equal(vm.read(HOME + "/stats/recovery/budget_used"), str(spent), "budget_used")
    dropped(vm, pages[1])
    same(vm.outcomes(2)[1], page=pages[1], **MODULE_ACTED)
    equal(vm.read(HOME + "/stats/recovery/budget_used"), str(spent + 1), "budget_used, of the next")


@case("recovery-knob", boots=("plain",), long_boots=("newer",))
def recovery_knob(vm):
    """With off and observe the module takes no page; the kernel still does its own part."""
    pages = vm.hold("hold 5")
    vm.load(grace_ms=GRACE, recovery="off")
    dropped(vm, pages[0])
    same(vm.outcomes(1)[0], page=pages[0], reason=o.OFF, **NOT_ACTED)
    vm.sh(f"echo observe >{HOME}/recovery").ok()
    dropped(vm, pages[1])
    same(vm.outcomes(2)[1], page=pages[1], actor=o.NOBODY, action=o.OFFLINE, reason=o.OBSERVE, tries=0)
    polled(vm, pages[2])
    same(vm.outcomes(3)[2], page=pages[2], **KERNEL_ACTED)
    equal(vm.poisoned(*pages), [False, False, True, False, False], "poisoned")
    result = vm.sh(f"echo always >{HOME}/recovery")
    expect(result.status and "nvalid argument" in result.output, f"'always': {result.output}")
    expect(any("off, unhandled, observe" in line for line in vm.log()), "no line names the words")
    vm.sh(f"echo unhandled >{HOME}/recovery").ok()
    dropped(vm, pages[3])
    same(vm.outcomes(4)[3], page=pages[3], **MODULE_ACTED)
    equal(vm.poisoned(*pages), [False, False, True, True, False], "poisoned in the end")


@case("recovery-would-panic", boots=ON_NEWER)
def recovery_would_panic(vm):
    """vm.memory_failure_recovery=0 lets memory_failure() panic: the module does not call it."""
    page = held_page(vm)
    with vm_switch(vm, "memory_failure_recovery", 0):
        vm.load(grace_ms=GRACE)
        dropped(vm, page)
        same(one(vm.outcomes(1), "outcomes"), page=page, reason=o.RECOVERY_PANICS, **NOT_ACTED)
        equal((vm.poisoned(page), vm.read(HOME + "/stats/recovery/budget_used")), ([False], "0"),
              "poisoned, budget_used")
        expect("vm.memory_failure_recovery is 0: no page is taken" in vm.mcwctl("status").ok(),
               "mcwctl status")
    dropped(vm, page)
    same(vm.outcomes(2)[1], page=page, **MODULE_ACTED)
    equal(vm.mcwctl("status").ok().count("switch "), 0, "lines of status about switches")


@case("kernel-page-would-panic", boots=("newer",))
def kernel_page_would_panic(vm):
    """vm.panic_on_unrecoverable_memory_failure=1 lets memory_failure() panic on pages of the
    kernel: the module takes all others."""
    name = "panic_on_unrecoverable_memory_failure"
    with vm_switch(vm, name, 1):
        kernels = [vm.page("slab"), vm.page("kernel")]
        vm.sh("echo 1 >/proc/sys/vm/nr_hugepages").ok()
        others = [held_page(vm), vm.hold("hold-huge", "huge")[1]]
        vm.load(grace_ms=GRACE)
        others.append(vm.page("free"))  # before, the load might take it
        for count, page in enumerate(kernels, 1):
            dropped(vm, page)
            same(vm.outcomes(count)[-1], page=page, reason=o.KERNEL_PAGE_PANICS, **NOT_ACTED)
        for count, page in enumerate(others, 3):
            dropped(vm, page)
            same(vm.outcomes(count)[-1], page=page, **MODULE_ACTED)
        expect(f"vm.{name} is 1: kernel pages are left" in vm.mcwctl("status").ok(), "mcwctl status")
    dropped(vm, kernels[1])
    same(vm.outcomes(6)[-1], page=kernels[1], reason=o.IN_USE)


@case("slow-chain", boots=("plain", "debug"), long_boots=("newer",))
def slow_chain(vm):
    """The chain takes longer than grace_ms, as with a slow console; the module still waits for
    the kernel."""
    pages = vm.hold("hold 30")
    vm.load(grace_ms=100)
    vm.kernel_command("slow 150")
    vm.volley([(7, UCNA, page, MISC_PAGE) for page in pages], irqs_off=True)
    for said in vm.outcomes(30, 60):
        same(said, **KERNEL_ACTED)
    equal(vm.poisoned(*pages), [True] * 30, "poisoned")


@case("outcome-by-chain", boots=("plain", "debug"), long_boots=("newer",))
def outcome_by_chain(vm):
    """With the chain alone, without the tap, each record still gets its outcome."""
    pages = vm.hold("hold 2")
    slab = vm.page("slab")
    vm.trace_nothing()
    vm.load(grace_ms=GRACE)
    for page in pages:
        polled(vm, page)
    polled(vm, slab)
    said = vm.outcomes(3)
    for page, record in zip(pages, said):
        same(record, page=page, **KERNEL_ACTED)
    same(said[2], page=slab, actor=o.KERNEL, action=o.OFFLINE, reason=o.IN_USE)
    for record in vm.records():
        same(record, source=UNKNOWN, flags=CHAIN, lane=SEVERE)


@case("outcome-software", boots=("plain",), long_boots=("newer",))
def outcome_software(vm):
    """The module never acts on errors that software reports; not even level 0 panics."""
    page = held_page(vm)
    vm.load(grace_ms=100)
    vm.modprobe("mce-inject")
    for at, level in enumerate((0, 1)):
        vm.sh(f"echo {level} >{HOME}/tolerant").ok()
        vm.kernel_command(f"log 1 255 {UCNA:x} {page:x}")
        vm.kernel_command(f"log 1 7 {UCNA:x} {page:x}")
        vm.sh("cd /sys/kernel/debug/mce-inject && echo sw >flags && echo 0 >cpu &&"
              f" echo {UCNA:#x} >status && echo {page:#x} >addr && echo {MISC_PAGE:#x} >misc &&"
              " echo 4 >bank").ok()
        for said in vm.outcomes(3 * at + 3)[3 * at:]:
            same(said, reason=o.SOFTWARE, page=o.NO_PAGE_ADDRESS, tolerant=level, **NOT_ACTED)
    vm.sh("sleep 0.5").ok()
    equal(vm.poisoned(page), [False], "poisoned")


@case("unload-while-waiting", boots=("plain", "debug"), long_boots=("newer",))
def unload_while_waiting(vm):
    """The unload gives up waiting events, takes no page afterwards, and the log says how many
    there were."""
    pages = vm.hold("hold 3")
    vm.load(grace_ms=60000)
    dropped(vm, *pages)
    equal(vm.read(HOME + "/stats/recovery/waiting"), "3", "waiting")
    vm.unload()
    expect(any("giving up 3 severe events at unload" in line for line in vm.log()),
           "the log does not say it")
    equal(vm.poisoned(*pages), [False] * 3, "poisoned")


@case("outcome-deferred-amd", boots=("amd",))
def outcome_deferred_amd(vm):
    """Without scalable MCA the module does not trust an address; kernels up to 6.1 do."""
    believed = not vm.kernel.since(6, 12)
    pages = vm.hold("hold 2")
    vm.load(grace_ms=GRACE)
    polled(vm, pages[0], DEFERRED_AMD)
    same(vm.outcomes(1)[0], grade=GRADE_DEFERRED,
         **KERNEL_ACTED if believed else {"reason": o.NO_ADDRESS, **NOT_ACTED})
    dropped(vm, pages[1], status=DEFERRED_AMD)
    same(vm.outcomes(2)[1], reason=o.NO_ADDRESS, **NOT_ACTED)
    equal(vm.poisoned(*pages), [believed, False], "poisoned")


@case("outcome-srao", boots=ON_DEBUG, raises=True)
def outcome_srao(vm):
    vm.load()
    page, virt = victim(vm, "user")
    before = vm.corrupted()
    hit(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, **KERNEL_ACTED)
    signalled(vm, virt)
    equal((vm.poisoned(page), vm.corrupted() - before), ([True], 1), "poisoned, pages lost")


@case("outcome-srar", boots=ON_DEBUG, raises=True)
def outcome_srar(vm):
    """A consumed error in user mode: the kernel kills the process by task work, and the record
    does not show it."""
    vm.load()
    page, spin = spinning(vm)
    consumed(vm, page, spin)
    vm.until("grep '^ended 135' /tmp/victim")
    same(one(vm.outcomes(1), "outcomes"), page=page, grade=GRADE_AR, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, tries=0)
    equal(vm.poisoned(page), [True], "poisoned")


@case("slow-call", boots=ON_DEBUG, raises=True)
def slow_call(vm):
    """The kernel's own call takes longer than grace_ms; the module does not call for that page
    meanwhile, and says that the kernel took it."""
    vm.kernel_command("stall memory_failure 1000")
    vm.load(grace_ms=100)
    page, spin = spinning(vm)
    consumed(vm, page, spin)
    same(one(vm.outcomes(1), "outcomes"), page=page, grade=GRADE_AR, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, tries=0)
    vm.kernel_command("stall 0")
    equal(vm.read(HOME + "/stats/failure_calls/seen"), "1", "calls of memory_failure()")


@case("call-overtaken", boots=ON_NEWER, raises=True)
def call_overtaken(vm):
    """While the module's call for a page is held up, a process consumes an error there, and the
    kernel takes the page. Its outcome says so, though the module's call is the newest to end."""
    page, spin = spinning(vm)
    vm.kernel_command(f"stall memory_failure {4000 * vm.slow}")
    vm.load(grace_ms=100)
    dropped(vm, page)
    vm.until(f"grep -x 1 {HOME}/stats/recovery/budget_used")  # it has begun
    vm.sh("sleep 0.5").ok()
    vm.kernel_command("stall memory_failure 1")  # for later calls
    consumed(vm, page, spin)
    late, taken = vm.outcomes(2, 60)
    vm.kernel_command("stall 0")
    same(late, of_pos=0, page=page, reason=o.ALREADY, **{**NOT_ACTED, "tries": 1})
    same(taken, of_pos=1, page=page, grade=GRADE_AR, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, tries=0)
    equal(vm.read(HOME + "/stats/recovery/budget_used"), "0", "budget_used")


@case("call-of-the-other-record", boots=ON_NEWER, raises=True)
def call_of_the_other_record(vm):
    """While the call of a task that consumed an error is held up, another record makes the kernel
    take the page; the task's call finds it poisoned, and may return 0. One outcome says that the
    kernel took it, and it is that of the other record."""
    page, (_, spin) = held_page(vm), spinning(vm)
    vm.kernel_command(f"stall memory_failure {5000 * vm.slow} 0")
    vm.load(grace_ms=100)
    vm.kernel_command(f"slow {500 * vm.slow}")
    vm.sh("taskset -p 2 1 >/dev/null").ok()
    for status in (CORRECTED,) * 3:  # so that the chain runs on CPU 1 until the end
        vm.kernel_command(f"plant 4 {status:x} {vm.fresh():x} {MISC_PAGE:x}", cpu=1)
        vm.kernel_command("poll 10 0", cpu=1)
    consumed(vm, page, spin)
    vm.kernel_command(f"plant 5 {UCNA:x} {page:x} {MISC_PAGE:x}", cpu=1)
    vm.kernel_command("poll 20 0", cpu=1)
    task, chain = vm.outcomes(2, 60)
    vm.kernel_command("stall 0")
    vm.sh("taskset -p 3 1 >/dev/null").ok()
    same(task, of_pos=0, page=page, grade=GRADE_AR, reason=o.ALREADY, **NOT_ACTED)
    same(chain, of_pos=1, page=page, **KERNEL_ACTED)
    equal(vm.read(HOME + "/stats/failure_calls/seen"), "2", "calls of memory_failure()")


@contextlib.contextmanager
def all_filtered(vm):
    """The kernel's own filter has memory_failure() refuse every page that is not of slab."""
    vm.modprobe("hwpoison-inject")
    files = "/sys/kernel/debug/hwpoison/corrupt-filter-"
    vm.sh(f"echo 0x80 >{files}flags-mask && echo 0x80 >{files}flags-value && echo 1 >{files}enable").ok()
    try:
        yield f"echo 0 >{files}enable"
    finally:
        vm.sh(f"echo 0 >{files}enable").ok()


@case("failure-refused", boots=("plain",), long_boots=("newer",))
def failure_refused(vm):
    """memory_failure() leaves a page as it is. The module tries five times; a page for which it
    succeeds by then is taken."""
    never, later = held_page(vm), held_page(vm)
    calls, used = HOME + "/stats/failure_calls/seen", HOME + "/stats/recovery/budget_used"
    vm.load(grace_ms=100)
    with all_filtered(vm) as let_pass:
        dropped(vm, never)
        same(one(vm.outcomes(1), "outcomes"), page=never, actor=o.MODULE, action=o.OFFLINE,
             reason=o.GAVE_UP, err=EOPNOTSUPP, tries=5)
        equal((vm.poisoned(never), vm.read(used), vm.read(calls)), ([False], "0", "5"),
              "poisoned, budget_used, calls of memory_failure()")
        dropped(vm, later)
        vm.sh(f"while grep -qx 5 {calls}; do :; done; {let_pass}").ok()
        said = vm.outcomes(2)[1]
    same(said, page=later, **{**MODULE_ACTED, "tries": said["tries"]})
    expect(2 <= said["tries"] <= 5, f"{said}")
    equal((vm.poisoned(never, later), vm.read(used)), ([False, True], "1"), "poisoned, budget_used")


@case("call-by-others-untold", boots=("plain",), long_boots=("newer",))
def call_by_others_untold(vm):
    """The kernel has left a page, and just when the module decides about it somebody else has it
    taken. That call has an outcome of its own, so that of the error does not claim it."""
    page = held_page(vm)
    vm.load()
    with all_filtered(vm) as let_pass:
        vm.kernel_command(f"stall mcw_page_recover {3000 * vm.slow}")
        polled(vm, page)
        vm.until(f"grep -v '^0$' {HOME}/stats/failure_calls/seen")
        vm.sh("sleep 0.5").ok()
        vm.sh(let_pass).ok()
        if vm.read(f"{HOME}/stats/failure_calls/seen") != "1":
            raise Skipped("the guest's shell was on the CPU that is held up, and came too late")
        poisoned_by_others(vm, page)
        said = {found["no_event"]: found for found in vm.outcomes(2)}
        vm.kernel_command("stall 0")
    same(said[0], page=page, reason=o.ALREADY, **NOT_ACTED)
    same(said[1], page=page, actor=o.KERNEL, action=o.OFFLINE, reason=o.DONE)
