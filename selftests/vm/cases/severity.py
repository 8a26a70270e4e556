# SPDX-License-Identifier: GPL-2.0
"""Grading: the kernel's grade and the module's agree for each record, and mcwctl explains them."""

import time

from errors import (ADDRV, CORRECTED_NO_MISC, EN, LOCAL_CONSUMED, MISCV, OVER, S, SER_P, UC,
                    UCNA_NO_MISC, VAL)
from machine import HOME, equal, expect, fields, parse_json
from registry import ON_NEWER, case
from steps import FAKE_PANIC, events, spinning

EVERY = 37 * 512 + 8 * 512  # as many as grades.c has: codes times combinations of bits
RANDOM = 10000

SIGNALED = VAL | UC | EN | S


def grades(vm, how, what):
    """Run vectors through the kernel and fail if a grade differs. Return the sums."""
    vm.sh("test -e /sys/module/mcw_grades || insmod /mods/mcw_grades.ko").ok()
    vm.sh(f"mcwtest grades {how} {what} >/tmp/grades 2>&1", 240)
    output = vm.read("/tmp/grades")
    lines = [fields(line) for line in output.splitlines()]
    ends = [line for line in lines if "planted" in line]
    expect(len(ends) == 1, "the comparison did not come to its end: " + output)
    end = ends[0]
    expect(end["differ"] == 0 and end["strange"] == 0, output)
    equal(end["graded"] + end["skipped"], end["planted"], "graded and skipped")
    end["rules"] = {line["rule"]: line["n"] for line in lines if "n" in line}
    vm.note(f"{how} {what}: {end['graded']} of {end['planted']} graded by the kernel, all alike,"
            f" by {len(end['rules'])} rules: {', '.join(end['rules'])}")
    return end


def has_ser(vm):
    """Return the bit MCG_SER_P of the guest's CPU."""
    return int(vm.read(HOME + "/mcg_cap"), 16) & SER_P


def needed(vm, end, ser, without, amd, amd_old):
    """The rules that the vectors must meet, or the comparison would mean little. They depend on
    the CPU, and on AMD also on the kernel, which graded differently up to 5.18."""
    wanted = ser if has_ser(vm) else without
    if vm.is_amd():
        wanted = amd if vm.kernel.since(5, 19) else amd_old
    expect(not set(wanted.split()) - set(end["rules"]),
           f"rules met: {sorted(end['rules'])}, wanted {wanted}")


def seed():
    return time.time_ns() & 0xffffffffffff


@case("grades-poll", boots=("plain", "newer", "amd", "no-ser"))
def grades_poll(vm):
    """A poll logs uncorrected errors only if they are not signaled or not enabled."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=8192)
    end = grades(vm, "poll", "every")
    equal(end["planted"], EVERY, "planted")
    # UC=0, and with SER_P also UC=1 with EN=0, or with PCC=0 and S=0.
    equal(end["graded"], EVERY * 13 // 16 if has_ser(vm) else EVERY // 2, "graded")
    needed(vm, end, "context-lost ao-scrub ao-writeback ucna ar-not-signaled not-signaled",
           "context-lost corrected", "amd-context-lost amd-deferred amd-deferred-uc amd-corrected",
           "amd-context-lost amd-deferred amd-corrected amd-kernel")
    grades(vm, "poll", f"{RANDOM // vm.small} {seed()}")


@case("grades-poll-all", boots=("plain", "newer", "amd", "no-ser"))
def grades_poll_all(vm):
    """A poll of a CPU that comes online logs uncorrected errors too and skips none."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=8192)
    for what in ("every", f"{RANDOM // vm.small} {seed()}"):
        end = grades(vm, "all", what)
        equal(end["skipped"], 0, "skipped")
        # Few random vectors have the code of a data load or an instruction fetch.
        if what == "every":
            needed(vm, end, "ar-overflow ar-other-thread ar-load-kernel ar-fetch-kernel ar-unknown"
                   " ao-unknown ao-overflow other", "overflow kernel", "amd-overflow amd-no-succor",
                   "amd-overflow amd-kernel")


@case("rules")
def rules(vm):
    """The counters have the rules' names, and mcwctl prints the rule and the reason."""
    # Up to 5.17 the kernel graded user and kernel mode alike. Software does not say the mode.
    rule = "kernel" if vm.kernel.since(5, 18) else "uncorrected"
    vm.kernel_command("quiet 1")
    vm.load()
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.kernel_command(f"burst 7 2 {UCNA_NO_MISC:x} 2000 0 0 0")
    vm.kernel_command(f"log 1 4 {UCNA_NO_MISC:x} 3000")
    vm.until(f"grep -qx 6 {HOME}/stats/worker_taken")
    counts = {line.split(":")[0]: int(line.split(":")[1]) for line in
              vm.sh(f"cd {HOME}/stats/rules && grep . *").ok().splitlines()}
    equal({name: n for name, n in counts.items() if n}, {"not-signaled": 3, "ucna": 2, rule: 1},
          "counters")
    listed = parse_json(vm.mcwctl("rules --json").ok())
    equal({o["rule"]: o["hits"] for o in listed}, counts, "mcwctl rules --json")
    text = vm.mcwctl("rules").ok().splitlines()
    equal([int(line.split()[0]) for line in text], [o["hits"] for o in listed], "mcwctl rules")
    equal([(o["severity"], o["grade"], o["rule"]) for o in events(vm)],
          [("KEEP", "KEEP", "not-signaled")] * 3 + [("DEFERRED", "DEFERRED", "ucna")] * 2
          + [("NO", None, None)], "the kernel's grade, ours and the rule")
    text = [line for line in vm.mcwctl("read -v").ok().splitlines() if line[:1].isdigit()]
    expect(text[4].endswith("; why: UC=1 S=0 AR=0 SER_P=1 (rule ucna, Intel SDM vol. 3B 16.6.3)"),
           text[4])
    # Software gave no MCG_CAP, so nobody knows whether S=0 and AR=0 mean anything.
    expect("; not graded: the record has no MCG_CAP" in text[5], text[5])


def exception(vm, status, banks=(), loop=None):
    """The emulator raises a local exception while other banks of that CPU hold errors. loop: in
    user mode, in the victim's loop there."""
    for bank, other in enumerate(banks, 1):
        vm.kernel_command(f"plant {bank} {other:x} {vm.fresh():x} 0")
    before = int(vm.read(HOME + "/stats/worker_taken"))
    vm.inject(0, 9, status, LOCAL_CONSUMED, vm.fresh(), 0, spin=loop)
    vm.until(f"test $(cat {HOME}/stats/worker_taken) -gt {before}")


def same_grades(vm):
    """Compare the kernel's grades of all records of exceptions with the module's."""
    found = [o for o in events(vm) if o["source"] == "exception"]
    for o in found:
        expect(o["severity"] == o["grade"], f"graded differently: {o}")
    return found


CODES = (0xc0, 0x10cf, 0x17a, 0x90, 0x134)


@case("grades-exception", boots=ON_NEWER, raises=True)
def grades_exception(vm):
    """Local exceptions that the machine survives, in user mode and in the kernel."""
    everything = [(code, over) for code in CODES for over in (0, OVER)]
    some = {"user": [(0xc0, 0), (0x17a, OVER)], "sleep": [(0x17a, 0), (0x90, OVER)]}
    vm.load()
    for mode in ("user", "sleep"):
        loop = spinning(vm, mode)[1]
        for code, over in everything if vm.full else some[mode]:
            exception(vm, SIGNALED | over | code, (
                SIGNALED | code, SIGNALED & ~UC | code, SIGNALED & ~EN | code,
                SIGNALED | ADDRV | MISCV | OVER | code, SIGNALED & ~S | code),
                loop if mode == "user" else None)
        vm.sh("killall -9 mcwtest").ok()
    found = same_grades(vm)
    user = sum(1 for o in found if int(o["cs"], 16) & 3 == 3)
    expect(user and user < len(found), f"{user} of {len(found)} in user mode")
    kinds = {o["rule"] for o in found}
    equal(kinds, {"ao-scrub", "ao-writeback", "ao-unknown", "ao-overflow", "other"}, "rules")
    vm.note(f"{len(found)} records of exceptions graded alike, {user} in user mode, by {len(kinds)}"
            " rules")


@case("grades-fatal", boots=("plain", "amd"), long_boots=("newer", "no-ser"), raises=True,
      alone=True)
def grades_fatal(vm):
    """The kernel's own handler, called with every status, place and MCG_STATUS: under fake_panic,
    since most of it is fatal. The records stay in the kernel's pool then, so nothing else runs in
    this machine.

    Where a fatal error lies beside it the handler logs all that it finds, graded NO excepted.
    """
    vm.sh(f"echo 1 >{FAKE_PANIC}").ok()
    vm.kernel_command("quiet 1")
    vm.load(severe_records=8192)
    for how in ("exception", "fatal"):
        end = grades(vm, how, "every")
        needed(vm, end, "no-ip no-restart ar-load-recoverable ar-load-user ar-fetch-user"
               " ar-load-kernel ar-fetch-kernel", "no-ip no-restart uncorrected kernel",
               "amd-overflow amd-no-succor", "amd-overflow amd-kernel amd-uncorrected")
        if how == "fatal":
            # All records, except on Intel those that are not enabled.
            equal(end["graded"], end["planted"] // (1 if vm.is_amd() else 2), "graded")
            # The handler stops at the first fatal error, so it does not see every one.
            expect(0 < end["beside"] < end["planted"], f"{end['beside']} beside them")
        grades(vm, how, f"{(RANDOM if vm.full else RANDOM // 4) // vm.small} {seed()}")
    vm.sh(f"echo 0 >{FAKE_PANIC}").ok()
