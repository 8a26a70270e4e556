# SPDX-License-Identifier: GPL-2.0
"""mcwctl check and doctor: what is wrong is found, and goes away by the command that is printed."""

from errors import UCNA_NO_MISC
from machine import HOME, KERNEL_KNOBS, equal, expect, one, parse_json
from registry import ON_NEWER, case
from steps import FAKE_PANIC, burst, load_quiet, memory_controller

# kmod's programs stand before busybox's.
KMOD = "PATH=/usr/sbin:/sbin:$PATH; "
PROGRAMS = ("depmod", "modprobe", "modinfo")


def doctor(vm):
    """All findings by their ids."""
    found = parse_json(vm.mcwctl("doctor --json").output)
    order = {"critical": 0, "warning": 1, "unknown": 2, "ok": 3}
    levels = [order[finding["level"]] for finding in found]
    equal(levels, sorted(levels), "the order of levels")
    expect(all((finding["command"] is None) == (finding["level"] == "ok") for finding in found),
           f"commands of {found}")
    return {finding["id"]: finding for finding in found}


def check(vm, status, *words):
    result = vm.mcwctl("check")
    equal(result.status, status, f"exit status of check: {result.output}")
    equal(result.output.count("\n"), 1, f"lines of {result.output}")
    for word in words:
        expect(word in result.output, f"'{word}' is not in {result.output}")


def mended(vm, finding, level, says):
    """The finding is there, everybody says so, and its own command takes it away."""
    found = doctor(vm)[finding]
    equal(found["level"], level, f"level of {found}")
    expect(says in found["sentence"], f"'{says}' is not in {found}")
    check(vm, {"warning": 1, "critical": 2}[level], f"{level.upper()}: {finding}: ", says)
    expect(vm.mcwctl("status").ok().startswith(level), "status does not begin with it")
    expect(f'mcewarden_finding{{id="{finding}",level="{level}"}} 1\n' in vm.mcwctl("metrics").ok(),
           "the metrics do not say it")
    vm.sh(KMOD + found["command"]).ok()
    equal(doctor(vm)[finding]["level"], "ok", f"{finding} after '{found['command']}'")
    check(vm, 0, "mcewarden OK: ")


def install(vm):
    """As an installed module, so that modprobe finds it."""
    vm.sh("d=/lib/modules/$(uname -r)/extra; mkdir -p $d /var/tmp && cp /mods/mcewarden.ko $d; "
          + KMOD + "depmod -a 2>/dev/null; modinfo -F version mcewarden").ok()


def uninstall(vm):
    vm.sh("rm -rf /lib/modules/$(uname -r) /var/tmp/mcewarden-records").ok()


@case("findings-fresh", boots=(*ON_NEWER, "amd", "debug"))
def findings_fresh(vm):
    """All is well after a load; a user who may not read all files does not hear that."""
    vm.load()
    found = doctor(vm)
    equal({name: finding for name, finding in found.items() if finding["level"] != "ok"}, {},
          "findings of a fresh load")
    expect(len(found) >= 19, f"findings: {sorted(found)}")
    check(vm, 0, "mcewarden OK: ", " | lost=0c uncorrected=0c pages_taken=0c pages_kept=0c\n")
    equal(vm.mcwctl("doctor").status, 0, "exit status of doctor")
    equal(vm.mcwctl("status").ok().splitlines()[0], "ok        mcwctl doctor finds nothing wrong",
          "the first line of status")
    nobody = vm.sh("su nobody -s /bin/sh -c 'mcwctl check'")
    equal(nobody.status, 3, f"exit status for nobody: {nobody.output}")
    expect("UNKNOWN: fake_panic: cannot read " in nobody.output and "denied" in nobody.output,
           nobody.output)
    equal(vm.mcwctl("check --nonsense").status, 3, "exit status of wrong usage")


@case("findings-mended", boots=("plain",), long_boots=("newer",), programs=PROGRAMS)
def findings_mended(vm):
    """Each finding that a machine can be brought to, and the command that takes it away."""
    install(vm)
    found = doctor(vm)["module"]
    equal((found["level"], found["command"]), ("critical", "modprobe mcewarden"), "not loaded")
    check(vm, 2, "CRITICAL: module: ")
    vm.sh(KMOD + found["command"]).ok()
    check(vm, 0)
    expect("is the installed one" in doctor(vm)["installed"]["sentence"], "the same module")
    for file, value, finding, level, says in (
            (KERNEL_KNOBS + "/ignore_ce", 1, "ignore_ce", "warning", "ignore_ce is 1"),
            (KERNEL_KNOBS + "/dont_log_ce", 1, "dont_log_ce", "warning", "dont_log_ce is 1"),
            (KERNEL_KNOBS + "/cmci_disabled", 1, "no_cmci", "warning", "cmci_disabled is 1"),
            (HOME + "/tolerant", 3, "tolerant", "warning", "tolerant is 3"),
            (HOME + "/recovery", "off", "recovery", "warning", "recovery is off"),
            (HOME + "/page_ce_threshold", 0, "soft_offline", "warning", "page_ce_threshold is 0"),
            ("/proc/sys/vm/memory_failure_recovery", 0, "memory_failure", "warning", "panics"),
            (FAKE_PANIC, 1, "fake_panic", "critical", "fake_panic is on")):
        vm.sh(f"echo {value} >{file}").ok()
        mended(vm, finding, level, says)
    # An upgrade whose module is not loaded yet.
    vm.sh("d=/lib/modules/$(uname -r)/extra; v=$(cat /sys/module/mcewarden/version)"
          "; sed -i \"s/\\bversion=$v/version=${v%?}x/\" $d/mcewarden.ko").ok()
    mended(vm, "installed", "warning", "is not the installed one: its version is ")
    vm.unload()
    uninstall(vm)


@case("findings-lost", boots=("plain",), long_boots=("newer",), programs=PROGRAMS)
def findings_lost(vm):
    """Records that a lane lost: the command saves the others, and makes the lane larger."""
    install(vm)
    load_quiet(vm, other_records=64)
    vm.kernel_command(burst(100))
    vm.sh("sleep 2.2").ok()  # until what the kernel's pool dropped is known
    found = doctor(vm)["lost"]
    expect("ring_overwritten 36" in found["sentence"], f"stages in {found}")
    check(vm, 1, "WARNING: lost: ", "ring_overwritten 36", " | lost=")
    mended(vm, "lost", "warning", "ring_overwritten 36")
    equal(vm.read("/sys/module/mcewarden/parameters/other_records"), "128", "other_records")
    equal(len(vm.mcwctl("read --json --file /var/tmp/mcewarden-records --lane other").ok()
              .splitlines()), 64, "records that were saved")
    vm.unload()
    uninstall(vm)


@case("findings-counted", boots=("plain",))
def findings_counted(vm):
    """Uncorrected errors are told until the module is loaded again."""
    load_quiet(vm)
    vm.kernel_command(burst(1, UCNA_NO_MISC))
    found = doctor(vm)
    equal(found["uncorrected"]["level"], "warning", "level of uncorrected")
    expect(one(parse_json(vm.sh(found["uncorrected"]["command"] + " --json").ok()),
               "records")["lane"] == "severe", "its command does not show it")
    vm.unload()
    vm.load()
    check(vm, 0, "uncorrected=0c")


@case("findings-capture", boots=ON_NEWER)
def findings_capture(vm):
    """Where ftrace is not to be had, records come late, and doctor says so."""
    vm.trace_nothing()
    try:
        vm.load()
        found = doctor(vm)["capture"]
        equal(found["level"], "warning", f"level of {found}")
        expect("capture is chain" in found["sentence"], f"{found}")
        check(vm, 1, "WARNING: capture: ")
    finally:
        vm.trace_nothing(False)


@case("findings-edac", boots=("plain",), features=",hypervisor=off")
def findings_edac(vm):
    """A machine that is not a guest: the EDAC driver for its CPU is named, until one is there."""
    vm.load()
    found = doctor(vm)["edac"]
    equal((found["level"], found["command"]), ("warning", "modprobe skx_edac"), "no EDAC driver")
    check(vm, 1, "WARNING: edac: ", "skx_edac is for this CPU")
    memory_controller(vm)
    equal(doctor(vm)["edac"]["level"], "ok", "with an EDAC driver")
    check(vm, 0)
    vm.sh("rmmod mcw_edac").ok()
    equal(doctor(vm)["edac"]["level"], "warning", "after it has gone")
