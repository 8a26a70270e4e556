# SPDX-License-Identifier: GPL-2.0
"""Everything at once, at random by a seed: make soak. Each round is a load of the module.

The environment gives SEED, by default another each time, and SOAK_SECONDS."""

import os
import random
import re
import time

import outcome as o
from errors import CORRECTED, CORRECTED_NO_MISC, FATAL, LOCAL, SRAO
from machine import HOME, SEVERE, TEST, equal, expect, fields
from registry import case
from steps import (FAKE_PANIC, STREAM, lockdep_looks, memory, memory_controller, no_kernel_polls, nothing_left,
                   same)

ROUND_S = 20
SECONDS = 180  # of a check that may take long
SHORT_S = 40
LONG_S = 600  # on kernels with PREEMPT_RT, and from 7.0 on
HELD = 24  # pages in which exceptions come
UNLOAD_S = 120  # of four modules, while errors come
FAKE_PANICS = 2  # a round; each leaves a record in the kernel's pool
MOST_FAKE_PANICS = 10
CMCI_BANK, FATAL_BANK, EXCEPTION_BANK = 8, 9, 6
CMCI_PAUSE_S = 0.2
IA32_MC0_STATUS = 0x401
MEMORY = "/sys/devices/system/memory"
RAISED = HOME + "/stats/injector/raised"


def seconds_of(vm):
    if os.environ.get("SOAK_SECONDS"):
        return int(os.environ["SOAK_SECONDS"])
    if not vm.full:
        return SHORT_S
    return LONG_S if "CONFIG_PREEMPT_RT" in vm.kernel.config or vm.kernel.since(7, 0) else SECONDS


class Soak:
    """What is made from outside, and what came in all rounds."""

    def __init__(self, vm, seed):
        self.vm, self.random = vm, random.Random(seed)
        self.pages = []
        self.cmci = "cmci" in os.path.basename(vm.qemu.process.args[0])
        self.fakes, self.rounds, self.sums = 0, 0, {}

    def add(self, counts):
        for name, value in counts.items():
            self.sums[name] = self.sums.get(name, 0) + value

    def prepare(self, exceptions):
        """Processes with pages, before the errors begin."""
        if not exceptions:
            return
        self.pages = self.vm.hold(f"hold {HELD}", f"hold{self.rounds}")
        for number in range(4):
            name = f"victim{self.rounds}.{number}"
            said = self.vm.background(f"mcwtest victim 0 {600 * self.vm.slow} sleep", name, "^phys")
            self.pages.append(int(said.split()[1], 16))
        self.random.shuffle(self.pages)

    def raise_one(self, bank, status, addr):
        """Raise an exception, and wait until it is recorded and its handler has ended, which looks
        at fake_panic after the record: before that its CPU runs no process."""
        before = self.vm.stats(SEVERE)["committed"]
        self.vm.inject(0, bank, status, LOCAL, addr)
        self.vm.until(f"test $(cat {HOME}/stats/severe/committed) -gt {before} && taskset 1 true")

    def exception(self):
        """One that the kernel recovers from."""
        if not self.pages:
            return 0
        self.raise_one(EXCEPTION_BANK, SRAO, self.pages.pop())
        return 1

    def cmci_error(self):
        self.vm.inject(self.random.choice((0, 1)), CMCI_BANK, CORRECTED, 0, self.vm.fresh())
        time.sleep(CMCI_PAUSE_S)
        return 1

    def fake_panic(self):
        """The last errors of a round: the kernel would panic, and does not."""
        if self.fakes >= MOST_FAKE_PANICS:
            return 0
        for _ in range(FAKE_PANICS):
            self.vm.sh(f"echo 1 >{FAKE_PANIC}").ok()
            self.raise_one(FATAL_BANK, FATAL, self.vm.fresh())
        self.vm.sh(f"echo 0 >{FAKE_PANIC}").ok()
        # Under fake_panic the handler leaves the error, and would find it at the next exception.
        self.vm.write_msr(0, IA32_MC0_STATUS + 4 * FATAL_BANK, 0)
        self.fakes += FAKE_PANICS
        return FAKE_PANICS

    def go_on(self, exceptions):
        """Make errors from outside while the processes in the machine run. Return how many."""
        made = {"exceptions": 0, "cmci": 0}
        while self.vm.sh("grep -q settling /tmp/soak").status:
            if exceptions and self.random.random() < 0.7:
                made["exceptions"] += self.exception()
            elif self.cmci:
                made["cmci"] += self.cmci_error()
            else:
                time.sleep(0.2)
        self.vm.sh("touch /tmp/soak.end").ok()
        self.vm.until("grep -q status= /tmp/soak", 60)
        return made


def start(vm, soak, seconds, exceptions):
    without = [] if not soak.cmci else ["signal"]
    if "CONFIG_PREEMPT_RT" in vm.kernel.config:
        without.append("signal")
    # Exceptions come to the memory of processes; that of the kernel must stay where it is.
    without += ["memory"] if exceptions else []
    seed = soak.random.randrange(1 << 62)
    vm.sh("rm -f /tmp/soak.end /tmp/soak").ok()
    vm.background(f"mcwtest soak {seconds} {seed} 23 {' '.join(without)}; echo status=$?",
                  "soak", "^soaking", 60)


def lost(vm):
    lines = vm.sh(f"cd {HOME}/stats/lost && grep . *").ok().splitlines()
    return {name: int(value) for name, value in (line.split(":") for line in lines)}


def stages(vm, made, kept, outside):
    """What was made is what came, or counted as lost, stage by stage."""
    counted = lost(vm)
    unplaced = counted["ring_refused"] + counted["ring_dropped"]
    gone = unplaced + kept["missed0"] + kept["missed1"]
    same(kept, twice=0, foreign=0, disorder=0)
    missing = kept["missing"] + kept["missing_signals"] + kept["missing_stream"]
    expect(missing <= gone, f"{missing} errors are missing, {gone} are said to be: {kept} {counted}")
    if not gone:
        equal(kept["bank3"], sum(made[f"polled{n}"] for n in range(4)), "errors that polls found")
        equal(kept["bank5"], made["signals"], "errors of interrupts that nobody owns")
        equal(kept["bank7"], made["pages"], "errors in pages")
        equal(kept["bank6"], outside["exceptions"], "exceptions")
        equal(kept["injected"], int(vm.read(RAISED)), "errors that the injector raised")
        expect(kept["counted"] <= outside["cmci"], f"more than {outside['cmci']} CMCI errors: {kept}")
        expect(kept["counted"] >= outside["cmci"] * 0.98, f"of {outside['cmci']} CMCI errors: {kept}")
    equal(kept["outside"], made["outside"] - kept["missed3"], "locations of no event")
    for number, lane in enumerate(("severe", "other", "notice", "location")):
        equal(kept[f"missed{number}"], 0, f"records that the reader of {lane} missed")
    return counted


def chain_stage(vm, delivered, before_fakes):
    """Captured is what the kernel's decode chain delivered, and what its pool dropped."""
    vm.kernel_command("stop")
    vm.sh("sleep 2.5").ok()  # until what the pool dropped is known
    captured = sum(vm.stats(lane)[name] for lane in (0, 1) for name in ("committed", "refused", "dropped"))
    came = int(vm.read(f"{TEST}/delivered")) - delivered
    dropped = lost(vm)["kernel_pool"]
    taken = sum(int(vm.read(f"{HOME}/stats/worker_{word}")) for word in ("taken", "missed"))
    placed = sum(vm.stats(lane)["committed"] for lane in (0, 1))
    equal(taken, placed, "events that the worker took or missed, of those in the lanes")
    equal(came + dropped, captured, f"delivered {came} and dropped {dropped}, of what was captured")
    expect(dropped >= before_fakes, f"the pool keeps {before_fakes} records of fake panics")


def poison_stays(vm, pages, blocks):
    """Return how many of the pages are not poisoned any more: those in blocks of memory that went.
    A kernel before 6.2 forgets the poison as such a block comes back; a later one keeps it away.

    blocks: bit mask of those that went."""
    lost = [page for page, bad in zip(pages, vm.poisoned(*pages)) if not bad]
    for page in lost:
        expect(blocks, f"the page {page:#x} is not poisoned")
        block = page // int(vm.read(f"{MEMORY}/block_size_bytes"), 16)
        expect(blocks >> block & 1, f"the page {page:#x} is not poisoned; the blocks {blocks:#x} went")
        if vm.kernel.since(6, 2):
            equal(vm.read(f"{MEMORY}/memory{block}/state"), "offline", f"the block of page {page:#x}")
    return len(lost)


def pages_agree(vm, corrupted, blocks):
    """The pages that outcomes call taken are the poisoned ones."""
    vm.until(f"test $(cat {HOME}/stats/recovery/waiting) = 0"
             f" && test $(cat {HOME}/stats/soft_offline/waiting) = 0", 60)
    outcomes = [n for n in vm.notices() if "of_lane" in n]
    taken = {n["page"] for n in outcomes if n["action"] in (o.OFFLINE, o.SOFT_OFFLINE)
             and n["reason"] == o.DONE}
    gone = poison_stays(vm, sorted(taken), blocks) if taken else 0
    equal(vm.corrupted() - corrupted, len(taken), f"poisoned pages, of the outcomes {outcomes}")
    events = [n for n in outcomes if not n["no_event"]]
    return {"taken": len(taken), "outcomes": len(events), "taken_and_gone": gone}


def victims_agree(vm):
    """Each task that the kernel's log calls a victim has its record."""
    lines = [line for line in vm.log() if re.search(r"hardware memory corruption|MCE: Killing", line)]
    named = {int(match[1]) for line in lines
             if (match := re.search(r"(?:to|Killing) \S+?:(\d+) due to hardware memory", line))}
    listed = {victim["pid"] for victim in vm.victims()}
    expect(named <= listed, f"victims {named - listed} have no record: {lines}")
    return {"victims": len(named)}


def one_round(vm, soak, seconds, exceptions):
    """Return what was made and lost in it."""
    soak.prepare(exceptions)
    corrupted = vm.corrupted()
    # Errors come while it loads and unloads, in every second round; else the sums of the chain fit.
    # Not on 7.x: there a CPU of the emulator runs into a breakpoint that is gone (registry.case).
    patched_alone = vm.kernel.since(7, 0)
    busy = soak.rounds % 2 and not patched_alone
    stream = f"stream 0 4 {CORRECTED_NO_MISC:x} {STREAM:x} {5000 * vm.slow}"
    if busy:
        vm.kernel_command(stream)
    delivered = int(vm.read(f"{TEST}/delivered"))
    vm.load(other_records=262144, notice_records=8192, location_records=65536, severe_records=8192,
            grace_ms=400)
    vm.sh("insmod /mods/mcewarden_inject.ko").ok()
    if not busy:
        vm.kernel_command(stream)
    start(vm, soak, seconds, exceptions)
    outside = soak.go_on(exceptions)
    said = vm.read("/tmp/soak")
    expect("status=0" in said.splitlines(), said)
    lines = {line.split()[0]: fields(line) for line in said.splitlines() if line}
    made, kept = lines["made"], lines["kept"]
    counted = stages(vm, made, kept, outside)
    if exceptions:
        outside["fakes"] = soak.fake_panic()
    if not busy:
        chain_stage(vm, delivered, outside.get("fakes", 0))
        if not patched_alone:
            vm.kernel_command(stream)
    soak.add({**outside, **pages_agree(vm, corrupted, made["memory_blocks"]), **victims_agree(vm)})
    soak.add({name: value for name, value in {**made, **kept}.items()
              if not re.match(r"(next|got|bank)\d|memory_blocks", name)})
    soak.add({"lost_" + name: value for name, value in counted.items() if value})
    vm.sh("for m in mcw_edac mcw_cec mcewarden_inject mcewarden; do rmmod $m 2>/dev/null; done;"
          " ! grep -q '^mcewarden' /proc/modules", UNLOAD_S).ok()
    vm.kernel_command("stop")
    vm.scan()


# Sums that agree prove nothing of what never happened.
ALWAYS = ("exceptions", "taken", "outcomes", "pages", "outside", "polled0", "polled1", "polled2", "polled3",
          "cpu_cycles", "injections", "knob_writes", "reads", "kills", "file_reads", "fakes")


def all_happened(vm, soak):
    wanted = [*ALWAYS, *(["cmci"] if soak.cmci else [])]
    for option, name in (("EDAC", "edac_loads"), ("MEMORY_HOTREMOVE", "memory_cycles")):
        if f"CONFIG_{option}" in vm.kernel.config:
            wanted.append(name)
    equal([name for name in wanted if not soak.sums.get(name)], [], "what never happened")


@case("soak", boots=("debug", "debug-cmci"), tags=("full",), long_boots=("plain", "newer", "cmci"), cpus=4,
      alone=True, last=True, raises=True, append="movablecore=512M")
def soak_all(vm):
    """Errors by poll, exception, interrupt, injector and EDAC, while readers, knobs, CPUs, memory
    and modules come and go. The first half has no exception: after one lockdep does not look."""
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    seconds, begun = seconds_of(vm), time.monotonic()
    vm.note(f"SEED={seed} SOAK_SECONDS={seconds}")
    no_kernel_polls(vm)
    vm.kernel_command("quiet 1")
    if "CONFIG_EDAC" in vm.kernel.config:
        memory_controller(vm)  # for what it brings; it comes and goes later
        vm.sh("rmmod mcw_edac").ok()
    vm.load()
    vm.unload()
    before, soak = memory(vm), Soak(vm, seed)
    try:
        while soak.rounds < 2 or time.monotonic() - begun < seconds:
            exceptions = soak.rounds >= 1 and time.monotonic() - begun >= seconds / 2
            if exceptions and not soak.sums.get("looked"):
                lockdep_looks(vm)
                soak.add({"looked": 1})
            one_round(vm, soak, min(ROUND_S, seconds), exceptions)
            soak.rounds += 1
    finally:
        vm.note(f"rounds={soak.rounds} " + " ".join(f"{k}={v}" for k, v in soak.sums.items() if v))
    vm.sh("kill $(cat /tmp/hold*.pid /tmp/victim*.pid) 2>/dev/null; sleep 1")
    all_happened(vm, soak)
    nothing_left(vm, before)
