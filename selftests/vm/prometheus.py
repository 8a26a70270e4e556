# SPDX-License-Identifier: GPL-2.0
"""Prometheus and node_exporter from Debian's packages, on this machine's loopback interface."""

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import guest
from expect import Failed, Skipped

SECONDS = 30
CONFIG = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["127.0.0.1:{port}"]
"""


def program(package, name):
    """Return the path of a program from a Debian package; skip if there is none."""
    try:
        path = os.path.join(guest.fetch("package", package), "usr/bin", name)
    except guest.Missing as error:
        raise Skipped(str(error)) from error
    tried = subprocess.run([path, "--version"], stdin=subprocess.DEVNULL, capture_output=True,
                           text=True, check=False)
    if tried.returncode:
        raise Skipped(f"{name} does not run here: {(tried.stderr.strip() or '?').splitlines()[-1]}")
    return path


def check_metrics(text):
    """Return what promtool finds wrong with the metrics; nothing if all is well."""
    done = subprocess.run([program("prometheus", "promtool"), "check", "metrics"], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode or done.stdout.strip():
        raise Failed(f"promtool check metrics: {done.returncode}, {done.stdout.strip()}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """Scrape a directory of text files every second, through node_exporter."""

    def __init__(self):
        self.programs = [program("prometheus-node-exporter", "prometheus-node-exporter"),
                         program("prometheus", "prometheus")]
        self.processes = []
        self.scratch = tempfile.TemporaryDirectory(prefix="prometheus.")

    def path(self, name):
        return os.path.join(self.scratch.name, name)

    def __enter__(self):
        node, own = free_port(), free_port()
        self.url = f"http://127.0.0.1:{own}/api/v1/query?query="
        for name in ("text", "data"):
            os.mkdir(self.path(name))
        with open(self.path("prometheus.yml"), "w", encoding="utf-8") as file:
            file.write(CONFIG.format(port=node))
        self.start(self.programs[0], "--collector.disable-defaults", "--collector.textfile",
                   "--collector.textfile.directory=" + self.path("text"),
                   f"--web.listen-address=127.0.0.1:{node}")
        self.start(self.programs[1], "--config.file=" + self.path("prometheus.yml"),
                   "--storage.tsdb.path=" + self.path("data"),
                   f"--web.listen-address=127.0.0.1:{own}")
        return self

    def start(self, path, *arguments):
        with open(self.path(os.path.basename(path) + ".log"), "wb") as log:
            self.processes.append(subprocess.Popen([path, *arguments], stdin=subprocess.DEVNULL,
                                                   stdout=log, stderr=log,
                                                   cwd=self.scratch.name))

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
        self.scratch.cleanup()

    def told(self, text):
        """What the host's file of metrics has from now on."""
        path = self.path("text/mcewarden.prom")
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)

    def said(self):
        """Return the ends of the logs."""
        text = ""
        for path in self.programs:
            with open(self.path(os.path.basename(path) + ".log"), encoding="utf-8",
                      errors="replace") as log:
                text += "\n".join(log.read().splitlines()[-10:]) + "\n"
        return text

    def ask(self, query):
        """Return {labels: value} of a query; None if Prometheus does not answer yet."""
        try:
            with urllib.request.urlopen(self.url + urllib.parse.quote(query), timeout=5) as answer:
                found = json.load(answer)["data"]["result"]
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            return None
        return {tuple(sorted(one["metric"].items())): float(one["value"][1]) for one in found}

    def becomes(self, query, wanted):
        """Wait until a query has this single value."""
        self.until(query, lambda found: list(found.values()) == [wanted], wanted)

    def gives(self, query):
        """Wait until a query gives a series."""
        self.until(query, bool, "a series")

    def until(self, query, right, wanted):
        deadline = time.monotonic() + SECONDS
        while True:
            found = self.ask(query)
            if found is not None and right(found):
                return
            if any(process.poll() is not None for process in self.processes) or \
                    time.monotonic() > deadline:
                raise Failed(f"{query} is {found}, not {wanted}; the logs end with\n{self.said()}")
            time.sleep(0.1)
