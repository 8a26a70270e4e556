# SPDX-License-Identifier: GPL-2.0
"""Runs the cases of one boot, and reports what came of them."""

import os
import queue
import threading
import time
import traceback
from typing import NamedTuple

import coverage
import guest
import programs
from machine import Failed, Machine, Skipped
from qemu import Dead
from registry import Pace
from steps import lockdep_looks, no_leaks

MAX_DEATHS = 4  # a boot whose machines die more often than that is hopeless
MAX_LAST = 20
STOPPING = threading.Event()


class Outcome(NamedTuple):
    """outcome: passed, failed or skipped; reason: why it was skipped, or None."""

    name: str
    case: object
    outcome: str
    reason: str
    seconds: float


class Prepared:
    """The initramfs of each kernel, built once for all boots that have the kernel."""

    lock = threading.Lock()
    locks = {}
    known = {}

    @classmethod
    def of(cls, kernel):
        with cls.lock:
            lock = cls.locks.setdefault(kernel.image, threading.Lock())
        with lock:
            if kernel.image not in cls.known:
                cls.known[kernel.image] = guest.prepare(kernel)
            return cls.known[kernel.image]


class Boot:
    """slow scales time-outs, and small the counts of the cases; cpu: the model, or None."""

    def __init__(self, name, kind, kernel, qemu, slow=1, small=1, cpu=None):
        self.name, self.kind, self.slow, self.small = name, kind, slow, small
        self.find_kernel, self.find_qemu, self.cpu = kernel, qemu, cpu
        self.prepared = None

    def start(self, cpu, full, needs):
        if not self.prepared:
            qemu, options = self.find_qemu()
            kernel = self.find_kernel()
            initrd, more = Prepared.of(kernel)
            self.prepared = (qemu, [*options, *more], kernel, initrd)
        qemu, options, kernel, initrd = self.prepared
        initrd = programs.beside(initrd, needs.programs, kernel)

        def machine():
            return Machine(qemu, options, kernel, initrd, self.cpu or cpu,
                           Pace(self.slow, self.small, full), needs)

        try:
            return machine()
        except Dead as error:
            # QEMU 7.2 can trip over code that the kernel patches for all CPUs while it boots, see
            # Needs.single. Nothing of ours was there yet, so that says nothing of us.
            again = machine()
            again.note(f"the first boot failed, the second did not: {str(error).splitlines()[0]}")
            return again


class Report:
    """The lines of one boot, to be printed while they come or when their turn comes."""

    def __init__(self, verbose):
        self.verbose = verbose
        self.passed = self.failed = self.skipped = 0
        self.outcomes = []
        self.lines = queue.SimpleQueue()

    def say(self, line):
        self.lines.put(line)

    def printed(self):
        """Prints until the boot is through."""
        for line in iter(self.lines.get, None):
            print(line, flush=True)

    def diagnose(self, text, lines=40):
        shown = text.splitlines()
        if not self.verbose and len(shown) > lines:
            shown = shown[:lines] + [f"... {len(shown) - lines} more lines: see --verbose"]
        for line in shown:
            self.say("  # " + "".join(c if c.isprintable() else "?" for c in line))

    def result(self, name, case, problem, skip, seconds):
        outcome = "failed" if problem is not None else "passed" if skip is None else "skipped"
        self.outcomes.append(Outcome(name, case, outcome, skip, seconds))
        number = self.passed + self.failed + self.skipped + 1
        if problem is not None:
            self.failed += 1
            self.diagnose(f"the case is in {case.place()}\n{problem}")
            self.say(f"  not ok {number} - {name}")
        elif skip is not None:
            self.skipped += 1
            self.say(f"  ok {number} - {name} # SKIP {skip}")
        else:
            self.passed += 1
            self.say(f"  ok {number} - {name}")
        if self.verbose:
            self.say(f"  # {seconds:.1f} s")


def place(error):
    """Where in a case something unforeseen happened, mostly a field that is not there."""
    steps = traceback.extract_tb(error.__traceback__)
    return ", ".join(f"{os.path.relpath(step.filename, guest.HERE)}:{step.lineno}" for step in steps[-3:])


def check_death(machine, case):
    if case.dies and not machine.ended:
        raise Failed("the machine was to die in this case, and no vm.dies() saw it")
    if machine.ended and not case.dies:
        raise Failed("the machine was not to die in this case: it is not marked with dies=True")


def run_case(machine, case):
    """The log is scanned first; the token comes last. Returns what is wrong, or None.

    A machine that was to die gives no token: there vm.dies() saw the words, the orderly end
    of the emulator, and no splat before.
    """
    problems, skipped = [], None
    for step in (lambda: case.run(machine), machine.clean_up, machine.scan):
        try:
            if not machine.dying:
                step()
        except Failed as error:
            problems.append(str(error))
        except Skipped as error:
            skipped = error
        except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            problems.append(f"{type(error).__name__} at {place(error)}: {error}")
    if not problems and not skipped:
        try:
            check_death(machine, case)
        except Failed as error:
            problems.append(str(error))
    if problems:
        return "\n".join(problems)
    if not machine.ended:
        machine.token("passed-" + case.name)
    if skipped:
        raise skipped
    return None


class Runner:
    """The cases of one boot, in as few machines as can be."""

    def __init__(self, boot, cpu, report, keep, full):
        self.boot, self.cpu, self.report, self.keep, self.full = boot, cpu, report, keep, full
        self.machine, self.deaths, self.missing = None, 0, None
        self.before = []  # the cases that ran in this machine

    def stop(self):
        if self.machine:
            self.machine.stop()
        self.machine, self.before = None, []

    def fits(self, case):
        """Whether the machine that is there will do for it."""
        before = self.before
        return (self.machine and not self.machine.dying
                and self.machine.needs == case.needs
                and not any(known.alone for known in before) and not (case.alone and before)
                and (case.last or not any(known.last for known in before))
                and sum(known.last for known in before) < MAX_LAST)

    def machine_for(self, case):
        if not self.fits(case):
            self.stop()
        if not self.machine:
            if STOPPING.is_set():
                raise guest.Broken("not run: stopped")
            if self.deaths >= MAX_DEATHS:
                raise guest.Broken("not run: the machine could not be had, or died too often")
            self.machine = self.boot.start(self.cpu, self.full, case.needs)
        self.before.append(case)
        return self.machine

    def attempt(self, case):
        """Returns (problem, reason to skip)."""
        if self.missing:
            return None, self.missing
        if coverage.directory and "timing" in case.tags:
            return None, "with --coverage its times are too short"
        try:
            return run_case(self.machine_for(case), case), None
        except Skipped as error:
            return None, str(error)
        except guest.Missing as error:
            self.missing = str(error)
            return None, self.missing
        except guest.Broken as error:
            self.deaths = MAX_DEATHS
            return str(error), None
        except Dead as error:
            return self.bury(str(error)), None

    def bury(self, problem):
        self.deaths += 1
        if not self.machine:
            return problem
        problem += "\nthe last words of the console:\n" + self.machine.obituary()
        problem = "\n".join([*self.machine.notes, problem])
        if self.keep:
            input(f"kept: {self.machine.qemu.directory.name}; press Enter to go on ")
        self.stop()
        return problem

    def look(self, following):
        """Asks a debug kernel what it saw of all cases in this machine while it still can tell:
        lockdep looks until the first exception, kmemleak until the end. Returns what is wrong, or
        None."""
        machine, before = self.machine, self.before
        if not machine or machine.dying:
            return None
        leaving = not following or following.dies or not self.fits(following)
        looks = []
        if (leaving or following.raises) and not any(known.raises for known in before):
            looks.append(lockdep_looks)
        if leaving:
            looks.append(no_leaks)
        problems = []
        for look in looks:
            try:
                look(machine)
            except Failed as error:
                problems.append(f"cases that ran in this machine: {len(before)}; after them: {error}")
            except Dead as error:
                return self.bury(str(error))
        return "\n".join(problems) or None

    def run_all(self, cases):
        for case, following in zip(cases, [*cases[1:], None]):
            started = time.monotonic()
            problem, skip = self.attempt(case)
            problem = problem or self.look(following)
            self.report.result(f"{self.boot.name}/{case.name}", case, problem, skip,
                               time.monotonic() - started)
            if self.machine:
                for note in self.machine.notes:
                    self.report.diagnose(note)
                self.machine.notes.clear()

    def run(self, number, cases):
        report, started = self.report, time.monotonic()
        report.say("  KTAP version 1")
        report.say(f"  # Subtest: {self.boot.name}")
        report.say(f"  1..{len(cases)}")
        try:
            self.run_all(cases)
        except Exception:  # pylint: disable=broad-except
            report.failed += 1
            report.diagnose("the harness failed:\n" + traceback.format_exc())
        finally:
            self.stop()
            report.say(f"# {self.boot.name}: {time.monotonic() - started:.0f} s")
            good = "not ok" if report.failed else "ok"
            skip = " # SKIP " + self.missing if self.missing and not report.passed else ""
            report.say(f"{good} {number} - {self.boot.name}{skip}")
            report.lines.put(None)
