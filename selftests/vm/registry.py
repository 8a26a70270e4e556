# SPDX-License-Identifier: GPL-2.0
"""The cases by name, in the order in which they run."""

from typing import NamedTuple

ALL_CPUS = (1, 2, 4)
# Kinds of boots for a case, where many have the same.
ON_NEWER = ("plain", "newer")
ON_DEBUG = (*ON_NEWER, "debug")

# What a case is about, as far as that decides where it runs: see CHOICES.
TAGS = {
    "at-once": "several things at once, or one for long",
    "cmci-at-once": "the same where interrupts come by themselves",
    "harness": "what else notices a failure: asked on each kernel that notices more",
    "memory": "holds memory, or goes away under somebody's hands",
    "old-interface": "files where the kernel once had them, and what reads and writes them",
    "ring": "of the ring, which many race for",
    "text": "what the tool makes of records: no matter for a debug kernel",
}


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


class Choice(NamedTuple):
    """Cases for that kind of boot: if any_of is not empty, with one of those tags; with none of
    none_of."""

    boot: str
    any_of: frozenset = frozenset()
    none_of: frozenset = frozenset()

    def has(self, known):
        return (self.boot in known.boots and not known.tags & self.none_of
                and (not self.any_of or bool(known.tags & self.any_of)))


# Other kernels have all that stock has, and what is for those only that are newer.
OTHER_KERNEL = (Choice("plain"), Choice("newer"))

# For each kind of boot which cases it has: those of any of its choices.
#
# Debug kernels are slow. What the tool makes of records is no matter for them. Each run has on
# them what happens at once or goes on for long, not decisions about one error after the other;
# on the one that checks memory less of the ring, which others race for, and more of what holds
# memory or goes away under somebody's hands. The boots of the kinds "debug-all" and
# "debug-cmci-all", which are to be named, have the rest, and of the old interfaces all.
CHOICES = {
    **{kind: (Choice(kind),) for kind in ("plain", "cmci", "newer-cmci", "amd", "no-ser", "legacy")},
    **{kind: OTHER_KERNEL for kind in ("newer", "oldest", "newest", "rt")},
    "races": (Choice("debug", frozenset({"at-once", "harness", "ring"})),),
    "debug": (Choice("debug", frozenset({"at-once", "harness", "memory"})),),
    "debug-all": (Choice("debug", none_of=frozenset({"text"})),
                  Choice("plain", frozenset({"old-interface"}))),
    "debug-cmci": (Choice("debug-cmci", frozenset({"cmci-at-once"})),),
    "debug-cmci-all": (Choice("debug-cmci"),),
}
BOOTS = {choice.boot for choices in CHOICES.values() for choice in choices}


class Case:
    def __init__(self, name, run, boots, tags, needs, order):
        self.name, self.run, self.boots, self.tags, self.needs = name, run, boots, tags, needs
        self.raises, self.dies, self.last, self.alone = order


CASES = []


def case(name, boots=("plain", "debug"), tags=(), raises=False, dies=False, last=False, alone=False,
         **needs):
    """boots: kinds of boots that it is for. tags: some of TAGS.

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
    for what, given, known in (("boots", boots, BOOTS), ("tags", tags, TAGS)):
        if not set(given) <= set(known):
            raise ValueError(f"{name}: {what} {given} are not all among {sorted(known)}")

    def add(function):
        if any(known.name == name for known in CASES):
            raise ValueError("two cases are named " + name)
        CASES.append(Case(name, function, boots, frozenset(tags), needs,
                          (raises, dies, last, alone)))
        return function

    return add


def tagged(*shared):
    """What a file whose cases all have those tags has for case(); each can have more."""
    def add(name, tags=(), **more):
        return case(name, tags=(*shared, *tags), **more)

    return add


def check_tags():
    """Once all cases are there: fails on a tag that decides nothing, or that no case has."""
    asked = {tag for choices in CHOICES.values() for choice in choices
             for tag in choice.any_of | choice.none_of}
    borne = {tag for known in CASES for tag in known.tags}
    if not asked == borne == set(TAGS):
        raise ValueError(f"tags {sorted(TAGS)}, asked for {sorted(asked)}, borne {sorted(borne)}")


def cases_of(kind):
    """The cases for a kind of boot: those that share a machine together, the harmless first."""
    fitting = [known for known in CASES if any(choice.has(known) for choice in CHOICES[kind])]
    return sorted(fitting, key=lambda known: (
        known.needs.single, known.needs != Needs(single=known.needs.single), known.needs,
        known.alone, known.last, known.dies, known.raises))
