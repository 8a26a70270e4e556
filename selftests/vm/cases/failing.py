# SPDX-License-Identifier: GPL-2.0
"""Whatever the kernel refuses, a registration or memory: a clean end, or the module works without
it and says so; nothing is left, and the next try works."""

import os
import random
import re

from errors import CORRECTED, CORRECTED_NO_MISC, MISC_PAGE, UCNA
from machine import HOME, TEST, Skipped, equal, expect, fields, one, parse_json
from registry import TOP, case
from steps import CPU1, KERNEL_ACTED, burst, held_page, injector_stats, memory, memory_controller, \
    no_leaks, nothing_left, our_lines, polled, same

SMALL = " ".join(f"{lane}_records=64" for lane in ("severe", "other", "notice", "location"))
LOAD = f"mcwtest load /mods/mcewarden.ko '{SMALL}'"
ENOMEM = -12
NULL = 0
# What the module asks of the kernel at load, and what it gets in place of that.
REGISTRATIONS = {
    "register_ftrace_function": ENOMEM, "ftrace_set_filter_ip": ENOMEM, "ftrace_set_filter": ENOMEM,
    "register_kprobe": ENOMEM, "register_kretprobe": ENOMEM, "tracepoint_probe_register": ENOMEM, "__cpuhp_setup_state": ENOMEM,
    "misc_register": ENOMEM, "register_pm_notifier": ENOMEM, "kmsg_dump_register": ENOMEM,
    "subsys_system_register": ENOMEM, "subsys_interface_register": ENOMEM,
    "sysfs_create_groups": ENOMEM, "sysfs_create_files": ENOMEM, "kern_mount": ENOMEM,
    "file_open_root": ENOMEM, "kobject_create_and_add": NULL, "alloc_workqueue": NULL,
}
ALLOCATIONS = ("vzalloc", "__alloc_percpu", "kvmalloc_node", "__kmalloc", "__kmalloc_node", "kmalloc_trace",
               "get_zeroed_page", "alloc_cpumask_var_node")
# The names from 6.10 on, where these do not only end with _noprof.
RENAMED = {"kvmalloc_node": "__kvmalloc_node_noprof", "kmalloc_trace": "__kmalloc_cache_noprof",
           "__alloc_percpu": "pcpu_alloc_noprof"}
# The module finds functions in another way then, and nothing is missing.
OTHER_WAY = ("register_kprobe", "ftrace_set_filter_ip")
# What is called only where each call of the other is refused.
AFTER = {"ftrace_set_filter": "ftrace_set_filter_ip"}
MISSING_C = os.path.join(TOP, "module", "missing.c")
# Words of the file "missing", and the kernel's option without which the module never asks for that.
OPTIONS = {"erst": "CONFIG_ACPI_APEI"}
FAULTS = "/sys/kernel/debug/fail"
FAULTS_MOST = 1 << 30


def findings(vm):
    found = parse_json(vm.mcwctl("doctor --json").output)
    return {finding["id"]: finding for finding in found}


def refused_cleanly(vm, result, what):
    """The load failed: a clean errno, and one line that names the part."""
    expect("Cannot allocate memory" in result.output, f"{what}: {result.output}")
    said = one([line for line in our_lines(vm) if ": cannot load: " in line], f"reasons, {what}")
    expect(re.search(rf"cannot load: part \d+ \(.*\) failed with error {ENOMEM}$", said), f"{what}: {said}")
    equal(vm.sh("grep -c mcewarden /proc/modules /proc/vmallocinfo").output.split(),
          ["/proc/modules:0", "/proc/vmallocinfo:0"], f"lines that name the module, {what}")
    return said.split("(")[1].split(")")[0]


def works_without(vm, function, what):
    """The load went on: log and doctor say what is missing, and an error is recorded."""
    missing, capture = vm.read(f"{HOME}/missing"), vm.read(f"{HOME}/capture")
    said = [line for line in our_lines(vm) if ": error -" in line]
    found = findings(vm)
    equal(found["missing"]["level"], "ok" if missing == "none" else "warning", f"missing, {what}")
    equal(found["capture"]["level"], "ok" if capture == "tap" else "warning", f"capture, {what}")
    if missing != "none" or capture != "tap":
        expect(said, f"{what}: the log does not say why {missing} is missing, or {capture} captures")
        expect(missing == "none" or missing in found["missing"]["sentence"], f"{what}: {found['missing']}")
    else:
        expect(function in OTHER_WAY or said, f"{what}: nothing says that something is missing")
    vm.kernel_command(burst(1))
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=1 '")
    vm.unload()
    return " ".join(word for word, usual in ((capture, "tap"), (missing, "none")) if word != usual) or "nothing"


def refuse_each(vm, function, value, other=""):
    """Refuse each call of the function in turn, and all calls of the other. Return what came of
    that."""
    came = []
    while True:
        what = f"{function} {len(came) + 1}"
        vm.scan()
        vm.kernel_command(f"refuse {what} {value} mcewarden {other}")
        result = vm.sh(LOAD, 60)
        refused = vm.read(f"{TEST}/refused") == "1"
        vm.kernel_command("refuse 0")
        if not refused:
            result.ok()
            if not other:
                equal(vm.read(f"{HOME}/missing"), "none", "missing where nothing was refused")
            vm.unload()
            return came
        came.append("no load: " + refused_cleanly(vm, result, what) if result.status
                    else works_without(vm, function, what))


def names_of(vm, functions):
    """Return {function: its name in this kernel}, of those that it has."""
    names = {function: (function, f"{function}_noprof", RENAMED.get(function, function)) for function in functions}
    # Fixed words: one expression of so many takes half a minute on an emulated CPU.
    words = " ".join(f"-e {name}" for some in names.values() for name in dict.fromkeys(some))
    known = {line.split()[2] for line in vm.sh(f"grep -wF {words} /proc/kallsyms", 60).output.splitlines()}
    found = {function: [name for name in some if name in known] for function, some in names.items()}
    return {function: some[0] for function, some in found.items() if some}


def refused_calls(vm, functions):
    vm.kernel_command("quiet 1")
    vm.load()
    vm.unload()
    before = memory(vm)
    names = names_of(vm, functions)
    came = {}
    for function, value in functions.items():
        if function not in names:
            vm.note(f"{function}: the kernel has no such function")
            continue
        came[function] = refuse_each(vm, names[function], value, AFTER.get(function, ""))
        vm.note(f"{function}: {'; '.join(came[function]) or 'not called'}")
    vm.note(f"calls refused: {sum(map(len, came.values()))}")
    nothing_left(vm, before)
    return came


@case("registrations-refused", boots=("plain",), tags=("full",), long_boots=("debug", "newer"),
      single=True)
def registrations_refused(vm):
    """Each registration of the load is refused in turn."""
    came = refused_calls(vm, REGISTRATIONS)
    expect(len(sum(came.values(), [])) >= 30, f"only these calls were refused: {came}")
    words = {word for each in came.values() for how in each for word in how.split()
             if not how.startswith("no load: ")}
    never = {word: option for word, option in OPTIONS.items() if option not in vm.kernel.config}
    for word, option in never.items():
        vm.note(f"{word} cannot be missing: the kernel is without {option}")
    with open(MISSING_C, encoding="utf-8") as file:
        known = set(re.findall(r'\[MCW_MISSING_\w+\] = "(\w+)"', file.read()))
    expect(len(known) > 10, f"words in {MISSING_C}: {known}")
    equal(sorted(known - words), sorted(never), "what was never missing")


@case("allocations-refused", boots=("plain",), tags=("full",), long_boots=("debug",), single=True)
def allocations_refused(vm):
    """Each allocation that the module itself asks for at load is refused in turn."""
    came = refused_calls(vm, dict.fromkeys(ALLOCATIONS, NULL))
    expect(len(sum(came.values(), [])) >= 10, f"only these calls were refused: {came}")


def inject_faults(vm, probability=0, task_filter="N"):
    """Set the kernel's fault injection for both allocators."""
    if "CONFIG_FAULT_INJECTION" not in vm.kernel.config:
        raise Skipped(f"{vm.kernel.version} has no fault injection")
    # Off at first, and on at last: without a filter it would hit whoever runs.
    steps = [("probability", 0), ("ignore-gfp-wait", "N"), ("verbose", 0), ("times", FAULTS_MOST),
             ("task-filter", task_filter), ("probability", probability)]
    for where in ("slab", "_page_alloc"):
        for name, value in steps:
            vm.sh(f"echo {value} >{FAULTS}{where}/{name}").ok()
    vm.sh(f"echo 0 >{FAULTS}_page_alloc/min-order").ok()


def failures(vm):
    """Return how many allocations failed since inject_faults()."""
    left = vm.sh(f"cat {FAULTS}slab/times {FAULTS}_page_alloc/times").ok().split()
    return sum(FAULTS_MOST - int(times) for times in left)


def kernels_words(vm):
    """Forget what the kernel's allocators, its sysfs and its kmemleak (which then looks through the
    whole of an object) say of memory that they did not get."""
    kept, inside = [], False
    for line in vm.log():
        inside = inside and line.startswith(" ") or re.search(
            r"vmalloc error: size|page allocation failure|kobject_add_internal failed for .*error: -12"
            r"|kmemleak: Cannot allocate a scan area|Mem-Info:|^Call Trace", line) is not None
        if not inside and not re.match(r"CPU: \d+ PID: \d+|Hardware name:|Node \d|\d+ (total|pages)|lowmem", line):
            kept.append(line)
    vm.lines[:] = kept


@case("allocations-fail", boots=("debug",), tags=("full",), single=True)
def allocations_fail(vm):
    """An allocation anywhere below the module's load fails: some of them, by a seed. The module
    then fails to load, or works without something."""
    inject_faults(vm)
    vm.kernel_command("quiet 1")
    vm.kernel_command("fail 1000000")
    vm.sh(LOAD, 60).ok()
    count = 1000000 - int(vm.read(f"{TEST}/fail_left"))
    vm.unload()
    expect(count > 100, f"the load makes {count} allocations")
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    chosen = random.Random(seed).sample(range(1, count + 1), min(count, 60 if vm.full else 15))
    before, loaded = memory(vm), 0
    for number in chosen:
        vm.kernel_command(f"fail {number}")
        result = vm.sh(LOAD, 60)
        vm.kernel_command("fail 0")
        what = f"allocation {number} of {count}, seed {seed}"
        kernels_words(vm)
        if result.status:
            refused_cleanly(vm, result, what)
        else:
            loaded += 1
            missing = vm.read(f"{HOME}/missing")
            expect(missing == "none" or any(": error -" in line for line in our_lines(vm)),
                   f"{what}: the log does not say why {missing} is missing")
            vm.unload()
        vm.scan()
    vm.note(f"seed {seed}: {len(chosen)} of {count} allocations, {loaded} loads went on")
    nothing_left(vm, before)
    vm.load()
    equal(vm.read(f"{HOME}/missing"), "none", "missing after that")


@case("allocations-fail-later", boots=("debug",))
def allocations_fail_later(vm):
    """Allocations fail one after the other where a file is opened, mapped, read or written."""
    inject_faults(vm)
    vm.load()
    for action in ("open /dev/mcewarden", "open /dev/mcelog", "read /dev/mcewarden", "map /dev/mcewarden",
                   f"write {HOME}/tolerant 1", f"write {HOME}/trigger /bin/true", f"write {HOME}/bank5ctl 0",
                   f"write {HOME}/check_interval 7", f"write {HOME}/poll 1"):
        said = vm.sh(f"mcwtest failing {action}", 120).ok()
        vm.note(f"{action}: {said.strip()}")
        result = fields(said.splitlines()[-1])
        same(result, odd=0, last=0)
        expect(result["failed"] > 0, f"{action}: no allocation's failure was its own")
    kernels_words(vm)
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 100000 0 0 0")
    equal(len(vm.records()), 3, "records after that")
    no_leaks(vm)


@case("allocations-fail-at-work", boots=("debug",))
def allocations_fail_at_work(vm):
    """No thread of the kernel gets memory: locations, outcomes and pages come all the same."""
    inject_faults(vm)
    vm.kernel_command("quiet 1")
    vm.load()
    memory_controller(vm)
    page = held_page(vm)
    vm.sh("for p in /proc/[0-9]*; do readlink $p/exe >/dev/null || echo 1 >$p/make-it-fail; done")
    inject_faults(vm, probability=100, task_filter="Y")
    try:
        vm.kernel_command(f"burst 5 5 {CORRECTED:x} {0x4000000000:x} {MISC_PAGE:x} 0 0")
        polled(vm, page, UCNA)
        outcome = one(vm.outcomes(1), "outcomes")
    finally:
        failed = failures(vm)
        inject_faults(vm)
        vm.sh("for p in /proc/[0-9]*; do echo 0 >$p/make-it-fail; done")
    vm.note(f"{failed} allocations failed")
    expect(failed > 0, "no allocation failed")
    kernels_words(vm)
    same(outcome, page=page, **{key: KERNEL_ACTED[key] for key in ("action", "reason")})
    equal((vm.poisoned(page), len(vm.locations())), ([True], 6), "whether the page is poisoned, and locations")
    no_leaks(vm)


@case("cpu-refused", boots=("plain", "debug"), tags=("full",))
def cpu_refused(vm):
    """A CPU comes, and the kernel refuses memory for its storms, then files for its knobs."""
    names = names_of(vm, ("__kmalloc_node", "sysfs_create_files"))
    for function, value, word in ((names["__kmalloc_node"], NULL, "storms"),
                                  (names["sysfs_create_files"], ENOMEM, "machinecheck")):
        vm.sh(f"echo 0 >{CPU1}").ok()
        calls = len(refuse_each(vm, function, value))
        vm.kernel_command(f"refuse {function} {calls + 1} {value}")
        vm.load()
        equal(vm.read(f"{HOME}/missing"), "none", "missing with one CPU")
        vm.sh(f"echo 1 >{CPU1}").ok()
        equal(vm.read(f"{TEST}/refused"), "1", f"was {function} refused")
        equal(vm.read(f"{HOME}/missing"), word, f"missing without {function}")
        equal(findings(vm)["missing"]["level"], "warning", "level of the finding")
        vm.sh(f"echo 0 >{CPU1} && echo 1 >{CPU1}").ok()
        vm.kernel_command("refuse 0")
        vm.unload()


@case("injector-refused", boots=("plain",), tags=("full",), long_boots=("debug", "newer"), single=True)
def injector_refused(vm):
    """What the injector asks for is refused: at load its handler of NMIs, which is all that it asks
    for then; at work the memory for a set of CPUs, where the kernel has none on the stack."""
    load = "mcwtest load /mods/mcewarden_inject.ko ''"
    before = memory(vm)
    vm.load()
    vm.kernel_command(f"refuse __register_nmi_handler 1 {ENOMEM} mcewarden_inject")
    said = vm.sh(load).output
    equal((vm.read(f"{TEST}/refused"), "Cannot allocate memory" in said), ("1", True), f"was it refused: {said}")
    one([line for line in vm.log() if "mcewarden_inject: cannot load: " in line], "lines about it")
    equal(vm.sh("grep -c mcewarden_inject /proc/modules /proc/vmallocinfo").output.split(),
          ["/proc/modules:0", "/proc/vmallocinfo:0"], "lines that name the injector")
    vm.kernel_command("refuse 0")
    if "CONFIG_CPUMASK_OFFSTACK" in vm.kernel.config:
        vm.kernel_command(f"refuse alloc_cpumask_var_node 1 {NULL} mcewarden_inject")
        vm.sh(load).ok()
        said = vm.mcwctl("inject corrected --cpu 1 --bank 5")
        equal((vm.read(f"{TEST}/refused"), "Cannot allocate memory" in said.output), ("1", True),
              f"was it refused: {said.output}")
        expect(said.status, "mcwctl takes that for success")
        equal(injector_stats(vm), ["0", "0", "1"], "raised, untaken and refused")
        vm.kernel_command("refuse 0")
    else:
        vm.sh(load).ok()
    vm.mcwctl("inject corrected --cpu 1 --bank 5").ok()
    equal(len(vm.records()), 1, "records")
    vm.sh("rmmod mcewarden_inject").ok()
    vm.unload()
    nothing_left(vm, before)
