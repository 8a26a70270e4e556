# SPDX-License-Identifier: GPL-2.0
"""What the packages, make install and make dkms-install do to a host."""

import glob
import os

from catalog import case
from expect import equal, expect
from host import RECORDS
from image import CCACHE, compiled, newer_tools, packages

RUNNING = ("mcewarden-record.service", "mcewarden-metrics.timer", "mcewarden-guests.service",
           "mcewarden-pages.service")
TEXTFILE = "/var/lib/prometheus/node-exporter/mcewarden.prom"
TOOLS = "/root/debs/mcewarden-tools_*.deb"
# Beside the packages that the cases install.
LEFT = ("find / -xdev -name '*mcewarden*' ! -path '/root/*' ! -path '/src*' ! -path '/var/log/journal/*'"
        " ! -path '/var/cache/*' ! -path '/var/lib/systemd/deb-systemd-helper*'")


def unit_files(vm):
    lines = vm.sh("systemctl list-unit-files --no-legend 'mcewarden-*'").ok().splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}


def nothing_runs(vm):
    equal(vm.sh("systemctl list-units --no-legend --state=active,activating,failed"
                " 'mcewarden-*.*'").ok().strip(), "", "units that run")
    equal(vm.sh("pgrep -a mcwctl").output, "", "processes of mcwctl")


def all_run(vm):
    """Start all units, as an admin would, and a collector's directory for the metrics."""
    vm.load()
    vm.sh("mkdir -p /var/lib/prometheus/node-exporter").ok()
    # The store is there once there was a record.
    vm.sh("systemctl enable --now " + " ".join(RUNNING[:3]), 60).ok()
    vm.active(RUNNING[0])
    vm.recorded(vm.corrected())
    vm.until("test -e /var/lib/mcewarden/mcewarden.db")
    vm.sh("systemctl enable --now " + RUNNING[3], 60).ok()
    for unit in RUNNING:
        vm.active(unit)
    vm.until(f"grep '^mcewarden_up 1' {TEXTFILE}", 60)


def programs(vm):
    """{unit: (PID, the file that it runs)} of the services that go on running."""
    found = {}
    for unit in RUNNING[0], RUNNING[2]:
        pid = vm.show(unit, "MainPID")
        found[unit] = pid, vm.sh(f"readlink /proc/{pid}/exe").ok().strip()
    return found


@case("packages-enable-nothing")
def packages_enable_nothing(vm):
    """Installed and booted: no unit is enabled or runs, no module is loaded, nothing failed."""
    equal(vm.state, "running", "the state of the system")
    states = unit_files(vm)
    expect(set(RUNNING) <= set(states), f"unit files: {states}")
    expect(set(states.values()) <= {"disabled", "static"}, f"enabled by the package: {states}")
    nothing_runs(vm)
    vm.sh("test ! -e /sys/module/mcewarden").ok()


@case("packages-upgrade", last=True)
def packages_upgrade(vm):
    """What ran before an upgrade runs after it, the new program, and no record is missing. What did
    not run does not."""
    all_run(vm)
    vm.sh("systemctl stop mcewarden-guests").ok()
    before = vm.show(RUNNING[0], "MainPID")
    first = vm.corrected(2)
    with vm.scratch_directory() as directory:
        path = newer_tools(directory, "9.1")
        vm.put({"/root/" + os.path.basename(path): path})
        vm.apt("install /root/" + os.path.basename(path))
    equal(vm.sh("dpkg-query -W -f '${Version}' mcewarden-tools").ok(), "9.1", "the version")
    for unit in (RUNNING[0], RUNNING[1], RUNNING[3]):
        vm.active(unit)
    vm.active(RUNNING[2], "inactive")
    after = vm.show(RUNNING[0], "MainPID")
    expect(before != after, "the recorder is the old process")
    equal(vm.sh(f"readlink /proc/{after}/exe").ok().strip(), "/usr/sbin/mcwctl", "its program")
    vm.recorded(first + vm.corrected(2))
    vm.sh(f"rm {TEXTFILE}; systemctl start mcewarden-metrics; grep '^mcewarden_up 1' {TEXTFILE}").ok()
    vm.sh("systemctl disable " + " ".join(RUNNING)).ok()


@case("packages-removal", tags=("full",), alone=True)
def packages_removal(vm):
    """Removal stops what runs, so that the module can be unloaded, and ends the metrics; it says
    what stays. Installed again beside the loaded module, the device has its rights. Purge takes
    all."""
    all_run(vm)
    equal(len(set(programs(vm))), 2, "services that run")
    said = vm.apt("remove mcewarden-tools")
    nothing_runs(vm)
    vm.sh(f"test ! -e {TEXTFILE} && test -s {RECORDS}").ok()
    expect("/var/log/mcewarden stays" in said and "/var/lib/mcewarden stays" in said, said)
    vm.sh("rmmod mcewarden").ok()
    vm.load()
    vm.apt("install " + TOOLS)
    equal(vm.sh("stat -c '%G %a' /dev/mcewarden").ok().strip(), "adm 640", "rights of the device")
    vm.active("dev-mcewarden.device")
    vm.active(RUNNING[0])  # it is still enabled, and its device is there
    said = vm.apt("purge mcewarden-tools mcewarden-dkms")
    nothing_runs(vm)
    for directory in ("/var/log/mcewarden", "/var/lib/mcewarden"):
        expect(f"Removing {directory}" in said, f"{directory}: {said}")
    vm.sh("rmmod mcewarden").ok()
    equal(vm.sh(LEFT, 120).ok(), "", "files that are left")
    equal(vm.sh("dpkg --audit; dkms status 2>/dev/null").ok(), "", "what dpkg and DKMS say")
    vm.sh("systemctl daemon-reload").ok()


@case("packages-cloud-headers", tags=("full",), last=True)
def packages_cloud_headers(vm):
    """Headers of a kernel without machine checks are installed beside the package, and DKMS skips
    them; those of its own kernel it builds for."""
    headers = "/root/debs/linux-headers-*cloud*.deb"
    vm.apt("install " + headers)
    equal(vm.sh("dpkg --audit").ok(), "", "packages that are not configured")
    cloud = vm.kernel.version.replace("-amd64", "-cloud-amd64")
    for kernel in (vm.kernel.version, cloud):
        vm.sh(f"dkms autoinstall -k {kernel}", 60).ok()
    said = vm.sh("dkms status").ok()
    expect(said.count("\n") == 1 and f"{vm.kernel.version}, x86_64: installed" in said, said)


def build(vm, command):
    """Run a command that has DKMS build the modules. All but the compiler's work is done there."""
    vm.put({"/var/cache/ccache": compiled()})
    said = vm.sh(f"export {' '.join(CCACHE)}; {command}", 1800).ok()
    # Where it finds nothing, the compiler itself takes most of an hour.
    hits = vm.sh(f"{CCACHE[1]} ccache -s | grep -m 1 Hits").output.split()
    vm.note("the compiler's work that was done: " + " ".join(hits))
    expect(int(hits[1]) > 80, f"what ccache found: {hits}")
    vm.sh("rm -r /var/cache/ccache").ok()
    return said


def works(vm):
    """The module that is installed loads, the recorder keeps its records, and it unloads again."""
    vm.load()
    vm.sh("systemctl start mcewarden-record", 60).ok()
    vm.active(RUNNING[0])
    vm.recorded(vm.corrected(2))
    equal(vm.sh("stat -c '%G %a' /dev/mcewarden").ok().strip(), "adm 640", "rights of the device")
    expect("capture tap" in vm.mcwctl("status").ok(), "no tap")
    vm.sh("systemctl stop mcewarden-record && rmmod mcewarden").ok()


@case("packages-install", image="bare", tags=("full",), last=True)
def packages_install(vm):
    """Both packages on a Debian that had neither; DKMS builds the modules on it. A later build says
    that the loaded module is an older one."""
    names = sorted(glob.glob(packages() + "/*.deb"))
    vm.put({"/root/debs/" + os.path.basename(name): name for name in names})
    build(vm, "apt-get -q -y install /root/debs/mcewarden-*.deb")
    nothing_runs(vm)
    expect(set(unit_files(vm).values()) <= {"disabled", "static"}, f"enabled: {unit_files(vm)}")
    works(vm)
    vm.load()
    vm.sh("echo 'extern int mcw_another_build;' >>/usr/src/mcewarden-*/module/main.c").ok()
    said = build(vm, "version=$(dpkg-query -W -f '${Version}' mcewarden-dkms);"
                     " /var/lib/dpkg/info/mcewarden-dkms.postinst configure $version")
    expect("is from before this installation" in said and "rmmod mcewarden &&" in said, said)
    vm.sh("rmmod mcewarden").ok()


@case("make-install", image="source", tags=("full",))
def make_install(vm):
    """make install on a host: modules, units and rule are found. make uninstall stops what runs,
    takes back what mcwctl setup wrote, and leaves nothing."""
    vm.sh("make -C /src install", 1800).ok()
    works(vm)
    all_run(vm)
    vm.mcwctl("setup --apply --parts load,rotate", 60).ok()
    vm.sh("make -C /src uninstall", 600).ok()
    nothing_runs(vm)
    vm.sh(f"test ! -e {TEXTFILE} && rmmod mcewarden").ok()
    vm.sh("rm -r /var/log/mcewarden /var/lib/mcewarden; systemctl daemon-reload").ok()
    equal(vm.sh(LEFT, 120).ok(), "", "files that are left")


@case("make-dkms-install", image="source", tags=("full",))
def make_dkms_install(vm):
    """make dkms-install on a host builds the modules, and make dkms-remove leaves nothing."""
    build(vm, "make -C /src dkms-install")
    vm.load()
    vm.sh("test $(stat -c %a /dev/mcewarden) && rmmod mcewarden").ok()
    vm.sh("make -C /src dkms-remove", 300).ok()
    equal(vm.sh(LEFT, 120).ok(), "", "files that are left")
