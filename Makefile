# make test is what CI runs. make demo shows the gate at work.

PREFIX ?= /usr/local
SOURCES = Sources Tests Package.swift

.PHONY: help deps build test lint format demo demo-operator bench docs fuzz soak install

help:
	@echo 'make test      lint, build, and run all tests'
	@echo 'make demo      push a bad promotion and a good one into a throw-away repository'
	@echo 'make demo-operator  the whole way: promotion, MLServer, drift in Prometheus, rollback, history'
	@echo 'make bench     measure the gate, and write Benchmarks/results.md'
	@echo 'make fuzz      fuzz the readers of hostile input, a minute each; RUNS=20000000 for so many inputs each'
	@echo 'make soak      prove the gate at full size, for hours, and write docs/reliability.md'
	@echo 'make build     build for development'
	@echo 'make format    format the Swift sources'
	@echo 'make docs      write docs/checks/ and docs/defences.md from checks and tests'
	@echo 'make install   build and install below PREFIX ($(PREFIX))'

deps:
	@scripts/deps.sh

build: deps
	swift build

test: deps lint
	@scripts/test-tools.sh
	swift build --build-tests
	swift test

lint:
	swift format lint --strict --recursive --configuration .swift-format $(SOURCES)

format:
	swift format --in-place --recursive --configuration .swift-format $(SOURCES)

demo: deps
	@scripts/demo.sh

demo-operator: deps
	@scripts/demo-operator.sh

bench: deps
	Benchmarks/run.sh

fuzz: deps
	scripts/fuzz.sh $(TARGETS) $(if $(RUNS),--runs $(RUNS))

soak: deps
	@scripts/test-tools.sh
	scripts/soak.sh

docs: build
	.build/debug/mlops-hook explain --pages docs/checks
	MLOPS_UPDATE_DOCS=1 swift test --filter AttackTests/page

install: deps
	./install.sh --prefix '$(PREFIX)'
