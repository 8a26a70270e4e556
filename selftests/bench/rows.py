# SPDX-License-Identifier: GPL-2.0
"""The rows of the table: which figures are compared, and the goals.

A row has a figure, and mostly a limit, which is another figure. The ratio is figure divided by
limit. The goal is for the ratio, or for the figure if the row has no limit or says so. --check
fails if a figure of our own code grows. The figures of other projects are shown for comparison.
"""


class Row:
    """better: "<=" or ">=", how the value must compare with the goal. per: records in a measured
    call. each: the goal is for the instructions of one record, and not for the ratio."""

    def __init__(self, name, title, limit=None, goal=None, better="<=", ours=True, per=1,
                 each=False):
        self.name, self.title, self.limit, self.goal = name, title, limit, goal
        self.better, self.ours, self.per, self.each = better, ours, per, each

    def ratio(self, figures):
        """Return figure divided by limit; None if there is no limit, or one was not measured."""
        if not self.limit or self.name not in figures or self.limit not in figures:
            return None
        return figures[self.name] / figures[self.limit]

    def value(self, figures):
        """Return the ratio or figure that the goal limits; None if it was not measured."""
        if self.limit and not self.each:
            return self.ratio(figures)
        return figures[self.name] / self.per if self.name in figures else None

    def met(self, figures):
        """Return whether the goal is met; None if there is no goal or no figure."""
        value = self.value(figures)
        if self.goal is None or value is None:
            return None
        return value <= self.goal if self.better == "<=" else value >= self.goal


def theirs(*arguments, **more):
    return Row(*arguments, ours=False, **more)


def bounded(*arguments, **more):
    """A figure that changes with every word that is printed: only its goal is checked."""
    return Row(*arguments, ours=False, **more)


def ways(boot, goal, each=False):
    """The rows from write to read, by one boot. Those of the kernel begin with mce_log()."""
    ours, limit = boot + "way_ring_read_32", boot + "way_flat_flat_32"
    return [
        Row(boot + "way_ring_read_1", "1: put, wake, one read()", boot + "way_flat_flat_1"),
        Row(ours, "32: put, wake, one read()", limit, goal, per=32, each=each),
        Row(boot + "way_ring_map_32", "32: put, wake, poll() and a mapping", limit, goal, per=32,
            each=each),
        theirs(limit, "limit of 32: copy, one wake-up, one copy_to_user", per=32),
        theirs(boot + "way_kernel_trace_32", "32, mce_log(), trace_pipe_raw, 108 bytes, by ours",
               ours, 6, ">=", per=32),
    ]


VM = [
    ("In the virtual machine: the ring, records of 248 bytes", [
        Row("put_other", "put, all 31 words, other lane (overwrites)", "limit_put", 1.25),
        Row("put_severe", "put, all 31 words, severe lane (overwrites taken)", "limit_put", 1.25),
        Row("put_event", "put of an event: 26 words, 5 spare are zero already", "limit_put", 1.25),
        Row("put_refused", "put refused, severe lane full", "put_severe", 1.5),
        Row("get", "get", "limit_get", 1.25),
        Row("get_empty", "get, nothing there", goal=20),
        theirs("limit_put", "limit of put: locked add, copy of 31 words"),
        theirs("limit_put_event", "the same of 26 words"),
        theirs("limit_get", "limit of get: copy of 31 words"),
    ]),
    ("In the virtual machine: others, by our put: of an event, refused, of all words", [
        theirs("mce_log_later", "mce_log(), 128 bytes, pool and irq_work in use", "put_event",
               4, ">="),
        theirs("mce_log_first", "mce_log(), 128 bytes, first of a burst", "put_event"),
        theirs("mce_log_full", "mce_log(), pool full: dropped", "put_refused"),
        theirs("kfifo_spinlock", "kfifo, raw spinlock, 248 bytes by rep movsq", "put_other"),
    ]),
    ("In the virtual machine: capture by the tap, without its irq_work_queue()", [
        Row("capture_exception", "capture in an exception", goal=300),
        Row("capture_poll", "capture in a poll", goal=300),
        Row("share_exception", "capture by the whole exception without it", "exception_bare", 0.15),
        Row("share_poll", "capture by the poll without it", "poll_found_bare", 0.25),
        Row("poll_hook", "our hooks on machine_check_poll(), entry and return: counted apart"),
        theirs("clocks", "in it: ktime_get_mono_fast_ns(), ktime_get_real_fast_ns()"),
        theirs("irq_work_later", "irq_work_queue(), queue in use: counted apart"),
        theirs("irq_work_first", "irq_work_queue(), first: interrupts its CPU"),
        theirs("exception_bare", "exception, entry to return, without mcewarden"),
        theirs("exception_local_bare", "the same as a local exception"),
        theirs("poll_found_bare", "poll of all banks, one record, without mcewarden"),
        theirs("poll_empty_bare", "poll of all banks, no record, without mcewarden"),
    ]),
    ("In the virtual machine: the kernel's decode chain, on its kworker, for one record", [
        Row("chain_more_corrected", "our blocks, a corrected error"),
        theirs("chain_more_severe", "our blocks, an uncorrected error, with the worker's part"),
        theirs("chain_corrected", "the chain with mcewarden, a corrected error",
               "chain_corrected_bare"),
        theirs("chain_severe", "the chain with mcewarden, an uncorrected error",
               "chain_severe_bare"),
        theirs("chain_corrected_bare", "the chain without mcewarden, a corrected error"),
        theirs("chain_severe_bare", "the chain without mcewarden, an uncorrected error"),
    ]),
    ("In the virtual machine: one read(), a record, by one copy_to_user() of the same bytes", [
        Row("read_1", "read of 1 record", "read_flat_1", per=1),
        Row("read_32", "read of 32 records", "read_flat_32", 120, per=32, each=True),
        Row("read_200", "read of 200 records", "read_flat_200", 100, per=200, each=True),
        Row("map_1", "1 record from a mapping, no system call", "read_flat_1"),
        Row("map_32", "32 records from a mapping", "read_flat_32", 90, per=32, each=True),
        Row("map_200", "200 records from a mapping", "read_flat_200", per=200),
    ]),
    ("In the virtual machine: from write to read, a record; the reader sleeps before",
     ways("", 1.5)),
]
# On the rig's kernel, in a boot of its own. To switch tasks and to enter the kernel takes fewer
# instructions there than on Debian's.
LEGACY = [
    ("The same on a kernel that has the old /dev/mcelog itself", [
        *ways("legacy_", 265, each=True),
        theirs("legacy_way_kernel_mcelog_32", "32, mce_log(), /dev/mcelog, 128 bytes, by ours",
               "legacy_way_ring_read_32", 4, ">=", per=32),
    ]),
]
USER = [
    ("In user space, by callgrind: records of 248 bytes", [
        Row("user_put", "put, all 31 words", "user_limit_put", 1.25),
        Row("user_put_event", "put of an event: 26 words", "user_limit_put", 1.25),
        Row("user_put_refused", "put refused", "user_put", 1.5),
        Row("user_get", "get", "user_limit_get", 1.25),
        Row("user_get_empty", "get, nothing there", goal=20),
        theirs("user_limit_put", "limit of put"),
        theirs("user_limit_put_event", "the same of 26 words"),
        theirs("user_limit_get", "limit of get"),
        theirs("ck_put", "ck_ring MPMC, put, by ours (no overwriting, no NMI)", "user_put"),
        theirs("ck_get", "ck_ring MPMC, get, by ours (consumes)", "user_get"),
    ]),
    # mcelog --ascii takes 1.8 times as long for such a log as a decode of 42,600 instructions a
    # record: so this is less than half of it.
    ("In user space, by callgrind: mcwctl decode of a kernel's log", [
        bounded("decode_record", "a record of three lines, explained", goal=40000),
    ]),
    # 100,000 errors a second of a CPU that does 3,000 million instructions in it. To callgrind each
    # byte that "rep movsb" moves is an instruction: the CPU's time is far less than they say.
    ("In user space, by callgrind: the diagnosis, of errors all over 64 memory modules", [
        bounded("diagnose_error", "an error", goal=30000),
        bounded("diagnose_kib", "its memory, in KiB", goal=65536),
    ]),
]
# Nanoseconds, as a ratio to the limit in the same run. They differ from run to run.
TIMES = [
    ("user_put", "put, all 31 words", "user_limit_put"),
    ("user_put_event", "put of an event", "user_limit_put"),
    ("user_put_refused", "put refused", "user_limit_put"),
    ("ck_put", "ck_ring MPMC, put", "user_limit_put"),
    ("user_get", "get", "user_limit_get"),
    ("ck_get", "ck_ring MPMC, get", "user_limit_get"),
]


def derive(figures):
    """Add the figures that are differences. Without "bare" the tap is on; nothing else differs.

    The first irq_work in a CPU's queue interrupts the CPU. With the tap this is the tap's, without
    it the kernel's own. So the tap's share is the cost of one that joins a queue.
    """
    queued = figures["irq_work_later"]
    hook = figures["poll_hook"] = figures["poll_empty"] - figures["poll_empty_bare"]
    figures["capture_exception"] = figures["exception"] - figures["exception_bare"] - queued
    figures["capture_poll"] = figures["poll_found"] - figures["poll_found_bare"] - hook - queued
    for kind in ("corrected", "severe"):
        figures["chain_more_" + kind] = figures["chain_" + kind] - figures[f"chain_{kind}_bare"]
    figures["share_exception"] = figures["capture_exception"]
    figures["share_poll"] = figures["capture_poll"]


def rows(part):
    return [row for _, group in part for row in group]
