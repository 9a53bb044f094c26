# make run: the program on a demo shop (the tour when there is no display). make test: every test.
# Both set everything up by themselves: packaging/prepare installs what is missing.
# make soak: the pure rules and the counter's state machine, long and with new random acts each time.
PYTHON = .venv/bin/python
DEMO = demo

.PHONY: run test check soak bench clean

run: .venv/.ready
	@packaging/run $(DEMO)

test: .venv/.ready
	$(PYTHON) -m pytest

check: .venv/.ready
	.venv/bin/ruff check storecrm tests benchmarks packaging
	.venv/bin/ruff format --check storecrm tests benchmarks packaging
	.venv/bin/mypy
	.venv/bin/lint-imports

soak: .venv/.ready
	STORECRM_SOAK=200 $(PYTHON) -m pytest tests/stories/test_any_sequence_of_acts.py tests/domain/test_pricing.py tests/services/analytics/test_segment_rules.py tests/services/imports/test_shaping_random.py tests/services/imports/test_shaping_random_trade.py tests/services/imports/test_rollback_machine.py tests/services/imports/test_run_rehearsal.py -n 0

bench: .venv/.ready
	$(PYTHON) -m benchmarks

.venv/.ready: pyproject.toml constraints.txt packaging/prepare resources/i18n/zh_CN.po resources/i18n/en.po
	@packaging/prepare

clean:
	rm -rf .venv demo build dist
