# SPDX-License-Identifier: GPL-2.0
"""Nanoseconds: what a put's time is made of, and how it grows with producers. Gates nothing.

Compares the put with one that does a thing otherwise, and with the limit (ops.h), in one process
that takes turns; each time is the least of 4,000 batches of 128, since the machine may be busy.
Counted by the limit's time, on an AMD EPYC of the third generation, the range of six runs:

    limit, with two more locked additions   1.43 to 1.50
    put, all 31 words                       1.35 to 1.45    goal: at most 1.5
      head moved by a store                 1.24 to 1.32
      commit by a store                     1.20 to 1.27
      both                                  1.13 to 1.20
      and the reservation by a store        1.10 to 1.18
      without a look at the lane's limit    1.37 to 1.44
      without the loss counters             1.29 to 1.40
      without times and body                1.16 to 1.22

A put has three locked instructions where the limit has one, and they are what it takes longer: the
limit with as many takes longer than the put. A locked instruction waits until all earlier stores
have left the CPU, whatever barrier it stands for, so barriers by themselves cost nothing on x86. If
a CPU's locked instructions are dearer, the ratio is higher there; compare it with the first line.
The look at the limit, which has a cache line of its own, costs nothing that shows.

Both of the locked instructions that the limit does not have are needed:

* head: a producer that is interrupted before a store would move head back by as many positions as
  were decided meanwhile. Every later producer and reader would step over them one by one: nothing
  bounds that, and in an exception it must be bounded. The exchange fails instead.
* commit: a producer that finds another one inside a slot passes it, by changing its state. A store
  would undo a pass that comes between the last look and the store, and so decide a position twice.

More producers, on a machine with two CPUs that was busy, nanoseconds of a CPU, eight runs:

                                            one          two producers
    put                                     9.4 to 10.6  31 to 176
    limit                                   7.3 to 10    33 to 154
    a locked addition to one counter        1.5 to 2.4   5.0 to 10
    limit, into the thread's own memory     8.7 to 9.2   8.9 to 9.3

So the first doubling costs more than twofold, and no ring of one order can do better: its producers
share at least one counter, and an addition to it, without any record, grows 2.3-fold to sevenfold,
since its cache line goes to and fro between the CPUs. The limit has no other line that two threads
write at the same time, and grows fourfold to twentyfold. The same instructions without a shared
line do not grow. A lane for each CPU would not, but has no order, and its reader merges as many
lanes as there are CPUs. From two to 16 threads neither grows. As producers are not preempted, no
more of them can be at work at once than there are CPUs: more threads show only what the scheduler
adds, and how it grows from two CPUs on takes a machine that has more. The figures are the least of
the rounds in which the threads had all CPUs that they could use for four fifths of the time;
"busy" if there was none.
"""

import os
import subprocess
import tempfile

import user

SOURCES = ["selftests/bench/times_main.c" if name.endswith("user_main.c") else name
           for name in user.SOURCES]
TITLES = {
    "limit": "limit: one locked addition, copy of 31 words",
    "limit_locked": "limit, with two more locked additions",
    "put": "put, all 31 words",
    "head_stored": "  head moved by a store",
    "commit_stored": "  commit by a store",
    "both_stored": "  both",
    "nothing_locked": "  and the reservation by a store",
    "no_limit": "  without a look at the lane's limit",
    "no_counts": "  without the loss counters",
    "no_copy": "  without times and body",
}


def show():
    """Measure, and print two tables. Raises user.Broken."""
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        program = os.path.join(scratch, "times")
        user.run([os.environ.get("CC") or "gcc", *user.CFLAGS, "-pthread", *SOURCES,
                  "-o", program])
        parts = dict(line.split() for line in user.run([program, "parts"]).stdout.splitlines())
        threads = [line.split() for line in user.run([program, "producers"]).stdout.splitlines()]
    print(f"\nNanoseconds of a put, in user space\n  {'':<56}{'ns':>8}{'ratio':>8}")
    for name, title in TITLES.items():
        print(f"  {title:<56}{int(parts[name]) / 1000:>8.1f}"
              f"{int(parts[name]) / int(parts['limit']):>8.2f}")
    print(f"\nNanoseconds of a CPU for a put, by producers, with {os.cpu_count()} CPUs\n"
          f"  {'producers':<40}{'put':>8}{'limit':>8}{'ratio':>8}{'addition':>10}{'own':>8}")
    for count, *times in threads:
        put, limit, addition, own = (int(time) / 1000 for time in times)
        ratio = f"{put / limit:.2f}" if put and limit else "-"
        words = [f"{time:.1f}" if time else "busy" for time in (put, limit, addition, own)]
        print(f"  {count:<40}{words[0]:>8}{words[1]:>8}{ratio:>8}{words[2]:>10}{words[3]:>8}")
