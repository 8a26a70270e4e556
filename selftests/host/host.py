# SPDX-License-Identifier: GPL-2.0
"""A booted Debian, and the functions that cases are written with beside those of a Machine."""

import contextlib
import os
import tarfile
import tempfile
import time

import guest
import image
import smbios
from errors import CORRECTED
from expect import Failed, equal, parse_json
from machine import HOME, Machine
from qemu import Dead, Qemu

CMDLINE = (f"root=LABEL={image.LABEL} rw console=ttyS0,115200 loglevel=5 log_buf_len=4M panic=-1"
           " oops=panic panic_on_warn=1 nokaslr no_timer_check net.ifnames=0 systemd.show_status=1")
EXCHANGE = "/dev/disk/by-id/virtio-exchange"
EXCHANGE_BYTES = 256 << 20
BOOT_SECONDS = 600  # on a busy machine; otherwise a tenth
SECONDS = 120  # at least, for each command
RECORDS = "/var/log/mcewarden/records"  # of mcewarden-record.service
# What a case left: the next one finds the module unloaded and nothing running.
CLEAN = ("systemctl stop 'mcewarden-*' 2>/dev/null; pkill -KILL -x 'mcwctl|mcwtest' 2>/dev/null;"
         " echo 1 >/sys/devices/system/cpu/cpu1/online 2>/dev/null; systemctl reset-failed;"
         " for module in mcewarden_inject mcewarden; do"
         " test ! -e /sys/module/$module || rmmod $module || exit; done")


# Pages are taken again at a boot only if all modules of memory are known by their numbers.
MODULES = smbios.known("00A1B2C3")


def of_root(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


class Host(Machine):
    """Machine's functions that load modules by /mods or use the test module are not for it.

    state: what systemctl is-system-running said at the end of the boot.
    """

    def __init__(self, name, cpu, full, needs):  # pylint: disable=super-init-not-called
        self.needs, self.full, self.slow, self.small = needs, full, 1, 1
        self.kernel, directory = guest.debian_kernel(), image.IMAGES[name]()
        self.files = [os.path.join(directory, part) for part in ("kernel", "initrd")]
        self.next_id, self.addresses = 1, 0
        self.dying = self.ended = False
        self.lines, self.notes, self.state = [], [], None
        self.scratch = tempfile.TemporaryDirectory(prefix="mcewarden-host-")
        self.exchange = os.path.join(self.scratch.name, "exchange")
        self._prepare(os.path.join(directory, "disk.img"))
        self._power_on = lambda more: Qemu(
            os.environ.get("QEMU") or "qemu-system-x86_64", [*self._disks(), *MODULES], *self.files,
            f"{CMDLINE} {needs.append}".rstrip(), cpu, "1G", needs._replace(options=more))
        try:
            self._boot(needs.options)
        except BaseException:
            self.scratch.cleanup()
            raise

    def _prepare(self, disk):
        overlay = os.path.join(self.scratch.name, "overlay")
        guest.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", disk, overlay])
        guest.build_helper(guest.TOP, os.path.join(self.scratch.name, "mcwtest"))
        with open(self.exchange, "wb") as file:
            file.truncate(EXCHANGE_BYTES)

    def _disks(self):
        options = []
        for name, form in (("overlay", "qcow2"), ("exchange", "raw")):
            path = os.path.join(self.scratch.name, name)
            options += ["-drive", f"file={path},format={form},if=none,id={name},cache=unsafe",
                        "-device", f"virtio-blk-pci,drive={name},serial={name}"]
        return options

    def _boot(self, options):
        self._pack({"mcwtest": os.path.join(self.scratch.name, "mcwtest"),
                    "agent": os.path.join(image.HERE, "agent")})
        self.qemu = self._power_on(options)
        try:
            if self._answer("0", BOOT_SECONDS).output.strip() != "ready":
                raise Dead("the first answer is not that it is ready")
            self.state = self._settled()
            self.log()
            self.lines.clear()
        except Dead as error:
            words = self.obituary()
            self.qemu.stop()
            raise Dead(f"{error}\nthe last words of the console:\n{words}") from error
        except BaseException:
            self.qemu.stop()
            raise

    def _settled(self):
        """Wait until the boot is over: no unit waits for another."""
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:  # --wait of systemctl needs D-Bus
            state = self.sh("systemctl is-system-running", 60).output.strip()
            if state not in ("initializing", "starting"):
                return state
            time.sleep(0.5)
        raise Dead("the boot does not end: " + self.sh("systemctl list-jobs --no-pager").output)

    def stop(self):
        super().stop()
        self.scratch.cleanup()

    def clean_up(self):
        self.sh(CLEAN, 120).ok()

    def sh(self, command, timeout=30):
        # What an idle machine does at once, as systemctl enable, takes a minute on a busy one.
        return super().sh(command, max(timeout, SECONDS))

    # Boots. The disk stays as it is.

    def boot_again(self, options=None):
        """Cut off the power, and boot again."""
        self.scan()
        self.qemu.stop()
        self._boot(self.needs.options if options is None else options)

    def ends(self, action, pattern, timeout=120):
        """As dies(); and then it boots again."""
        match = self.dies(action, pattern, timeout)
        self.qemu.stop()
        self.dying = self.ended = False
        self._boot(self.needs.options)
        return match

    def reboot(self):
        """An orderly one."""
        self.ends("systemctl reboot", "reboot: Restarting system", 180)

    def boot_from_disk(self, version=None):
        """From now on boot the kernel and initramfs that are in the machine's /boot."""
        version = version or self.kernel.version
        names = [f"boot/vmlinuz-{version}", f"boot/initrd.img-{version}"]
        place = tempfile.mkdtemp(dir=self.scratch.name)
        self.get(place, *names)
        self.files[:] = [os.path.join(place, name) for name in names]

    # Files

    def _pack(self, files):
        with open(self.exchange, "r+b") as device, tarfile.open(fileobj=device, mode="w") as tar:
            for target, path in files.items():
                tar.add(path, target.lstrip("/"), filter=of_root)

    def put(self, files):
        """Bring files into the machine: {path there: path here}."""
        self._pack(files)
        self.sh(f"blockdev --flushbufs {EXCHANGE} && tar -x -C / -f {EXCHANGE}", 120).ok()

    def get(self, directory, *names):
        """Bring files from the machine, named without the first /, into a directory here."""
        self.sh(f"tar -c -h -C / -f {EXCHANGE} {' '.join(names)} && sync {EXCHANGE}"
                f" && blockdev --flushbufs {EXCHANGE}", 120).ok()
        with open(self.exchange, "rb") as device, tarfile.open(fileobj=device, mode="r|") as tar:
            tar.extractall(directory)

    @contextlib.contextmanager
    def scratch_directory(self):
        with tempfile.TemporaryDirectory(dir=self.scratch.name) as directory:
            yield directory

    # Units and packages

    def load(self, **parameters):
        words = " ".join(f"{key}={value}" for key, value in parameters.items())
        self.sh(f"modprobe mcewarden {words}", 60).ok()

    def show(self, unit, *properties):
        """The properties of a unit; of one its value."""
        output = self.sh(f"systemctl show {unit} -p {','.join(properties)}").ok()
        values = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
        return values[properties[0]] if len(properties) == 1 else values

    def active(self, unit, wanted="active", timeout=30):
        """Wait until a unit is in that state."""
        try:
            self.until(f'test "$(systemctl is-active {unit})" = {wanted}', timeout)
        except Failed as error:
            said = self.sh(f"systemctl status --no-pager -l {unit}").output
            raise Failed(f"{unit} is not {wanted}: {said}") from error

    def apt(self, words, timeout=300):
        """apt-get; the machine has no network. Return what it printed."""
        return self.sh(f"apt-get -q -y {words}", timeout).ok()

    def journal(self, words="", timeout=60):
        return self.sh(f"journalctl --no-pager -b {words}", timeout).ok()

    # Errors

    def corrected(self, count=1):
        """Raise errors at addresses outside of the machine's memory, each found by a poll. Return
        the addresses."""
        found = [self.fresh() for _ in range(count)]
        for address in found:
            self.inject(0, 5, CORRECTED, 0, address)
            self.sh(f"echo 1 >{HOME}/poll").ok()
        return found

    def recorded(self, addresses, timeout=30):
        """Wait until the recorder's file has these errors, each once."""
        def found():
            output = self.mcwctl(f"read --file {RECORDS} --json 2>/dev/null", 60).output
            return [int(known["addr"], 16) for known in parse_json(output) if known["type"] == "event"]

        deadline = time.monotonic() + timeout
        while not set(addresses) <= set(found()) and time.monotonic() < deadline:
            time.sleep(0.2)
        every = found()
        equal([address for address in every if address in addresses], list(addresses),
              f"the errors among the recorded {[hex(address) for address in every]}")
