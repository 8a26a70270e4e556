# SPDX-License-Identifier: GPL-2.0
"""mcwctl metrics: what a host tells a monitoring system."""

import os
import re

import dashboard
import guest
from errors import CORRECTED, CORRECTED_NO_MISC, MISC_PAGE, UCNA_NO_MISC
from machine import HOME, LANES, equal, expect, one
from prometheus import Prometheus, check_metrics
from registry import case
from steps import load_quiet, memory_controller

LINE = re.compile(r'(mcewarden_[a-z0-9_]+)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-z]+)="([^"]*)"')
FILE = "/tmp/node/mcewarden.prom"
FAMILIES = os.path.join(guest.TOP, "scripts/mcwctl/cmd/metrics_families.c")
# These files hold a state of the moment or no number, so metrics show them differently or not at
# all.
UNTOLD = ("_differs_cpus", "/ns_min", "/ns_mean", "/last", "/storm_banks", "/storm_all_banks", "/mcg_cap",
          *(f"before_load/{name}" for name in ("exceptions", "threshold_interrupts", "deferred_interrupts")))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def parse(text):
    """[(name, labels, value)]; no two lines are alike."""
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        expect(match, f"no metric: {line!r}")
        found.append((match[1], dict(LABEL.findall(match[2] or "")), match[3]))
    names = [(name, *sorted(labels.items())) for name, labels, _ in found]
    equal(len(set(names)), len(names), "different metrics")
    return found


def values(found, name, **labels):
    return [float(value) for known, has, value in found
            if known == "mcewarden_" + name and has.items() >= labels.items()]


def value(found, name, **labels):
    return one(values(found, name, **labels), f"{name} of {labels}")


def errors(vm, rounds):
    """Make more corrected errors on CPU 1 than the lane holds, each batch after the worker took
    the last."""
    for _ in range(rounds):
        taken = int(vm.read(HOME + "/stats/worker_taken"))
        vm.kernel_command(f"burst 4 40 {CORRECTED_NO_MISC:x} 1000 0 0 0", cpu=1)
        vm.until(f"test $(cat {HOME}/stats/worker_taken) = {taken + 40}")


def same_as_files(vm, found):
    """Read the values from sysfs in a way of its own, for comparison."""
    for lane in LANES:
        for name in ("committed", "refused", "dropped", "overwritten", "skipped"):
            equal(value(found, f"lane_{name}_total", lane=lane),
                  int(vm.read(f"{HOME}/stats/{lane}/{name}")), f"{name} of lane {lane}")
    for name, path, unit in (("grace_seconds", "grace_ms", 1000), ("tolerant", "tolerant", 1),
                             ("storm_poll_seconds", "storm_poll_ms", 1000)):
        equal(value(found, "knob_" + name), int(vm.read(f"{HOME}/{path}")) / unit, path)
    equal(value(found, "info", version=vm.read(HOME + "/version"), capture="tap"), 1, "info")
    equal([value(found, "knob_recovery", mode=mode) for mode in ("off", "unhandled", "observe")],
          [0, 1, 0], "the knob recovery")
    equal(len(values(found, "threshold_interrupts_total")), 2, "CPUs")
    # Each counter below stats/ must have a metric, also a counter added later.
    counters = vm.sh(f"cd {HOME}/stats && find . -type f").ok().split()
    known = [re.compile(re.escape("./" + file).replace(r"\*", r"[^/]+"))
             for file in re.findall(r'"stats/([^"]*)"', read(FAMILIES))]
    equal([file for file in counters if not any(pattern.fullmatch(file) for pattern in known)
           and not file.endswith(UNTOLD)], [], "files in stats/ without a metric")


def textfile(vm):
    """mcwctl replaces the file as a whole, or leaves it unchanged."""
    vm.sh(f"mkdir -p {os.path.dirname(FILE)} && mount -t tmpfs -o size=64k tmpfs /tmp/node &&"
          f" echo old >{FILE} && chmod 600 {FILE}").ok()
    vm.sh(f"umask 077; mcwctl metrics --textfile {FILE}").ok()
    equal(vm.sh("ls -A /tmp/node").ok().split(), [os.path.basename(FILE)], "files")
    equal(vm.sh(f"stat -c %a {FILE}").ok().strip(), "644", "the mode")
    good = vm.read(FILE)
    vm.sh("cat /dev/zero >/tmp/node/full")
    result = vm.mcwctl(f"metrics --textfile {FILE}")
    expect(result.status == 1 and "No space left" in result.output and FILE in result.output,
           f"on a full disk: {result.status}, {result.output}")
    equal(vm.read(FILE), good, "the file after that")
    equal(vm.sh("rm /tmp/node/full; ls -A /tmp/node").ok().split(), [os.path.basename(FILE)],
          "files after that")
    return good


@case("metrics", boots=("plain",))
def metrics(vm):
    """Each event is counted once, even if a lane overwrote it, and no count ever goes down."""
    vm.kernel_command("quiet 1")
    vm.load(other_records=64)
    errors(vm, 3)
    vm.kernel_command(f"burst 5 7 {UCNA_NO_MISC:x} 2000 0 0 0")
    vm.kernel_command(f"log 1 4 {CORRECTED_NO_MISC:x} 9000", cpu=1)
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = 128")
    found = parse(vm.mcwctl("metrics").ok())
    equal(value(found, "up"), 1, "up")
    polled = {"cpu": "1", "bank": "4", "severity": "KEEP", "grade": "KEEP", "source": "poll"}
    equal(value(found, "events_total", injected="false", **polled), 120, "corrected ones")
    equal(value(found, "events_total", cpu="0", bank="5", severity="DEFERRED"), 7, "severe ones")
    equal(value(found, "events_total", source="process", severity="NO"), 1, "software's")
    equal(sum(values(found, "events_total")), value(found, "worker_taken_total"), "the sum")
    last = value(found, "event_last_timestamp_seconds", **polled)
    expect(0 <= float(vm.sh("date +%s").ok()) - last + 1 < 60, f"the last at {last}")
    same_as_files(vm, found)
    errors(vm, 1)
    later = parse(textfile(vm))
    equal(value(later, "events_total", **polled), 160, "corrected ones, later")
    for name, labels, before in found:
        expect(not name.endswith("_total") or
               value(later, name[len("mcewarden_"):], **labels) >= float(before),
               f"{name} of {labels} went down from {before}")
    vm.unload()
    result = vm.mcwctl(f"metrics --textfile {FILE}")
    equal((result.status, result.output), (3, ""), "without the module: what the file says is enough")
    equal([(name, number) for name, _, number in parse(vm.read(FILE))], [("mcewarden_up", "0")],
          "the file without the module")
    vm.sh("umount /tmp/node").ok()


@case("metrics-prometheus", boots=("plain",), tags=("full",))
def metrics_prometheus(vm):
    """Debian's node_exporter and Prometheus read the metrics, and a query returns what was
    injected."""
    with Prometheus() as prometheus:
        vm.kernel_command("quiet 1")
        vm.load(other_records=64)
        query = 'sum(mcewarden_events_total{severity="KEEP",source="poll",cpu="1"})'
        for rounds in (1, 2):
            errors(vm, 1)
            vm.sh("mkdir -p /tmp/node && mcwctl metrics --textfile " + FILE).ok()
            text = vm.read(FILE) + "\n"
            check_metrics(text)
            prometheus.told(text)
            prometheus.becomes(query, 40 * rounds)
        prometheus.becomes('mcewarden_lane_overwritten_total{lane="other"}', 16)
        prometheus.becomes("node_textfile_scrape_error", 0)


@case("metrics-dashboard", boots=("plain",), tags=("full",))
def metrics_dashboard(vm):
    """Each query of the dashboard gives a series, of metrics that the host has."""
    with Prometheus() as prometheus:
        load_quiet(vm)
        memory_controller(vm)
        vm.kernel_command(f"burst 5 3 {CORRECTED:x} 12343000 {MISC_PAGE:x} 0 0")
        vm.kernel_command(f"burst 7 2 {UCNA_NO_MISC:x} 2000 0 0 0")
        vm.until(f"test $(cat {HOME}/stats/location/committed) -ge 3"
                 f" && test $(cat {HOME}/stats/worker_taken) = 5")
        text = vm.mcwctl("metrics").ok()
        has = {name for name, _, _ in parse(text)}
        prometheus.told(text)
        asked = dashboard.queries(dashboard.load())
        for title, query in asked:
            equal(dashboard.names(query) - has, set(), f"metrics of '{title}' that no host has")
        for title, query in asked:
            prometheus.gives(query)
        prometheus.becomes(dict(asked)["Uncorrected in 24 h"], 1)
        prometheus.becomes(dict(asked)["Corrected errors"], 3)
