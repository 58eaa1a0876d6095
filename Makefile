# Everything a developer does here. `make` alone lists it.
.DEFAULT_GOAL := help
export CGO_ENABLED = 0
TAGS = nomsgpack
LINT = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help build run test lint openapi conformance ratchet bench load fuzz clients browser clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/headpress, one static file
	go build -trimpath -tags $(TAGS) -ldflags '-s -w' -o bin/headpress ./cmd/headpress

run: ## Serve a site on SQLite at http://localhost:8080
	go run -tags $(TAGS) ./cmd/headpress serve

test: ## Run all tests; other engines too when HEADPRESS_TEST_POSTGRES and HEADPRESS_TEST_MYSQL name them
	go test -tags $(TAGS) ./...

lint: ## Run go vet and golangci-lint, the import rules included
	go vet -tags $(TAGS) ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else go run $(LINT) run; fi

openapi: ## Write openapi.yaml from the routes
	go run -tags $(TAGS) ./cmd/headpress openapi > openapi.yaml.new && mv openapi.yaml.new openapi.yaml

conformance: ## Replay the recorded requests on the three engines and print the figures
	HEADPRESS_CONFORMANCE=$${HEADPRESS_CONFORMANCE:-../shared/conformance} .ci/ratchet show

ratchet: ## The same, and write the figures that may only rise
	HEADPRESS_CONFORMANCE=$${HEADPRESS_CONFORMANCE:-../shared/conformance} .ci/ratchet update

bench: ## Measure time, statements and allocations of typical requests on each engine there is
	@go test -tags $(TAGS) -run '^$$' -bench Reads -benchmem ./handlers | .ci/bench

load: ## Have 64 clients write for 30 seconds on each engine there is, and check what is there in the end
	go test -tags $(TAGS) -count 1 -timeout 10m -v -run 'TestLoad$$' ./handlers -load 30s

fuzz: ## Run every fuzz target for FUZZTIME (1m), and a million mutated texts through what stores them
	.ci/nightly

clients/node_modules: clients/package-lock.json
	cd clients && npm ci --ignore-scripts --silent && touch node_modules

clients: build clients/node_modules ## Sign in, create, edit, list and delete with client libraries of others, on each engine there is (needs Node)
	@cd clients && for engine in sqlite $${HEADPRESS_TEST_POSTGRES:+postgres} $${HEADPRESS_TEST_MYSQL:+mysql}; do \
		echo "$$engine:"; ENGINE=$$engine npm run --silent clients || exit 1; done

browser: build clients/node_modules ## Sign in and authorize an application in a browser (needs Node, and CHROMIUM or /usr/bin/chromium)
	cd clients && npm run --silent browser

clean: ## Remove what was built
	rm -rf bin
