# SPDX-License-Identifier: GPL-2.0
"""Pages that show too many corrected errors."""

import outcome as o
from errors import CORRECTED, CORRECTED_CACHE, GRADE_KEEP, MISC_PAGE, UCNA
from machine import HOME, OTHER, SEVERE, Skipped, equal, expect, one
from registry import ON_NEWER, case
from steps import corrected, held_page, load_quiet, our_lines, polled, same, settled, vm_switch

EIO, EBUSY, EOPNOTSUPP, ENOTRECOVERABLE, EHWPOISON = 5, 16, 95, 131, 133
PAGE = 4096
MOVED = {"of_lane": OTHER, "actor": o.MODULE, "action": o.SOFT_OFFLINE, "reason": o.DONE, "err": 0,
         "disposition": o.DISPOSITION_NONE, "tolerant": 1}
NOTHING = {"of_lane": OTHER, "actor": o.NOBODY, "action": o.NONE, "tries": 0}


def counter(vm, name):
    return int(vm.read(f"{HOME}/stats/soft_offline/{name}"))


@case("soft-offline-threshold")
def soft_offline_threshold(vm):
    """A page is taken exactly at the threshold, and its process notices nothing."""
    page = held_page(vm)
    load_quiet(vm)
    equal([vm.read(f"{HOME}/{name}") for name in ("page_ce_threshold", "page_ce_window")],
          ["10", "86400"], "the defaults")
    lost = vm.corrupted()
    corrected(vm, page, 9)
    settled(vm, 9)
    vm.sh("sleep 0.5").ok()
    equal((vm.outcomes(0), vm.poisoned(page)), ([], [False]), "after nine errors")
    corrected(vm, page, 1)
    same(one(vm.outcomes(1), "outcomes"), page=page, of_pos=9, count=10, tries=1, grade=GRADE_KEEP,
         **MOVED)
    good, now = vm.held_now()
    expect(good, "the process lost its data")
    expect(now[0] != page, f"its page is still at {page:#x}")
    equal((vm.poisoned(page, now[0]), vm.corrupted() - lost), ([True, False], 1), "poisoned pages")
    corrected(vm, page, 30)  # scrubbing also reads memory that nobody uses
    settled(vm, 40)
    equal(len(vm.outcomes(1)), 1, "outcomes of a page that is taken")
    vm.unload()
    vm.load()
    corrected(vm, page, 10)
    same(one(vm.outcomes(1), "outcomes"), page=page, count=10, reason=o.ALREADY, **NOTHING)
    equal((counter(vm, "soft_offlined"), counter(vm, "not_acted")), (0, 1), "counters")


@case("soft-offline-window")
def soft_offline_window(vm):
    """Errors before and after a window's end are not added up."""
    page = held_page(vm)
    window = 4 * vm.slow
    load_quiet(vm, page_ce_threshold=4, page_ce_window=window)
    corrected(vm, page, 3)
    vm.sh(f"sleep {window}", 60).ok()
    corrected(vm, page, 3)
    settled(vm, 6)
    equal((vm.outcomes(0), vm.poisoned(page)), ([], [False]), "three and three errors")
    corrected(vm, page, 1)
    same(one(vm.outcomes(1), "outcomes"), page=page, of_pos=6, count=4, **MOVED)


@case("soft-offline-off")
def soft_offline_off(vm):
    """Threshold 0 switches the rule off, and errors are not counted then."""
    page = held_page(vm)
    load_quiet(vm, page_ce_threshold=0)
    corrected(vm, page, 50)
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=50 '")
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = 50")
    equal((counter(vm, "counted"), vm.outcomes(0), vm.poisoned(page)), (0, [], [False]),
          "with a threshold of 0")
    vm.sh(f"echo 2 >{HOME}/page_ce_threshold").ok()
    corrected(vm, page, 1)
    settled(vm, 1)
    equal(vm.outcomes(0), [], "outcomes of the first error that counts")
    corrected(vm, page, 1)
    same(one(vm.outcomes(1), "outcomes"), of_pos=51, count=2, **MOVED)
    for knob, values in (("page_ce_threshold", ("-1", "1000001", "x")),
                         ("page_ce_window", ("0", "31536001", ""))):
        for value in values:
            result = vm.sh(f"echo '{value}' >{HOME}/{knob}")
            expect(result.status and "nvalid" in result.output, f"{knob} {value}: {result.output}")


@case("soft-offline-budget")
def soft_offline_budget(vm):
    first, second = vm.hold("hold 2")
    load_quiet(vm, page_ce_threshold=2, page_budget=1)
    corrected(vm, first, 2)
    settled(vm, 2)
    corrected(vm, second, 2)
    settled(vm, 4)
    done, refused = vm.outcomes(2)
    same(done, page=first, **MOVED)
    same(refused, page=second, reason=o.BUDGET, count=2, **NOTHING)
    equal(vm.poisoned(first, second), [True, False], "poisoned")
    vm.sh(f"echo 2 >{HOME}/page_budget").ok()
    corrected(vm, second, 1)
    settled(vm, 5)
    equal(len(vm.outcomes(2)), 2, "outcomes after one error more: it counts anew")
    corrected(vm, second, 1)
    same(vm.outcomes(3)[2], page=second, count=2, **MOVED)


@case("soft-offline-held-back")
def soft_offline_held_back(vm):
    """If a knob forbids it, an outcome says so and the page is not taken."""
    pages = vm.hold("hold 4")
    load_quiet(vm, page_ce_threshold=1, recovery="off")
    corrected(vm, pages[0], 1)
    settled(vm, 1)
    vm.sh(f"echo observe >{HOME}/recovery").ok()
    corrected(vm, pages[1], 1)
    settled(vm, 2)
    vm.sh(f"echo unhandled >{HOME}/recovery; echo 3 >{HOME}/tolerant").ok()
    corrected(vm, pages[2], 1)
    settled(vm, 3)
    vm.sh(f"echo 2 >{HOME}/tolerant").ok()
    corrected(vm, vm.fresh(), 1)
    settled(vm, 4)
    off, observe, tolerant, nowhere = vm.outcomes(4)
    same(off, page=pages[0], reason=o.OFF, tolerant=1, **NOTHING)
    same(observe, page=pages[1], reason=o.OBSERVE, **{**NOTHING, "action": o.SOFT_OFFLINE})
    same(tolerant, page=pages[2], reason=o.TOLERANT, tolerant=3, **NOTHING)
    same(nowhere, reason=o.NO_PAGE, tolerant=2, **NOTHING)
    equal(vm.poisoned(*pages), [False] * 4, "poisoned")
    equal(int(vm.read(HOME + "/stats/recovery/budget_used")), 0, "budget_used")
    corrected(vm, pages[3], 1)
    same(vm.outcomes(5)[4], page=pages[3], **{**MOVED, "tolerant": 2})


@case("soft-offline-fails")
def soft_offline_fails(vm):
    """The module tries five times to take a page that cannot be moved, and other pages do not
    wait for it."""
    bad = vm.page("kernel")
    good = held_page(vm)
    load_quiet(vm, page_ce_threshold=1)
    corrected(vm, bad, 1)
    corrected(vm, good, 1)
    same(one(vm.outcomes(1), "outcomes"), page=good, **MOVED)
    failed = vm.outcomes(2)[1]
    same(failed, page=bad, tries=5, reason=o.GAVE_UP, actor=o.MODULE, action=o.SOFT_OFFLINE, count=1,
         of_lane=OTHER)
    expect(failed["err"] in (EIO, ENOTRECOVERABLE), f"the kernel's error: {failed}")
    equal((counter(vm, "reported"), counter(vm, "unreported")), (6, 0), "results")
    equal(vm.poisoned(bad, good), [False, True], "poisoned")
    equal((counter(vm, "failed"), counter(vm, "soft_offlined")), (1, 1), "counters")
    equal(int(vm.read(HOME + "/stats/recovery/budget_used")), 1, "budget_used")
    equal(counter(vm, "waiting"), 0, "pages that wait")


@case("soft-offline-busy", boots=("plain",), long_boots=("newer",))
def soft_offline_busy(vm):
    """A page that somebody pins is busy. It is remembered: within its window it is not tried again,
    though it could be moved by now; in the next one it is."""
    page = held_page(vm)
    window = 10 * vm.slow
    load_quiet(vm, page_ce_threshold=2, page_ce_window=window)
    vm.kernel_command(f"pin {page:#x}")
    corrected(vm, page, 2)
    same(one(vm.outcomes(1), "outcomes"), page=page, tries=5, err=EBUSY, reason=o.GAVE_UP, count=2,
         actor=o.MODULE, action=o.SOFT_OFFLINE)
    vm.kernel_command("pin 0")
    corrected(vm, page, 10)
    settled(vm, 12)
    vm.sh("sleep 0.5").ok()
    equal((len(vm.outcomes(1)), vm.poisoned(page), counter(vm, "reported")), (1, [False], 5),
          "outcomes, poisoned and tries after ten errors more")
    expect("could not be taken; 12 corrected errors" in vm.mcwctl("pages").ok(), "mcwctl pages")
    vm.sh(f"sleep {window}", 60).ok()
    corrected(vm, page, 2)
    same(vm.outcomes(2)[1], page=page, tries=1, count=2, **MOVED)


@case("soft-offline-overtaken", boots=("plain",), long_boots=("newer",))
def soft_offline_overtaken(vm):
    """Between two tries for a busy page it has an uncorrected error, and the kernel poisons it: the
    module did not move its content, says so, and has its budget back."""
    page = held_page(vm)
    load_quiet(vm, page_ce_threshold=2)
    vm.kernel_command(f"pin {page:#x}")
    corrected(vm, page, 2)
    vm.until(f"grep -v 0 {HOME}/stats/soft_offline/reported")
    polled(vm, page, UCNA)
    said = {found["of_lane"]: found for found in vm.outcomes(2)}
    vm.kernel_command("pin 0")
    same(said[OTHER], page=page, count=2, actor=o.NOBODY, action=o.NONE, reason=o.ALREADY, err=EBUSY)
    expect(1 <= said[OTHER]["tries"] < 5, f"{said[OTHER]}")
    equal((said[SEVERE]["page"], vm.poisoned(page)), (page, [True]), "what was poisoned")
    equal((counter(vm, "soft_offlined"), counter(vm, "not_acted")), (0, 1), "counters")
    equal(vm.read(HOME + "/stats/recovery/budget_used"), "0", "budget_used")
    expect("could not be taken" not in vm.mcwctl("pages").ok(), "mcwctl pages")


def tried_once(vm, function):
    """Take a page while this function of the kernel needs long: the module waits for it."""
    page = held_page(vm)
    load_quiet(vm, page_ce_threshold=1)
    vm.kernel_command(f"stall {function} 1500")
    corrected(vm, page, 1)
    same(one(vm.outcomes(1), "outcomes"), page=page, tries=1, count=1, **MOVED)
    vm.kernel_command("stall 0")
    equal((counter(vm, "reported"), counter(vm, "unreported")), (1, 0), "results")


@case("soft-offline-slow", boots=ON_NEWER)
def soft_offline_slow(vm):
    """A page that takes the kernel long is tried once, and waited for."""
    tried_once(vm, "migrate_pages")


@case("soft-offline-late", boots=ON_NEWER)
def soft_offline_late(vm):
    """A request that the kernel begins late is not given up: it cannot be taken back."""
    tried_once(vm, "memory_failure_work_func")


@case("soft-offline-late-overtaken", boots=ON_NEWER)
def soft_offline_late_overtaken(vm):
    """Before the kernel begins with the request, the page is poisoned for an uncorrected error:
    then soft_offline_page() finds that, and its success is not the module's."""
    page = held_page(vm)
    load_quiet(vm, page_ce_threshold=1)
    vm.kernel_command("stall memory_failure_work_func 1500")
    vm.kernel_command("poison memory_failure_queue")
    corrected(vm, page, 1)
    same(one(vm.outcomes(1), "outcomes"), page=page, count=1, tries=1, actor=o.NOBODY, action=o.NONE,
         reason=o.ALREADY, err=EHWPOISON)
    vm.kernel_command("poison 0")
    vm.kernel_command("stall 0")
    equal((counter(vm, "soft_offlined"), counter(vm, "reported")), (0, 1), "counters")
    equal(vm.read(HOME + "/stats/recovery/budget_used"), "0", "budget_used")


@case("soft-offline-overtaken-inside", boots=ON_NEWER)
def soft_offline_overtaken_inside(vm):
    """The kernel has begun with the request, and the page is poisoned for an uncorrected error
    before soft_offline_page() has its lock."""
    page = held_page(vm)
    vm.kernel_command(f"stall soft_offline_page {3000 * vm.slow}")  # behind the module's probe
    load_quiet(vm, page_ce_threshold=1)
    corrected(vm, page, 1)
    vm.sh("sleep 0.5").ok()
    # On each CPU: on the one that is held up it comes too late.
    vm.sh("for cpu in 0 1; do (mcwtest kernel $cpu"
          f" 'plant 5 {UCNA:x} {page:x} {MISC_PAGE:x}'; mcwtest kernel $cpu 'poll 20 0') & done; wait",
          60).ok()
    said = vm.outcomes(3)
    vm.kernel_command("stall 0")
    taken, late = [found for found in said if found["of_lane"] == SEVERE]
    same(taken, page=page, actor=o.KERNEL, action=o.OFFLINE, reason=o.DONE)
    same(late, page=page, actor=o.NOBODY, reason=o.ALREADY)
    same(one([found for found in said if found["of_lane"] == OTHER], "outcomes"), page=page, count=1,
         tries=1, actor=o.NOBODY, action=o.NONE, reason=o.ALREADY, err=0)
    equal((counter(vm, "soft_offlined"), counter(vm, "reported")), (0, 1), "counters")
    equal(vm.read(HOME + "/stats/recovery/budget_used"), "0", "budget_used")


@case("soft-offline-one-at-a-time", boots=ON_NEWER)
def soft_offline_one_at_a_time(vm):
    """The kernel gets its next request when it is through with the one before."""
    pages = vm.hold("hold 5")
    load_quiet(vm, page_ce_threshold=1)
    trace = "/sys/kernel/debug/tracing"
    asked, begun = "memory_failure_queue", "soft_offline_page"
    # The tracer would have the scheduler tell of commands, which patches the scheduler's code: see
    # steps.alone() for what QEMU makes of that.
    vm.sh(f"cd {trace} && echo 0 >options/record-cmd && echo {asked} {begun} >set_ftrace_filter"
          " && echo function >current_tracer").ok()
    vm.volley([(5, CORRECTED, page, MISC_PAGE) for page in pages], irqs_off=True)
    vm.outcomes(5)
    traced = vm.sh(f"cd {trace} && cat trace; echo nop >current_tracer; echo >set_ftrace_filter;"
                   " echo 1 >options/record-cmd").ok()
    seen = [word for line in traced.splitlines() for word in line.split() if word in (asked, begun)]
    equal(seen, [asked, begun] * 5, "calls")


@case("soft-offline-no-probe", boots=ON_NEWER)
def soft_offline_no_probe(vm):
    """Without a probe of soft_offline_page(), the page's flag and the time tell; that is said."""
    good, bad = held_page(vm), vm.page("kernel")
    vm.kernel_command("unprobeable 1")
    load_quiet(vm, page_ce_threshold=1)
    vm.kernel_command("unprobeable 0")
    one([line for line in our_lines(vm) if "cannot probe soft_offline_page()" in line], "lines of it")
    corrected(vm, bad, 1)
    corrected(vm, good, 1)
    same(one(vm.outcomes(1), "outcomes"), page=good, **MOVED)
    same(vm.outcomes(2)[1], page=bad, tries=5, err=0, reason=o.GAVE_UP, actor=o.MODULE)
    equal((counter(vm, "reported"), counter(vm, "unreported")), (0, 6), "results")
    expect("tries whose result could not be read: 6" in vm.mcwctl("status -v").ok(), "mcwctl status")


@case("soft-offline-switched-off", boots=("newer",))
def soft_offline_switched_off(vm):
    """vm.enable_soft_offline=0: known by the kernel's answer; without one, by the file."""
    page = held_page(vm)
    with vm_switch(vm, "enable_soft_offline", 0):
        load_quiet(vm, page_ce_threshold=2)
        corrected(vm, page, 2)
        same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.NOBODY, action=o.NONE, tries=1,
             count=2, reason=o.SOFT_OFFLINE_OFF, err=EOPNOTSUPP)
        expect("vm.enable_soft_offline is 0: the kernel soft-offlines no page" in
               vm.mcwctl("status").ok(), "mcwctl status")
        expect("the admin switched soft offline off" in vm.mcwctl("pages").ok(), "mcwctl pages")
        vm.unload()
        vm.kernel_command("unprobeable 1")
        vm.load(page_ce_threshold=2)
        corrected(vm, page, 2)
        same(one(vm.outcomes(1), "outcomes"), actor=o.NOBODY, tries=1, reason=o.SOFT_OFFLINE_OFF,
             err=0)
    vm.kernel_command("unprobeable 0")
    corrected(vm, page, 2)
    same(vm.outcomes(2)[1], page=page, tries=1, count=2, **MOVED)


@case("soft-offline-unload")
def soft_offline_unload(vm):
    """An unload while a page waits does not hang, and the log says that a page was waiting."""
    bad = vm.page("kernel")
    load_quiet(vm, page_ce_threshold=1)
    corrected(vm, bad, 1)
    vm.until(f"test $(cat {HOME}/stats/soft_offline/waiting) = 1")
    vm.unload()
    expect(any("soft-offlined 1 page with too many corrected errors" in line for line in vm.log()),
           "the log does not tell of the page that waited")


@case("soft-offline-many", boots=("plain",))
def soft_offline_many(vm):
    """More pages at once than the kernel's queue holds."""
    count = 100 // vm.small
    pages = vm.hold(f"hold {count}")
    load_quiet(vm, page_ce_threshold=1)
    vm.volley([(5, CORRECTED, page, MISC_PAGE) for page in pages], irqs_off=True)
    found = vm.outcomes(count, 60)
    for outcome in found:
        same(outcome, **MOVED)
    equal(sorted(outcome["page"] for outcome in found), sorted(pages), "pages of the outcomes")
    good, now = vm.held_now()
    expect(good, "the process lost its data")
    equal(set(now) & set(pages), set(), "pages that were not moved")
    equal(vm.poisoned(*pages), [True] * count, "poisoned")
    equal(counter(vm, "soft_offlined"), count, "soft_offlined")
    expect(not any("buffer overflow" in line for line in vm.log()), "the kernel's queue was full")


@case("soft-offline-not-counted", boots=("plain",))
def soft_offline_not_counted(vm):
    """Records that are not corrected memory errors of a hardware bank do not count."""
    page = held_page(vm)
    load_quiet(vm, page_ce_threshold=1, recovery="observe")
    vm.kernel_command(f"log 3 5 {CORRECTED:x} {page:x}")
    vm.kernel_command(f"log 3 255 {CORRECTED:x} {page:x}")
    corrected(vm, page, 3, CORRECTED_CACHE)
    vm.kernel_command(f"burst 5 3 {CORRECTED:x} {page:x} {MISC_PAGE + 1:x} 0 0")
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = 12")
    equal((counter(vm, "counted"), vm.outcomes(0)), (0, []), "counted, outcomes")
    vm.kernel_command(f"inject 5 {CORRECTED:x} {page:x} {MISC_PAGE:x} 0")
    same(one(vm.outcomes(1), "outcomes"), of_pos=12, reason=o.OBSERVE)
    vm.kernel_command(f"plant 7 {UCNA:x} {vm.fresh():x} {MISC_PAGE:x}")
    vm.kernel_command("poll 80 0")
    equal([r["of_lane"] for r in vm.outcomes(2)], [OTHER, 0], "lanes of the outcomes")
    equal(counter(vm, "counted"), 1, "counted")


@case("soft-offline-table", boots=("plain",))
def soft_offline_table(vm):
    """With more pages than the table holds, the page hit longest ago is forgotten."""
    load_quiet(vm, page_ce_threshold=3, recovery="observe")
    start = 0x9000000000
    corrected(vm, start, 2)
    corrected(vm, start + PAGE, 2)
    vm.kernel_command(f"sweep 5 4094 {CORRECTED:x} {start + 2 * PAGE:x} {MISC_PAGE:x} {PAGE:x}")
    settled(vm, 4 + 4094)
    equal((counter(vm, "tracked"), counter(vm, "evicted")), (4096, 0), "tracked, evicted")
    # Hit the second page again, so that it is not the oldest when there is one page too many.
    corrected(vm, start + PAGE, 1)
    same(one(vm.outcomes(1), "outcomes"), page=start + PAGE, count=3)
    corrected(vm, start + 5000 * PAGE, 1)
    settled(vm, 4 + 4094 + 2)
    equal((counter(vm, "tracked"), counter(vm, "evicted")), (4096, 1), "tracked, evicted")
    corrected(vm, start, 1)
    settled(vm, 4 + 4094 + 3)
    equal(len(vm.outcomes(1)), 1, "outcomes: the first page began anew")
    corrected(vm, start, 2)
    same(vm.outcomes(2)[1], page=start, count=3)
    equal((counter(vm, "evicted"), counter(vm, "no_room")), (2, 0), "evicted, no_room")


@case("soft-offline-ras-cec", boots=("newer",), append="ras=on")
def soft_offline_ras_cec(vm):
    """If the kernel's RAS_CEC handles such pages, the module's rule has no effect, and the log
    says so."""
    if "CONFIG_RAS_CEC" not in vm.kernel.config:
        raise Skipped(f"{vm.kernel.version} has no RAS_CEC")
    page = held_page(vm)
    load_quiet(vm, page_ce_threshold=1)
    equal(counter(vm, "ras_cec"), 0, "ras_cec before an error")
    corrected(vm, vm.fresh(), 1)
    vm.until(f"grep -q 1 {HOME}/stats/soft_offline/ras_cec")
    counted = counter(vm, "counted")
    vm.kernel_command(f"plant 5 {CORRECTED:x} {page:x} {MISC_PAGE:x}")
    vm.kernel_command("poll 20 0")
    vm.sh("sleep 1").ok()
    equal((counter(vm, "counted"), counter(vm, "soft_offlined")), (counted, 0), "counters")
    equal(vm.poisoned(page), [False], "poisoned after one error, at a threshold of 1")
    said = [line for line in our_lines(vm) if "RAS_CEC" in line]
    one(said, "lines that say so")
    expect("RAS_CEC decides" in vm.mcwctl("status -v").ok(), "mcwctl status does not say so")
