# SPDX-License-Identifier: GPL-2.0
"""The cases by name, in the order in which they run."""

from typing import NamedTuple

ALL_CPUS = (1, 2, 4)
# Kinds of boots for a case, where many have the same.
ON_NEWER = ("plain", "newer")
ON_DEBUG = (*ON_NEWER, "debug")


class Needs(NamedTuple):
    """What a machine is like. Cases that need the same share one.

    single: one thread emulates all CPUs. append: more words on the kernel's command line.
    options: more of them for the emulator. programs: those of others that it has (programs.py).
    features: what the CPU's model has or has not, as ",mce=off".
    """

    single: bool = False
    append: str = ""
    cpus: int = 2
    options: tuple = ()
    programs: tuple = ()
    features: str = ""


class Case:
    def __init__(self, name, run, boots, needs, order):
        self.name, self.run, self.boots, self.needs = name, run, boots, needs
        self.raises, self.dies, self.last, self.alone = order


CASES = []


def case(name, boots=("plain", "debug"), raises=False, dies=False, last=False, alone=False,
         **needs):
    """boots: kinds of boots that it is for.

    raises: the case has an exception (#MC) raised. After the first the kernel is tainted and
    lockdep looks no more, so those come late in each boot.

    dies: the machine is to end in it, by vm.dies(). Without that the case fails.

    last: it leaves behind what only others of its sort stand, such as records that fake_panic
    lets leak in the kernel's pool. At most runner.MAX_LAST of them share a machine.

    alone: nothing else runs in its machine.

    needs: the fields of Needs. single is for a case that patches code that the other CPU runs
    at that moment: QEMU 7.2 with a thread a CPU can go on with what it translated before
    the write, and the CPU then hits for ever a breakpoint that memory does not have any more.
    """
    needs = Needs(**needs)
    if needs.cpus not in ALL_CPUS:
        raise ValueError(f"{name}: {needs.cpus} CPUs are none of {ALL_CPUS}")

    def add(function):
        if any(known.name == name for known in CASES):
            raise ValueError("two cases are named " + name)
        CASES.append(Case(name, function, boots, needs, (raises, dies, last, alone)))
        return function

    return add


# Debug kernels are slow. What the tool makes of records is no matter for them. Each run has on
# them what happens at once or goes on for long, not decisions about one error after the other;
# on the one that checks memory less of the ring, which others race for, and more of what holds
# memory or goes away under somebody's hands. The boots of the kinds "debug-all" and
# "debug-cmci-all", which are to be named, have the rest.
TOOL = ("cases.outcome", "cases.tool")
ONE_BY_ONE = ("cases.banks", "cases.capture", "cases.device", "cases.exception", "cases.guest",
              "cases.inject", "cases.inject_tool", "cases.mcelog", "cases.pages", "cases.place",
              "cases.poll", "cases.recovery", "cases.severity", "cases.storm", "cases.tolerant",
              "cases.vector")
AT_ONCE = ("both-cpus", "burst-of-ucna", "capture-chain", "corrected-poll", "exceptions-in-flood",
           "mcelog-reader-killed", "mcelog-readers", "srao-broadcast", "srao-user",
           "unload-while-open", "vector-unowned")
RING = ("cases.lanes",)
MEMORY = ("bank-ctl-hotplug", "burst-complete", "device-abi", "flood-and-severe", "in-place-raced",
          "largest-lane", "mcelog-goes", "outcome-srao", "two-readers", "unload-while-waiting",
          "vector-hotplug")
CMCI_AT_ONCE = ("bank-hotplug-cycles", "cmci-corrected", "vector-owned")

# The old interfaces: all of their cases, where all is wanted.
OLD = ("cases.inject", "cases.inject_tool", "cases.mcelog", "cases.place")

# Other kernels have all that stock has, and what is for those only that are newer.
OTHER_KERNELS = ("newer", "oldest", "newest", "rt")


def fits(known, kind):
    if kind in OTHER_KERNELS:
        return "plain" in known.boots or "newer" in known.boots
    if kind == "races":
        return ("debug" in known.boots and known.run.__module__ not in TOOL
                and (known.run.__module__ not in ONE_BY_ONE or known.name in AT_ONCE))
    if kind == "debug":
        return (known.name in MEMORY
                or fits(known, "races") and known.run.__module__ not in RING)
    if kind == "debug-all":
        return ("debug" in known.boots and known.run.__module__ not in TOOL
                or "plain" in known.boots and known.run.__module__ in OLD)
    if kind == "debug-cmci":
        return kind in known.boots and known.name in CMCI_AT_ONCE
    if kind == "debug-cmci-all":
        return "debug-cmci" in known.boots
    return kind in known.boots


def cases_of(kind):
    """The cases for a kind of boot: those that share a machine together, the harmless first."""
    fitting = [known for known in CASES if fits(known, kind)]
    return sorted(fitting, key=lambda known: (
        known.needs.single, known.needs != Needs(single=known.needs.single), known.needs,
        known.alone, known.last, known.dies, known.raises))
