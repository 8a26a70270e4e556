# SPDX-License-Identifier: GPL-2.0
"""A booted guest, and the functions that cases are written with."""

import functools
import itertools
import os
import re
import shutil
import tempfile
import time

import coverage
import guest
from expect import (Failed, Skipped, equal, expect, one,  # noqa: F401 for cases to import
                    parse_json)
from klog import foreign_races, judge_death, no_splats  # noqa: F401
from qemu import Dead, Qemu, take_line

HOME = "/sys/devices/system/mcewarden"
KERNEL_KNOBS = "/sys/devices/system/machinecheck/machinecheck0"
TEST = "/sys/kernel/debug/mcw_test"
CMDLINE = ("console=ttyS0,115200 loglevel=5 log_buf_len=4M panic=-1 oops=panic panic_on_warn=1"
           " nokaslr sysrq_always_enabled ras=cec_disable rdinit=/init")

LAST_LINES = 100  # of the console of a machine that died
BOOT_SECONDS = 240  # with one thread on a busy machine; otherwise a tenth
SPIN_BYTES = 12  # about the length of mcwtest's spin()

# Lanes, sources and flags by their numbers in include/uapi/mcewarden_records.h.
SEVERE, OTHER, NOTICE, LOCATION_LANE = range(4)
LANES = ("severe", "other", "notice", "location")
UNKNOWN, EXCEPTION, CMCI, POLL, FIRMWARE, PROCESS = range(6)
INJECTED, BY_MODULE, LEFTOVER, CHAIN = 1, 2, 4, 8
EVENT, OUTCOME, STORM, LOCATION, VICTIM = range(1, 6)


class Result:
    def __init__(self, command, status, output):
        self.command, self.status, self.output = command, status, output

    def ok(self):
        if self.status:
            raise Failed(f"'{self.command}': exit status {self.status}: {self.output.strip()}")
        return self.output


def kept_below():
    """Where files are that hold a machine's memory: in memory, if there is such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def number(text):
    try:
        return int(text, 0)
    except ValueError:
        return text


def fields(line):
    """Return the key=value pairs of a line."""
    return {key: number(value) for key, value in
            (word.split("=", 1) for word in line.split() if "=" in word)}


class Machine:
    """pace, needs: see registry.py. The needs are those of the cases that run in it. KEPT in their
    options is a directory, kept, which again() gives to a machine that is the same after a reboot;
    KERNEL and INITRD are the files that it boots from.

    files: these two.

    dying: a case was about to have it die; ended: it did, as it should."""

    def __init__(self, qemu, options, kernel, initrd, cpu, pace, needs, kept=None):
        self.kernel, self.needs = kernel, needs
        self.files = (kernel.image, initrd)
        self.kept = kept or tempfile.TemporaryDirectory(prefix="mcewarden-kept-", dir=kept_below())
        self.again = functools.partial(Machine, qemu, options, kernel, initrd, cpu, pace, needs,
                                       self.kept)
        self.slow, self.small, self.full = pace
        self.next_id, self.addresses = 1, 0
        self.dying = self.ended = False
        self.lines, self.notes = [], []
        # With KCSAN panic_on_warn would panic over foreign races too, so there only the log is
        # checked.
        cmdline = CMDLINE
        if "ras=" in needs.append:
            cmdline = cmdline.replace(" ras=cec_disable", "")
        if "CONFIG_KCSAN" in kernel.config:
            cmdline = cmdline.replace("panic_on_warn=1", "panic_on_warn=0")
        self.disk_file = tempfile.NamedTemporaryFile(prefix="mcewarden-disk-") if needs.disk else None
        if needs.disk:
            self._format(needs.disk)
            options = [*options, "-drive", f"file={self.disk_file.name},format=raw,if=virtio"]
        self._power_on = lambda more: Qemu(
            qemu, options, kernel.image, initrd, f"{cmdline} {needs.append}".rstrip(), cpu,
            "2G" if self.slow > 1 else "1G", needs._replace(options=tuple(
                word.replace("KEPT", self.kept.name).replace("KERNEL", kernel.image)
                .replace("INITRD", initrd) for word in more)))
        self._boot(needs.options)

    def _format(self, megabytes):
        self.disk_file.truncate(megabytes << 20)
        try:
            guest.run([shutil.which("mke2fs") or "/sbin/mke2fs", "-q", "-F", "-t", "ext4",
                       self.disk_file.name])
        except OSError as error:
            raise Skipped(f"no mke2fs: {error.strerror}") from error

    def _boot(self, options):
        self.qemu = self._power_on(options)
        try:
            if self._answer("0", BOOT_SECONDS * self.slow).output.strip() != "ready":
                raise Dead("the guest's first answer is not that it is ready")
            if coverage.directory:
                self.sh("insmod /mods/mcw_cover.ko").ok()
            self.sh("insmod /mods/mcw_tests.ko").ok()
            if "CONFIG_DEBUG_KMEMLEAK" in self.kernel.config:
                # Cases ask for a scan where it matters; a scan that runs by itself costs too much.
                self.sh("echo scan=off >/sys/kernel/debug/kmemleak").ok()
            self.log()  # the boot is over, and its lines are not about the module
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

    def boot_again(self, options=None):
        """Cut off the power, and boot with these options of the emulator, by default the same. The
        disk has what was brought to it; all else begins anew."""
        self.scan()
        options = self.needs.options if options is None else options
        self.stop()
        try:
            self._boot(options)
        except Dead as error:
            # As in runner.Boot.start().
            self.note(f"a boot failed and was tried again: {str(error).splitlines()[0]}")
            self._boot(options)

    # Commands

    def start(self, command):
        """Type a command; finish() waits for its answer."""
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
        """Start a process, and wait until its output has the word."""
        self.sh(f"rm -f /tmp/{name}; ({command}) >>/tmp/{name} 2>&1 & echo $! >/tmp/{name}.pid").ok()
        return self.until(f"grep -c '{says}' /tmp/{name} >/dev/null && cat /tmp/{name}", timeout)

    def until(self, command, timeout=20):
        """Repeat a command until it succeeds. Return its output."""
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
        """Run a command of the test module."""
        self.sh(f"mcwtest kernel {cpu} '{command}'", timeout).ok()

    def trace_nothing(self, nothing=True):
        """Make ftrace refuse all requests until the case is over."""
        switch = "/proc/sys/kernel/ftrace_enabled"
        said = self.sh(f"echo {0 if nothing else 1} >{switch}")
        if not nothing or (said.status and "not supported" in said.output):
            self.kernel_command(f"untraceable {int(nothing)}")
        else:
            said.ok()

    def read_msr(self, cpu, msr):
        self.kernel_command(f"rdmsr {msr:x}", cpu)
        return int(self.read(TEST + "/value"), 16)

    def write_msr(self, cpu, msr, value):
        self.kernel_command(f"wrmsr {msr:x} {value:x}", cpu)

    def note(self, text):
        """Add a note to the case's result."""
        self.notes.append(text)

    # The kernel

    def modprobe(self, name):
        """Load one of the kernel's own modules (guest.MODULES) and the modules it needs."""
        try:
            names = self.kernel.modules_for(name)
        except guest.Missing as error:
            raise Skipped(str(error)) from error
        for known in names:
            loaded = "/sys/module/" + known.replace("-", "_")
            self.sh(f"test -e {loaded} || insmod /mods/{known}.ko").ok()

    def disk(self, megabytes=8):
        """Mount ext4 from a disk at /disk until the case is over."""
        # ext4 asks for its checksum by another name if that is a module.
        for name in ("crc32c_generic", "loop", "ext4"):
            if name != "crc32c_generic" or self.kernel.has(name):
                self.modprobe(name)
        self.sh(f"dd if=/dev/zero of=/tmp/disk bs=1M count={megabytes} 2>/dev/null"
                " && mke2fs -F /tmp/disk >/dev/null && mkdir -p /disk"
                " && mount -t ext4 -o loop /tmp/disk /disk").ok()

    def mount_disk(self):
        """Mount the machine's disk at /disk until the case is over."""
        for name in ("virtio_pci", "virtio_blk", "crc32c_generic", "ext4"):
            if name != "crc32c_generic" or self.kernel.has(name):
                self.modprobe(name)
        self.until("test -e /dev/vda")
        self.sh("mkdir -p /disk && mount -t ext4 /dev/vda /disk").ok()

    def hold(self, what, name="hold"):
        """Make a process hold memory (mcwtest hold, hold-huge, file). Return its physical
        addresses."""
        said = self.background("exec mcwtest " + what, name, "^held")
        return [int(line, 16) for line in said.splitlines() if line.startswith("0x")]

    def held_now(self, name="hold"):
        """Return (whether the content is unchanged, physical addresses) of the memory that
        hold() holds."""
        self.sh(f": >/tmp/{name}; kill -USR1 $(cat /tmp/{name}.pid)").ok()
        lines = self.until(f"grep ^content /tmp/{name} >/dev/null && cat /tmp/{name}").splitlines()
        return lines[0] == "content good", [int(line, 16) for line in lines[1:]]

    def page(self, kind):
        """Return the physical address of a page of this kind: slab or kernel (both in use), or
        free."""
        self.kernel_command("page " + kind)
        return self.value()

    def value(self):
        """Return the result of the test module's command rdmsr or page."""
        return int(self.read(TEST + "/value"), 0)

    def page_flags(self, *addresses):
        """Return for each physical address the set of its page's flags: hwpoison, slab, buddy..."""
        lines = self.sh("mcwtest pageflags " + " ".join(map(hex, addresses))).ok().splitlines()
        return [set(line.split()[1:]) for line in lines]

    def poisoned(self, *addresses):
        return ["hwpoison" in flags for flags in self.page_flags(*addresses)]

    def volley(self, vectors, cpu=0, flags=0, irqs_off=False, timeout=60):
        """Plant and poll (bank, status, addr, misc) one after another."""
        # Each character of a command is an interrupt, which is slow on debug kernels; so send equal
        # values once.
        runs = [f"'{len(list(equals))} {' '.join(map(hex, vector))}'"
                for vector, equals in itertools.groupby(vectors)]
        self.sh(": >/tmp/vectors").ok()
        for at in range(0, len(runs), 100):
            self.sh(f"printf '%s\\n' {' '.join(runs[at:at + 100])} | awk '{{ n = $1; $1 = \"\";"
                    " while (n--) print }' >>/tmp/vectors").ok()
        self.sh(f"mcwtest volley {cpu} {flags:x} {irqs_off:d} /tmp/vectors", timeout).ok()

    def corrupted(self):
        """Return how many pages the kernel counts as poisoned."""
        kilobytes = self.sh("sed -n 's/^HardwareCorrupted: *//p' /proc/meminfo").ok().split()[0]
        return int(kilobytes) // 4

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
        """Return all records in the lanes."""
        lines = self.sh("mcwtest records", 60).ok().splitlines()
        return [fields(line) for line in lines if line.startswith("type=")]

    def notices(self):
        """Return the module's own records: outcomes and storms."""
        lines = self.sh("mcwtest notices", 60).ok().splitlines()
        return [fields(line) for line in lines if line.startswith("type=")]

    def victims(self):
        """Return the records of tasks that got a signal because of a bad page."""
        return [record for record in self.notices() if record["type"] == VICTIM]

    def locations(self):
        """What EDAC said, whole ones, in the order in which they came: label, message and detail
        are bytes."""
        parts, found = {}, []
        for line in self.sh("mcwtest locations", 60).ok().splitlines():
            part = fields(line)
            mine = parts.setdefault(part["id"], [])
            mine.append(part)
            equal(part["part"], len(mine), f"number of the part of location {part['id']}")
            if len(mine) < part["parts"]:
                continue
            text = bytes.fromhex("".join(one["hex"][1:] for one in parts.pop(part["id"])))
            part["label"], part["message"], part["detail"] = text.split(b"\0")[:3]
            found.append(part)
        equal(parts, {}, "locations of which parts are missing")
        return found

    def outcomes(self, count, timeout=20):
        """Wait until there are so many outcomes, and return them."""
        deadline = time.monotonic() + timeout * self.slow
        while True:
            found = [record for record in self.notices() if record["type"] == OUTCOME]
            if len(found) >= count:
                equal(len(found), count, f"outcomes {found}")
                return found
            if time.monotonic() > deadline:
                raise Failed(f"{len(found)} outcomes, not {count}: {found}")
            time.sleep(0.1)

    def sums(self, command="mcwtest sums"):
        """Return the records in groups of equal ones, and the reader's own sums."""
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

    def inject(self, cpu, bank, status, mcgstatus, addr, misc=0x8c, broadcast=False, spin=None):
        """spin: the address that mcwtest victim prints. The error comes while the CPU is there,
        so in user mode, in the victim."""
        command = (f"mce {'-b ' if broadcast else ''}{cpu} {bank} {status:#x} {mcgstatus:#x}"
                   f" {addr:#x} {misc:#x}")
        if spin is None:
            self.qemu.monitor.human(command)
            return
        if not self.qemu.monitor.human_when(
                lambda: 0 <= self.qemu.monitor.register(cpu, "RIP") - spin < SPIN_BYTES, command,
                20 * self.slow):
            raise Failed(f"CPU {cpu} does not run the victim")

    def fresh(self):
        """Return an address outside of the machine's memory that no error has used."""
        self.addresses += 1
        return 0x8000000000 + self.addresses * 4096

    def poll_kernel(self):
        """Make the kernel poll all banks of all CPUs, as after a change of its interval."""
        self.sh(f"cd {KERNEL_KNOBS} && read i <check_interval &&"
                " echo $((i == 300 ? 299 : 300)) >check_interval").ok()

    # The kernel's log

    def _pull(self):
        """Read new lines of the log."""
        for line in self.sh("mcwtest klog", 60).ok().splitlines():
            head, mark, text = line.partition(";")
            parts = head.split(",")
            if mark and len(parts) >= 4 and parts[1].isdigit():
                self.lines.append(text)

    def log(self):
        """Return the lines since the case began."""
        self._pull()
        return list(self.lines)

    def scan(self):
        """Fail on splats since the last scan, and forget the lines."""
        texts, foreign = foreign_races(self.log())
        self.lines.clear()
        if foreign:
            self.note("not of the module: " + "; ".join(foreign))
        no_splats(texts)

    # The end

    def clean_up(self):
        """Undo what a case has left behind."""
        self.sh("mcwtest clean", 60).ok()

    def dies(self, action, pattern, timeout=20):
        """The action makes the machine end in an orderly way, and the console has the pattern
        before.

        action: a shell command or a function. It may wait for an answer that never comes.
        pattern: searched in the console's lines without their times. Return the match.
        The case is over then, because the machine cannot answer any more.
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

    def crashes(self, action):
        """The action has the machine go into its crash kernel, which answers commands from then
        on. The case ends with leaves()."""
        self.scan()
        self.dying = True
        action()
        if self._answer("0", BOOT_SECONDS * self.slow).output.strip() != "ready":
            raise Dead("the crash kernel's first answer is not that it is ready")

    def leaves(self):
        """The crash kernel reboots."""
        self.start("reboot -f")
        if self.qemu.ended(60 * self.slow):
            raise Failed("the emulator did not end well")
        self.ended = True

    def token(self, text):
        """Wait for the token of success, on a channel of its own."""
        self.sh(f"mcwtest token {text}").ok()
        got = self.qemu.verdict.wait(take_line, 10 * self.slow, "waiting for the verdict")
        if got.decode() != text:
            raise Failed(f"the verdict is {got!r}, not {text!r}")

    def obituary(self):
        """Return the last lines of the console and of the emulator, without the records that the
        module prints at a panic: they would hide the reason. One that is stuck says where."""
        places = self.qemu.places()
        text = bytes(self.qemu.console.data[-60000:]).decode(errors="replace")
        lines = [line.rstrip() for line in text.splitlines()
                 if line.strip() and "mcewarden: at panic: " not in line]
        said = [line for line in self.qemu.said().splitlines()
                if "TCG doesn't support requested feature" not in line
                and "QEMU waiting for connection on" not in line]
        return "\n".join(lines[-LAST_LINES:] + said + places)
