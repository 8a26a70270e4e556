# SPDX-License-Identifier: GPL-2.0
"""A booted guest, and the words that cases are written in."""

import json
import re
import time

from qemu import Dead, Qemu, take_line

HOME = "/sys/devices/system/mcewarden"
KERNEL_KNOBS = "/sys/devices/system/machinecheck/machinecheck0"
TEST = "/sys/kernel/debug/mcw_test"
CMDLINE = ("console=ttyS0,115200 loglevel=5 log_buf_len=4M panic=-1 oops=panic panic_on_warn=1"
           " nokaslr ras=cec_disable rdinit=/init")

# Lanes, sources and flags by their numbers in include/uapi/mcewarden.h.
SEVERE, OTHER, OWN = 0, 1, 2
LANES = ("severe", "other", "own")
UNKNOWN, EXCEPTION, CMCI, POLL, FIRMWARE, PROCESS = range(6)
INJECTED, BY_MODULE, LEFTOVER, CHAIN = 1, 2, 4, 8

SPLAT = re.compile(
    r"\bBUG\b|WARNING|\bOops\b|INFO: |KASAN|KCSAN|UBSAN|KMSAN|Call Trace|ODEBUG|kmemleak"
    r"|lockdep|possible recursive|circular locking|inconsistent lock|suspicious RCU"
    r"|scheduling while atomic|sleeping function|refcount_t|general protection|stack guard"
    r"|Unable to handle|unable to handle|soft lockup|hard LOCKUP|rcu.*stall|blocked for more"
    r"|page allocation failure|list_(add|del) corruption|Kernel panic|held lock|slab error"
    r"|Objects remaining|kobject_add_internal failed|cannot create duplicate", re.IGNORECASE)
# What the kernel says of machine checks, in its own words, is no splat.
HARMLESS = re.compile(r"mce: |Memory failure: |MCE: Killing|soft_offline|Disabling lock debugging"
                      r"|kmemleak: Automatic memory scanning")


class Failed(Exception):
    """An assertion of a case."""


class Skipped(Exception):
    """A case that this machine cannot run, and why."""


class Result:
    def __init__(self, command, status, output):
        self.command, self.status, self.output = command, status, output

    def ok(self):
        if self.status:
            raise Failed(f"'{self.command}': exit status {self.status}: {self.output.strip()}")
        return self.output


def number(text):
    try:
        return int(text, 0)
    except ValueError:
        return text


def fields(line):
    """The key=value pairs of a line."""
    return {key: number(value) for key, value in
            (word.split("=", 1) for word in line.split() if "=" in word)}


class Machine:
    """slow: how much longer everything takes than on a kernel without debugging; small:
    what the counts of cases are divided by; needs: those of the cases that run in it.

    dying: a case was about to have it die; ended: it did, as it should."""

    def __init__(self, qemu, options, kernel, initrd, cpu, slow, small, needs):
        self.kernel, self.slow, self.small, self.needs = kernel, slow, small, needs
        self.next_id, self.page = 1, 0
        self.dying = self.ended = False
        self.lines, self.notes = [], []
        # KCSAN panics by panic_on_warn over races of others too: there the log is all.
        cmdline = CMDLINE
        if "CONFIG_KCSAN" in kernel.config:
            cmdline = cmdline.replace("panic_on_warn=1", "panic_on_warn=0")
        self.qemu = Qemu(qemu, options, kernel.image, initrd, f"{cmdline} {needs.append}".rstrip(),
                         cpu, "2G" if slow > 1 else "1G", needs)
        try:
            if self._answer("0", (240 if needs.single else 120) * slow).output.strip() != "ready":
                raise Dead("the guest's first answer is not that it is ready")
            self.sh("insmod /mods/mcw_test.ko").ok()
            if "CONFIG_DEBUG_KMEMLEAK" in kernel.config:
                # It is asked where it matters, and costs too much to run by itself.
                self.sh("echo scan=off >/sys/kernel/debug/kmemleak").ok()
            self.log()  # boot is over: what it said was not ours
            self.lines.clear()
        except Dead as error:
            words = self.obituary()
            self.stop()
            raise Dead(f"{error}\nthe last words of the console:\n{words}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.qemu.stop()

    # Commands

    def start(self, command):
        """Types a command; finish() waits for what it answers."""
        if "\n" in command:
            raise ValueError("a command is one line")
        token = str(self.next_id)
        self.next_id += 1
        self.qemu.command.send(f"{token} {command}\n".encode())
        return token, command

    def finish(self, started, timeout=30):
        token, command = started
        return self._answer(token, timeout * self.slow, command)

    def sh(self, command, timeout=30):
        return self.finish(self.start(command), timeout)

    def _answer(self, token, timeout, command="boot"):
        def take(data):
            end = data.find(b"\n")
            if end < 0:
                return None
            match = re.fullmatch(rb"@(\d+) (\d+) (\d+)", bytes(data[:end]))
            if not match:
                raise Dead(f"no answer but {bytes(data[:80])!r}")
            length = int(match[3])
            if len(data) < end + 1 + length:
                return None
            output = bytes(data[end + 1:end + 1 + length])
            del data[:end + 1 + length]
            return match[1].decode(), int(match[2]), output.decode(errors="replace")

        got, status, output = self.qemu.reply.wait(take, timeout, f"running '{command}'")
        if got != token:
            raise Dead(f"answer {got} came where {token} was asked for")
        return Result(command, status, output)

    def background(self, command, name, says, timeout=20):
        """Starts a process, and waits until its output has that word."""
        self.sh(f"({command}) >/tmp/{name} 2>&1 &").ok()
        return self.until(f"grep -c '{says}' /tmp/{name} >/dev/null && cat /tmp/{name}", timeout)

    def until(self, command, timeout=20):
        """Repeats a command until it succeeds; its output."""
        deadline = time.monotonic() + timeout * self.slow
        while True:
            result = self.sh(command)
            if not result.status:
                return result.output
            if time.monotonic() > deadline:
                raise Failed(f"'{command}' did not succeed in {timeout * self.slow} s: "
                             + result.output.strip())
            time.sleep(0.05)

    def kernel_command(self, command, cpu=0, timeout=60):
        """A command of the test module."""
        self.sh(f"mcwtest kernel {cpu} '{command}'", timeout).ok()

    def note(self, text):
        """Something to be shown with the case's result."""
        self.notes.append(text)

    # The module

    def load(self, **parameters):
        words = " ".join(f"{key}={value}" for key, value in parameters.items())
        self.sh(f"insmod /mods/mcewarden.ko {words}").ok()

    def unload(self):
        self.sh("rmmod mcewarden").ok()

    def read(self, path):
        return self.sh("cat " + path).ok().strip()

    def is_amd(self):
        return "AuthenticAMD" in self.read("/proc/cpuinfo")

    def stats(self, lane):
        names = ("committed", "refused", "dropped", "overwritten", "skipped")
        values = self.sh(f"cd {HOME}/stats/{LANES[lane]} && cat {' '.join(names)}").ok().split()
        return dict(zip(names, map(int, values)))

    def records(self):
        """All records that are there."""
        lines = self.sh("mcwtest records", 60).ok().splitlines()
        return [fields(line) for line in lines if line.startswith("type=")]

    def sums(self, command="mcwtest sums"):
        """The records that are there in groups of equals, and the reader's own sums."""
        return self.parse_sums(self.sh(command, 60).ok())

    @staticmethod
    def parse_sums(output):
        lines = output.splitlines()
        end = [fields(line) for line in lines if line.startswith("end ")]
        if len(end) != 1:
            raise Failed("the reader did not come to an end: " + output)
        return [fields(line) for line in lines if line.startswith("group ")], end[0]

    def mcwctl(self, arguments, timeout=30):
        return self.sh("mcwctl " + arguments, timeout)

    # Errors

    def inject(self, cpu, bank, status, mcgstatus, addr, misc=0x8c, broadcast=False):
        self.qemu.monitor.human(f"mce {'-b ' if broadcast else ''}{cpu} {bank} {status:#x}"
                                f" {mcgstatus:#x} {addr:#x} {misc:#x}")

    def fresh(self):
        """An address that no error had, of memory that the machine does not have."""
        self.page += 1
        return 0x8000000000 + self.page * 4096

    def poll_kernel(self):
        """Has the kernel look into all banks of all CPUs, as after a change of its interval."""
        self.sh(f"cd {KERNEL_KNOBS} && read i <check_interval &&"
                " echo $((i == 300 ? 299 : 300)) >check_interval").ok()

    # The kernel's log

    def _pull(self):
        """Adds what the log got since the last time."""
        for line in self.sh("mcwtest klog", 60).ok().splitlines():
            head, mark, text = line.partition(";")
            parts = head.split(",")
            if mark and len(parts) >= 4 and parts[1].isdigit():
                self.lines.append(text)

    def log(self):
        """The texts since the case began."""
        self._pull()
        return list(self.lines)

    def scan(self):
        """Fails on splats since the last scan, and forgets them."""
        texts, foreign = foreign_races(self.log())
        self.lines.clear()
        if foreign:
            self.note("not of the module: " + "; ".join(foreign))
        no_splats(texts)

    # The end

    def dies(self, action, pattern, timeout=20):
        """The machine ends by that, orderly, and its console says these words before.

        action: a command of the shell, or a function. Whatever it waits for may not come.
        pattern: searched in the console's lines without their times. Returns the match.
        The case is over then: nothing else can be asked of the machine.
        """
        self.scan()
        begin = len(self.qemu.console.data)
        self.dying = True
        deadline = time.monotonic() + timeout * self.slow
        try:
            if callable(action):
                action()
            else:
                self.start(action)
        except Dead:
            pass
        status = self.qemu.ended(max(1.0, deadline - time.monotonic()))
        if status is not None:
            self.qemu.console.drained()
        match = judge_death(status, bytes(self.qemu.console.data[begin:]).decode(errors="replace"),
                            pattern)
        self.ended = True
        return match

    def token(self, text):
        """The positive sign, on a channel of its own."""
        self.sh(f"mcwtest token {text}").ok()
        got = self.qemu.verdict.wait(take_line, 10 * self.slow, "waiting for the verdict")
        if got.decode() != text:
            raise Failed(f"the verdict is {got!r}, not {text!r}")

    def obituary(self):
        """What the console and the emulator last said."""
        text = bytes(self.qemu.console.data[-6000:]).decode(errors="replace")
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        lines = lines[-60:] + [line for line in self.qemu.said().splitlines()
                               if "TCG doesn't support requested feature" not in line
                               and "QEMU waiting for connection on" not in line]
        return "\n".join(lines)


def no_splats(texts):
    """Fails where a line of the kernel's is one."""
    for where, text in enumerate(texts):
        if SPLAT.search(text) and not HARMLESS.match(text):
            raise Failed("the kernel's log has:\n" + "\n".join(texts[max(0, where - 3):where + 40]))


def judge_death(status, text, pattern):
    """Whether a machine with that exit status and last words died of what it should."""
    said = [re.sub(r"^\[ *\d+\.\d+\](\[ *[TC]\d+\])? ", "", line)
            for line in text.replace("\r", "").split("\n")]
    if status is None:
        raise Failed("the machine was to die, and lives on; the console says:\n" + text[-3000:])
    match = re.search(pattern, "\n".join(said))
    if not match:
        raise Failed(f"the machine died, and '{pattern}' was not said, but:\n{text[-3000:]}")
    if status:
        raise Failed(f"the emulator ended with status {status} after '{match[0]}'")
    panic = next((at for at, line in enumerate(said) if "Kernel panic" in line), len(said))
    no_splats(said[:panic])
    return match


# Races that KCSAN sees through the module and that are none of its business.
KNOWN_RACES = (
    # A latch: the reader looks at the sequence again, and takes the other copy.
    re.compile(r"data-race in ktime_get_(mono|real)_fast_ns / timekeeping_update"),
)


# What lines of a report look like; others between them are another CPU's.
REPORT_LINE = re.compile(r"| .*|(BUG: KCSAN|(write|read) .*to 0x|race at unknown origin|value changed"
                         r"|Reported by Kernel Conc|CPU: |Hardware name: |Workqueue: ).*")


def is_foreign(report):
    """Whether a report of KCSAN is known, or has nothing of the module in its stacks."""
    if any(known.search(report[0]) for known in KNOWN_RACES):
        return True
    return not any(re.search(r"\[mcewarden|\[mcw_", line) for line in report
                   if line.startswith(("BUG: ", " ")))


def foreign_races(texts):
    """(texts without KCSAN's reports that are foreign, the titles of those)."""
    kept, foreign, report = [], [], []

    def close():
        if report and is_foreign(report):
            foreign.append(report[0])
        else:
            kept.extend(report)
        report.clear()

    for text in texts:
        if re.fullmatch(r"={20,}", text):
            close()
        elif text.startswith("BUG: KCSAN"):
            close()
            report.append(text)
        elif report and REPORT_LINE.fullmatch(text):
            report.append(text)
        else:
            kept.append(text)
    close()
    return kept, foreign


def parse_json(output):
    """One object a line, or the case fails."""
    objects = []
    for line in output.splitlines():
        try:
            objects.append(json.loads(line))
        except ValueError as error:
            raise Failed(f"not JSON: {line!r}: {error}") from error
    return objects


def expect(good, what):
    if not good:
        raise Failed(what)


def equal(got, wanted, what):
    if got != wanted:
        raise Failed(f"{what}: {got!r}, expected {wanted!r}")


def one(found, what):
    if len(found) != 1:
        raise Failed(f"{what}: {len(found)}, not one: {found}")
    return found[0]
