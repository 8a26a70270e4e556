# SPDX-License-Identifier: GPL-2.0

KDIR ?= /lib/modules/$(shell uname -r)/build
CFLAGS ?= -O2 -g

export DESTDIR prefix unitdir udevdir SIGN_KEY SIGN_CERT SIGN_HASH

all: modules tools

modules modules_install:
	@test -e $(KDIR)/Makefile || { \
		echo "mcewarden: no kernel headers in KDIR=$(KDIR): install linux-headers-$$(uname -r), or use make KDIR=DIR" >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

# The tool. The layers that read and decode are one library, the layers that print and run commands
# are another. Unit tests and fuzzers link both, built with their own flags in their own BUILD.
BUILD = scripts/mcwctl/build
objects = $(patsubst scripts/mcwctl/%.c,$(BUILD)/%.o,$(wildcard $(addprefix scripts/mcwctl/,$(1))))
program-objects := $(call objects,main.c options.c)
command-objects := $(call objects,show/*.c cmd/*.c)
# SQLite reads rasdaemon's database, and is the store. Without libsqlite3.a the tool is built too,
# and says so.
SQLITE := $(wildcard $(shell $(CC) -print-file-name=libsqlite3.a))
# jansson reads what QEMU's monitor says. Without libjansson.a, guests have no addresses.
JANSSON := $(wildcard $(shell $(CC) -print-file-name=libjansson.a))
# The tool links the module's own grading, rule for addresses and lines of a panic: both agree.
module-objects := $(BUILD)/severity.o $(BUILD)/page_address.o $(BUILD)/panic_lines.o
library-objects := $(call objects,error.c decode/*.c decode/*/*.c klog/*.c inject/*.c source/*.c \
	guests/*.c diagnose/*.c store/*.c) $(module-objects)
libraries := $(BUILD)/libmcwctl.a $(BUILD)/libmcw.a

flags = $(CC) -std=gnu11 -Wall -Wextra -Werror -Iinclude -Iscripts/mcwctl $(if $(SQLITE),-DMCW_SQLITE) \
	$(if $(JANSSON),-DMCW_JANSSON) $(CFLAGS)
files = $(LDFLAGS) $(program-objects) $(command-objects) $(library-objects)
compile = $(flags) -MMD -MP -c -o $@ $<
# In the directory itself: ar's script takes a comma in a path for the end of the name.
archive = rm -f $@ && $(AR) qcs $@ $(filter %.o,$^) \
	$(if $(filter %.a,$^),&& cd $(@D) && printf '%s\n' 'open $(@F)' $(patsubst %,'addlib %',$(notdir $(filter %.a,$^))) \
		save end | $(AR) -M)
# SQLite would load extensions; those calls become calls of the tool's, which refuse.
refuse = objcopy $(foreach call,dlopen dlsym dlclose dlerror,--redefine-sym $(call)=mcw_no_$(call)) $< $@
link = $(CC) $(CFLAGS) -static $(LDFLAGS) -o $@ $(program-objects) $(libraries) $(if $(SQLITE),-lm)
# V=1 shows the commands.
run = $(if $(filter 1,$(V)),,@echo '  $(1) $@' &&) mkdir -p $(@D) && $($(2))

tools: scripts/mcwctl/mcwctl

lib: $(libraries)

scripts/mcwctl/mcwctl: $(program-objects) $(libraries) $(BUILD)/files
	$(call run,LD,link)

$(BUILD)/libmcwctl.a: $(command-objects) $(BUILD)/files
	$(call run,AR,archive)

$(BUILD)/libmcw.a: $(library-objects) $(if $(SQLITE),$(BUILD)/libsqlite3.a) \
	$(if $(JANSSON),$(BUILD)/libjansson.a) $(BUILD)/files
	$(call run,AR,archive)

$(BUILD)/libsqlite3.a: $(SQLITE) $(BUILD)/flags
	$(call run,OBJCOPY,refuse)

# In the directory itself, as above.
$(BUILD)/libjansson.a: $(JANSSON) $(BUILD)/flags
	@cp $< $@

$(module-objects): $(BUILD)/%.o: module/%.c $(BUILD)/flags
	$(call run,CC,compile)

$(BUILD)/%.o: scripts/mcwctl/%.c $(BUILD)/flags
	$(call run,CC,compile)

# Written only if they change: other flags rebuild everything, other files relink.
$(BUILD)/flags $(BUILD)/files: FORCE
	@mkdir -p $(@D) && echo '$(subst ','\'',$($(@F)))' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

-include $(patsubst %.o,%.d,$(program-objects) $(command-objects) $(library-objects))

# For DESTDIR, prefix and signing see scripts/host/install --help.
install: modules tools
	KDIR='$(KDIR)' scripts/host/install module tools

uninstall:
	KDIR='$(KDIR)' scripts/host/install --remove tools module

dkms-install:
	scripts/host/install dkms

dkms-remove:
	scripts/host/install --remove dkms

deb:
	scripts/dev/deps deb
	scripts/host/deb

try:
	scripts/dev/deps build tools vm
	scripts/dev/try

# What a change needs before a commit.
quick:
	scripts/dev/deps build tools unit gates vm
	selftests/run --quick

check:
	scripts/dev/deps build tools unit fuzz gates package model bench host vm
	selftests/run

# All there is, at full length; hours on a small machine. PART=2/10 runs a part of it, and adds what
# came out to one table.
check-full:
	scripts/dev/deps build tools unit fuzz gates slow package model bench host vm
	selftests/run --full $(if $(PART),--part $(PART))

# On each kernel that is supported; hours too, and in parts too.
check-matrix:
	scripts/dev/deps build tools vm gates slow
	selftests/vm/run --matrix $(if $(PART),--part $(PART))

# Everything at once, at random. SEED= gives the same choices again, BOOT= is another of the boots
# that "selftests/vm/run --list soak" names, SECONDS= is how long.
soak: export SOAK_SECONDS = $(or $(SECONDS),1800)
soak: export SEED := $(SEED)
soak:
	scripts/dev/deps build tools vm
	selftests/vm/run --verbose $(or $(BOOT),mcwdbg-cmci)/soak

# The machines of check-full, with modules that count which of their functions ran.
coverage:
	scripts/dev/deps build tools vm
	rm -rf $(BUILD)/coverage
	selftests/vm/run --full --coverage $(BUILD)/coverage --reached

bench:
	scripts/dev/deps build bench
	selftests/bench/run

bench-check:
	scripts/dev/deps build bench
	selftests/bench/run --check

clean:
	rm -rf $(BUILD)
	rm -f scripts/mcwctl/mcwctl mcw_probes.h *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order .module-common.o
	rm -f module/*.o module/.*.cmd
	rm -rf .tmp_versions

.PHONY: all modules modules_install tools lib FORCE install uninstall dkms-install dkms-remove deb try quick check check-full check-matrix soak coverage bench bench-check clean
