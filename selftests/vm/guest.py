# SPDX-License-Identifier: GPL-2.0
"""The parts of the guest: a kernel, modules and tools built for it, and an initramfs.

Each kernel has a copy of the tree inside the cache, where everything is built. So the tree itself
stays as it is, and the next run compiles only what changed.
"""

import contextlib
import fcntl
import glob
import gzip
import hashlib
import lzma
import os
import re
import shutil
import stat
import subprocess
import time

import coverage

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
OLD_SECONDS = 86400
WARNING = re.compile(r"warning:|WARNING:")
# Depends on the machine, not on the sources.
NOT_OURS = "warning: the compiler differs from the one used to build the kernel"
OLDEST = "bullseye"
BACKPORTS = "bookworm-backports"
NEWEST = "trixie-backports"
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
                     "mcewarden")
COPIED = ("module", "include", "scripts", "selftests/vm", "Kbuild", "Makefile")
SOURCES = (".c", ".h", "Kbuild", "Makefile", "Kbuild.probes", "probe")
MADE = (".mod.c", "mcw_probes.h")  # by a build
# Modules of the kernel that are in the guest's /mods. ext4 asks for the last one by another name.
MODULES = ("mce-inject", "hwpoison-inject", "msr", "loop", "ext4", "crc32c_generic",
           "edac_core", "einj", "virtio_pci", "virtio_blk", "ramoops")
TEST_MODULES = ("mcw_tests", "mcw_fill", "mcw_grades", "mcw_cec", "mcw_edac", "mcw_atl", "mcw_cover")
NEED = {"mcw_edac": "CONFIG_EDAC", "mcw_atl": "CONFIG_AMD_ATL"}  # of some of them
HELPER = ("mcwtest.c", "memory.c", "records.c", "locations.c", "device.c", "device_iter.c",
          "uring.c", "device_map.c", "mcelog.c", "mcelog_device.c", "mcelog_readers.c",
          "privileges.c", "cycles.c", "clean.c", "failing.c", "fill.c", "grades.c",
          "soak.c", "soak_keep.c", "soak_roles.c", "terminal.c", "journald.c",
          "crash_kernel.c", "heartbeat.c", "inner.c", "fuzz.c", "fuzz_args.c",
          "fuzz_calls.c", "fuzz_compat.c", "fuzz_uring.c", "../../module/severity.c")


class Missing(Exception):
    """This machine lacks something: a reason to skip."""


class Broken(Exception):
    """Something did not work that should have: a reason to fail."""


def outputs(command, **more):
    """Run a command. Return its output and its error output."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False, **more)
    if done.returncode == 77:
        raise Missing(done.stderr.strip().splitlines()[-1])
    if done.returncode:
        raise Broken(f"{' '.join(command)}: exit status {done.returncode}\n"
                     + done.stdout[-4000:] + done.stderr[-4000:])
    return done.stdout, done.stderr


def run(command, **more):
    return outputs(command, **more)[0].strip()


def fetch(*what):
    return run([os.path.join(TOP, "scripts/dev/fetch"), *what]).splitlines()[-1]


class Kernel:
    """A kernel to boot: its image, its modules, and the headers to build with. The headers are
    in another root if their tools do not run in this one."""

    def __init__(self, directory, kdir=None, root=None):
        self.version = self.version_in(directory)
        self.image = os.path.join(directory, "boot/vmlinuz-" + self.version)
        self.modules = self._find(directory, "lib/modules", "usr/lib/modules")
        self.kdir = kdir or self._find(directory, "usr/src/linux-headers-")
        self.root = root
        self.config = self._config(directory)

    @staticmethod
    def version_in(directory):
        images = glob.glob(os.path.join(directory, "boot/vmlinuz-*"))
        if len(images) != 1:
            raise Broken(f"{directory} holds {len(images)} kernels, not one, under boot/")
        return os.path.basename(images[0])[len("vmlinuz-"):]

    def _find(self, directory, *places):
        for place in places:
            path = os.path.join(directory, place)
            path = path + self.version if place.endswith("-") else os.path.join(path, self.version)
            if os.path.isdir(path):
                return path
        raise Broken(f"{directory} has no {' or '.join(places)} of {self.version}")

    def _config(self, directory):
        path = os.path.join(directory, "boot/config-" + self.version)
        with open(path, encoding="utf-8") as lines:
            return {line.split("=")[0] for line in lines if line.startswith("CONFIG_")}

    def _path(self, name):
        """Return the file of one of the kernel's own modules, or None."""
        pattern = "".join("[-_]" if c in "-_" else c for c in name)
        found = glob.glob(os.path.join(self.modules, "**", pattern + ".ko*"), recursive=True)
        return found[0] if found else None

    def is_built_in(self, name):
        builtin = read_file(os.path.join(self.modules, "modules.builtin")).decode()
        return any(os.path.basename(line).replace("-", "_") == name.replace("-", "_") + ".ko"
                   for line in builtin.splitlines())

    def since(self, major, minor):
        """Return whether the kernel has this version or a later one."""
        return tuple(map(int, self.version.split(".")[:2])) >= (major, minor)

    def has(self, name):
        return self.is_built_in(name) or self._path(name) is not None

    def modules_for(self, name):
        """Return {name: content} of a module of the kernel and of the modules it needs, in
        loading order; nothing if it is built in."""
        if self.is_built_in(name):
            return {}
        path = self._path(name)
        if not path:
            raise Missing(f"{self.version} has no module {name}")
        data = unpacked(path)
        found = {}
        # A section of the module lists, as strings, which modules it needs.
        for need in re.search(rb"\0depends=([^\0]*)\0", data)[1].decode().split(","):
            if need:
                found.update(self.modules_for(need))
        found[os.path.basename(path).split(".")[0]] = data
        return found


def unpacked(path):
    data = read_file(path)
    if path.endswith(".xz"):
        return lzma.decompress(data)
    return gzip.decompress(data) if path.endswith(".gz") else data


def debian_kernel():
    """Return the kernel that KERNEL names: a Debian version, or a directory with an unpacked
    kernel."""
    wanted = os.environ.get("KERNEL", "")
    if "/" in wanted:
        return Kernel(wanted, os.environ.get("KDIR"))
    arguments = [wanted] if wanted else []
    directory = fetch("kernel", *arguments)
    kernel = Kernel(directory, os.environ.get("KDIR") or "later")
    if kernel.kdir == "later":
        kernel.kdir = fetch("headers", kernel.version)
    return kernel


def newer_kernel():
    """Return the kernel of Debian's backports."""
    directory = fetch("-s", BACKPORTS, "kernel")
    return Kernel(directory, fetch("-s", BACKPORTS, "headers", Kernel.version_in(directory)))


def oldest_kernel():
    directory = fetch("-s", OLDEST, "kernel")
    return Kernel(directory, fetch("-s", OLDEST, "headers", Kernel.version_in(directory)))


def newest_kernel():
    directory = fetch("-s", NEWEST, "kernel")
    version = Kernel.version_in(directory)
    return Kernel(directory, f"/lib/modules/{version}/build", fetch("-s", NEWEST, "root", version))


def rt_kernel():
    """Return Debian's present kernel with PREEMPT_RT."""
    try:
        directory = fetch("kernel", "rt")
        return Kernel(directory, fetch("headers", Kernel.version_in(directory)))
    except Broken as error:
        raise Missing(str(error).strip().splitlines()[-1]) from error


def rig_kernel(name):
    return Kernel(fetch("rig", name))


def rig_directory():
    return os.environ.get("RIG") or os.path.join(TOP, "../shared/rig")


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def refresh(source, target):
    """Copy only files that differ, so that make rebuilds only what changed."""
    if os.path.exists(target) and read_file(source) == read_file(target):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(source, target)


def is_source(name):
    return name.endswith(SOURCES) and not name.endswith(MADE)


def sources():
    for start in COPIED:
        path = os.path.join(TOP, start)
        if os.path.isfile(path):
            yield start
        for directory, below, names in os.walk(path):
            below[:] = [name for name in below if not name.startswith(".")]
            for name in names:
                if is_source(name):
                    yield os.path.relpath(os.path.join(directory, name), TOP)


def copy_tree(target):
    tool = os.path.join(target, "scripts/mcwctl")
    if os.path.isfile(tool):  # an older tree had a program of this name where a directory is now
        os.unlink(tool)
    wanted = set(sources())
    for name in wanted:
        refresh(os.path.join(TOP, name), os.path.join(target, name))
    for directory, _, names in os.walk(target):
        for name in names:
            path = os.path.join(directory, name)
            if is_source(name) and os.path.relpath(path, target) not in wanted:
                os.unlink(path)


def compiler(kdir):
    """Name this machine's compiler if the one that built the Debian kernel is not installed."""
    try:
        named = re.search(r"^CC = .*\bgcc(-\d+)$", read_file(kdir + "/.kernelvariables").decode(), re.M)
    except FileNotFoundError:
        return []
    return [] if not named or shutil.which("x86_64-linux-gnu-gcc" + named[1]) else ["CC=gcc"]


def make(kernel, tree, below="", *more):
    """Build in a directory of the tree, with these words for make. In another root the tree is
    mounted at /mnt; the mounts end with the process. A warning is a failure."""
    command = ["make", "-C", kernel.kdir]
    place = tree
    if kernel.root:
        place = "/mnt"
        command = ["unshare", "--mount", "sh", "-ec",
                   'mount --bind /dev "$0/dev"; mount -t proc proc "$0/proc"; mount --bind "$1" "$0/mnt";'
                   ' root=$0; shift; exec chroot "$root" "$@"', kernel.root, tree, *command]
    else:
        command += compiler(kernel.kdir)
    _, said = outputs([*command, "M=" + os.path.join(place, below).rstrip("/"), "W=1", "modules", *more],
                      env={**os.environ, "MAKEFLAGS": ""})
    if WARNING.search(said.replace(NOT_OURS, "")):
        # Remove the objects: the next run would not compile the file again, and miss the warning.
        shutil.rmtree(tree)
        raise Broken(f"warnings of the build for {kernel.version}:\n{said[-4000:]}")


def name_of(kernel):
    """What is built for a kernel has this name in the cache."""
    return kernel.version + ("-coverage" if coverage.directory else "")


class Build:
    """Build the modules and tools for one kernel."""

    def __init__(self, kernel):
        tree = os.path.join(CACHE, "vm", name_of(kernel))
        copy_tree(tree)
        if coverage.directory:
            coverage.prepare_tree(tree)
        make(kernel, tree)
        make(kernel, tree, "selftests/vm")
        vm = os.path.join(tree, "selftests/vm")
        self.helper = os.path.join(vm, "mcwtest")
        build_helper(tree, self.helper)
        self.module = os.path.join(tree, "mcewarden.ko")
        self.test_modules = {name: os.path.join(vm, name + ".ko") for name in TEST_MODULES
                             if NEED.get(name, "CONFIG_X86_MCE") in kernel.config}
        self.test_modules["mcewarden_inject"] = os.path.join(tree, "mcewarden_inject.ko")
        # Strip debug information, because the guest takes long to load it.
        for name in (self.module, *self.test_modules.values()):
            run(["strip", "--strip-debug", "-o", name + ".stripped", name])
        self.options = coverage.keep(kernel.version, [
            self.module, self.test_modules["mcewarden_inject"]]) if coverage.directory else []
        self.mcwctl = build_tool()


def build_helper(tree, path):
    """Build mcwtest of that tree."""
    run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static",
         "-I", os.path.join(tree, "include"), "-o", path]
        + [os.path.join(tree, "selftests/vm", name) for name in HELPER])


def build_tool():
    """Return the path of mcwctl, which is the same for all kernels."""
    tree = os.path.join(CACHE, "vm", "tool")
    with locked(tree):
        copy_tree(tree)
        run(["make", "-C", tree, "tools"], env={**os.environ, "MAKEFLAGS": ""})
    return os.path.join(tree, "scripts/mcwctl/mcwctl")


class Cpio:
    """Return an initramfs in the newc format."""

    def __init__(self):
        self.out = bytearray()
        self.entries = 0

    def add(self, name, mode, data=b"", device=(0, 0)):
        self.entries += 1
        encoded = name.encode() + b"\0"
        fields = (self.entries, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(encoded), 0)
        self.out += b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        self.out += b"\0" * (-len(self.out) % 4) + data
        self.out += b"\0" * (-len(self.out) % 4)

    def directory(self, name):
        self.add(name, stat.S_IFDIR | 0o755)

    def file(self, name, data, mode=0o755):
        self.add(name, stat.S_IFREG | mode, data)

    def finish(self):
        self.add("TRAILER!!!", 0)
        return gzip.compress(bytes(self.out), 1, mtime=0)  # the same content gets the same name


@contextlib.contextmanager
def locked(tree):
    """One at a time, of all threads and processes, works in that tree of the cache."""
    os.makedirs(os.path.dirname(tree), exist_ok=True)
    with open(tree + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(kernel):
    """Build for a kernel. Return the path of its initramfs, and more options for the emulator."""
    with locked(os.path.join(CACHE, "vm", name_of(kernel))):
        build = Build(kernel)
        return initramfs(kernel, build), build.options


def kernel_modules(kernel):
    """Return {name: content} of the MODULES that this kernel has, and of the modules they need."""
    found = {}
    for name in MODULES:
        try:
            found.update(kernel.modules_for(name))
        except Missing:
            pass  # vm.modprobe() says so if a case asks for it
    return found


def initramfs(kernel, build):
    """Return the path of an initramfs with all parts."""
    busybox = shutil.which("busybox")
    if not busybox:
        raise Broken("no busybox: run scripts/dev/deps vm")
    cpio = Cpio()
    for name in ("bin", "mods", "dev"):
        cpio.directory(name)
    cpio.add("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
    cpio.add("dev/null", stat.S_IFCHR | 0o666, device=(1, 3))
    cpio.file("init", read_file(os.path.join(HERE, "init")))
    cpio.file("bin/busybox", read_file(busybox))
    cpio.file("bin/mcwtest", read_file(build.helper))
    cpio.file("bin/mcwctl", read_file(build.mcwctl))
    cpio.file("mods/mcewarden.ko", read_file(build.module + ".stripped"), 0o644)
    for name, path in build.test_modules.items():
        cpio.file(f"mods/{name}.ko", read_file(path + ".stripped"), 0o644)
    for name, content in kernel_modules(kernel).items():
        cpio.file(f"mods/{name}.ko", content, 0o644)
    data = cpio.finish()
    path = os.path.join(CACHE, "vm", f"{name_of(kernel)}-{hashlib.sha256(data).hexdigest()[:12]}.img")
    for old in glob.glob(os.path.join(CACHE, "vm", name_of(kernel) + "-*.img")):
        # Keep newer ones: another boot may be about to start from one of them.
        if old != path and os.path.getmtime(old) < time.time() - OLD_SECONDS:
            os.unlink(old)
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.rename(path + ".new", path)
    return path
