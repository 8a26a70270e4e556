# SPDX-License-Identifier: GPL-2.0
"""mcwctl record and --file: a recording has what a reader of the device saw."""

import re

from errors import ADDRV, CORRECTED_NO_MISC, UCNA_NO_MISC
from machine import equal, expect, parse_json
from registry import case
from steps import burst


def put(vm, count, addr, status=CORRECTED_NO_MISC):
    vm.kernel_command(burst(count, status, addr))


def events_of(text):
    return [o for o in parse_json(text) if o["type"] == "event"]


def addresses(text):
    return [int(o["addr"], 16) for o in events_of(text)]


def lost(text):
    return sum(o["lost"] for o in parse_json(text))


def record(vm, path="/tmp/r", **more):
    return vm.sh(f"mcwctl record {path} --no-follow", **more)


def same_as_device(vm, path="/tmp/r"):
    equal(vm.mcwctl(f"read --file {path} --json").ok(), vm.mcwctl("read --json").ok(),
          "the recording as JSON")
    equal(vm.mcwctl(f"read --file {path}").ok(), vm.mcwctl("read").ok(), "the recording as text")


def holds(vm, text):
    """status and metrics of a recording agree with what read printed."""
    status, = parse_json(vm.mcwctl("status --file /tmp/r --json").ok())
    equal((status["events"], status["lost"]), (len(events_of(text)), lost(text)), "events and lost")
    equal(sum(status["severity"].values()), len(events_of(text)), "events by severity")
    said = vm.mcwctl("status --file /tmp/r").ok()
    expect(said.startswith("recording began 20"), said)
    expect(f"records   {len(events_of(text))} events" in said and f"; {lost(text)} lost" in said, said)
    rows = re.findall(r"^mcewarden_events_total\{.*\} (\d+)$",
                      vm.mcwctl("metrics --file /tmp/r").ok(), re.MULTILINE)
    equal(sum(map(int, rows)), len(events_of(text)), "events in the metrics")
    expect(len(rows) >= 2, f"rows by severity: {rows}")


@case("record-again", boots=("plain",))
def record_again(vm):
    """No record is lost or recorded twice, a torn end is repaired, and two loads are kept apart."""
    vm.kernel_command("quiet 1")
    vm.sh("rm -f /tmp/r")
    vm.load(other_records=64, severe_records=64, grace_ms=100)
    record(vm).ok()
    equal(vm.mcwctl("read --file /tmp/r --json").ok(), "", "nothing there, nothing recorded")
    put(vm, 3, 0x1000)
    put(vm, 2, vm.fresh(), UCNA_NO_MISC)
    vm.outcomes(2)
    record(vm).ok()
    same_as_device(vm)
    put(vm, 4, 0x2000)
    record(vm).ok()
    same_as_device(vm)
    vm.sh("size=$(stat -c %s /tmp/r); truncate -s $((size - 300)) /tmp/r").ok()
    torn = vm.mcwctl("read --file /tmp/r --json")
    expect(torn.status == 0 and "cut off" in torn.output, f"a torn end: {torn.output}")
    said = record(vm)
    expect(said.status == 0 and "removed" in said.output, f"no repair: {said.output}")
    equal(record(vm).ok(), "", "a second repair")
    same_as_device(vm)
    put(vm, 200, 0x3000)
    put(vm, 100, 0x4000, UCNA_NO_MISC & ~ADDRV)
    record(vm).ok()
    text = vm.mcwctl("read --file /tmp/r --json").ok()
    equal(len(events_of(text)) + lost(text), 3 + 2 + 4 + 200 + 100, "read and lost together")
    expect(lost(text) >= 200 - 64, "what was overwritten is lost")
    holds(vm, text)
    vm.unload()
    vm.load()
    put(vm, 1, 0x5000)
    record(vm).ok()
    vm.unload()
    again = vm.mcwctl("read --file /tmp/r --json").ok()
    equal((len(events_of(again)), lost(again)), (len(events_of(text)) + 1, lost(text)),
          "events and lost, with those of another load")
    equal(addresses(again)[-1], 0x5000, "the last one")


@case("record-moved", boots=("plain",))
def record_moved(vm):
    """After SIGHUP mcwctl goes on in a new file, as logrotate wants it. No record between the
    files is lost."""
    vm.kernel_command("quiet 1")
    vm.sh("rm -f /tmp/r /tmp/r.1")
    vm.load()
    put(vm, 2, 0x1000)
    vm.sh("mcwctl record /tmp/r 2>/tmp/said & echo $! >/tmp/pid").ok()
    vm.until("test $(mcwctl read --file /tmp/r --json | grep -c event) = 2")
    taken = record(vm)
    expect(taken.status == 1 and "lock" in taken.output, f"two recorders: {taken.output}")
    vm.sh("mv /tmp/r /tmp/r.1; kill -HUP $(cat /tmp/pid)").ok()
    vm.until("test -s /tmp/r")
    put(vm, 3, 0x2000)
    vm.until("test $(mcwctl read --file /tmp/r --json | grep -c event) = 3")
    vm.sh("kill -INT $(cat /tmp/pid)").ok()
    vm.until("! kill -0 $(cat /tmp/pid) 2>/dev/null")
    equal(vm.read("/tmp/said"), "", "what record says")
    equal(addresses(vm.mcwctl("read --file /tmp/r.1 --json").ok()), [0x1000, 0x1001], "the old file")
    new = vm.mcwctl("read --file /tmp/r --json").ok()
    equal((addresses(new), lost(new)), ([0x2000, 0x2001, 0x2002], 0), "the new file")
    equal(vm.mcwctl("read --file /tmp/r | grep older").output, "", "older records in the new file")
    equal(vm.sh("cat /tmp/r.1 /tmp/r | mcwctl read --file - --json").ok(),
          vm.mcwctl("read --json").ok(), "both, one after the other")


@case("record-full-follows", boots=("plain",), tags=("full",))
def record_full_follows(vm):
    """A recorder whose disk is full goes on: it says so once, tells others, counts in its store,
    and when there is room it writes what the module still has."""
    vm.kernel_command("quiet 1")
    vm.load()
    vm.sh("mkdir -p /tmp/small /run/mcewarden/record; umask 027;"
          " mount -t tmpfs -o size=128k tmpfs /tmp/small").ok()
    vm.sh("umask 027; { mcwctl record /tmp/small/r --state /run/mcewarden/record/state"
          " --store /tmp/counts.db; echo status $?; } >/tmp/recorder 2>&1 &").ok()
    vm.until("grep -q room /run/mcewarden/record/state && test -s /tmp/small/r")
    equal(vm.sh("stat -c %a /tmp/small/r /tmp/counts.db").ok().split(), ["640"] * 2, "modes")
    put(vm, 1000, 0x1000)
    vm.until("grep 'cannot write to /tmp/small/r: No space' /tmp/recorder")
    put(vm, 10, 0x9000)
    expect("mcewarden_recorder_disk_full 1\n" in vm.mcwctl("metrics").ok(), "the metric")
    found, = [o for o in parse_json(vm.mcwctl("doctor --json").output) if o["id"] == "recorder"]
    equal((found["level"], found["command"]), ("warning", "df -h -- \"$(dirname '/tmp/small/r')\""),
          "the finding")
    vm.until("mcwctl history --store /tmp/counts.db --json | grep -q '1010'")
    vm.sh("sleep 6").ok()  # it looks for room every 5 s
    equal(vm.sh("wc -l </tmp/recorder").ok().strip(), "1", "lines while it is full")
    vm.sh("mount -o remount,size=4m /tmp/small").ok()
    vm.until("grep 'there is room on the disk again' /tmp/recorder")
    put(vm, 5, 0xa000)
    vm.until("test $(mcwctl read --file /tmp/small/r --json | grep -c '\"type\":\"event\"') = 1015")
    equal(vm.sh("wc -l </tmp/recorder").ok().strip(), "2", "lines of all")
    expect("mcewarden_recorder_disk_full 0\n" in vm.mcwctl("metrics").ok(), "the metric later")
    vm.sh("kill $(pidof mcwctl)").ok()
    vm.until("grep 'status 0' /tmp/recorder")
    same_as_device(vm, "/tmp/small/r")


@case("record-full", boots=("plain",))
def record_full(vm):
    """A full disk or a closed pipe gives a message, and no record is lost."""
    vm.kernel_command("quiet 1")
    vm.load()
    put(vm, 500, 0x1000)
    vm.sh("mkdir -p /tmp/small && mount -t tmpfs -o size=64k tmpfs /tmp/small").ok()
    full = record(vm, "/tmp/small/r")
    expect(full.status == 1 and "No space left" in full.output and "not written" in full.output,
           f"a full disk: {full.status}, {full.output}")
    vm.sh("mount -o remount,size=4m /tmp/small").ok()
    equal(record(vm, "/tmp/small/r").ok(), "", "what is said when there is room again")
    same_as_device(vm, "/tmp/small/r")
    vm.sh("umount /tmp/small").ok()
    full = vm.sh("mcwctl record - --no-follow >/dev/full")
    expect(full.status == 1 and "500 records" not in full.output and "No space" in full.output,
           f"/dev/full: {full.status}, {full.output}")
    closed = vm.sh("(mcwctl record - --no-follow; echo status $? >&2) | head -c 1000 >/dev/null")
    expect("status 1" in closed.output and "not written" in closed.output,
           f"a closed pipe: {closed.output}")
    equal(len(events_of(vm.sh("mcwctl record - --no-follow | mcwctl read --file - --json").ok())), 500,
          "events through a pipe")
