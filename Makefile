# SPDX-License-Identifier: GPL-2.0

KDIR ?= /lib/modules/$(shell uname -r)/build
CFLAGS ?= -O2 -g

export DESTDIR prefix unitdir udevdir SIGN_KEY SIGN_CERT SIGN_HASH
MCWCTL_FLAGS := -std=gnu11 -Wall -Wextra -Werror -static -Iinclude -Iscripts/mcwctl

all: modules tools

modules modules_install:
	@test -e $(KDIR)/Makefile || { \
		echo "mcewarden: no kernel headers in KDIR=$(KDIR): install linux-headers-$$(uname -r), or say make KDIR=DIR" >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

tools: scripts/mcwctl/mcwctl

# Grading is the module's own, so that the tool cannot say anything else.
mcwctl-sources := $(wildcard scripts/mcwctl/*.c scripts/mcwctl/*/*.c) module/severity.c

scripts/mcwctl/mcwctl: $(mcwctl-sources) $(wildcard scripts/mcwctl/*/*.h include/mcewarden/*.h) include/uapi/mcewarden.h
	$(CC) $(CFLAGS) $(MCWCTL_FLAGS) $(LDFLAGS) -o $@ $(mcwctl-sources)

# DESTDIR, prefix and what signs: see scripts/host/install --help.
install: modules tools
	KDIR='$(KDIR)' scripts/host/install module tools

uninstall:
	KDIR='$(KDIR)' scripts/host/install --remove tools module

dkms-install:
	scripts/host/install dkms

dkms-remove:
	scripts/host/install --remove dkms

deb:
	scripts/host/deb

try:
	scripts/dev/deps build tools vm
	scripts/dev/try

check:
	scripts/dev/deps build tools unit fuzz gates package model bench vm
	selftests/run

# On each kernel that is supported; hours on a small machine.
check-matrix:
	scripts/dev/deps build tools vm gates slow
	selftests/vm/run --matrix

bench:
	scripts/dev/deps build bench
	selftests/bench/run

bench-check:
	scripts/dev/deps build bench
	selftests/bench/run --check

clean:
	rm -f scripts/mcwctl/mcwctl *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order .module-common.o
	rm -f module/*.o module/.*.cmd
	rm -rf .tmp_versions

.PHONY: all modules modules_install tools install uninstall dkms-install dkms-remove deb try check check-matrix bench bench-check clean
