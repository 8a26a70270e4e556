# SPDX-License-Identifier: GPL-2.0
"""The harness notices each way in which a case can fail."""

import re
from types import SimpleNamespace

from machine import Failed, equal, expect, foreign_races, judge_death
from registry import case
from runner import check_death
from steps import lockdep_looks, no_leaks


@case("splats-are-noticed", boots=("plain", "debug", "cmci"))
def splats_are_noticed(vm):
    for text in ("WARNING: CPU: 0 PID: 1 at lib/x.c:1 f+0x1/0x2", "BUG: KASAN: use-after-free in f",
                 "INFO: possible recursive locking detected", "Oops: 0000 [#1] PREEMPT SMP",
                 "UBSAN: array-index-out-of-bounds in x.c", "Call Trace:",
                 "kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
                 "BUG: KCSAN: data-race in tap [mcewarden] / f", "rcu: INFO: rcu_sched stalls"):
        vm.sh(f"echo '{text}' >/dev/kmsg").ok()
        try:
            vm.scan()
        except Failed as error:
            expect(text in str(error), f"'{text}' is not in what the scan says: {error}")
        else:
            raise Failed(f"'{text}' was not noticed")
    vm.sh("echo 'mce: [Hardware Error]: Machine check events logged' >/dev/kmsg").ok()
    vm.scan()


NEW_LEAKS = re.compile(r"kmemleak: \d+ new suspected memory leaks")


@case("debug-kernel-looks", boots=("debug",))
def debug_kernel_looks(vm):
    """What Runner.look() of runner.py asks: there is a lockdep, and a leak is noticed."""
    expect("CONFIG_PROVE_LOCKING" in vm.kernel.config, "a debug kernel without lockdep")
    lockdep_looks(vm)
    if "CONFIG_DEBUG_KMEMLEAK" not in vm.kernel.config:
        expect("CONFIG_KCSAN" in vm.kernel.config, "a debug kernel without kmemleak and KCSAN")
        return
    vm.kernel_command("leak")
    try:
        no_leaks(vm)
    except Failed as error:
        expect("mcw_tests" in str(error), f"the leak is not in what kmemleak says: {error}")
    else:
        raise Failed("a leak was not noticed")
    finally:
        vm.kernel_command("leak 0")
        vm.lines[:] = [line for line in vm.log() if not NEW_LEAKS.match(line)]


PANIC = "Kernel panic - not syncing: sysrq triggered crash"


@case("deaths-are-judged", boots=("plain",))
def deaths_are_judged(vm):
    """judge_death() accepts only the expected words, an orderly end, and no splat before them."""
    panic = f"[    9.876543] {PANIC}\n[    9.9] Call Trace:\n"
    equal(judge_death(0, panic, f"^{PANIC}$|^{PANIC}\n")[0].strip(), PANIC, "what was found")
    for status, said, words in ((None, panic, "lives on"), (1, panic, "status 1"),
                                (0, "[    9.876543] reboot: Restarting\n", "was not said"),
                                (0, "[    9.8] BUG: KASAN: in f\n" + panic, "KASAN")):
        try:
            judge_death(status, said, PANIC)
        except Failed as error:
            expect(words in str(error), f"'{words}' is not in: {error}")
        else:
            raise Failed(f"no words about '{words}'")
    for dies, ended in ((True, False), (False, True)):
        try:
            check_death(SimpleNamespace(ended=ended), SimpleNamespace(dies=dies))
        except Failed:
            pass
        else:
            raise Failed(f"a case with dies={dies} passes though the machine's end is {ended}")
    try:
        vm.dies(lambda: None, PANIC, 1)
    except Failed as error:
        expect("lives on" in str(error), str(error))
        vm.dying = False
    else:
        raise Failed("a machine that lives was taken for dead")


RACE = "BUG: KCSAN: data-race in {} / {}"
WRITE, READ = ("{} to 0xffff888003a4c0d8 of 8 bytes by task 71 on cpu {}:".format(*access)
               for access in (("write", 0), ("read", 1)))


def race(titles, writer, reader):
    """A report of KCSAN's, between two rulers, with a line of another CPU's in the middle."""
    ruler = "=" * 66
    return [ruler, RACE.format(*titles), "", WRITE, *(f" {frame}+0x1/0x20" for frame in writer), "",
            "mce: [Hardware Error]: Machine check events logged",
            READ, *(f" {frame}+0x3/0x30" for frame in reader), "", "value changed: 0x1 -> 0x2", "",
            "Reported by Kernel Concurrency Sanitizer on:", "CPU: 1 PID: 71 Comm: x Not tainted", ruler]


@case("races-are-judged", boots=("plain",))
def races_are_judged(vm):
    """A race is the kernel's own only if neither of its two stacks has code of the module, or if
    both are in the kernel's pool, or if it is known."""
    ours, theirs, below = "tap_entry [mcewarden]", "tick_do_timer", "asm_sysvec_apic_timer_interrupt"
    pool, caller = "gen_pool_alloc_algo_owner", "mce_gen_pool_add"
    clock = ("ktime_get_mono_fast_ns", "timekeeping_update")
    poll = ("poll_schedule_timeout.constprop.0", "pollwake")
    for what, titles, writer, reader, foreign in (
            ("the module's in the first stack", (theirs, theirs), [theirs, ours], [theirs], False),
            ("the module's in the second stack", (theirs, theirs), [theirs], [theirs, ours], False),
            ("the test module's", (theirs, theirs), [theirs], ["stream_thread [mcw_tests]"], False),
            ("neither's", (theirs, theirs), [theirs, caller], [theirs], True),
            ("the interrupted code's", (theirs, theirs), [theirs, below, ours], [theirs], True),
            ("the pool's in both stacks", (pool, pool), [pool, caller, ours], [pool, caller, ours], True),
            ("the pool's in one stack", (pool, ours), [pool, caller, ours], [ours], False),
            ("the module's, called in the pool", (pool, ours), [pool, caller], [ours, below, pool], False),
            ("the kernel's clock", clock, [clock[1]], [clock[0], ours], True),
            ("the module's, beside the clock", (clock[0], ours), [ours], [clock[0], ours], False),
            ("the kernel's poll", poll, [poll[1], ours], [poll[0]], True),
            ("the module's, woken", (poll[0], ours), [ours, poll[1]], [poll[0]], False)):
        kept, found = foreign_races(race(titles, writer, reader))
        equal((len(found), any("KCSAN" in line for line in kept)), (int(foreign), not foreign), what)
        expect("mce: [Hardware Error]: Machine check events logged" in kept, f"another CPU's line, {what}")


@case("death-is-seen", boots=("plain",), dies=True)
def death_is_seen(vm):
    vm.dies("echo c >/proc/sysrq-trigger", PANIC)


@case("command-line", boots=("plain",), tags=("full",), append="mcw_harness=1 maxcpus=1", cpus=4,
      alone=True)
def command_line(vm):
    expect("mcw_harness=1" in vm.read("/proc/cmdline").split(), "no mcw_harness=1 on the command line")
    equal(vm.read("/sys/devices/system/cpu/online /sys/devices/system/cpu/present").split(),
          ["0", "0-3"], "CPUs online and present")
