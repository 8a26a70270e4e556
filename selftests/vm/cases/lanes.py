# SPDX-License-Identifier: GPL-2.0
"""Floods, bursts, full lanes and slow readers: all numbers are exact."""

from errors import UCNA_NO_MISC
from machine import OTHER, POLL, SEVERE, TEST, equal, expect, fields, one
from registry import case
from steps import burst, same


def balance(vm, lane, offered):
    stats = vm.stats(lane)
    equal(stats["committed"] + stats["refused"] + stats["dropped"], offered,
          f"committed + refused + dropped of {stats}")
    return stats


@case("burst-complete")
def burst_complete(vm):
    """With interrupts off the kernel's own pool keeps a few dozen records; the module must get
    all."""
    count = 1000
    vm.kernel_command("quiet 1")
    vm.load()
    vm.kernel_command(burst(count))
    groups, end = vm.sums()
    same(one(groups, "kinds of records"), n=count, first=0x100000, last=0x100000 + count - 1,
         unordered=0, lane=OTHER, source=POLL, flags=0)
    same(end, records=count, overruns=0, disorder=0, gaps1=0)
    equal(balance(vm, OTHER, count)["committed"], count, "committed")
    vm.sh("sleep 0.3").ok()
    kernel = int(vm.read(TEST + "/delivered"))
    expect(0 < kernel < count, f"the kernel's pool delivered {kernel} of {count}: no burst at all")
    vm.note(f"of {count} records in one burst mcewarden delivered {end['records']},"
            f" the kernel's own pool {kernel}")


@case("flood-and-severe")
def flood_and_severe(vm):
    lane = 8192 // vm.small if vm.small == 1 else 1024
    every = 3 * lane // 20
    count = 3 * lane + 20
    severe = count // every
    vm.kernel_command("quiet 1")
    vm.load(other_records=lane)
    vm.kernel_command(burst(count, every=every, second=UCNA_NO_MISC), timeout=120)
    others = count - severe
    expect(severe >= 20, f"only {severe} severe ones")
    groups, end = vm.sums()
    kinds = {g["lane"]: g for g in groups}
    same(kinds[SEVERE], n=severe, first=0x100000 + every - 1,
         last=0x100000 + severe * every - 1, unordered=0)
    same(kinds[OTHER], n=lane, last=0x100000 + count - 1, unordered=0)
    same(end, disorder=0, gaps0=0, gaps1=0)
    stats = balance(vm, OTHER, others)
    same(stats, committed=others, overwritten=others - lane, skipped=0, refused=0, dropped=0)
    same(vm.stats(SEVERE), committed=severe, overwritten=0, skipped=0, refused=0, dropped=0)


@case("severe-refused")
def severe_refused(vm):
    """Interrupts stay off until the severe lane is full: the newest records are refused and
    counted."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=64)
    vm.kernel_command(burst(200, UCNA_NO_MISC))
    stats = balance(vm, SEVERE, 200)
    same(stats, committed=64, refused=136, dropped=0, overwritten=0, skipped=0)
    same(one(vm.sums()[0], "kinds"), n=64, first=0x100000, last=0x100000 + 63, unordered=0)
    vm.until("mcwtest lanes | grep 'lane=0 .* taken=64 '")
    vm.kernel_command(burst(10, UCNA_NO_MISC, 0x200000))
    same(balance(vm, SEVERE, 210), committed=74, refused=136, overwritten=10)
    groups, end = vm.sums()
    same(one(groups, "kinds"), n=64, first=0x100000 + 10, last=0x200000 + 9)
    # A reader with the records before and after a loss can compute it from these alone.
    same(end, gaps0=136, disorder=0)


@case("severe-never-overwritten")
def severe_never_overwritten(vm):
    """Bursts fit into the lane, with time to take them between: the worker takes all, none is
    refused."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=64)
    for i in range(5):
        vm.kernel_command(burst(50, UCNA_NO_MISC, 0x100000 + i * 50))
        vm.until(f"mcwtest lanes | grep 'lane=0 .* taken={(i + 1) * 50} '")
    same(balance(vm, SEVERE, 250), committed=250, refused=0, dropped=0, overwritten=250 - 64)
    same(one(vm.sums()[0], "kinds"), n=64, last=0x100000 + 249, unordered=0)


@case("counters-exact")
def counters_exact(vm):
    """sysfs, the ioctl and the records give the same numbers."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64, severe_records=64)
    vm.kernel_command(burst(100))
    vm.kernel_command(burst(30, UCNA_NO_MISC))
    vm.until("mcwtest lanes | grep 'lane=0 .* taken=30 '")
    same(balance(vm, OTHER, 100), committed=100, overwritten=36, refused=0, dropped=0, skipped=0)
    same(balance(vm, SEVERE, 30), committed=30, overwritten=0, refused=0, dropped=0, skipped=0)
    lanes = [fields(line) for line in vm.sh("mcwtest lanes").ok().splitlines()]
    same(lanes[0], size=64, head=30, taken=30, committed=30)
    same(lanes[1], size=64, head=100, taken=0, committed=100, overwritten=36)
    same(lanes[2], size=1024, taken=0, overwritten=0)
    for lane, info in enumerate(lanes):
        for name, value in vm.stats(lane).items():
            equal(info[name], value, f"{name} of lane {lane} by ioctl and in sysfs")
    found = vm.records()
    equal([r["pos"] for r in found if r["lane"] == OTHER], list(range(36, 100)), "positions")
    equal([r["pos"] for r in found if r["lane"] == SEVERE], list(range(30)), "positions")


@case("lanes-in-order")
def lanes_in_order(vm):
    """A reader gets the records of two lanes in the order of time."""
    vm.kernel_command("quiet 1")
    vm.load()
    vm.kernel_command(burst(60, every=3, second=UCNA_NO_MISC))
    found = vm.records()
    equal([r["addr"] for r in found], list(range(0x100000, 0x100000 + 60)), "addresses")
    equal(sorted(r["mono"] for r in found), [r["mono"] for r in found], "times")


@case("two-readers")
def two_readers(vm):
    """Each reader gets every record while records keep coming."""
    count = 500 // vm.small
    vm.kernel_command("quiet 1")
    vm.load()
    for name in ("one", "two"):
        vm.background(f"mcwtest records {count + 30}", name, "reading")
    vm.kernel_command(burst(count))
    vm.kernel_command(burst(30, UCNA_NO_MISC, 0x200000), cpu=1)
    wanted = list(range(0x100000, 0x100000 + count)) + list(range(0x200000, 0x200000 + 30))
    for name in ("one", "two"):
        output = vm.until(f"grep -q '^end ' /tmp/{name} && cat /tmp/{name}", 60)
        lines = [fields(line) for line in output.splitlines()]
        equal([r["addr"] for r in lines if "addr" in r], wanted, f"what reader {name} saw")
        same(lines[-1], overruns=0, disorder=0, gaps0=0, gaps1=0)


@case("late-reader")
def late_reader(vm):
    """A reader that opens the device late gets the old records, unless it begins at the end."""
    vm.load()
    vm.kernel_command("quiet 1")
    vm.kernel_command(burst(20))
    vm.background("mcwtest records 10 new", "new", "reading")
    equal([r["addr"] for r in vm.records()], list(range(0x100000, 0x100000 + 20)), "the past")
    vm.kernel_command(burst(10, addr=0x200000))
    output = vm.until("grep -q '^end ' /tmp/new && cat /tmp/new")
    lines = [fields(line) for line in output.splitlines()]
    equal([r["addr"] for r in lines if "addr" in r], list(range(0x200000, 0x200000 + 10)),
          "what the new reader saw")
    equal(len(vm.records()), 30, "records for another late reader")


@case("reader-overrun")
def reader_overrun(vm):
    """A reader that was overrun by more than a lane gets EPIPE once, and the exact number of
    lost records."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=256)
    groups, end = vm.sums(f"mcwtest late 0 '{burst(1000)}'")
    group = one(groups, "kinds of records")
    same(end, overruns=1, missed0=0, missed2=0, disorder=0, gaps1=0)
    equal(end["missed1"] + end["records"], 1000, "missed and read together")
    same(group, last=0x100000 + 999, first=0x100000 + end["missed1"], unordered=0)
    equal(end["missed1"], 1000 - 256, "missed")


@case("overrun-of-two-lanes")
def overrun_of_two_lanes(vm):
    """If two lanes are overrun, the reader gets one EPIPE, with a number for each lane."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64, severe_records=64)
    vm.sh(f"mcwtest late 0 '{burst(50, every=2, second=UCNA_NO_MISC)}' 6 >/tmp/late", 60).ok()
    groups, end = vm.parse_sums(vm.read("/tmp/late"))
    same(end, overruns=1, missed0=150 - 64, missed1=150 - 64, missed2=0, gaps0=0, gaps1=0,
         records=128, disorder=0)
    equal(sorted((g["lane"], g["n"]) for g in groups), [(SEVERE, 64), (OTHER, 64)], "records")
