# SPDX-License-Identifier: BSD-3-Clause
# nsurf. `make help` lists the targets; `make` alone builds and never installs anything.
#
# Yours to set, in the environment or on the command line, always apart from what the program needs:
#   CC CFLAGS CPPFLAGS LDFLAGS LDLIBS MPICC PREFIX DESTDIR V=1 WERROR=1 VARIANT BUILD

VERSION := 1.0.0

ifeq ($(origin CC),default)
CC := gcc
endif
MPICC   ?= mpicc
VARIANT ?= release
BUILD   ?= build/$(VARIANT)
PREFIX  ?= /usr/local
DESTDIR ?=
CFLAGS  ?= -O3 -g
V       ?= 0
CI      ?= false
WERROR  ?= $(if $(filter true 1,$(CI)),1,)

# --- the libraries: pkg-config where it knows them, the compiler wrappers where it does not ------------------------
# -isystem keeps the warnings for our own lines.

# Open MPI's wrapper, or MPICH's: nobody else is asked, who may know of another MPI.
MPI_FLAGS   := $(shell $(MPICC) --showme:compile 2>/dev/null || $(MPICC) -compile_info 2>/dev/null)
MPI_LINK    := $(shell $(MPICC) --showme:link 2>/dev/null || $(MPICC) -link_info 2>/dev/null)
MPI_CFLAGS  := $(patsubst -I%,-isystem %,$(filter -I% -D%,$(MPI_FLAGS)))
MPI_LIBS    := $(filter -L% -l% -Wl% -pthread,$(MPI_LINK))
MPI_VERSION := $(shell $(MPICC) --showme:version 2>&1 | sed -n 's/^[^:]*: *\(Open MPI [^ ]*\).*/\1/p')
ifeq ($(MPI_VERSION),)
MPI_VERSION := $(or $(shell $(MPICC) -v 2>&1 | sed -n 's/.* for \(MPICH\) version \(.*\)/\1 \2/p'),unknown)
endif

HDF5_PC     := $(firstword $(foreach p,hdf5-serial hdf5,$(shell pkg-config --exists $(p) 2>/dev/null && echo $(p))))
ifneq ($(HDF5_PC),)
HDF5_FLAGS  := $(shell pkg-config --cflags $(HDF5_PC))
HDF5_LIBS   := $(shell pkg-config --libs $(HDF5_PC))
else
HDF5_FLAGS  := $(shell h5cc -show 2>/dev/null)
HDF5_LIBS   := $(or $(filter -L% -l% -Wl% %.a,$(HDF5_FLAGS)),-lhdf5)
endif
HDF5_CFLAGS := $(patsubst -I%,-isystem %,$(filter -I%,$(HDF5_FLAGS)))

GSL_CFLAGS  := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags gsl 2>/dev/null))
GSL_LIBS    := $(or $(shell pkg-config --libs gsl 2>/dev/null),-lgsl -lgslcblas)

PC_CFLAGS   := $(shell pkg-config --cflags libcrypto zlib minizip json-c 2>/dev/null)
PC_LIBS     := $(or $(shell pkg-config --libs libcrypto zlib minizip json-c 2>/dev/null),-lcrypto -lminizip -lz \
                 -ljson-c)

# --- flags ------------------------------------------------------------------------------------------------------
# Every outcome must have the same bits whoever compiles the program: so no contraction, no fast-math, nor any part of
# it, and ours stand after the user's; on the link line too, where gcc would add code that flushes subnormals to zero.

WARN       := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum $(if $(WERROR),-Werror)
OUR_CPP    := -Isrc -D_POSIX_C_SOURCE=200809L
EXACT      := -fno-fast-math -fno-unsafe-math-optimizations -fno-associative-math -fno-reciprocal-math \
              -fno-finite-math-only -fsigned-zeros -ffp-contract=off
OUR_CFLAGS := -std=c11 $(WARN) $(EXACT) -fno-math-errno
OUR_LIBS   := $(MPI_LIBS) -lhdf5_hl $(HDF5_LIBS) $(PC_LIBS) $(GSL_LIBS) -pthread -ldl -lm

# An instruction set is asked for by the name of the file, so that no other file can come to hold such instructions.
# On other machines these files compile to empty tables.
MACHINE    := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null)))
ifeq ($(MACHINE),x86_64)
isa_flags   = $(if $(filter %_avx512.c,$1),-mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma \
                -mprefer-vector-width=512)$(if $(filter %_avx2.c,$1),-mavx2 -mfma)
endif
# With sanitizers or counters of lines the optimizer takes many minutes for a kernel. Lines are counted in the plain
# one: the bodies are the same, and the others, which programs use, stay as fast as they are.
counted     = $(filter --coverage,$(CFLAGS))
unoptimized = $(if $(filter src/net/kernel_%,$1),$(if $(filter -fsanitize%,$(CFLAGS)),-O0) \
                $(if $(counted),$(if $(filter %_plain.c,$1),-O0,-O2 -fno-profile-arcs -fno-test-coverage)))
room_flags  = $(if $(filter src/cluster/%,$1),$(MPI_CFLAGS)) \
              $(if $(filter src/store/% src/data/%,$1),$(HDF5_CFLAGS)) \
              $(if $(filter src/sweep/comparison%,$1),$(GSL_CFLAGS)) \
              $(if $(filter src/base/digest% src/base/pack% src/base/zip% src/program/value%,$1),$(PC_CFLAGS)) \
              $(if $(filter tests/%,$1),$(MPI_CFLAGS) $(HDF5_CFLAGS)) \
              $(call isa_flags,$1) $(call unoptimized,$1)

# --- files ------------------------------------------------------------------------------------------------------

SRC       := $(sort $(wildcard src/*/*.c src/main.c))
OBJ       := $(SRC:%.c=$(BUILD)/%.o) $(BUILD)/page_template.o
ROOMS     := $(filter-out $(BUILD)/src/main.o,$(OBJ))
UNIT      := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
PROGRAM   := $(sort $(wildcard tests/program/*.sh)) $(sort $(wildcard tests/faults/*.sh))
HOSTS     := $(sort $(wildcard tests/lab/*.sh)) $(sort $(wildcard tests/slurm/*.sh))
FUZZ      := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
BENCH     := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/*.c)))
BIN       := $(BUILD)/nsurf

Q := $(if $(filter-out 0,$(V)),,@)
say = $(if $(filter-out 0,$(V)),@:,@printf '  %-7s %s\n' '$1' '$2')

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all deps FORCE

all: $(BIN)  ## build the program (the default)

deps:
	@.ci/setup probe build

# Rewritten only when their text changes, so that what depends on them is rebuilt then and only then.
define keep_if_same
@mkdir -p $(@D); if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
endef

FLAGS_TEXT = $(CC) $(CPPFLAGS) $(CFLAGS) $(OUR_CPP) $(OUR_CFLAGS)
$(BUILD)/flags: FORCE | deps
	@mkdir -p $(@D); printf '%s\n' '$(FLAGS_TEXT) $(MPI_CFLAGS) $(HDF5_CFLAGS)' >$@.new
	$(keep_if_same)

# What the program tells about its own making; src/base/build.c alone sees it. git archive puts the revision into a
# tarball's Makefile (.gitattributes); elsewhere these characters are a short word with a colon.
ARCHIVED := $Format:%h$
REVISION = $(or $(shell test -e .git && git describe --always --dirty 2>/dev/null),$(if \
             $(findstring :,$(ARCHIVED)),,$(ARCHIVED)),unknown)
$(BUILD)/facts: FORCE | deps
	@mkdir -p $(@D); printf "'-D%s=\"%s\"'\n" NSURF_VERSION '$(VERSION)' NSURF_REVISION '$(REVISION)' \
	  NSURF_COMPILER "$$($(CC) --version | sed 1q)" NSURF_MPI_VERSION '$(MPI_VERSION)' \
	  NSURF_FLAGS '$(strip $(CPPFLAGS) $(CFLAGS) $(filter-out -W%,$(OUR_CFLAGS)))' >$@.new
	$(keep_if_same)
$(BUILD)/src/base/build.o: $(BUILD)/facts
$(BUILD)/src/base/build.o: FACTS = @$(BUILD)/facts

COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(OUR_CPP) $(OUR_CFLAGS) $(call room_flags,$<) $(FACTS) -MMD -MP

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c $< -o $@

# The page of `nsurf report` is a part of the program.
$(BUILD)/page_template.c: plots/report.html
	@mkdir -p $(@D); { echo 'extern const char page_template[]; const char page_template[] = {'; \
	  od -An -v -td1 $< | sed 's/\([0-9]\) /\1,/g; s/$$/,/'; echo '0};'; } >$@

$(BUILD)/page_template.o: $(BUILD)/page_template.c $(BUILD)/flags
	$(Q)$(CC) $(CFLAGS) -std=c11 -c $< -o $@

$(BIN): $(OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(OUR_LIBS) $(LDLIBS) $(EXACT) -o $@

$(BUILD)/tests/%: tests/unit/%.c $(ROOMS) $(BUILD)/flags
	$(call say,TEST,$@)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Itests/unit $(LDFLAGS) $< $(ROOMS) -lcmocka $(OUR_LIBS) $(LDLIBS) $(EXACT) -o $@

# Without the kernels, which clang's sanitizers take many minutes to compile, and what asks them for the cost.
READERS   := $(filter $(addprefix $(BUILD)/src/,base/% data/% net/stopping% net/optimizer% net/hyperparameters% \
                      program/% sweep/own_axes% sweep/program_grid% sweep/axis% sweep/parameter% sweep/experiment% \
                      sweep/table% sweep/comparison% sweep/ranking% sweep/effects% sweep/report% store/%) \
                      $(BUILD)/page_template.o,$(filter-out %/journal_follow.o,$(OBJ)))
REPLAY    := $(BUILD)/tests/fuzz/replay.o
$(BUILD)/fuzz/%: tests/fuzz/%.c $(REPLAY) $(READERS) $(BUILD)/flags
	$(call say,FUZZ,$@)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(LDFLAGS) $< $(or $(FUZZ_MAIN),$(REPLAY)) $(READERS) $(OUR_LIBS) $(LDLIBS) $(EXACT) -o $@

$(BUILD)/bench/%: tests/bench/%.c $(ROOMS) $(BUILD)/flags
	$(call say,BENCH,$@)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(LDFLAGS) $< $(ROOMS) $(OUR_LIBS) $(LDLIBS) $(EXACT) -o $@

-include $(OBJ:.o=.d) $(UNIT:=.d) $(BENCH:=.d) $(REPLAY:.o=.d) $(FUZZ:%=$(BUILD)/fuzz/%.d)

# --- setting up and running -------------------------------------------------------------------------------------

CORES     := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 1)
PARALLEL  := $(if $(findstring -j,$(MAKEFLAGS)),,-j$(CORES))
# Open MPI refuses to run as root, and to count hyper-threads as cores, unless told.
MPI_ENV   := OMPI_MCA_rmaps_base_oversubscribe=1 $(if $(filter 0,$(shell id -u)),OMPI_ALLOW_RUN_AS_ROOT=1 \
               OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
RUN       ?= build/run/nsurf
RUN_FLAGS ?=
export CC CPPFLAGS MPICC MPI_CFLAGS HDF5_CFLAGS
export NSURF = $(abspath $(BIN))

.PHONY: setup run
setup:  ## install what building, running and testing need (asks apt)
	@.ci/setup install check

run:  ## install what is missing, build, run the default sweep or go on with it, show it; RUN_FLAGS=--force starts over
	@.ci/setup install run
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@mkdir -p $(dir $(RUN))
	env $(MPI_ENV) mpirun -np $(CORES) $(BIN) -o $(RUN) $(RUN_FLAGS)
	gnuplot -c plots/surface.gp $(RUN).dat $(RUN).png
	@if $(BIN) report --quiet $(RUN); then page=', its page $(RUN).html'; fi; \
	  echo "The surface is in $(RUN).tsv, .dat and .h5; its picture is $(RUN).png$$page"

# --- tests ------------------------------------------------------------------------------------------------------

.PHONY: tests check check-slurm check-lab check-page lint bench bench-farm bench-commands sanitized valgrind coverage
tests: $(BIN) $(UNIT) $(FUZZ:%=$(BUILD)/fuzz/%)  ## build the program and the unit tests

check:  ## install what is missing (SETUP=no: nothing), build, run every test; TESTS='…' runs some
	@.ci/setup install check
	@$(MAKE) --no-print-directory $(PARALLEL) tests
	@tests/run $(or $(TESTS),tests/lint.sh $(UNIT) $(PROGRAM) tests/fuzz/replay.sh $(HOSTS))

# Daemons and browsers are nothing to install unasked: without them `check` skips these tests, and says so.
check-slurm: TESTS = $(filter tests/slurm/%,$(HOSTS))  ## install a Slurm too, and run the tests with it (root)
check-lab: TESTS = $(filter tests/lab/%,$(HOSTS))  ## install sshd too, and run the tests with several hosts (root)
check-page: TESTS = tests/program/report.sh  ## install a browser too, and run the tests with it
check-slurm check-lab check-page:
	@.ci/setup install $(@:check-%=%)
	@$(MAKE) --no-print-directory $(PARALLEL) $(BIN)
	@tests/run $(TESTS)

# Also part of `check`, for a minute and with one seed, and for twelve kills.
SECONDS ?= 3600
.PHONY: torture
torture: $(BIN)  ## attack runs and files at random for SECONDS=3600, then kill runs of --command
	@tests/faults/torture.sh $(SECONDS) $(or $(SEED),$$(date +%s))
	@tests/faults/commands.sh $(or $(SEED),$$(date +%s)) $$(($(SECONDS) / 12))

.PHONY: update-golden
update-golden: $(BUILD)/tests/test_golden  ## write down the outcomes anew, after a version of the arithmetic has grown
	@$< --print >$(BUILD)/golden.h && mv $(BUILD)/golden.h tests/unit/golden.h

# A manual has its options from the table of parameters, and stands beside it as Markdown, to be read on the web.
MANUALS   := $(sort $(wildcard src/man/*.[157]))
.PHONY: update-manual
update-manual: $(BIN)  ## put the options into the manuals anew, and the manuals into Markdown (mandoc)
	@src/man/update.sh $(BIN) $(MANUALS)

lint: $(BIN)  ## check the rules of the house: includes, rooms, warnings, scripts, papers and manuals
	@tests/run tests/lint.sh tests/program/manual.sh

# tests/lint.sh asks this for the flags of each file, so that they stand in one place.
.PHONY: print-compile
print-compile:
	@$(foreach f,$(SRC),echo '$f $(strip $(CPPFLAGS) $(OUR_CPP) $(filter-out -Werror,$(OUR_CFLAGS)) \
	  $(call room_flags,$f))';)

bench: $(BENCH)  ## this machine's limits, and every kernel, the default sweep, other methods and readers beside them
	@set -e; for b in $(filter $(BUILD)/bench/bench_%,$(BENCH)); do echo "== $$b"; $$b; done

bench-farm: $(BIN)  ## packs a second through rank 0, beside other farms where installed; its processor time and memory
	@tests/bench/bench_farm.sh

bench-commands: $(BIN) $(BUILD)/bench/spawn  ## what a program costs that does nothing, beside xargs and GNU parallel
	@tests/bench/bench_commands.sh

.PHONY: bench-peers
bench-peers: $(BIN)  ## beside plain C, FANN, PyTorch, scikit-learn, where installed: SHAPES='inputs:hidden:batch ...'
	@mkdir -p $(BUILD)/peers
	@$(CC) -O3 -march=native -ffast-math -std=c11 tests/bench/peers/plain.c -lm -o $(BUILD)/peers/plain
	@$(CC) -O2 -std=gnu11 tests/bench/peers/fann.c -lfann -lm -o $(BUILD)/peers/fann 2>/dev/null || echo 'no FANN here'
	@/usr/bin/python3 tests/bench/peers.py $(BIN) $(BUILD)/peers $(SHAPES)

.PHONY: simulate
simulate: $(BUILD)/bench/simulation  ## the farm on paper, 1 to 100,000 ranks: build/scaling.dat and plots/scaling.png
	$(BUILD)/bench/simulation | tee build/scaling.dat
	gnuplot -c plots/scaling.gp build/scaling.dat plots/scaling.png

.PHONY: reproduce
reproduce: $(BIN)  ## published test errors beside ours: PROBEN1=folder of .dt files [PROBLEMS='name:a:b ...']
	@[ -n "$(PROBEN1)" ] || { echo "reproduce: PROBEN1=FOLDER is needed: the folder of the archive's .dt files"; exit 64; }
	@/usr/bin/python3 tests/bench/proben1.py $(BIN) '$(PROBEN1)' $(PROBLEMS)

SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
sanitized:  ## unit tests and whole runs, with their faults, under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory $(PARALLEL) VARIANT=$@ BUILD=build/$@ WERROR= CFLAGS='-O1 -g $(SANITIZERS)' run-sanitized
.PHONY: run-sanitized sanitized-units sanitized-programs
run-sanitized: sanitized-units sanitized-programs
sanitized-units sanitized-programs: export LSAN_OPTIONS = suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
sanitized-units: tests
	@tests/run $(UNIT) tests/fuzz/replay.sh
sanitized-programs: tests
	@tests/run tests/program/files.sh $(addprefix tests/faults/,places.sh nth.sh lost.sh)

VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
  --errors-for-leak-kinds=definite $(addprefix --suppressions=,$(wildcard /usr/share/openmpi/openmpi-valgrind.supp))
valgrind: tests  ## unit tests under memcheck
	@WRAP='$(VALGRIND)' tests/run $(UNIT)

# libFuzzer has its own main.
FUZZ_S ?= 60
.PHONY: fuzz
fuzz:  ## look for bytes that break the readers (clang), FUZZ_S seconds each; finds land in build/fuzz/
	@$(MAKE) --no-print-directory $(PARALLEL) BUILD=build/fuzz CC=clang WERROR= FUZZ_MAIN=-fsanitize=fuzzer \
	  CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' $(FUZZ:%=build/fuzz/fuzz/%)
	@set -e; for f in $(FUZZ); do mkdir -p build/fuzz/corpus/$$f; \
	  build/fuzz/fuzz/$$f -max_total_time=$(FUZZ_S) -max_len=8192 -artifact_prefix=build/fuzz/$$f- -print_final_stats=1 \
	    build/fuzz/corpus/$$f tests/fuzz/corpus/$$f; done

# The unit tests, and programs that reach what these do not: runs of one process and of several, and their faults. Takes
# half an hour on two cores. A process that is killed leaves no counts; one that leaves by _exit does, by counted.c.
COVERED ?= 90
COVERING ?= $(patsubst %,tests/program/%.sh,axes best cluster command command_runs export files formats help jobs \
              manual methods options plan plot predict ranks repeats report splits stopping train watch) \
            $(patsubst %,tests/faults/%.sh,lost places supervisor)
COUNTS    = build/coverage/tests/counted.o
coverage:  ## lines that tests reach, by room, at least COVERED=90 % (gcov); COVERING='…' are the programs that run
	@.ci/setup install check
	@mkdir -p $(dir $(COUNTS)) && $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L -c tests/counted.c -o $(COUNTS)
	@$(MAKE) --no-print-directory $(PARALLEL) VARIANT=coverage BUILD=build/coverage CFLAGS='-O1 -g --coverage' \
	  LDFLAGS='-Wl,--wrap=_exit,--wrap=kill $(COUNTS)' tests
	@find build/coverage -name '*.gcda' -delete
	@NSURF=$(CURDIR)/build/coverage/nsurf tests/run $(patsubst $(BUILD)/%,build/coverage/%,$(UNIT)) $(COVERING) | \
	  grep -v '^ok ' || true
	@/usr/bin/python3 tests/coverage.py build/coverage $(COVERED)

# --- installing and packing -------------------------------------------------------------------------------------

.PHONY: install uninstall installcheck dist distcheck clean help
BINDIR := $(DESTDIR)$(PREFIX)/bin
SHARE  := $(DESTDIR)$(PREFIX)/share/nsurf
MAN    := $(DESTDIR)$(PREFIX)/share/man
# Those that draw what a user has; scaling.gp is of the farm on paper.
PLOTS  := $(filter-out plots/scaling.gp,$(wildcard plots/*.gp))
JOBS   := $(wildcard jobs/*.sh jobs/*.sbatch)
DOC    := $(DESTDIR)$(PREFIX)/share/doc/nsurf
MODULE := $(DESTDIR)$(PREFIX)/share/modulefiles/nsurf/$(VERSION).lua
BASHES := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHES  := $(DESTDIR)$(PREFIX)/share/zsh/site-functions

install: $(BIN)  ## into $(DESTDIR)$(PREFIX)
	install -d $(BINDIR) $(SHARE) $(DOC) $(addprefix $(MAN)/man,1 5 7) $(BASHES) $(ZSHES)
	install -m 755 $(BIN) $(BINDIR)/nsurf
	install -m 644 $(PLOTS) $(SHARE)
	install -m 755 $(JOBS) $(SHARE)
	install -m 644 jobs/lab.txt.example jobs/README.md $(SHARE)
	for m in $(MANUALS); do to=$(MAN)/man$${m##*.}/$${m##*/}; \
	  sed 's/^\.Os$$/.Os nsurf $(VERSION)/' $$m >$$to && chmod 644 $$to || exit 1; done
	install -d $(dir $(MODULE))
	printf '%s\n' 'help("nsurf $(VERSION): error surfaces of neural networks")' 'local prefix = "$(abspath $(PREFIX))"' \
	  'prepend_path("PATH", pathJoin(prefix, "bin"))' 'prepend_path("MANPATH", pathJoin(prefix, "share/man"))' \
	  'setenv("NSURF_SHARE", pathJoin(prefix, "share/nsurf"))' >$(MODULE)
	$(BIN) help completion >$(BASHES)/nsurf
	$(BIN) help completion zsh >$(ZSHES)/_nsurf
	install -m 644 README.md LICENSE $(DOC)

uninstall:  ## take away what install put there
	rm -f $(BINDIR)/nsurf $(PLOTS:plots/%=$(SHARE)/%) $(JOBS:jobs/%=$(SHARE)/%)
	rm -f $(SHARE)/lab.txt.example $(SHARE)/README.md
	for m in $(MANUALS); do rm -f $(MAN)/man$${m##*.}/$${m##*/}; done
	rm -f $(DOC)/README.md $(DOC)/LICENSE $(BASHES)/nsurf $(ZSHES)/_nsurf $(MODULE)
	-rmdir $(SHARE) $(DOC) $(dir $(MODULE))

installcheck:  ## run the installed program once
	$(BINDIR)/nsurf --version
	$(BINDIR)/nsurf --help >/dev/null
	d=$$(mktemp -d) && env $(MPI_ENV) $(BINDIR)/nsurf -a 1:2 -b 1:2 -e 1 --quiet -o $$d/nsurf && \
	  test -s $$d/nsurf.tsv && rm -r $$d

DIST := nsurf-$(VERSION)
dist:  ## build/nsurf-VERSION.tar.gz of the last commit, with the same bytes everywhere
	@mkdir -p build
	git -c tar.umask=0022 -c core.abbrev=7 archive --format=tar --prefix=$(DIST)/ HEAD | gzip -9n >build/$(DIST).tar.gz
	@echo 'build/$(DIST).tar.gz'

distcheck: dist  ## unpack it, build, install, run, uninstall: nothing may be left
	rm -rf build/distcheck && mkdir -p build/distcheck
	tar -xzf build/$(DIST).tar.gz -C build/distcheck
	for t in install installcheck uninstall; do \
	  $(MAKE) $(PARALLEL) -C build/distcheck/$(DIST) BUILD=build/release DESTDIR=$(CURDIR)/build/distcheck/root $$t || \
	    exit 1; done
	test -z "$$(find build/distcheck/root -type f)"
	rm -rf build/distcheck

clean:  ## remove build/
	rm -rf build

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables: CC CFLAGS CPPFLAGS LDFLAGS MPICC PREFIX DESTDIR V=1 WERROR=1 VARIANT BUILD RUN RUN_FLAGS TESTS'
