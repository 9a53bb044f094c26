# make run: the program on a demo shop (the tour when there is no display). make test: every test.
# Both set everything up by themselves: packaging/prepare installs what is missing.
PYTHON = .venv/bin/python
DEMO = demo

.PHONY: run test check bench clean

run: .venv/.ready
	@packaging/run $(DEMO)

test: .venv/.ready
	$(PYTHON) -m pytest

check: .venv/.ready
	.venv/bin/ruff check storecrm tests benchmarks packaging
	.venv/bin/ruff format --check storecrm tests benchmarks packaging
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/.ready
	$(PYTHON) -m benchmarks

.venv/.ready: pyproject.toml constraints.txt packaging/prepare resources/i18n/zh_CN.po resources/i18n/en.po
	@packaging/prepare

clean:
	rm -rf .venv demo build dist
