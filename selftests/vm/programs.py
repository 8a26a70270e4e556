# SPDX-License-Identifier: GPL-2.0
"""Programs of other projects for machines that need them: an archive behind the initramfs, with
the libraries they are linked with."""

import glob
import hashlib
import os
import re
import shutil
import stat
import subprocess

import guest
from expect import Skipped


# stdbuf's library, of Debian's coreutils, makes a program print each line at once.
BY_LINES = "/usr/libexec/coreutils/libstdbuf.so"


def rasdaemon():
    """Return (the program's file, the directory of its libraries)."""
    try:
        program, library = (guest.fetch("package", name) for name in ("rasdaemon", "libsqlite3-0"))
    except (guest.Missing, guest.Broken) as error:
        raise Skipped("no rasdaemon: " + str(error).splitlines()[-1]) from error
    return (os.path.join(program, "usr/sbin/rasdaemon"),
            glob.glob(os.path.join(library, "usr/lib/*-linux-gnu")))


def mcelog():
    """Return the mcelog that MCELOG names; Debian 12 has no package of it."""
    path = os.environ.get("MCELOG")
    if not path:
        raise Skipped("MCELOG does not name a build of mcelog, and Debian has no package")
    if not os.access(path, os.X_OK):
        raise Skipped(f"MCELOG={path} is no program")
    return path, []


def kmod(name):
    """One of the names of kmod, this machine's."""
    path = shutil.which(name) or "/usr/sbin/" + name
    if not os.access(path, os.X_OK) or os.path.basename(os.path.realpath(path)) != "kmod":
        raise Skipped(f"this machine has no {name} of kmod")
    return path, []


def vmcore_dmesg():
    """Prints the log of the kernel whose memory a crash kernel has."""
    try:
        return os.path.join(guest.fetch("package", "kexec-tools"), "sbin/vmcore-dmesg"), []
    except (guest.Missing, guest.Broken) as error:
        raise Skipped("no vmcore-dmesg: " + str(error).splitlines()[-1]) from error


def emulator():
    """This machine's QEMU, for a guest in the guest."""
    path = shutil.which("qemu-system-x86_64")
    if not path:
        raise Skipped("this machine has no qemu-system-x86_64")
    return path, []


def emulators_files(kernel):
    """Return {path in the guest: content}: the emulator's firmware and its TCG; KVM for AMD's
    CPUs; and the kernel once more, for the inner guest."""
    found = {}
    for name in ("bios-256k.bin", "linuxboot_dma.bin", "kvmvapic.bin"):
        paths = [os.path.join(place, name) for place in ("/usr/share/qemu", "/usr/share/seabios")]
        there = [path for path in paths if os.path.exists(path)]
        if not there:
            raise Skipped("this machine's qemu has no " + name)
        found["usr/share/qemu/" + name] = guest.read_file(there[0])
    for path in glob.glob("/usr/lib/x86_64-linux-gnu/qemu/accel-tcg-x86_64.so"):
        found[path.lstrip("/")] = guest.read_file(path)
    try:
        for name, content in kernel.modules_for("kvm-amd").items():
            found[f"mods/{name}.ko"] = content
    except guest.Missing as error:
        raise Skipped(str(error)) from error
    found["inner/kernel"] = guest.read_file(kernel.image)
    return found


PROGRAMS = {"qemu-system-x86_64": emulator, "rasdaemon": rasdaemon, "mcelog": mcelog,
            "modprobe": lambda: kmod("modprobe"), "depmod": lambda: kmod("depmod"),
            "modinfo": lambda: kmod("modinfo"), "vmcore-dmesg": vmcore_dmesg}


# More files of a program, of which some depend on the kernel.
FILES = {"qemu-system-x86_64": emulators_files}


def linked_with(path, libraries):
    """Return {path in the guest: file} of a program's libraries and of their loader."""
    done = subprocess.run(["ldd", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False,
                          env={**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)})
    if done.returncode:
        return {}  # a static program
    found = {}
    for line in done.stdout.splitlines():
        if "not found" in line:
            raise Skipped(f"{path}: {line.strip()}")
        match = re.search(r"(?:(\S+) => )?(/\S+) \(0x", line)
        if match:
            name = "lib/x86_64-linux-gnu/" + match[1] if match[1] else match[2].lstrip("/")
            found[name] = match[2]
    return found


def files_of(name, kernel):
    """Return {path in the guest: content}."""
    path, libraries = PROGRAMS[name]()
    files = {"usr/sbin/" + name: path, "lib/libstdbuf.so": BY_LINES, **linked_with(path, libraries)}
    return {**{target: guest.read_file(source) for target, source in files.items()},
            **FILES.get(name, lambda _: {})(kernel)}


def archive(names, kernel):
    cpio, made = guest.Cpio(), {"mods"}
    for name in names:
        for target, content in files_of(name, kernel).items():
            parts = target.split("/")[:-1]
            for directory in ("/".join(parts[:end]) for end in range(1, len(parts) + 1)):
                if directory not in made:
                    cpio.directory(directory)
                    made.add(directory)
            if target not in made:
                cpio.add(target, stat.S_IFREG | 0o755, content)
                made.add(target)
    return cpio.finish()


def beside(initrd, names, kernel):
    """Return the path of an initramfs that has these programs too."""
    if not names:
        return initrd
    data = guest.read_file(initrd) + archive(names, kernel)
    path = re.sub(r"-\w+\.img$", f"-{hashlib.sha256(data).hexdigest()[:12]}.img", initrd)
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.rename(path + ".new", path)
    return path
