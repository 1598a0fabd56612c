# The verbs of this repository; CI uses the same ones (.ci/run).
.PHONY: help run dev test soak check fix bench docs screenshots

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up what is needed and serve http://localhost:8080 with sample records
	@scripts/run

dev: ## the server with reload and the client with hot reload, http://localhost:5173
	@scripts/dev

test: ## set up the rest and run every test
	@scripts/test

soak: ## kills, cut networks, full disks and simulated histories for MINUTES (30)
	@MINUTES=$(or $(MINUTES),30) scripts/soak

check: ## formatting, lint, types, import floors, dead code: server and client
	@scripts/check

fix: ## format, and repair what the linters can
	@scripts/fix

bench: ## how fast server and page are, measured on this machine
	@scripts/bench

docs: ## the documents as a site, in .cache/site
	@scripts/docs

screenshots: ## take the pictures of the documents anew
	@scripts/screenshots
