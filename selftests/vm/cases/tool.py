# SPDX-License-Identifier: GPL-2.0
"""mcwctl from end to end, as a user sees it."""

import re

from errors import CORRECTED, CORRECTED_NO_MISC, MCG_CTL, UCNA_NO_MISC
from machine import HOME, equal, expect, number, one, parse_json
from registry import tagged
from steps import TIME, both_wait, events

case = tagged("text")


def record_lines(output):
    return [line for line in output.splitlines() if line.strip()]


@case("mcwctl-read")
def mcwctl_read(vm):
    addr = vm.fresh()
    vm.load()
    vm.inject(0, 5, CORRECTED, 0, addr)
    vm.kernel_command("poll 20 0")
    line = one(record_lines(vm.mcwctl("read").ok()), "lines")
    expect("corrected" in line and f" at 0x{addr:x}: " in line and len(line) <= 120, line)
    expect(re.match(TIME, line), f"'{line}' has no time")
    utc = vm.mcwctl("read --utc").ok()
    expect(re.match(TIME + " CPU 0 bank 5: ", utc) and utc[26:32] == "+00:00", f"no UTC: {utc}")
    line = one(record_lines(vm.mcwctl("read -v").ok()), "lines")
    for word in ("corrected", "poll", "KEEP", f"{addr:x}", "; why: "):
        expect(word in line, f"'{line}' does not say {word}")
    expect(re.search(r"(?i)cpu[ =]*0\b", line) and re.search(r"(?i)bank[ =]*5\b", line),
           f"'{line}' does not name CPU 0 and bank 5")
    expect("memory" in line.lower(), f"'{line}' does not decode the error code")


@case("mcwctl-json", tags=("quick",))
def mcwctl_json(vm):
    addr = vm.fresh()
    vm.load()
    vm.inject(1, 5, CORRECTED, 0, addr)
    vm.kernel_command("poll 20 0", cpu=1)
    vm.kernel_command(f"burst 7 1 {UCNA_NO_MISC:x} 7000 0 0 0")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    found = events(vm)
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
    """monitor prints old records first, then each new one at once; --new leaves out the old
    ones."""
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
    """A line between the records says how many a reader lost."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    vm.sh("mcwctl monitor --json --new >/tmp/json 2>&1 & mcwctl monitor --new >/tmp/text 2>&1 &").ok()
    both_wait(vm)
    vm.sh("killall -STOP mcwctl").ok()
    vm.kernel_command(f"burst 4 200 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.sh("killall -CONT mcwctl").ok()
    vm.until("test $(grep -c event /tmp/json) -ge 64")
    found = parse_json(vm.read("/tmp/json"))
    got = [o for o in found if o["type"] == "event"]
    equal(len(got) + sum(o["lost"] for o in found), 200, "read and lost together")
    expect(len(got) <= 64 + 1, f"{len(got)} events out of a lane of 64")
    lost = sum(o["lost"] for o in found)
    text = vm.until(f"grep -w {lost} /tmp/text || grep -w {lost + 1} /tmp/text")
    expect("lost" in text or "overrun" in text or "missed" in text, f"not said in line: {text}")


@case("mcwctl-refused")
def mcwctl_refused(vm):
    """Records that never got a position count as lost, between the records and at the end."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=64)
    vm.kernel_command(f"burst 4 100 {UCNA_NO_MISC:x} 1000 0 0 0")
    found = parse_json(vm.mcwctl("read --json").ok())
    got = [o for o in found if o["type"] == "event"]
    equal(len(got), 64, "events")
    equal(sum(o["lost"] for o in found), 36, "lost")
    last = found[-1]
    equal((last["type"], last["lane"], "pos" in last), ("lost", "severe", False), "last object")


@case("mcwctl-status")
def mcwctl_status(vm):
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    vm.kernel_command(f"burst 4 100 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.kernel_command(f"burst 4 5 {UCNA_NO_MISC:x} 2000 0 0 0")
    vm.inject(1, 5, CORRECTED, 0, vm.fresh())
    vm.kernel_command("poll 20 0", cpu=1)
    text, glance = vm.mcwctl("status -v").ok(), vm.mcwctl("status").ok()
    for lines in (text.splitlines(), glance.splitlines()):
        wide = [line for line in lines if len(line) > 80]
        expect(not wide, f"lines of more than 80 columns: {wide}")
        expect(len(lines) <= 24, f"status fills more than a screen: {lines}")
    for said in (r"^warning   5 uncorrected or deferred errors since the load$",
                 r"^errors    5 uncorrected or deferred, 101 other since the load; last "):
        expect(re.search(said, glance, re.M), f"at a glance there is no {said}:\n{glance}")
    expect("committed" not in glance, f"at a glance there are counters:\n{glance}")
    expect(re.search(r"^5 .*CPU 1 KEEP$", text, re.M), f"no last error of bank 5:\n{text}")
    for word in ("tap", "severe", "other", "notice", "101", "37", vm.read(HOME + "/version")):
        expect(word in text, f"status does not say {word}:\n{text}")
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal(status["capture"], "tap", "capture")
    found = one([bank for bank in status["bank_list"] if bank["bank"] == 5], "bank 5")
    equal((found["severity"], found["grade"], found["cpu"], found["owner"]),
          ("KEEP", "KEEP", 1, "poll"), "bank 5")
    expect("101" in str(status) and "37" in str(status), f"status --json: {status}")


@case("mcwctl-top")
def mcwctl_top(vm):
    """top shows rates, banks and records, leaves them unread, and does not hold the module."""
    vm.kernel_command("quiet 1")
    vm.load()
    vm.kernel_command(f"burst 4 5 {UCNA_NO_MISC:x} 2000 0 0 0")
    vm.background("mcwctl top --batch --interval 1", "top", "^last records")
    vm.kernel_command(f"burst 4 7 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.until("grep -E '^other errors +[1-9][0-9.]* +7 +7$' /tmp/top")
    vm.until("grep -A 9999 -E '^other errors .* 7$' /tmp/top | grep ' 0x1006'")
    screen = vm.read("/tmp/top").split("\n\n")[-1]
    for said in (r"^critical  .*; 2 more: mcwctl doctor$", r"^last records$",
                 r"^uncorrected, deferred +[0-9.]+ +[0-9]+ +5$", r"^    0    4 \S+ +[0-9.]+ +12  20"):
        expect(re.search(said, screen, re.M), f"top has no line {said}:\n{screen}")
    equal(len(re.findall(r" CPU 0 bank 4: .* \(UCNA\) ", screen)), 5, f"severe records:\n{screen}")
    vm.until("rmmod mcewarden")
    expect("mcewarden: discarding 5 unread severe records at unload" in vm.log(), vm.log()[-5:])
    vm.until("grep '^critical  the module is not loaded: modprobe mcewarden' /tmp/top")
    vm.load()
    vm.until("tail -n 20 /tmp/top | grep '^records   none'")
    vm.sh("killall mcwctl").ok()


@case("mcwctl-errors")
def mcwctl_errors(vm):
    """Each error message says what to do."""
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


def shown(vm, arguments):
    """Return the addresses of the printed events."""
    return [int(o["addr"], 16) for o in parse_json(vm.mcwctl(arguments + " --json").ok())
            if o["type"] == "event"]


def filters(vm):
    """Raise two corrected errors on CPU 0, three UCNA on CPU 1, and later one by software."""
    low, high = [0x1000, 0x1001], [0x2000, 0x2001, 0x2002]
    for arguments, wanted in (
            ("", low + high + [0x9000]), ("--severity DEFERRED", high), ("--severity ucna+", high),
            ("--severity corrected", low + [0x9000]), ("--severity SRAO+", []),
            ("--cpu 1", high), ("--cpu 0,2-5 --bank 4", low + [0x9000]), ("--bank 5-7", high),
            ("--source process", [0x9000]), ("--source poll --cpu 0", low),
            ("--since 1h", low + high + [0x9000]), ("--since @4294967295", []),
            ("--since @" + vm.read("/tmp/since"), [0x9000]), ("--lane severe", high)):
        equal(sorted(shown(vm, "read " + arguments)), sorted(wanted), f"read {arguments}")


def colours(vm):
    """mcwctl uses colours only on a terminal, and each line ends in the colour it began with."""
    plain = vm.mcwctl("read").ok()
    expect("\033" not in plain, "colour where there is no terminal")
    bright = vm.sh("mcwtest terminal mcwctl read").ok().replace("\r\n", "\n")
    lines = [line for line in bright.splitlines() if "\033" in line]
    equal([line[:5] + line[-4:] for line in lines], ["\033[33m\033[0m"] * 3, "lines of a colour")
    expect(all("UCNA" in line for line in lines), f"the wrong ones: {lines}")
    equal(re.sub(r"\033\[[0-9;]*m", "", bright), plain, "the same without them")
    equal(vm.mcwctl("read --color always").ok(), bright, "--color always")
    for command in ("mcwtest terminal mcwctl read --color never",
                    "NO_COLOR=1 mcwtest terminal mcwctl read"):
        equal(vm.sh(command).ok().replace("\r\n", "\n"), plain, command)


def interrupted(vm):
    """SIGINT gives a summary on standard error, and is no failure."""
    vm.sh("(mcwctl monitor --cpu 1 --color always >/tmp/all 2>/tmp/said; echo $? >/tmp/status) &").ok()
    vm.until("test $(grep -c UCNA /tmp/all) = 3")
    expect(vm.sh("cat /tmp/all").ok().endswith("\n"), "a line that waits to be ended")
    vm.sh("killall -INT mcwctl").ok()
    equal(vm.until("cat /tmp/status"), "0\n", "exit status after SIGINT")
    equal(vm.read("/tmp/said"), "3 events (DEFERRED 3), 3 outcomes, 0 storm lines; 3 left out by"
          " filters; 0 lost", "the summary")


@case("mcwctl-choice", boots=("plain",))
def mcwctl_choice(vm):
    """Filters, colours, and the end by a signal. No filter hides lost records."""
    vm.kernel_command("quiet 1")
    vm.load(severe_records=64)
    vm.kernel_command(f"rdmsr {MCG_CTL:x}")
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal(number(status["mcg_ctl"]), vm.value(), "MCG_CTL")
    expect("MCG_CTL " + status["mcg_ctl"] in vm.mcwctl("status -v").ok(), "MCG_CTL in status")
    vm.kernel_command(f"burst 4 2 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.kernel_command(f"burst 5 3 {UCNA_NO_MISC:x} 2000 0 0 0", cpu=1)
    vm.until(f"grep -x 3 {HOME}/stats/recovery/not_acted")
    vm.sh("sleep 1.1; date +%s >/tmp/since").ok()
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000")
    filters(vm)
    colours(vm)
    interrupted(vm)
    vm.kernel_command(f"burst 4 97 {UCNA_NO_MISC:x} 3000 0 0 0")
    equal([line for line in vm.mcwctl("read --cpu 7").ok().splitlines() if "***" in line],
          ["*** 33 records of lane severe lost here: not stored, the lane had no room"],
          "what was lost, and the filter leaves out all")
    bright = vm.mcwctl("read --cpu 7 --color always").ok()
    expect("\033[35m*** 33 " in bright and bright.endswith("\033[0m\n"), f"its colour: {bright}")


def ends(vm, command, status, *words):
    """Check mcwctl's exit status, and words in its message."""
    result = vm.sh(command)
    expect(result.status == status and all(word in result.output for word in words),
           f"'{command}': {result.status}, {result.output}")


def full_disk(vm):
    for command in ("read", "read --json", "monitor", "status", "status --json", "rules", "metrics",
                    "record - --no-follow", "read --file /tmp/r", "decode 0x9c00000000000090",
                    "decode /tmp/log"):
        ends(vm, f"mcwctl {command} >/dev/full", 1, "No space left")


def closed_pipe(vm):
    """When the reader of its output goes, mcwctl ends without failure, and monitor does so at
    once."""
    vm.sh("cd /tmp; cat $(seq 100 | sed 's/.*/log/') >biglog").ok()
    for command in ("monitor", "monitor --json", "read --json", "read --file /tmp/r --json", "rules",
                    "decode - <biglog"):
        equal(vm.sh(f"cd /tmp; (mcwctl {command}; echo $? >status) | head -n 1 | wc -l;"
                    " cat status").ok().split(), ["1", "0"], f"lines and status of {command}")


def no_files(vm):
    """mcwctl names a file of another kind and does not change it."""
    vm.sh("mkdir /tmp/dir; echo junk >/tmp/junk; head -c 99999 /bin/mcwctl >/tmp/large; : >/tmp/empty;"
          " chmod 755 /tmp; cp /tmp/r /tmp/mine; chmod 600 /tmp/mine").ok()
    for command, path, words in (
            ("read --file", "/tmp/dir", "none of its files"), ("status --file", "/tmp/none", "No such"),
            ("read --file", "/tmp/junk", "not a file of"),
            ("metrics --file", "/tmp/empty", "empty"),
            ("decode", "/tmp/dir", "Is a directory"), ("decode", "/tmp/large", "no record of"),
            ("metrics --textfile", "/tmp/dir", "Is a directory"),
            ("metrics --textfile", "/tmp/none/m", "No such"), ("record", "/tmp/dir", "Is a directory"),
            ("record", "/tmp/none/r", "No such"), ("record", "/tmp/junk", "not touched"),
            ("record", "/tmp/large", "not a file of"),
            ("read --device", "/dev/null", "not the device"),
            ("status --sysfs", "/tmp/dir", "No such"), ("inject", "/tmp/dir", "Is a directory")):
        ends(vm, f"mcwctl {command} {path}", 1, words, path)
    ends(vm, "su nobody -c 'mcwctl read --file /tmp/mine'", 1, "/tmp/mine: Permission denied")
    ends(vm, "cat /tmp/junk; wc -c </tmp/large; ls -A /tmp/dir", 0, "junk\n99999\n")
    ends(vm, "head -c 150 /tmp/log | mcwctl decode -", 0, "standard input ends inside a line")
    ends(vm, "mcwctl decode /tmp/log", 0, "CPU 0 bank 5, line 1")


def goes_away(vm):
    """A reader keeps the module loaded, but between reads of two sysfs files it may go or come."""
    vm.sh("mcwctl monitor --new --json >/tmp/monitor 2>&1 &").ok()
    vm.until("test $(cat /proc/$(pidof mcwctl)/syscall | cut -d' ' -f1) = 7")
    ends(vm, "rmmod mcewarden", 1, "temporarily unavailable")
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 7000 0 0 0")
    vm.until("grep 0x0000000000007000 /tmp/monitor")
    vm.sh("killall mcwctl").ok()
    vm.until("rmmod mcewarden")
    found = vm.sh("(insmod /mods/mcewarden.ko; until rmmod mcewarden; do :; done 2>/dev/null;"
                  " : >/tmp/over) &"
                  " while [ ! -e /tmp/over ]; do for c in status metrics read; do"
                  " out=$(mcwctl $c 2>&1 >/dev/null); echo \"$? $c: $out\"; done; done; wait", 60).ok()
    found = set(found.splitlines())
    wrong = [end for end in found if not re.match(r"0 \w+: $|[13] \w+: mcwctl: cannot ", end)]
    expect(not wrong and len(found) > 2, f"ends while the module comes and goes: {wrong or found}")


@case("mcwctl-bad-input", boots=("plain",))
def mcwctl_bad_input(vm):
    vm.kernel_command("quiet 1")
    vm.load(grace_ms=100)
    vm.kernel_command(f"burst 4 100 {CORRECTED_NO_MISC:x} 1000 0 0 0")
    vm.sh("rm -rf /tmp/r /tmp/dir /tmp/over; mcwctl record /tmp/r --no-follow").ok()
    lines = ("CPU 0: Machine Check: 0 Bank 5: 9c00000000000090", "TSC 0 ADDR 12345000 MISC 8c ",
             "PROCESSOR 0:50654 TIME 1700000000 SOCKET 0 APIC 0 microcode 1")
    vm.sh("(" + "; ".join(f"echo 'mce: [Hardware Error]: {line}'" for line in lines)
          + ") >/tmp/log").ok()
    full_disk(vm)
    closed_pipe(vm)
    no_files(vm)
    equal(len(shown(vm, "read")), 100, "records after all of that")
    goes_away(vm)
