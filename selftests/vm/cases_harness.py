# SPDX-License-Identifier: GPL-2.0
"""That the harness would notice: cases about the ways in which a case fails."""

import re

from machine import Failed, equal, expect
from registry import case


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


@case("lockdep-still-looks", boots=("debug",))
def lockdep_still_looks(vm):
    """After all that was locked so far. The first exception ends it, so this comes before."""
    if "CONFIG_PROVE_LOCKING" not in vm.kernel.config:
        raise Failed("a debug kernel without lockdep")
    equal(re.findall(r"debug_locks: *(\d)", vm.read("/proc/lockdep_stats")), ["1"], "debug_locks")
