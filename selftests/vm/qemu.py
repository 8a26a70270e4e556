# SPDX-License-Identifier: GPL-2.0
"""One emulated machine: the process, its monitor (QMP) and its channels.

A thread reads each channel, which is a socket: the kernel's console, the line for commands, the
port of the answers, and the port of the tokens of success.
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import tempfile
import threading
import time


SYSRQ_SECONDS = 3


class Dead(Exception):
    """The machine, or the program in it that should answer, is gone."""


class Channel:
    """The bytes that one socket has received so far."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.data = bytearray()
        self.closed = False
        self.changed = threading.Condition()
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self):
        while True:
            try:
                chunk = self.socket.recv(65536)
            except OSError:
                chunk = b""
            with self.changed:
                self.data += chunk
                self.closed = not chunk
                self.changed.notify_all()
            if not chunk:
                return

    def wait(self, take, timeout, what):
        """Call take(data) until it returns something other than None."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                found = take(self.data)
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if self.closed:
                    raise Dead(f"the machine went away while {what}")
                if left <= 0:
                    raise Dead(f"nothing for {timeout} s while {what}")
                self.changed.wait(left)

    def drained(self):
        """Wait for the last bytes of a process that has ended."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed, 10)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Dead(f"the machine takes no input: {error.strerror}") from error


def take_line(data):
    end = data.find(b"\n")
    if end < 0:
        return None
    line = bytes(data[:end])
    del data[:end + 1]
    return line


class Monitor:
    """The monitor, QMP. It keeps events in their order."""

    def __init__(self, path):
        self.channel = Channel(path)
        self.events = []
        self._message("greeting")
        self.execute("qmp_capabilities")

    def _message(self, what, timeout=30):
        return json.loads(self.channel.wait(take_line, timeout, f"waiting for QMP's {what}"))

    def execute(self, name, **arguments):
        request = {"execute": name}
        if arguments:
            request["arguments"] = arguments
        self.channel.send(json.dumps(request).encode() + b"\n")
        while True:
            answer = self._message("answer to " + name)
            if "event" in answer:
                self.events.append(answer)
            elif "error" in answer:
                raise Dead(f"QMP {name}: {answer['error'].get('desc')}")
            elif "return" in answer:
                return answer["return"]

    def ask(self, line):
        """Return what the monitor prints."""
        return self.execute("human-monitor-command", **{"command-line": line})

    def human(self, line):
        answer = self.ask(line)
        if answer.strip():
            raise ValueError(f"monitor command '{line}': {answer.strip()}")

    @contextlib.contextmanager
    def stopped(self):
        """Stop all CPUs meanwhile."""
        self.execute("stop")
        try:
            yield
        finally:
            self.execute("cont")

    def human_when(self, there, command, seconds):
        """Stop all CPUs again and again until they are there, and give the command then. Return
        whether that came in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self.stopped():
                if there():
                    self.human(command)
                    return True
            time.sleep(0.01)
        return False

    def register(self, cpu, *names):
        """Return the value of a register, or a list of those of several."""
        text = self.execute("human-monitor-command", **{"command-line": "info registers",
                                                        "cpu-index": cpu})
        values = [int(re.search(rf"\b{name}=([0-9a-f]+)", text)[1], 16) for name in names]
        return values if len(names) > 1 else values[0]

    def code(self, cpu, address, count):
        """Return so many bytes from a virtual address."""
        text = self.execute("human-monitor-command",
                            **{"command-line": f"x /{count}bx {address:#x}", "cpu-index": cpu})
        return bytes(int(word, 16) for word in re.findall(r"\b0x([0-9a-f]{2})\b", text))

    def places(self):
        """Return lines: where each CPU is, what on its stack may be code of the kernel, and its
        interrupts: one that is halted (HLT) with a request (IRR) has been forgotten."""
        lines = []
        for cpu in self.execute("query-cpus-fast"):
            def ask(line, number=cpu["cpu-index"]):
                return self.execute("human-monitor-command",
                                    **{"command-line": line, "cpu-index": number})

            registers = dict(re.findall(r"\b(RIP|RSP|RFL|HLT)=([0-9a-f]+)", ask("info registers")))
            lines.append(f"CPU {cpu['cpu-index']}: " + " ".join(map(" ".join, registers.items())))
            stack = ask(f"x /200gx 0x{registers['RSP']}")
            lines.append("  " + " ".join(re.findall(r"\b0x(ffffffff[89abc][0-9a-f]{7})\b", stack)))
            lines += re.findall(r"^(?:LVTT\b|Timer|ISR|IRR).*", ask("info lapic"), re.M)
        return lines

    def count(self, event):
        """Return how many events of that name have come."""
        self.execute("query-status")
        return sum(1 for seen in self.events if seen["event"] == event)


class Qemu:
    """The process. stop() ends it, and removes its sockets."""

    running = set()
    CHANNELS = ("console", "command", "reply", "verdict")

    def __init__(self, binary, options, kernel, initrd, cmdline, cpu, memory, needs):
        self.directory = tempfile.TemporaryDirectory(prefix="mcewarden-vm-")
        command = [binary, *options, "-machine", "q35",
                   "-accel", "tcg,thread=" + ("single" if needs.single else "multi"),
                   "-smp", str(needs.cpus), "-m", memory, *needs.options,
                   "-cpu", cpu + needs.features, "-display", "none", "-nodefaults", "-no-user-config",
                   "-no-reboot", "-kernel", kernel, "-initrd", initrd, "-append", cmdline,
                   "-chardev", f"socket,id=qmp,path={self._path('qmp')},server=on,wait=off",
                   "-mon", "chardev=qmp,mode=control"]
        for name in self.CHANNELS:
            command += ["-chardev",
                        f"socket,id={name},path={self._path(name)},server=on,wait=on"]
        command += ["-serial", "chardev:console", "-serial", "chardev:command",
                    "-device", "isa-debugcon,iobase=0xe9,chardev=reply",
                    "-device", "isa-debugcon,iobase=0xea,chardev=verdict"]
        self.log = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                            stdout=self.log, stderr=self.log)
        except OSError as error:
            raise Dead(f"cannot start {binary}: {error.strerror}") from error
        Qemu.running.add(self.process)
        try:
            for name in self.CHANNELS:
                setattr(self, name, self._connect(name, Channel))
            self.monitor = self._connect("qmp", Monitor)
        except Dead as error:
            error.args = (f"{error}: {self.said()}",)
            self.stop()
            raise
        except BaseException:
            self.stop()
            raise

    def _path(self, name):
        return os.path.join(self.directory.name, name)

    def _connect(self, name, kind):
        """Open one socket after another, because QEMU waits at each until somebody connects."""
        deadline = time.monotonic() + 20
        while True:
            if self.process.poll() is not None:
                raise Dead("the emulator did not start")
            try:
                return kind(self._path(name))
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > deadline:
                    raise Dead(f"the emulator does not open its channel {name}") from None
                time.sleep(0.02)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace").strip()

    def ended(self, timeout):
        """Wait until the process ends. Return its exit status, or None if it still runs."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    @classmethod
    def stop_all(cls):
        """Stop all machines at exit, whatever their threads are doing."""
        for process in list(cls.running):
            process.kill()
            process.wait()

    def sysrq(self, keys):
        """Have the kernel, if it still can, do what these keys ask for."""
        for key in keys:
            self.monitor.execute("chardev-send-break", id="console")
            self.console.send(key.encode())
            time.sleep(SYSRQ_SECONDS)

    def places(self):
        """Return the monitor's places(), then have the kernel print which tasks wait. Where the
        emulator is gone, return nothing."""
        try:
            places = self.monitor.places()
            self.sysrq("8w")  # all levels of messages, and tasks that wait
            return places
        except (Dead, TypeError):
            return []

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        Qemu.running.discard(self.process)
        self.log.close()
        self.directory.cleanup()
