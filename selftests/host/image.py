# SPDX-License-Identifier: GPL-2.0
"""The disk images of Debian 12 that the cases boot.

bare: Debian's packages, and nothing of the project. ready: the same with the project's packages
installed as apt does it, so the modules are built by DKMS, and nothing is started or enabled.
source: bare with the project's tree in /src, built, for make install.

Each is made once, in the cache, for one state of what it is made of. The machines write to
overlays.
"""

import glob
import hashlib
import inspect
import os
import shutil
import time

import guest
from guest import TOP, Broken, Missing, outputs, run

PLACE = os.path.join(guest.CACHE, "host")
SUITE = "bookworm"
LABEL = "mcewarden-host"
SIZE = "4G"
# What a server has, what DKMS needs to build, and what cases use.
PACKAGES = ("systemd-sysv", "udev", "kmod", "procps", "e2fsprogs", "initramfs-tools", "zstd", "logrotate",
            "rasdaemon", "sqlite3", "gcc", "make", "dkms", "libc6-dev", "libsqlite3-dev", "libjansson-dev",
            "bash-completion", "ccache")
# Debian's kernel headers take this. In an emulated machine the compiler takes half an hour.
# systemd sets LANG for the commands of the cases, and nobody does where the image is made.
CCACHE = ("DEBIAN_KERNEL_USE_CCACHE=yes", "CCACHE_DIR=/var/cache/ccache", "CCACHE_COMPILERCHECK=content",
          "CCACHE_SLOPPINESS=locale")
# Drivers for devices that the machine does not have, and texts that nobody reads here.
LEFT_OUT = [f"/lib/modules/*/kernel/{name}/*" for name in (
    "sound", "net", *(f"drivers/{name}" for name in ("gpu", "net", "media", "staging", "infiniband",
                                                     "scsi", "usb", "iio")))]
LEFT_OUT += ["/usr/share/doc/*", "/usr/share/locale/*"]
KEPT = ["/usr/share/doc/mcewarden*", *(f"/lib/modules/*/kernel/drivers/scsi/scsi_{name}.ko"
                                       for name in ("mod", "common"))]  # libata needs them
# In an initramfs with all drivers, half of the boot would be unpacking it.
DRIVERS = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic")
# Units that only take time here.
MASKED = ("getty.target", "getty-static.service", "apt-daily.timer", "apt-daily-upgrade.timer",
          "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer", "dpkg-db-backup.timer",
          "systemd-tmpfiles-clean.timer", "ras-mc-ctl.service")
HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ("module", "include", "scripts", "Kbuild", "Makefile", "README.md", "dkms.conf")


def digest(*parts):
    known = hashlib.sha256()
    for part in parts:
        known.update(part if isinstance(part, bytes) else str(part).encode())
        known.update(b"\0")
    return known.hexdigest()[:12]


def sources():
    """The files of the project that are packaged or installed, without what builds leave."""
    listed = run(["git", "-C", TOP, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
                  *PARTS])
    return sorted(name for name in listed.split("\0") if name and os.path.exists(os.path.join(TOP, name)))


def digest_of(names):
    return digest(*(part for name in names for part in (name, guest.read_file(os.path.join(TOP, name)))))


def kept(kind, key, make):
    """The directory of the cache for that kind and key; make(directory) fills it if it is new."""
    path = os.path.join(PLACE, f"{kind}-{key}")
    with guest.locked(os.path.join(PLACE, kind)):
        if not os.path.isdir(path):
            new = path + ".new"
            shutil.rmtree(new, ignore_errors=True)
            os.makedirs(new)
            make(new)
            os.rename(new, path)
        os.utime(path)
        for old in glob.glob(os.path.join(PLACE, kind + "-*")):
            # Keep newer ones: another run may be about to boot from one of them.
            if old != path and os.path.getmtime(old) < time.time() - guest.OLD_SECONDS:
                shutil.rmtree(old)
    return path


def archives():
    """The Debian archives that apt on this machine uses."""
    found = run(["apt-get", "indextargets", "--format",
                 "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
                 " $(SITE) $(RELEASE) $(COMPONENT)", "Created-By: Packages", "Origin: Debian"])
    wanted = sorted({line for line in found.splitlines() if f" {SUITE}" in line})
    if not wanted:
        raise Missing(f"apt does not know Debian's {SUITE}: run `apt-get update` as root on Debian 12")
    return wanted


def check_machine():
    if os.geteuid():
        raise Missing("not root: the image is made by root")
    for tool in ("mmdebstrap", "qemu-img", "dh_dkms"):
        if not shutil.which(tool):
            raise Missing(f"no {tool}: run scripts/dev/deps host")


def in_root(root, *command):
    """Run a command in a root. The mounts end with the process."""
    return outputs(["unshare", "--mount", "sh", "-ec",
                    'mount -t proc proc "$0/proc"; mount --bind /dev "$0/dev"; root=$0;'
                    ' exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C'
                    ' DEBIAN_FRONTEND=noninteractive "$@"', root, *command])[0]


def bootstrap(root, version, sources_list):
    """Debian in a directory. Headers of a kernel that is none for the module are beside it."""
    options = ["--quiet", "--mode=root", "--variant=apt", "--format=directory",
               "--aptopt=APT::Install-Recommends false", "--dpkgopt=force-unsafe-io",
               *("--dpkgopt=path-exclude=" + path for path in LEFT_OUT),
               *("--dpkgopt=path-include=" + path for path in KEPT),
               "--include=" + ",".join((*PACKAGES, "linux-image-" + version, "linux-headers-" + version)),
               '--customize-hook=mkdir "$1/root/debs" && chroot "$1" sh -c "cd /root/debs && apt-get'
               f' download linux-headers-{version.replace("-amd64", "-cloud-amd64")}"']
    command = ["mmdebstrap", *options, SUITE, root, *sources_list]
    try:
        run(command)
    except Broken:
        # The mirror may have failed for a moment.
        shutil.rmtree(root, ignore_errors=True)
        try:
            run(command)
        except Broken as error:
            raise Missing("mmdebstrap cannot make a root: " + str(error).strip().splitlines()[-1]) from error


def write(root, path, text):
    path = root + path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def configure(root):
    """What an installer does, and the service that runs the commands of the cases."""
    write(root, "/etc/fstab", f"LABEL={LABEL} / ext4 errors=remount-ro 0 1\n")
    write(root, "/etc/hostname", "host\n")
    # Without one the first boot would be systemd's first, which enables all units.
    write(root, "/etc/machine-id", hashlib.md5(LABEL.encode()).hexdigest() + "\n")
    os.makedirs(root + "/var/log/journal", exist_ok=True)
    units = root + "/etc/systemd/system"
    os.makedirs(units + "/multi-user.target.wants", exist_ok=True)
    shutil.copy(os.path.join(HERE, "test-commands.service"), units)
    os.symlink("../test-commands.service", units + "/multi-user.target.wants/test-commands.service")
    for unit in MASKED:
        os.symlink("/dev/null", os.path.join(units, unit))
    write(root, "/etc/initramfs-tools/conf.d/modules", "MODULES=list\n")
    write(root, "/etc/initramfs-tools/modules", "".join(name + "\n" for name in DRIVERS))
    in_root(root, "update-initramfs", "-u")


def pack(directory, root):
    """The kernel, its initramfs and the disk of a root."""
    for name, target in (("vmlinuz", "kernel"), ("initrd.img", "initrd")):
        found = glob.glob(f"{root}/boot/{name}-*-amd64")
        if len(found) != 1:
            raise Broken(f"{root}/boot holds {len(found)} files {name}-*, not one")
        shutil.copy(found[0], os.path.join(directory, target))
    run([shutil.which("mke2fs") or "/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-L", LABEL, "-d", root,
         os.path.join(directory, "disk.img"), SIZE])


def bare():
    """The directory has the root too, for the others to begin with."""
    check_machine()
    version = guest.debian_kernel().version
    if not version.endswith("-amd64"):
        raise Missing(f"KERNEL names {version}, which is no kernel of Debian {SUITE}")
    sources_list = archives()
    key = digest(version, guest.read_file(os.path.join(HERE, "test-commands.service")), PACKAGES, LEFT_OUT,
                 KEPT, DRIVERS, MASKED, LABEL, SIZE, *map(inspect.getsource, (bootstrap, configure, pack)))

    def make(directory):
        root = os.path.join(directory, "root")
        bootstrap(root, version, sources_list)
        configure(root)
        pack(directory, root)

    return kept("bare", key, make)


def packages():
    """The directory with the two packages of the tree."""
    names = sources()

    def make(directory):
        tree = os.path.join(directory, "tree")
        for name in names:
            os.makedirs(os.path.dirname(os.path.join(tree, name)), exist_ok=True)
            shutil.copy(os.path.join(TOP, name), os.path.join(tree, name))
        run([os.path.join(tree, "scripts/host/deb"), directory])
        shutil.rmtree(tree)

    return kept("packages", digest_of(names), make)


def on_bare(kind, key, change):
    """An image of that kind: bare as change(root) makes it."""
    base = bare()

    def make(directory):
        root = os.path.join(directory, "root")
        run(["cp", "-a", "--reflink=auto", os.path.join(base, "root"), root])
        change(root)
        pack(directory, root)
        shutil.rmtree(root)

    return kept(kind, digest(base, key), make)


def ready():
    built = packages()

    def change(root):
        for path in glob.glob(built + "/*.deb"):
            shutil.copy(path, root + "/root/debs")
        in_root(root, "env", *CCACHE, "sh", "-c", "exec apt-get -q -y install /root/debs/mcewarden-*.deb")
        if not glob.glob(root + "/lib/modules/*/updates/dkms/mcewarden.ko*"):
            raise Broken("the packages were installed, and DKMS has built no module")
        shutil.move(root + "/var/cache/ccache", os.path.join(os.path.dirname(root), "compiled"))

    return on_bare("ready", digest(built, CCACHE), change)


def compiled():
    """What the compiler made of the modules when DKMS built them, as ccache's directory."""
    return os.path.join(ready(), "compiled")


def source():
    names = sources()

    def change(root):
        for name in names:
            os.makedirs(os.path.dirname(f"{root}/src/{name}"), exist_ok=True)
            shutil.copy(os.path.join(TOP, name), f"{root}/src/{name}")
        version = os.path.basename(glob.glob(root + "/lib/modules/*")[0])
        in_root(root, "make", "-C", "/src", "-j2", f"KDIR=/lib/modules/{version}/build", "all")

    return on_bare("source", digest_of(names), change)


IMAGES = {"bare": bare, "ready": ready, "source": source}


def newer_tools(directory, version):
    """The package mcewarden-tools of the tree as a later version of it. Return its path."""
    old = glob.glob(packages() + "/mcewarden-tools_*.deb")[0]
    content = os.path.join(directory, "tools")
    shutil.rmtree(content, ignore_errors=True)
    run(["dpkg-deb", "-R", old, content])
    control = os.path.join(content, "DEBIAN/control")
    text = guest.read_file(control).decode()
    lines = [f"Version: {version}" if line.startswith("Version: ") else line for line in text.splitlines()]
    write("", control, "\n".join(lines) + "\n")
    path = os.path.join(directory, f"mcewarden-tools_{version}_amd64.deb")
    run(["dpkg-deb", "-b", "--root-owner-group", "-Zgzip", content, path])
    return path
