# SPDX-License-Identifier: GPL-2.0
"""The module and the recorder beside the rest of a host: services, rasdaemon, sleep, crashes."""

import os
import re
import time

import outcome as o
from catalog import case
from errors import CORRECTED, SRAR
from expect import Skipped, equal, expect, one, parse_json
from host import HOME, RECORDS
from steps import BUS_MCEERR_AO, consumed, hit, same, signalled

BUS_MCEERR_AR = 4
CPU1 = "/sys/devices/system/cpu/cpu1/online"
DATABASE = "/var/lib/rasdaemon/ras-mc_event.db"
AT_BOOT = "/etc/modules-load.d/test.conf"
RECORDER = "mcewarden-record.service"


def start_recorder(vm):
    vm.load()
    vm.sh(f"systemctl start {RECORDER}").ok()
    vm.active(RECORDER)


def service(vm, mode):
    """A service that holds a page, which SIGBUS hits: what it printed."""
    vm.sh("rm -f /tmp/victim; systemctl stop holder 2>/dev/null; systemd-run --unit=holder"
          " -p StandardOutput=file:/tmp/victim -p RemainAfterExit=yes"
          f" /opt/test-commands/mcwtest victim 0 300 {mode}").ok()
    return vm.until("grep ^phys /tmp/victim").split()


def in_words(vm, wanted):
    """Wait until mcwctl prints this of the recorder's file."""
    vm.until(f"mcwctl read -v --file {RECORDS} | grep -E '{wanted}'", 30)


@case("beside-page-taken", tags=("full",))
def beside_page_taken(vm):
    """An uncorrected error in a page of a service: the kernel takes the page, the service gets the
    signal, and the recording has outcome and victim."""
    start_recorder(vm)
    said = service(vm, "user")
    page, virt = int(said[1], 16), int(said[3], 16)
    hit(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, reason=o.DONE, victims=1)
    signalled(vm, virt)
    same(one(vm.victims(), "victims"), page=page, address=virt, code=BUS_MCEERR_AO, comm="mcwtest")
    in_words(vm, f'victim of page {page:#x}: "mcwtest" pid [0-9]+ got SIGBUS')
    in_words(vm, "taken offline by the kernel; .*: recovered; 1 task got a signal")
    vm.sh("systemctl stop holder").ok()


@case("beside-page-consumed", tags=("full",))
def beside_page_consumed(vm):
    """A service that consumes an error is killed, and systemd says of what."""
    start_recorder(vm)
    said = service(vm, "naive")
    page, spin = int(said[1], 16), int(said[5], 16)
    consumed(vm, page, spin, SRAR)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, reason=o.DONE, victims=1)
    vm.active("holder", "failed")
    equal(vm.show("holder", "ExecMainCode", "ExecMainStatus"), {"ExecMainCode": "2", "ExecMainStatus": "7"},
          "how the service ended: killed, SIGBUS")
    in_words(vm, f'victim of page {page:#x}: "mcwtest"')


def held(vm, what):
    """A service that holds memory: its physical addresses."""
    vm.sh(f"rm -f /tmp/hold; systemctl stop holder 2>/dev/null; systemd-run --unit=holder -p"
          f" StandardOutput=file:/tmp/hold /opt/test-commands/mcwtest {what}").ok()
    said = vm.until("grep ^held /tmp/hold >/dev/null && cat /tmp/hold")
    return [int(line, 16) for line in said.splitlines() if line.startswith("0x")]


def page_with(vm, flag):
    """A page that has this flag; one of many, so that what goes on does not take it."""
    found = vm.sh("mcwtest pageflags $(seq 16777216 409600 1006632960) | "
                  f"grep ' {flag}' | grep -v ' hwpoison' | tail -n 20 | head -n 1", 60).ok()
    return int(found.split()[0].split("=")[1], 16)


class Pages:
    """Errors in one page after the other, which the recorder keeps."""

    def __init__(self, vm):
        self.vm, self.count = vm, 0

    def hit(self, page, kind, result, state):
        """What the kernel says of the page in the outcome, and what mcwctl pages says of it."""
        self.count += 1
        hit(self.vm, page)
        self.vm.outcomes(self.count)
        found = [known for known in parse_json(self.vm.mcwctl("read --json --lane notice").ok())
                 if known["type"] == "outcome"][-1]
        same(found, page=f"0x{page:016x}", actor="kernel")
        expect(re.search(kind, found["page_type"]) and found["result"] in result, f"{kind}: {found}")
        equal(self.vm.poisoned(page), [True], f"flag of the page, {kind}")
        states = {known["page"]: known["state"] for known in parse_json(self.vm.mcwctl("pages --json").ok())}
        equal(states[f"0x{page:016x}"], state, f"mcwctl pages, {kind}")
        in_words(self.vm, f"page {page:#x}: ")


def pages_of_files(vm, pages):
    """A clean page is read from the disk again. What was written to a dirty one is lost, which sync
    and the reader are told."""
    clean = held(vm, "file /var/tmp/page 2")[1]
    expect("dirty" not in vm.page_flags(clean)[0], "it is dirty")
    pages.hit(clean, "clean .*LRU page", ["recovered"], "offline")
    equal(vm.sh("mcwtest file-check /var/tmp/page").ok().strip(), "content good bytes 8192", "the file")
    dirty = held(vm, "file /var/tmp/page 2")[1]
    vm.sh("dd if=/dev/zero of=/var/tmp/page bs=4096 seek=1 count=1 conv=notrunc 2>/dev/null").ok()
    expect("dirty" in vm.page_flags(dirty)[0], "it is clean")
    pages.hit(dirty, "dirty .*LRU page", ["recovered"], "offline")
    expect("error" in vm.sh("sync /var/tmp/page").output, "sync says nothing")
    # The file system tells the first who asks, which otherwise is update-initramfs in another case.
    expect("error" in vm.sh("sync -f /var/tmp/page").output, "sync of the file system says nothing")
    vm.sh("systemctl stop holder; rm /var/tmp/page").ok()


def huge_page(vm, pages):
    vm.sh("echo 1 >/proc/sys/vm/nr_hugepages").ok()
    head = held(vm, "hold-huge")[0]
    pages.hit(head + 5 * 4096, "huge page", ["recovered"], "offline")
    vm.sh("systemctl kill -s USR1 holder").ok()
    vm.active("holder", "failed")
    equal(vm.show("holder", "ExecMainStatus"), "7", "signal that ended it")
    found = vm.victims()[-1]
    equal((found["code"], found["lsb"], found["comm"]), (BUS_MCEERR_AR, 21, "mcwtest"), "victim")
    vm.sh("systemctl reset-failed holder; echo 0 >/proc/sys/vm/nr_hugepages").ok()


def shared_page(vm, pages):
    """Each of three processes is a victim once it touches the page."""
    known = len(vm.victims())
    vm.sh("rm -f /tmp/go /tmp/touch; systemd-run --unit=holder -p StandardOutput=file:/tmp/touch"
          " -p RemainAfterExit=yes /opt/test-commands/mcwtest touch 300 /tmp/go 2; sleep 1").ok()
    said = vm.until("grep ^phys /tmp/touch").split()
    pages.hit(int(said[1], 16), "LRU page", ["recovered"], "offline")
    equal(len(vm.victims()), known, "victims before")
    vm.sh("touch /tmp/go").ok()
    vm.until("test $(grep -c sigbus /tmp/touch) = 3")
    found = vm.victims()[known:]
    equal([one["address"] for one in found], [int(said[3], 16)] * 3, "addresses of the victims")
    equal(len({one["pid"] for one in found}), 3, "processes")
    vm.until(f"test $(mcwctl read -v --file {RECORDS} | grep -c 'it touched') -ge 3", 30)
    vm.sh("systemctl stop holder").ok()


def soft_offline(vm, pages):
    """Corrected errors of one page: its content moves to another one."""
    page = held(vm, "hold 1")[0]
    for _ in range(10):
        vm.inject(0, 5, CORRECTED, 0, page)
        vm.sh(f"echo 1 >{HOME}/poll").ok()
    pages.count += 1
    same(vm.outcomes(pages.count)[-1], page=page, actor=o.MODULE, reason=o.DONE)
    vm.sh("truncate -s 0 /tmp/hold; systemctl kill -s USR1 holder").ok()
    said = vm.until("grep ^0x /tmp/hold >/dev/null && cat /tmp/hold").replace("\0", "").split("\n")
    equal(said[0], "content good", "the content")
    expect(int(said[1], 16) != page, "the page is where it was")
    in_words(vm, f"page {page:#x}: soft-offlined by the module; 10 corrected errors")
    vm.sh("systemctl stop holder").ok()


@case("beside-page-states", tags=("full",), last=True)
def beside_page_states(vm):
    """Errors in pages of all kinds, on a disk's file system and with the services of a host: free,
    the kernel's, clean and dirty pages of files, huge, shared, and too many corrected ones."""
    start_recorder(vm)
    pages = Pages(vm)
    pages.hit(page_with(vm, "buddy"), "free", ["recovered"], "offline")
    pages_of_files(vm, pages)
    huge_page(vm, pages)
    shared_page(vm, pages)
    soft_offline(vm, pages)
    pages.hit(page_with(vm, "slab"), "", ["ignored", "failed"], "in_use")
    equal(vm.show(RECORDER, "NRestarts"), "0", "restarts of the recorder")


@case("beside-rasdaemon", tags=("full",))
def beside_rasdaemon(vm):
    """Debian's rasdaemon with the example drop-in writes each error into its database at once, and
    the recorder has them too. mcwctl decode reads the database."""
    with_rasdaemon(vm, "")


@case("beside-rasdaemon-upstream", tags=("full",))
def beside_rasdaemon_upstream(vm):
    """The same of the build that RASDAEMON names."""
    program = os.environ.get("RASDAEMON")
    if not program:
        raise Skipped("RASDAEMON names no build of rasdaemon")
    vm.put({"/usr/local/sbin/rasdaemon": program})
    with_rasdaemon(vm, "ExecStart=\\nExecStart=/usr/local/sbin/rasdaemon -f -r\\n")


def with_rasdaemon(vm, more):
    directory = "/etc/systemd/system/rasdaemon.service.d"
    vm.sh(f"mkdir -p {directory} && cp /usr/share/doc/mcewarden/examples/mcewarden-rasdaemon.conf"
          f" {directory}/ && printf '[Service]\\n{more}' >{directory}/program.conf"
          " && systemctl daemon-reload && systemctl restart rasdaemon", 60).ok()
    vm.active("rasdaemon")
    start_recorder(vm)
    vm.until("journalctl -b -u rasdaemon | grep 'Listening to events'")
    raised = vm.corrected(3)
    query = f"sqlite3 {DATABASE} 'select addr from mce_record order by id desc limit 3'"
    vm.until(f"test $({query} | wc -l) = 3", 30)
    rows = [int(row) & (1 << 64) - 1 for row in vm.sh(query).ok().split()]
    equal(rows[::-1], raised, "addresses in rasdaemon's database")
    vm.recorded(raised)
    said = vm.mcwctl(f"decode {DATABASE}").ok()
    for address in raised:
        expect(f"0x{address:016x}" in said, f"{address:#x} is not in: {said}")
    vm.sh(f"systemctl stop rasdaemon; rm -r {directory}; systemctl daemon-reload").ok()


@case("beside-hotplug", tags=("full",))
def beside_hotplug(vm):
    """CPUs that go and come lose no error, and the recorder does not mind."""
    start_recorder(vm)
    raised = []
    for _ in range(5):
        vm.sh(f"echo 0 >{CPU1}").ok()
        raised += vm.corrected()
        vm.sh(f"echo 1 >{CPU1}").ok()
        address = vm.fresh()
        vm.inject(1, 5, CORRECTED, 0, address)
        vm.sh(f"echo 1 >{HOME}/poll").ok()
        raised += [address, *vm.corrected()]
    vm.recorded(raised)
    vm.active(RECORDER)


@case("beside-s2idle", tags=("full",))
def beside_s2idle(vm):
    """The machine sleeps and wakes, twenty times. Errors come between, and one each time that it
    sleeps, which is found afterwards."""
    start_recorder(vm)
    raised = []
    for slept in range(1, 21):
        raised += vm.corrected()
        started = vm.start("echo freeze >/sys/power/state")
        time.sleep(5)  # until it sleeps
        address = vm.fresh()
        vm.inject(0, 5, CORRECTED, 0, address)
        vm.qemu.monitor.execute("system_powerdown")  # the button, which wakes it
        vm.finish(started, 120).ok()
        equal(vm.read("/sys/power/suspend_stats/success"), str(slept), "times that it slept")
        vm.sh(f"echo 1 >{HOME}/poll").ok()
        raised.append(address)
    vm.recorded([*raised, *vm.corrected()])
    vm.active(RECORDER)


@case("beside-kill", tags=("full",))
def beside_kill(vm):
    """A recorder that was killed comes again. The module kept what came meanwhile, and each record
    is there once."""
    start_recorder(vm)
    raised = vm.corrected(2)
    for number in (1, 2):
        vm.sh(f"systemctl kill -s KILL {RECORDER}").ok()
        vm.active(RECORDER, "activating")
        raised += vm.corrected(2)
        vm.active(RECORDER, timeout=40)
        equal(vm.show(RECORDER, "NRestarts"), str(number), "restarts")
        raised += vm.corrected()
    vm.recorded(raised)


def comes_up(vm, ends):
    """Errors before and after the end of a boot are in the same recording, and in the store."""
    vm.sh(f"echo mcewarden >{AT_BOOT} && systemctl enable {RECORDER} && sync", 120).ok()
    start_recorder(vm)
    first = vm.corrected(3)
    vm.recorded(first)
    ends()
    vm.sh("test -e /sys/module/mcewarden").ok()
    vm.active(RECORDER)
    equal(vm.state, "running", "the state of the system")
    vm.recorded(first + vm.corrected(2))
    # After a crash it says beside that the recording was cut off.
    said = vm.sh(f"mcwctl status --file {RECORDS} --json 2>/dev/null", 60).ok()
    equal(parse_json(said)[0]["lost"], 0, "records lost to the recorder")
    said = vm.mcwctl("history", 60).ok()
    expect(re.search(r"\d", said), f"history: {said}")
    vm.sh(f"rm {AT_BOOT}; systemctl disable {RECORDER}").ok()


@case("beside-reboot", tags=("full",))
def beside_reboot(vm):
    """With the module loaded at boot, and the recorder enabled, both come again by themselves."""
    comes_up(vm, vm.reboot)


@case("beside-crash", tags=("full",))
def beside_crash(vm):
    """The same after a panic (sysrq c): what was recorded stays, and the file goes on."""
    comes_up(vm, lambda: vm.ends("echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger",
                                 "Kernel panic - not syncing: sysrq triggered crash"))


@case("beside-power-cut", tags=("full",))
def beside_power_cut(vm):
    """The same after the power was cut."""
    comes_up(vm, vm.boot_again)
