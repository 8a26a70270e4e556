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
    """The machine sleeps and wakes. An error of the time that it sleeps is found afterwards."""
    start_recorder(vm)
    raised = vm.corrected()
    started = vm.start("echo freeze >/sys/power/state")
    time.sleep(5)  # until it sleeps
    address = vm.fresh()
    vm.inject(0, 5, CORRECTED, 0, address)
    vm.qemu.monitor.execute("system_powerdown")  # the button, which wakes it
    vm.finish(started, 120).ok()
    equal(vm.read("/sys/power/suspend_stats/success"), "1", "times that it slept")
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    vm.recorded([*raised, address, *vm.corrected()])
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
    vm.sh(f"echo mcewarden >{AT_BOOT} && systemctl enable {RECORDER}").ok()
    start_recorder(vm)
    first = vm.corrected(3)
    vm.recorded(first)
    ends()
    vm.sh("test -e /sys/module/mcewarden").ok()
    vm.active(RECORDER)
    equal(vm.state, "running", "the state of the system")
    vm.recorded(first + vm.corrected(2))
    said = vm.mcwctl(f"status --file {RECORDS} --json", 60).ok()
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
