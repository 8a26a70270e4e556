# SPDX-License-Identifier: GPL-2.0
"""Programs of conditions, as mcewarden-record.service runs them, and what the journal says."""

import json
import os
import re

import guest
from catalog import case
from expect import equal, expect, one

RECORDER = "mcewarden-record.service"
JOURNAL = "mcewarden-journal.service"
CONDITION = "4cfef8ce3b784394ab3b9edc358351b2"
CONF = "/etc/mcewarden/mcewarden.conf"
PROGRAM = "/usr/local/sbin/on-condition"
STATE = "/var/lib/mcewarden/conditions"
SAID = "/var/lib/mcewarden/said"
DROP_IN = f"/etc/systemd/system/{RECORDER}.d"
MANUAL = "scripts/man/mcewarden.conf.5"

# Each try, and whether it works: as the manual page says.
TRIES = {
    "touch /var/lib/mcewarden/try": True,
    "touch /var/log/mcewarden/try": True,
    "touch /tmp/try": True,
    "touch /run/try": True,
    "mcwctl status": True,
    "logger -t on-condition of $CONDITION": True,
    "systemctl start --no-block on-condition@$CONDITION": True,
    "touch /etc/try": False,
    "touch /usr/local/try": False,
    "test -e /root/debs": False,
    "dd if=/dev/vda of=/dev/null count=1": False,
    "chown nobody /var/lib/mcewarden/try": False,
    "unshare --mount true": False,
    "rmmod mcewarden": False,
}
# That there is nobody who listens is an answer, which needs the network.
NETWORK = "exec 3<>/dev/tcp/127.0.0.1/9"

TEXT = f"""#!/bin/bash
echo "it is $CONDITION"
exec >{SAID}.new 2>&1
echo "is $(id -un):$(id -gn)"
env | sed 's/^/has /'
cd /
{"".join(f"({words}) >/dev/null && echo 'can {words}'" + chr(10) for words in TRIES)}
echo "network: $( ({NETWORK}) 2>&1)"
mv {SAID}.new {SAID}
"""


def fires(vm):
    """Two errors of memory, and what the program said."""
    vm.corrected(2)
    return vm.until(f"cat {SAID}", 60)


def install(vm):
    with vm.scratch_directory() as directory:
        path = os.path.join(directory, "program")
        with open(path, "w", encoding="utf-8") as file:
            file.write(TEXT)
        os.chmod(path, 0o755)
        vm.put({PROGRAM: path})
    # Errors of other cases in this machine would count.
    vm.sh(f"rm -f {STATE}; cp {CONF} /root/ && printf '[dimm]\\nthreshold = 2\\nprogram = {PROGRAM}\\n' >{CONF}").ok()
    vm.sh("printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh -c \"cat /root/*.conf >/run/on-%%i\"\\n'"
          " >/run/systemd/system/on-condition@.service && systemctl daemon-reload").ok()


def drop_in_of_manual():
    """The lines that the manual page gives for a program that sends mail."""
    text = guest.read_file(os.path.join(guest.TOP, MANUAL)).decode()
    return re.search(r"\n(\[Service\]\n.*?)\.Ed\n", text, re.DOTALL)[1]


@case("conditions-program", tags=("full",))
def conditions_program(vm):
    """The program of a condition runs under the hardened unit, with the rights that the manual page
    names, and with more by the drop-in that it gives. The journal has an entry of the condition."""
    install(vm)
    vm.load()
    vm.sh(f"systemctl start {RECORDER} {JOURNAL}").ok()
    said = fires(vm)
    for wanted in ("is root:adm", "has CONDITION=dimm", "has COUNT=2", "has THRESHOLD=2", "has WINDOW=86400",
                   "has INJECTED=no", "has PATH="):
        expect(f"{wanted}" in said, f"no '{wanted}' in: {said}")
    equal({words: f"can {words}\n" in said for words in TRIES}, TRIES, f"what the program can: {said}")
    expect("network: " in said and "not supported" in said, f"the network: {said}")
    vm.until(f"journalctl -q -b -u {RECORDER} -o cat | grep '^it is dimm$'")
    vm.until("journalctl -q -b -t on-condition -o cat | grep '^of dimm$'")
    vm.until("test -s /run/on-dimm")  # the unit that it started had no such limits
    vm.until(f"journalctl -q -b MESSAGE_ID={CONDITION} -o cat | grep .", 30)
    # Other cases in this machine have the thresholds of the default.
    lines = vm.journal(f"MESSAGE_ID={CONDITION} MCEWARDEN_COUNT=2 -o json").splitlines()
    entry = one([json.loads(line) for line in lines], "entries of the condition")
    wanted = {"PRIORITY": "4", "MCEWARDEN_CONDITION": "dimm", "MCEWARDEN_COUNT": "2"}
    equal({name: entry.get(name) for name in wanted}, wanted, f"fields of {entry}")
    message = entry["MESSAGE"]
    expect(f"has MESSAGE={message}\n" in said, f"another message: {message}")
    expect(message in vm.journal("-k"), f"the kernel's log has no '{message}'")
    explained = vm.journal(f"-x MESSAGE_ID={CONDITION}")
    expect("The condition dimm of" in explained and "@MCEWARDEN" not in explained, explained)
    expect('mcewarden_condition_programs_total{condition="dimm",result="started"} 1\n'
           in vm.mcwctl("metrics").ok(), "metrics")
    with_more_rights(vm)
    vm.sh(f"mv /root/{os.path.basename(CONF)} {CONF}; rm -r {PROGRAM} {DROP_IN} {SAID} {STATE}"
          " /run/on-dimm /run/try /run/systemd/system/on-condition@.service; systemctl daemon-reload").ok()


def with_more_rights(vm):
    vm.sh(f"systemctl stop {RECORDER} && rm {STATE} {SAID}").ok()
    lines = "\\n".join(drop_in_of_manual().splitlines())
    vm.sh(f"mkdir -p {DROP_IN} && printf '{lines}\\n' >{DROP_IN}/override.conf && systemctl daemon-reload"
          f" && systemctl start {RECORDER}", 60).ok()
    said = fires(vm)
    expect("network: " in said and "Connection refused" in said, f"the network by the drop-in: {said}")
    vm.sh(f"systemctl stop {RECORDER}").ok()
