# SPDX-License-Identifier: GPL-2.0
"""mcwctl setup, how the units start, who may read what, and what they say in the journal."""

import time

from catalog import case
from expect import equal, expect, parse_json
from host import RECORDS

RECORDER = "mcewarden-record.service"
TIMER = "mcewarden-metrics.timer"
METRICS = "mcewarden-metrics.service"
TEXTFILES = "/var/lib/prometheus/node-exporter"
TEXTFILE = TEXTFILES + "/mcewarden.prom"
BLACKLIST = "modprobe.blacklist=mcewarden"
# What setup writes, in the initramfs too.
WRITTEN = ("/etc/modules-load.d/mcewarden.conf", "/etc/initramfs-tools/hooks/mcewarden",
           "/etc/initramfs-tools/scripts/init-top/mcewarden", "/etc/logrotate.d/mcewarden-record")
RULE = "/lib/udev/rules.d/60-mcewarden.rules"


def configuration(vm):
    return vm.sh("find /etc -xdev ! -path '/etc/ld.so.cache' -printf '%p %l\\n' | sort"
                 " && cat /etc/modules-load.d/* /etc/initramfs-tools/modules").ok()


def set_up(vm):
    """Return what /etc was like before."""
    vm.sh(f"mkdir -p {TEXTFILES}").ok()
    before = configuration(vm)
    said = vm.mcwctl("setup").ok()
    expect("Nothing was changed" in said, said)
    equal(configuration(vm), before, "/etc after a dry run")
    said = vm.mcwctl("setup --apply", 600).ok()
    for path in WRITTEN:
        expect(f"wrote {path}\n" in said, f"{path}: {said}")
    equal(vm.sh(f"systemctl is-enabled {RECORDER} {TIMER}").ok().split(), ["enabled"] * 2, said)
    vm.note(f"has in the initramfs: " + vm.sh(
        "lsinitramfs /boot/initrd.img-$(uname -r) | grep mcewarden").ok().replace("\n", " "))
    return before


def line_of(vm, words):
    return int(vm.sh(f"dmesg | grep -n '{words}' | head -n 1 | cut -d : -f 1").ok())


@case("setup-boot", tags=("full",), last=True)
def setup_boot(vm):
    """After mcwctl setup the module is loaded in the initramfs, and its services run, now and after
    a boot. --remove takes everything back."""
    before = set_up(vm)
    for unit in (RECORDER, TIMER, "mcewarden.target"):
        vm.active(unit)
    vm.recorded(vm.corrected())
    vm.boot_from_disk()
    vm.reboot()
    equal(vm.state, "running", "the state of the system")
    expect(line_of(vm, "mcewarden: loaded version") < line_of(vm, "systemd .* running in system mode"),
           "the module was loaded after the initramfs")
    for unit in (RECORDER, TIMER, "mcewarden.target"):
        vm.active(unit)
    vm.recorded(vm.corrected())
    vm.until(f"grep '^mcewarden_up 1' {TEXTFILE}", 90)
    expect("load      has /etc/modules-load.d" in vm.mcwctl("setup --apply").ok(), "not done already")
    vm.mcwctl("setup --remove", 600).ok()
    vm.active(RECORDER, "inactive")
    equal(configuration(vm), before, "/etc after --remove")
    vm.sh("rmmod mcewarden").ok()
    vm.boot_from_disk()
    vm.reboot()
    vm.sh("test ! -e /sys/module/mcewarden").ok()


@case("setup-blacklist", tags=("full",), last=True, append=BLACKLIST)
def setup_blacklist(vm):
    """With the blacklist on the kernel's command line nothing that setup wrote loads the module,
    nothing fails, and no unit of it does anything."""
    set_up(vm)
    vm.sh("test ! -e /sys/module/mcewarden").ok()
    vm.mcwctl("setup --apply --parts pages").ok()
    vm.sh("mkdir -p /var/lib/mcewarden; : >/var/lib/mcewarden/mcewarden.db").ok()
    vm.boot_from_disk()
    vm.reboot()
    equal(vm.state, "running", "the state of the system")
    vm.sh("test ! -e /sys/module/mcewarden").ok()
    for unit in (RECORDER, "mcewarden.target", "mcewarden-pages.service"):
        equal(vm.show(unit, "ActiveState"), "inactive", unit)
    vm.until(f"grep '^mcewarden_up 0' {TEXTFILE}", 90)
    # It keeps out what is automatic, and not the admin.
    vm.load()
    vm.active(RECORDER)


@case("setup-start", tags=("full",))
def setup_start(vm):
    """The recorder fails at once without the module, and starts whenever it comes."""
    begin = time.monotonic()
    failed = vm.sh(f"systemctl start {RECORDER}")
    # 3 is that there is no module. To wait for a device takes 90 s.
    equal((failed.status, vm.show(RECORDER, "Result"), vm.show(RECORDER, "ExecMainStatus")),
          (1, "exit-code", "3"), f"how it failed: {failed.output}")
    expect(time.monotonic() - begin < 60, f"start took {time.monotonic() - begin} s")
    said = vm.sh(f"systemctl status --no-pager {RECORDER}").output
    expect("load mcewarden first: modprobe mcewarden" in said, said)
    enabled = vm.sh(f"systemctl enable {RECORDER} mcewarden-guests.service 2>&1").ok()
    expect("non-existent" not in enabled, enabled)
    vm.sh("systemctl disable mcewarden-guests.service").ok()
    for _ in range(2):
        vm.load()
        vm.active(RECORDER)
        vm.recorded(vm.corrected())
        vm.sh(f"systemctl stop {RECORDER} && rmmod mcewarden").ok()
        vm.active("mcewarden.target", "inactive")
    # The module comes before the rule.
    vm.sh(f"mv {RULE} /root/ && udevadm control --reload").ok()
    vm.load()
    vm.sh("sleep 2").ok()
    vm.active(RECORDER, "inactive")
    vm.sh(f"mv /root/{RULE.rsplit('/', 1)[1]} {RULE} && udevadm control --reload"
          " && udevadm trigger --settle --subsystem-match=misc --sysname-match=mcewarden").ok()
    vm.active(RECORDER)
    vm.sh(f"systemctl disable --now {RECORDER}").ok()


def as_user(vm, groups, command, timeout=30):
    return vm.sh(f"setpriv --reuid=nobody --regid=nogroup {groups} mcwctl {command}", timeout)


@case("setup-rights", tags=("full",))
def setup_rights(vm):
    """The group adm reads the device, the recordings and the store; others hear why not."""
    vm.load()
    vm.sh(f"systemctl start {RECORDER}").ok()
    vm.recorded(vm.corrected())
    vm.until("test -s /var/lib/mcewarden/mcewarden.db")
    vm.until("mcwctl history --json | grep -q .")
    rights = vm.sh(f"stat -c '%G %a' /dev/mcewarden {RECORDS} /var/log/mcewarden /var/lib/mcewarden"
                   " /var/lib/mcewarden/mcewarden.db").ok().splitlines()
    equal(rights, ["adm 640", "adm 640", "adm 750", "adm 750", "adm 640"], "group and mode")
    reads = ("read", f"read --file {RECORDS}", "history", "faults", "pages", "status", "metrics")
    for command in reads:
        as_user(vm, "--groups=adm", command).ok()
    expect("mcewarden_up 1" in as_user(vm, "--groups=adm", "metrics").ok(), "metrics")
    for command, path in (("read", "/dev/mcewarden"), (f"read --file {RECORDS}", RECORDS),
                          ("history", "/var/lib/mcewarden/mcewarden.db"), ("metrics", "/dev/mcewarden")):
        refused = as_user(vm, "--clear-groups", command)
        equal((refused.status, refused.output.strip()),
              (1, f"mcwctl: cannot open {path}: Permission denied: only root and the group adm may read"
                  " it"), f"{command} of another user")


def lines_of(vm, unit):
    return vm.journal(f"-q -o cat -u {unit}").splitlines()


@case("setup-quiet", tags=("full",))
def setup_quiet(vm):
    """The metrics leave no lines in the journal, with and without the module, but what is wrong
    does. A full disk is one line at its beginning, and one at its end."""
    vm.sh(f"mkdir -p {TEXTFILES}").ok()
    known = len(lines_of(vm, METRICS))
    vm.sh(f"systemctl start {METRICS} && grep '^mcewarden_up 0' {TEXTFILE}").ok()
    vm.load()
    for _ in range(3):
        vm.sh(f"systemctl start {METRICS} && grep '^mcewarden_up 1' {TEXTFILE}").ok()
    equal(lines_of(vm, METRICS)[known:], [], "lines of the metrics")
    vm.sh(f"rm -r {TEXTFILES}").ok()
    expect(vm.sh(f"systemctl start {METRICS}").status, "there is no directory")
    expect(any("cannot write" in line for line in lines_of(vm, METRICS)[known:]), "what is wrong")
    vm.sh(f"systemctl reset-failed {METRICS}; mkdir -p {TEXTFILES}").ok()
    for unit in (RECORDER, METRICS):
        rows = vm.sh(f"systemd-analyze security --no-pager {unit}", 60).ok().splitlines()
        exposure = float(rows[-1].split(": ")[1].split()[0])
        expect(exposure < 1.5, f"{unit}: {exposure}")
    vm.sh("mkdir -p /var/log/mcewarden && mount -t tmpfs -o size=96k tmpfs /var/log/mcewarden").ok()
    vm.sh(f"systemctl start {RECORDER}").ok()
    begun = len(lines_of(vm, RECORDER))
    vm.sh("dd if=/dev/zero of=/var/log/mcewarden/fill bs=4k; sync").ok()
    raised = vm.corrected(24)
    vm.until(f"journalctl -q -b -o cat -u {RECORDER} | grep 'cannot write to {RECORDS}: No space'", 30)
    vm.sh(f"systemctl start {METRICS} && grep '^mcewarden_recorder_disk_full 1' {TEXTFILE}").ok()
    found = [one for one in parse_json(vm.mcwctl("doctor --json").output) if one["id"] == "recorder"]
    equal([one["level"] for one in found], ["warning"], "the finding")
    vm.sh("sleep 12; rm /var/log/mcewarden/fill").ok()
    vm.until(f"journalctl -q -b -o cat -u {RECORDER} | grep 'there is room on the disk again'", 30)
    vm.recorded(raised + vm.corrected())
    equal(len(lines_of(vm, RECORDER)) - begun, 2, "lines of the recorder")
    vm.sh(f"systemctl stop {RECORDER}; umount /var/log/mcewarden; rmmod mcewarden").ok()
