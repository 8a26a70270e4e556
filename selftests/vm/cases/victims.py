# SPDX-License-Identifier: GPL-2.0
"""Whom a bad page hits, and how memory_failure() ended, whoever called it."""

import re

import outcome as o
from errors import GRADE_AR, LOCAL_CONSUMED, MISC_PAGE, SRAR, SRAR_FETCH
from machine import HOME, equal, expect, one, parse_json
from registry import ON_DEBUG, ON_NEWER, case
from steps import (BUS_MCEERR_AO, TIME, consumed, held_page, hit, load_quiet, poisoned_by_others,
                   polled, same, signalled, spinning, victim)

RECOVERED = 4
BUS_MCEERR_AR = 4
TAKEN, TOUCHED, CONSUMED = 1, 2, 3
SIGBUS = 7
LISTED = 64  # at most, for one page
NO_PAGE = 0xffffffffffffffff


def touching(vm, children=""):
    """Start a process that reads its page once /tmp/go is there; (page, where it has it)"""
    vm.sh("rm -f /tmp/go").ok()
    said = vm.background(f"mcwtest touch {60 * vm.slow} /tmp/go {children}", "touch", "^phys")
    phys, virt = re.match(r"phys (\S+) virt (\S+)", said).groups()
    return int(phys, 16), int(virt, 16)


def machines(vm, command):
    """The virtual machines of all victims, as JSON has them."""
    return [found["vm"] for found in parse_json(vm.sh(f"mcwctl {command} --json").ok())
            if found["type"] == "victim"]


def under(said, event, *beginnings):
    """Of the lines that mcwctl printed, these stand under the one event that has this word."""
    lines = said.splitlines()
    at = one([i for i, line in enumerate(lines) if event in line], f"events {event} in {said}")
    found = [line for line in lines if line.startswith("    ")]
    equal(lines[at + 1:at + 1 + len(beginnings)], found, "the lines under it, and all such lines")
    for line, beginning in zip(found, beginnings):
        expect(line.startswith("    " + beginning), f"no '{beginning}' in: {line}")


@case("victim-srao", boots=ON_DEBUG, raises=True)
def victim_srao(vm):
    """A process that asked for early signals: the record names it, and the outcome counts it."""
    vm.load()
    page, virt = victim(vm, "user")
    hit(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, reason=o.DONE, victims=1,
         result=RECOVERED, no_event=0)
    signalled(vm, virt)
    same(one(vm.victims(), "victims"), page=page, address=virt, signal=SIGBUS, code=BUS_MCEERR_AO,
         lsb=12, cause=TAKEN, comm="mcwtest")
    said = vm.sh("mcwctl read -v").ok()
    expect(re.search(f'victim of page {page:#x}: "mcwtest" pid \\d+ got SIGBUS .BUS_MCEERR_AO. at'
                     f" address {virt:#x}, 4096 bytes: the page was taken from it\n", said),
           f"mcwctl read -v printed: {said}")
    expect(re.search("taken offline by the kernel; dirty .*LRU page: recovered; 1 task got a signal",
                     said), f"mcwctl read -v printed: {said}")
    under(said, "SRAO", f"page {page:#x}: taken", f'victim of page {page:#x}: "mcwtest"')
    found = [one for one in parse_json(vm.sh("mcwctl read --json").ok()) if one["type"] == "victim"]
    same(one(found, "victims"), page=f"0x{page:016x}", comm="mcwtest", signal="SIGBUS",
         code="BUS_MCEERR_AO", bytes=4096, cause="taken")


@case("victim-srar", boots=ON_DEBUG, raises=True)
def victim_srar(vm):
    """A process that consumes an error is killed, and its page is taken: one word everywhere."""
    vm.load()
    page, spin = spinning(vm)
    consumed(vm, page, spin)
    vm.until("grep '^ended 135' /tmp/victim")
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, result=RECOVERED, victims=1)
    same(one(vm.victims(), "victims"), page=page, signal=SIGBUS, code=BUS_MCEERR_AR, cause=TAKEN,
         comm="mcwtest")
    expect("kernel took 1, failed 0; module took 0," in vm.sh("mcwctl status -v").ok(), "status")
    expect(" offline\n" in vm.sh("mcwctl pages").ok(), "mcwctl pages")
    equal(vm.poisoned(page), [True], "poisoned")


def emulator(vm, name, options):
    """Start a process that looks like a QEMU of these options; (its page, its loop, pid)"""
    vm.sh("test -e /tmp/qemu-system-x86_64"
          " || cp $(command -v mcwtest) /tmp/qemu-system-x86_64").ok()
    said = vm.background(f"exec /tmp/qemu-system-x86_64 victim 0 {60 * vm.slow} stay {options}",
                         name, "^phys").split()
    return int(said[1], 16), int(said[5], 16), int(vm.read(f"/tmp/{name}.pid"))


@case("victim-vm", boots=("plain",), raises=True)
def victim_vm(vm):
    """A process that is a QEMU is named as its virtual machine: as long as it runs, here, and not
    a later process of the same number."""
    uuid = "3f1e6c50-0a1b-4c2d-8e3f-0123456789ab"
    load_quiet(vm)
    page, spin, pid = emulator(vm, "web", f"-m 1G -name guest=web,,1,debug-threads=on -uuid {uuid}")
    consumed(vm, page, spin)
    vm.until("grep '^sigbus code 4' /tmp/web")
    second, _, other = emulator(vm, "db", "--name db")
    hit(vm, second)
    vm.until("grep '^sigbus code 5' /tmp/db")
    vm.outcomes(2)
    said = vm.sh("mcwctl read -v").ok()
    expect(re.search(f'\n    victim of page {page:#x}: "qemu-system-x86" pid {pid} .VM "web,1", UUID'
                     f" {uuid}. got SIGBUS .BUS_MCEERR_AR. at address ", said), said)
    expect(f'    victim of page {second:#x}: "qemu-system-x86" pid ' in said, said)
    expect(' (VM "db") got SIGBUS (BUS_MCEERR_AO) at address ' in said, said)
    equal(machines(vm, "read"), [{"name": "web,1", "uuid": uuid}, {"name": "db", "uuid": None}],
          "virtual machines")
    vm.sh("mcwctl record --no-follow /tmp/r").ok()
    equal(machines(vm, "read --file /tmp/r"), [None, None], "those of a recording")
    expect("VM" not in vm.sh("mcwctl read --file /tmp/r").ok(), "a recording as text")
    vm.sh(f"kill -KILL {pid}").ok()
    vm.until(f"test ! -e /proc/{pid}")
    equal(machines(vm, "read"), [None, {"name": "db", "uuid": None}], "one has ended")
    for _ in range(20):
        # If a thread of the kernel takes the number, another attempt is made.
        vm.sh(f"rm -f /tmp/other; echo {pid - 1} >/proc/sys/kernel/ns_last_pid;"
              f" (exec /tmp/qemu-system-x86_64 victim 0 {60 * vm.slow} stay -name other)"
              " >/tmp/other 2>&1 & echo $! >/tmp/other.pid").ok()
        if int(vm.read("/tmp/other.pid")) == pid:
            break
    vm.until("grep ^phys /tmp/other")
    equal(vm.read(f"/proc/{pid}/comm"), "qemu-system-x86", "the next process of this number")
    equal(machines(vm, "read"), [None, {"name": "db", "uuid": None}], "another has its number")
    # The next case's error is to hit its own victim.
    vm.sh(f"kill -KILL {pid} {other}").ok()


@case("victim-fetch", boots=ON_DEBUG, raises=True)
def victim_fetch(vm):
    """The same where an instruction is fetched: the manual's other error that is consumed."""
    vm.load()
    page, spin = spinning(vm)
    consumed(vm, page, spin, SRAR_FETCH)
    vm.until("grep '^ended 135' /tmp/victim")
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, reason=o.DONE,
         result=RECOVERED, victims=1)
    same(one(vm.victims(), "victims"), page=page, signal=SIGBUS, code=BUS_MCEERR_AR, cause=TAKEN)


@case("victim-huge", boots=("plain", "newer"))
def victim_huge(vm):
    """A process that touches its huge page after 4 KiB of it are lost: the signal says how large
    the part is that is gone."""
    vm.sh("echo 1 >/proc/sys/vm/nr_hugepages").ok()
    load_quiet(vm)
    head = vm.hold("hold-huge")[0]
    polled(vm, head + 5 * 4096)
    same(one(vm.outcomes(1), "outcomes"), page=head + 5 * 4096, actor=o.KERNEL, result=RECOVERED)
    equal(vm.victims(), [], "victims before")
    vm.sh("kill -USR1 $(cat /tmp/hold.pid)").ok()
    vm.until("! kill -0 $(cat /tmp/hold.pid) 2>/dev/null")
    found = one(vm.victims(), "victims")
    same(found, signal=SIGBUS, code=BUS_MCEERR_AR, cause=TOUCHED, lsb=21, comm="mcwtest")
    expect(found["page"] in (NO_PAGE, head, head + 5 * 4096), f"page {found['page']:#x}")


@case("victim-survives", boots=("plain",), long_boots=("newer",), raises=True)
def victim_survives(vm):
    """Many SRAO hit the pages of one process, which survives them: each page has its outcome and
    its victim."""
    count = 1000 if vm.full else 20
    load_quiet(vm, notice_records=4096)
    pages = vm.hold(f"survivor {count}")
    for page in pages:
        hit(vm, page)
    found = vm.outcomes(count)
    equal([one["page"] for one in found], pages, "pages of the outcomes, in order")
    equal({(one["actor"], one["reason"], one["victims"]) for one in found},
          {(o.KERNEL, o.DONE, 1)}, "who acted, and victims")
    equal([(one["page"], one["signal"], one["code"]) for one in vm.victims()],
          [(page, SIGBUS, BUS_MCEERR_AO) for page in pages], "victims")
    equal(vm.read(HOME + "/stats/victims/seen"), str(count), "victims seen")
    vm.sh("kill -USR1 $(cat /tmp/hold.pid)").ok()
    vm.until(f"grep '^survived {count}$' /tmp/hold")


@case("victim-touches-later", boots=ON_DEBUG)
def victim_touches_later(vm):
    """A page is taken from a process that did not ask to know; it is told when it touches it."""
    load_quiet(vm)
    page, virt = touching(vm)
    polled(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, victims=0, result=RECOVERED)
    equal(vm.victims(), [], "victims before")
    vm.sh("touch /tmp/go").ok()
    vm.until("grep sigbus /tmp/touch")
    same(one(vm.victims(), "victims"), page=page, address=virt, signal=SIGBUS, code=BUS_MCEERR_AR,
         lsb=12, cause=TOUCHED, comm="mcwtest")
    equal(vm.read(HOME + "/stats/victims/seen"), "1", "victims seen")


@case("victim-sharers", boots=("plain", "debug"), long_boots=("newer",))
def victim_sharers(vm):
    """Three processes share a page of memory: each is a victim once it touches it."""
    load_quiet(vm)
    page, virt = touching(vm, "2")
    vm.sh("sleep 0.5").ok()
    polled(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page)
    vm.sh("touch /tmp/go").ok()
    vm.until("test $(grep -c sigbus /tmp/touch) = 3")
    found = vm.victims()
    equal([(one["address"], one["cause"]) for one in found], [(virt, TOUCHED)] * 3, "victims")
    equal(len({one["pid"] for one in found}), 3, "processes")
    expect({one["page"] for one in found} <= {page, NO_PAGE}, f"pages: {found}")


@case("victim-many", boots=("plain", "debug"), long_boots=("newer",))
def victim_many(vm):
    """More processes than are listed share a page: the others are counted, as lost too."""
    load_quiet(vm)
    page, virt = touching(vm, f"{LISTED + 15} early")
    vm.until(f"test $(pidof mcwtest | wc -w) -ge {LISTED + 16}", 60)
    vm.sh(f"sleep {vm.slow}", 60).ok()  # each has read the page
    polled(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, victims=LISTED + 16)
    found = vm.victims()
    equal([(one["address"], one["cause"], one["code"]) for one in found],
          [(virt, TAKEN, BUS_MCEERR_AO)] * LISTED, "victims")
    equal(len({one["pid"] for one in found}), LISTED, "processes")
    values = vm.sh(f"cd {HOME}/stats && cat victims/seen victims/unlisted lost/victims").ok()
    equal(values.split(), [str(LISTED + 16), "16", "16"], "victims seen, unlisted, lost")


@case("victim-fake", boots=ON_DEBUG)
def victim_fake(vm):
    """What a process sends itself is not believed."""
    load_quiet(vm)
    vm.sh("mcwtest fake-signal").ok()
    vm.sh("sleep 1000 & kill -BUS $!; kill -KILL $!; true").ok()
    equal(vm.victims(), [], "victims")
    equal(vm.read(HOME + "/stats/victims/seen"), "0", "victims seen")


def copies_from_user(vm, cpu):
    """Whether the CPU is at an instruction of the kernel's that copies from a process: "rep movs"
    with its source in user space."""
    ip, source, target = vm.qemu.monitor.register(cpu, "RIP", "RSI", "RDI")
    return (ip >> 47 and not source >> 47 and target >> 47
            and re.match(rb"\xf3\x48?[\xa4\xa5]", vm.qemu.monitor.code(cpu, ip, 3)))


@case("outcome-copied", boots=ON_NEWER, raises=True)
def outcome_copied(vm):
    """The kernel consumes the error while it copies from a process, and calls memory_failure() for
    the task without saying that it must act. That is the record's call, and no other's."""
    load_quiet(vm)
    page = held_page(vm)
    vm.background("cd /tmp; while [ ! -e copied ]; do taskset 1 dd if=/dev/zero of=copy bs=1M count=8"
                  " conv=notrunc; echo written $?; done", "copies", "^written")
    expect(vm.qemu.monitor.human_when(
        lambda: copies_from_user(vm, 0),
        f"mce 0 6 {SRAR:#x} {LOCAL_CONSUMED:#x} {page:#x} {MISC_PAGE:#x}", 20 * vm.slow),
           "CPU 0 does not copy from a process")
    same(one(vm.outcomes(1), "outcomes"), page=page, grade=GRADE_AR, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, tries=0)
    vm.sh("touch /tmp/copied").ok()
    vm.until(r"! pgrep -x dd")
    expect(one(vm.records(), "records")["ip"] >> 47, "it was not in the kernel")
    equal(vm.read(HOME + "/stats/recovery/others"), "0", "others")
    vm.sh("rm /tmp/copied /tmp/copy").ok()


@case("outcome-of-others", boots=ON_DEBUG)
def outcome_of_others(vm):
    """Somebody else's memory_failure() gives an outcome without event; one of a page that was
    taken before says so."""
    load_quiet(vm)
    page, virt = touching(vm)
    poisoned_by_others(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, result=RECOVERED, no_event=1, err=0)
    equal(vm.read(HOME + "/stats/recovery/others"), "1", "others")
    said = vm.sh("mcwctl read -v").ok()
    expect(f" outcome of no event: page {page:#x}: taken offline by the kernel; " in said,
           f"mcwctl read -v printed: {said}")
    expect(" offline\n" in vm.sh("mcwctl pages").ok(), "mcwctl pages")
    expect("memory_failure() called for no event: 1, missed 0" in vm.sh("mcwctl status -v").ok(),
           "mcwctl status")
    vm.sh("touch /tmp/go").ok()
    vm.until("grep sigbus /tmp/touch")
    same(one(vm.victims(), "victims"), page=page, address=virt, cause=TOUCHED)
    lines = vm.sh("mcwctl read -v").ok().splitlines()
    equal(len(lines), 2, f"lines of {lines}")
    expect(re.search(" outcome of no event: ", lines[0]), f"the first line: {lines[0]}")
    expect(re.fullmatch(f"    victim of page {page:#x}: .*: it touched the page later, at {TIME}",
                        lines[1]), f"below it: {lines[1]}")
    polled(vm, page)
    same(vm.outcomes(2)[1], page=page, reason=o.ALREADY, actor=o.NOBODY)


@case("calls-too-fast", boots=("plain",), tags=("full",))
def calls_too_fast(vm):
    """While the module is busy, more calls of others end than it keeps. Those that it never told
    are counted as missed, and only there."""
    load_quiet(vm)
    page = held_page(vm)
    poisoned_by_others(vm, page)
    vm.outcomes(1)
    vm.kernel_command(f"stall mcw_page_recover {5000 * vm.slow}")
    polled(vm, held_page(vm))
    vm.until(f"grep -x 2 {HOME}/stats/failure_calls/seen")
    vm.sh("sleep 1").ok()
    vm.sh("cd /sys/kernel/debug/hwpoison; for n in $(seq 300); do"
          f" echo {page >> 12:#x} >corrupt-pfn 2>/dev/null; done; true", 60).ok()
    vm.until(f"grep -x 0 {HOME}/stats/recovery/waiting")
    vm.kernel_command("stall 0")
    seen, missed, lost = map(int, vm.sh(
        f"cd {HOME}/stats && cat failure_calls/seen failure_calls/missed lost/failure_calls").ok().split())
    equal((seen + missed, lost), (302, missed), f"calls that were made, and lost; seen {seen}")
    expect(missed, "the module was not busy")
    equal(sum(found["no_event"] for found in vm.outcomes(302 - missed)), 301 - missed,
          "outcomes of no event")


@case("outcome-kernel-failed", boots=ON_DEBUG)
def outcome_kernel_failed(vm):
    """A page that the kernel could not free: it says so in outcome, status, pages and metrics."""
    load_quiet(vm)
    page = vm.page("slab")
    polled(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, reason=o.IN_USE)
    expect("kernel took 0, failed 1; module took 0," in vm.sh("mcwctl status -v").ok(), "status")
    expect(" poisoned, still in use\n" in vm.sh("mcwctl pages").ok(), "mcwctl pages")
    expect('mcewarden_recovery_events_total{result="kernel_failed"} 1\n'
           in vm.sh("mcwctl metrics").ok(), "metrics")
