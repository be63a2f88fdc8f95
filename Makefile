# Yunjian. `make help` lists the targets.
SHELL := /bin/bash
VARIANT ?= release
B := build/$(VARIANT)
CC ?= gcc
PKGS := libwebsockets libsrtp2 openssl sqlite3 jansson libargon2 libcurl zlib
# AES-GCM in a third of the time, on x86 and where it is installed.
MB := $(wildcard /usr/include/intel-ipsec-mb.h)
PACK_PKGS := gstreamer-1.0 gstreamer-video-1.0 jansson

WARN := -std=gnu17 -Wall -Wextra -Wconversion -Wsign-conversion -Werror -Wshadow -Wstrict-prototypes \
  -Wmissing-prototypes -Wundef -Wcast-qual -Wpointer-arith -Wwrite-strings -Wvla \
  -Wswitch-enum -Wformat=2 -Wno-missing-field-initializers
GCC_WARN := -Wno-format-truncation -Wcast-align=strict -Wformat-signedness -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wnull-dereference
CLANG_WARN := -Wdocumentation -Wcomma
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now

ifeq ($(VARIANT),release)
  CC := gcc
  CFLAGS := -O2 -g $(WARN) $(GCC_WARN) $(HARDEN)
  LDFLAGS := $(LDHARDEN)
else ifeq ($(VARIANT),asan)
  CC := clang
  CFLAGS := -O1 -g $(WARN) $(CLANG_WARN) -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
  LDFLAGS := -fsanitize=address,undefined
else ifeq ($(VARIANT),tsan)
  CC := clang
  CFLAGS := -O1 -g $(WARN) $(CLANG_WARN) -fsanitize=thread
  LDFLAGS := -fsanitize=thread
else ifeq ($(VARIANT),fuzz)
  CC := clang
  CFLAGS := -O1 -g $(WARN) $(CLANG_WARN) -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -DFUZZING
  LDFLAGS := -fsanitize=fuzzer,address,undefined
endif
CPPFLAGS := -D_GNU_SOURCE -Iinclude -I$(B)/gen $(if $(MB),-DHAVE_IPSEC_MB)
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) $(if $(MB),-lIPSec_MB) -lpthread -lm
# -isystem: their headers are not written for our warnings.
PACK_CFLAGS = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACK_PKGS) 2>/dev/null))
PACK_LIBS = $(shell pkg-config --libs $(PACK_PKGS) 2>/dev/null) -lcrypto -lpthread -lm

PROGRAMS := yunjiand yunjian
LIB_SRC := $(filter-out src/main/% src/pack/%,$(wildcard src/*/*.c))
MAIN_SRC := $(filter-out $(PROGRAMS:%=src/main/%.c),$(wildcard src/main/*.c))
PACK_SRC := $(filter-out src/pack/yunjian_packager.c,$(wildcard src/pack/*.c))
UNIT := $(patsubst tests/unit/%.c,%,$(filter-out tests/unit/test_pack%,$(wildcard tests/unit/test_*.c)))
PACK_UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_pack*.c))
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
PACK_FUZZ := $(filter fuzz_pack%,$(FUZZ))
obj = $(patsubst %.c,$(B)/%.o,$(1))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: api api-check mutants help run test build programs web web-lint web-unit unit unit-build e2e faults nightly fuzz-build fuzz-corpus fuzz-smoke \
  asan tsan bench bench-programs bench-worker bench-pack check-layers lint fmt keep-schema install uninstall dist deps-run deps-test deps-bench clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

run: deps-run ## install what is missing, build, start the server, print two links
	$(MAKE) -s -j2 build web
	conf/start
test: deps-test ## everything CI checks; ends with "N passed, N failed"
	@$(MAKE) -s -j2 build web
	@tests/run
deps-run:
	@conf/install-packages conf/packages.run
deps-bench:
	@conf/install-packages conf/packages.run conf/packages.test conf/packages.bench
deps-test:
	@conf/install-packages conf/packages.run conf/packages.test

web: web/dist/index.html ## the web pages
web/node_modules/.package-lock.json: web/package-lock.json web/package.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts web/tsconfig.json -type f 2>/dev/null)
	cd web && npm run -s build
	@touch $@
web-lint: web/node_modules/.package-lock.json ## eslint and tsc
	cd web && npm run -s lint
web-unit: web/node_modules/.package-lock.json ## unit tests of the pages
	cd web && npm test -s
tests/e2e/node_modules/.package-lock.json: tests/e2e/package-lock.json tests/e2e/package.json
	cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
e2e: build $(B)/rtcload $(B)/gst-peer web tests/e2e/node_modules/.package-lock.json ## real browsers against the real server
	node tests/e2e/run.mjs
faults: build web $(B)/gst-peer $(B)/slow-sync.so tests/e2e/node_modules/.package-lock.json ## kill -9, full disks, malformed input, abuse
	node tests/e2e/run.mjs --faults
nightly: build web $(B)/gst-peer $(B)/slow-sync.so tests/e2e/node_modules/.package-lock.json ## the long versions, one after the other, with the limits of a calm machine: 50 kills, 10 minutes of sync, 20 joins
	node tests/e2e/run.mjs --nightly

mutants: build web tests/e2e/node_modules/.package-lock.json ## one check of rights taken out at a time; the tests must notice each (10 minutes)
	node tests/lint/mutate_policy.mjs

build: programs ## server, packager and command line, without the web pages
programs: $(PROGRAMS:%=$(B)/%) $(if $(wildcard src/pack/yunjian_packager.c),$(B)/yunjian-packager)

# Every named statement of src/db/sql and every migration becomes C.
SQL := $(wildcard src/db/sql/*.sql src/db/migrations/*.sql)
$(B)/gen/db/sql_gen.h: $(SQL) $(wildcard src/db/gen_sql.mjs)
	@mkdir -p $(@D)
	$(if $(wildcard src/db/gen_sql.mjs),node src/db/gen_sql.mjs $@ $(SQL),touch $@)

$(B)/src/pack/%.o: src/pack/%.c $(B)/gen/db/sql_gen.h
	@mkdir -p $(@D)
	@echo "  CC $@"; $(CC) $(CPPFLAGS) $(PACK_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/src/%.o: src/%.c $(B)/gen/db/sql_gen.h
	@mkdir -p $(@D)
	@echo "  CC $@"; $(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/tests/%.o: tests/%.c $(B)/gen/db/sql_gen.h
	@mkdir -p $(@D)
	@echo "  CC $@"; $(CC) $(CPPFLAGS) -Isrc -Itests -Itests/unit $(PKG_CFLAGS) $(PACK_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/libyunjian.a: $(call obj,$(LIB_SRC))
	@rm -f $@; ar rcs $@ $^
$(B)/libmain.a: $(call obj,$(MAIN_SRC))
	@rm -f $@; ar rcs $@ $^
$(B)/libpack.a: $(call obj,$(PACK_SRC))
	@rm -f $@; ar rcs $@ $^

$(PROGRAMS:%=$(B)/%): $(B)/%: $(B)/src/main/%.o $(B)/libmain.a $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PKG_LIBS) -o $@
$(B)/yunjian-packager: $(B)/src/pack/yunjian_packager.o $(B)/libpack.a $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PACK_LIBS) -o $@
$(UNIT:%=$(B)/unit/%): $(B)/unit/%: $(B)/tests/unit/%.o $(B)/libmain.a $(B)/libyunjian.a
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PKG_LIBS) -o $@
$(PACK_UNIT:%=$(B)/unit/%): $(B)/unit/%: $(B)/tests/unit/%.o $(B)/libpack.a $(B)/libyunjian.a
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PACK_LIBS) -o $@
$(PACK_FUZZ:%=$(B)/fuzz/%): $(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libpack.a $(B)/libyunjian.a
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PACK_LIBS) -o $@
$(filter-out $(PACK_FUZZ:%=$(B)/fuzz/%),$(FUZZ:%=$(B)/fuzz/%)): $(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libmain.a $(B)/libyunjian.a
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PKG_LIBS) -o $@

# GStreamer's webrtcbin, for the tests of WHIP and WHEP.
$(B)/gst-peer: tests/gst/peer.c
	@echo "  LD $@"; $(CC) -std=gnu17 -O1 -g -Wall -Wextra -Werror $$(pkg-config --cflags gstreamer-webrtc-1.0 gstreamer-sdp-1.0) \
	  $< $$(pkg-config --libs gstreamer-webrtc-1.0 gstreamer-sdp-1.0) -o $@

# Preloaded into a server to make its disk slow.
$(B)/slow-sync.so: tests/slow/slow_sync.c
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) -std=gnu17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -shared -fPIC $< -ldl -o $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)

$(B)/bench: $(call obj,$(wildcard tests/bench/worker/*.c)) $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PKG_LIBS) -o $@
# The instruments speak STUN, SDP and SRTP by themselves: of the product they use the helpers of its lowest layers only.
RTC_LOAD := $(wildcard tests/bench/rtcload/*.c)
RTC_SHARED := $(patsubst %,tests/bench/rtcload/%.c,dtls sdp_read sdp_write stun util)
BENCH_LIBS = $(shell pkg-config --libs libsrtp2 openssl jansson 2>/dev/null) -lpthread -lm
bench: deps-bench ## the server beside Janus and beside the least it can cost; docs/benchmarks.md (QUICK=1: a short form)
	@$(MAKE) -s build web tests/e2e/node_modules/.package-lock.json bench-programs
	node tests/bench/run.mjs $(PARTS)
bench-programs: $(B)/rtcload $(B)/slow-sync.so $(B)/floor $(B)/limit $(if $(wildcard tests/bench/pack/pack.c),$(B)/bench-pack)
$(B)/rtcload: $(call obj,$(RTC_LOAD)) $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(BENCH_LIBS) -lcurl -o $@
$(B)/floor: $(call obj,$(wildcard tests/bench/floor/*.c) $(RTC_SHARED)) $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(BENCH_LIBS) $(if $(MB),-lIPSec_MB) -o $@
$(B)/limit: $(call obj,$(wildcard tests/bench/limit/*.c) $(RTC_SHARED)) $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(BENCH_LIBS) -o $@
bench-worker: $(B)/bench ## the media worker alone, beside the least it can cost; build/bench-worker.json
	$<

$(B)/bench-pack: $(call obj,tests/bench/pack/pack.c) $(B)/libpack.a $(B)/libyunjian.a
	@echo "  LD $@"; $(CC) $(LDFLAGS) $^ $(PACK_LIBS) -o $@
bench-pack: $(B)/bench-pack $(B)/yunjian-packager ## what packaging costs, and how soon a meeting can be replayed
	$< $(B)/yunjian-packager whole 600 live 60

unit-build: $(UNIT:%=$(B)/unit/%) $(PACK_UNIT:%=$(B)/unit/%)
unit: $(UNIT:%=$(B)/unit/%) $(PACK_UNIT:%=$(B)/unit/%) ## unit tests of this VARIANT
	@fail=0; for t in $^; do $$t || { echo "FAILED $$t"; fail=1; }; done; exit $$fail
# One unit test, built and run: make t-stun VARIANT=asan
t-%: $(B)/unit/test_%
	$<
asan: ## unit tests under AddressSanitizer and UBSan
	$(MAKE) VARIANT=asan unit
tsan: ## unit tests under ThreadSanitizer
	$(MAKE) VARIANT=tsan unit
fuzz-build: $(FUZZ:%=$(B)/fuzz/%)
fuzz-corpus: ## every fuzz target over its corpus, once
	$(MAKE) -j2 VARIANT=fuzz fuzz-build
	@for f in $(FUZZ); do build/fuzz/fuzz/$$f -runs=0 tests/fuzz/corpus/$$f || exit 1; done
fuzz-smoke: ## every fuzz target: its corpus, then 20 s
	$(MAKE) VARIANT=fuzz fuzz-build
	@for f in $(FUZZ); do mkdir -p tests/fuzz/corpus/$$f build/fuzz-new/$$f; \
	  build/fuzz/fuzz/$$f -max_len=2048 -max_total_time=20 -print_final_stats=0 build/fuzz-new/$$f tests/fuzz/corpus/$$f || exit 1; done

# Where `make install` puts things; DESTDIR before all of them, for packages.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc/yunjian
STATEDIR ?= /var/lib/yunjian
UNITDIR ?= $(PREFIX)/lib/systemd/system
VERSION := $(shell sed -n 's/^#define VERSION "\(.*\)"/\1/p' include/base/version.h)
FILL = sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@SYSCONFDIR@|$(SYSCONFDIR)|g'
UNITS := yunjian.service yunjian-backup.service yunjian-backup.timer
SAMPLES := nginx.conf turnserver.conf

install: build web ## programs, pages, sample configuration, unit; DESTDIR, PREFIX, SYSCONFDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/yunjian $(DESTDIR)$(PREFIX)/share/doc/yunjian \
	  $(DESTDIR)$(SYSCONFDIR) $(DESTDIR)$(UNITDIR) $(DESTDIR)$(PREFIX)/lib/sysusers.d
	install -s $(B)/yunjiand $(B)/yunjian $(B)/yunjian-packager $(DESTDIR)$(PREFIX)/bin
	rm -rf $(DESTDIR)$(PREFIX)/share/yunjian/web
	cp -r --no-preserve=ownership web/dist $(DESTDIR)$(PREFIX)/share/yunjian/web
	install -m 644 README.md LICENSE CHANGELOG.md docs/*.md $(DESTDIR)$(PREFIX)/share/doc/yunjian
	cd conf && install -m 644 $(SAMPLES) $(DESTDIR)$(PREFIX)/share/doc/yunjian
	$(B)/yunjian help >$(DESTDIR)$(PREFIX)/share/doc/yunjian/yunjian.txt
	install -m 644 conf/yunjian.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/yunjian.conf
	for u in $(UNITS); do $(FILL) conf/$$u >$(DESTDIR)$(UNITDIR)/$$u || exit 1; done
	sed -e 's|^#data = .*|data = $(STATEDIR)|' -e 's|^#web_root = .*|web_root = $(PREFIX)/share/yunjian/web|' \
	  -e 's|^#holidays = .*|holidays = $(SYSCONFDIR)/holidays.conf|' conf/yunjian.conf >$(DESTDIR)$(SYSCONFDIR)/yunjian.conf.new
	cp conf/holidays.conf $(DESTDIR)$(SYSCONFDIR)/holidays.conf.new
	@# What somebody has edited stays; the new sample lies beside it.
	cd $(DESTDIR)$(SYSCONFDIR) && for f in yunjian.conf holidays.conf; do [ -e $$f ] || mv $$f.new $$f; done
uninstall: ## what install has put there, but not configuration and data
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%) $(DESTDIR)$(PREFIX)/bin/yunjian-packager \
	  $(UNITS:%=$(DESTDIR)$(UNITDIR)/%) $(DESTDIR)$(PREFIX)/lib/sysusers.d/yunjian.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/yunjian $(DESTDIR)$(PREFIX)/share/doc/yunjian
dist: ## build/yunjian-VERSION.tar.gz of the last commit; the same bytes each time
	@mkdir -p build
	git archive --format=tar --prefix=yunjian-$(VERSION)/ HEAD | gzip -9n >build/yunjian-$(VERSION).tar.gz
	@sha256sum build/yunjian-$(VERSION).tar.gz

# $(1): the folder into which docs/openapi.yaml and web/src/api/types.ts go.
GEN_API = $(B)/yunjiand --openapi | node src/api/gen_api.mjs $(1)
api: $(B)/yunjiand ## docs/openapi.yaml and web/src/api/types.ts, from the tables of routes and answers
	$(call GEN_API,.)
api-check: $(B)/yunjiand ## whether they are as those tables make them
	rm -rf build/api && $(call GEN_API,build/api)
	diff -u docs/openapi.yaml build/api/docs/openapi.yaml
	diff -u web/src/api/types.ts build/api/web/src/api/types.ts

keep-schema: ## keeps a database of a new migration's version, for the test of upgrades
	@tests/vectors/schema/keep

check-layers: ## layers and library fences
	python3 tests/lint/check_layers.py .
# One file a run: the analyzer's va_list checker is wrong from the second file on.
lint: check-layers web-lint ## clang-format, clang-tidy, cppcheck, eslint, tsc
	clang-format --dry-run -Werror $(wildcard src/*/*.c src/*/*.h include/*/*.h tests/*/*.c tests/*/*.h tests/bench/*/*.c tests/bench/*/*.h)
	@printf '%s\n' $(LIB_SRC) $(wildcard src/main/*.c) | xargs -P2 -n1 sh -c 'clang-tidy --quiet "$$@" -- -std=gnu17 $(CPPFLAGS) $(PKG_CFLAGS)' tidy
	@printf '%s\n' $(wildcard src/pack/*.c) | xargs -r -P2 -n1 sh -c 'clang-tidy --quiet "$$@" -- -std=gnu17 $(CPPFLAGS) $(PACK_CFLAGS)' tidy
	cppcheck --std=c11 --enable=warning,style,performance,portability --inline-suppr --error-exitcode=1 --quiet \
	  --suppress=missingIncludeSystem -D_GNU_SOURCE -Iinclude src
fmt: ## format all C
	clang-format -i $(wildcard src/*/*.c src/*/*.h include/*/*.h tests/*/*.c tests/*/*.h tests/bench/*/*.c tests/bench/*/*.h)
clean: ## remove what was built
	rm -rf build web/dist web/node_modules tests/e2e/node_modules
