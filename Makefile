# Everything a developer does here. `make` alone lists it.
.DEFAULT_GOAL := help
export CGO_ENABLED = 0
TAGS = nomsgpack
LINT = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help build run test lint openapi conformance ratchet bench clean

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

clean: ## Remove what was built
	rm -rf bin
