# SPDX-License-Identifier: GPL-2.0
"""mcwctl, end to end: what a user reads."""

import re

from cases_capture import CORRECTED, CORRECTED_NO_MISC, UCNA
from machine import HOME, equal, expect, one, parse_json
from registry import case

SEVERE_NO_MISC = 0xb400000000000090


def record_lines(output):
    return [line for line in output.splitlines() if line.strip()]


def both_wait(vm):
    """Until two mcwctl have opened the device and sleep in read() or poll()."""
    vm.until("test $(for p in $(pidof mcwctl); do cat /proc/$p/syscall; done |"
             " grep -cE '^(0|7|271) ') = 2")


@case("mcwctl-read")
def mcwctl_read(vm):
    addr = vm.fresh()
    vm.load()
    vm.inject(0, 5, CORRECTED, 0, addr)
    vm.kernel_command("poll 20 0")
    line = one(record_lines(vm.mcwctl("read").ok()), "lines")
    for word in ("corrected", "poll", "KEEP", f"{addr:x}"):
        expect(word in line, f"'{line}' does not say {word}")
    expect(re.search(r"\d{4}-\d\d-\d\d", line), f"'{line}' has no date")
    expect(re.search(r"(?i)cpu[ =]*0\b", line) and re.search(r"(?i)bank[ =]*5\b", line),
           f"'{line}' does not name CPU 0 and bank 5")
    expect("memory" in line.lower(), f"'{line}' does not decode the error code")


@case("mcwctl-json")
def mcwctl_json(vm):
    addr = vm.fresh()
    vm.load()
    vm.inject(1, 5, CORRECTED, 0, addr)
    vm.kernel_command("poll 20 0", cpu=1)
    vm.kernel_command(f"burst 7 1 {UCNA & ~(1 << 59):x} 7000 0 0 0")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    found = [o for o in parse_json(vm.mcwctl("read --json").ok()) if o["type"] == "event"]
    equal(len(found), 3, f"objects: {found}")
    first, second, third = found
    wanted = {"type": "event", "lane": "other", "pos": 0, "lost": 0, "source": "poll",
              "severity": "KEEP", "class": "corrected", "cpu": 1, "bank": 5, "flags": [],
              "status": f"0x{CORRECTED:016x}", "addr": f"0x{addr:016x}",
              "mcgstatus": "0x0000000000000000"}
    equal({key: first.get(key) for key in wanted}, wanted, "the corrected error")
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", first["time"]),
           f"time {first['time']}")
    expect(isinstance(first["mono_ns"], int) and first["mono_ns"] > 0, "mono_ns")
    equal([(o["lane"], o["class"], o["severity"], o["source"]) for o in (second, third)],
          [("severe", "UCNA", "DEFERRED", "poll"), ("other", "corrected", "NO", "process")],
          "the others")


@case("mcwctl-monitor")
def mcwctl_monitor(vm):
    """Follows: the past first, then what comes, at once; --new leaves out the past."""
    vm.load()
    vm.kernel_command("quiet 1")
    vm.kernel_command(f"burst 4 2 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.sh("mcwctl monitor --json >/tmp/all 2>&1 & mcwctl monitor --json --new >/tmp/new 2>&1 &").ok()
    vm.until("test $(grep -c event /tmp/all) = 2")
    both_wait(vm)
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 2000 0 0 0")
    vm.until("test $(grep -c event /tmp/all) = 5 && test $(grep -c event /tmp/new) = 3")
    equal([int(o["addr"], 16) for o in parse_json(vm.read("/tmp/all"))],
          [0x1000, 0x1001, 0x2000, 0x2001, 0x2002], "what monitor printed")
    equal([int(o["addr"], 16) for o in parse_json(vm.read("/tmp/new"))],
          [0x2000, 0x2001, 0x2002], "what monitor --new printed")


@case("mcwctl-overrun")
def mcwctl_overrun(vm):
    """What a reader lost is said in line, with the number."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    vm.sh("mcwctl monitor --json --new >/tmp/json 2>&1 & mcwctl monitor --new >/tmp/text 2>&1 &").ok()
    both_wait(vm)
    vm.sh("killall -STOP mcwctl").ok()
    vm.kernel_command(f"burst 4 200 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.sh("killall -CONT mcwctl").ok()
    vm.until("test $(grep -c event /tmp/json) -ge 64")
    found = parse_json(vm.read("/tmp/json"))
    events = [o for o in found if o["type"] == "event"]
    equal(len(events) + sum(o["lost"] for o in found), 200, "read and lost together")
    expect(len(events) <= 64 + 1, f"{len(events)} events out of a lane of 64")
    lost = sum(o["lost"] for o in found)
    text = vm.until(f"grep -w {lost} /tmp/text || grep -w {lost + 1} /tmp/text")
    expect("lost" in text or "overrun" in text or "missed" in text, f"not said in line: {text}")


@case("mcwctl-refused")
def mcwctl_refused(vm):
    """Records that never got a position are counted as lost, in line and at the end."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=64)
    vm.kernel_command(f"burst 4 100 {SEVERE_NO_MISC:x} 1000 0 0 0")
    found = parse_json(vm.mcwctl("read --json").ok())
    events = [o for o in found if o["type"] == "event"]
    equal(len(events), 64, "events")
    equal(sum(o["lost"] for o in found), 36, "lost")
    last = found[-1]
    equal((last["type"], last["lane"], "pos" in last), ("lost", "severe", False), "last object")


@case("mcwctl-status")
def mcwctl_status(vm):
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    vm.kernel_command(f"burst 4 100 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.kernel_command(f"burst 4 5 {SEVERE_NO_MISC:x} 2000 0 0 0")
    vm.inject(1, 5, CORRECTED, 0, vm.fresh())
    vm.kernel_command("poll 20 0", cpu=1)
    text = vm.mcwctl("status").ok()
    wide = [line for line in text.splitlines() if len(line) > 80]
    expect(not wide, f"lines of more than 80 columns: {wide}")
    expect(len(text.splitlines()) <= 24, f"status fills more than a screen:\n{text}")
    expect(re.search(r"^5 .*CPU 1 KEEP$", text, re.M), f"no last error of bank 5:\n{text}")
    for word in ("tap", "severe", "other", "own", "101", "37", vm.read(HOME + "/version")):
        expect(word in text, f"status does not say {word}:\n{text}")
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal(status["capture"], "tap", "capture")
    found = one([bank for bank in status["bank_list"] if bank["bank"] == 5], "bank 5")
    equal((found["severity"], found["grade"], found["cpu"], found["owner"]),
          ("KEEP", "KEEP", 1, "poll"), "bank 5")
    expect("101" in str(status) and "37" in str(status), f"status --json: {status}")


@case("mcwctl-errors")
def mcwctl_errors(vm):
    """Each error says what to do."""
    for arguments, words in (("read", "mcewarden"), ("status", "mcewarden"),
                             ("monitor", "mcewarden")):
        result = vm.mcwctl(arguments)
        expect(result.status == 3 and words in result.output and
               ("load" in result.output or "modprobe" in result.output or
                "insmod" in result.output),
               f"'{arguments}' without the module: {result.status}, {result.output}")
    vm.load()
    for arguments in ("--nonsense", "read --nonsense", "nonsense", "read --new", "monitor --count x"):
        result = vm.mcwctl(arguments)
        equal(result.status, 2, f"exit status of 'mcwctl {arguments}'")
        expect("--help" in result.output or "usage" in result.output, result.output)
    result = vm.sh("su nobody -c 'mcwctl read'")
    expect(result.status and "root" in result.output, f"without rights: {result.output}")
    equal(vm.mcwctl("read").ok(), "", "nothing there, nothing printed")
    expect("monitor" in vm.mcwctl("--help").ok(), "--help")
