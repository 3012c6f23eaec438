# Every target is one plain command, for people without make: see README.md.
PYTHON ?= python3
ARGS   ?=
N      ?=
TO     ?=
PY     := .venv/bin/python
COLAB  := .venv-colab/bin/python
BOOK   := .venv-book/bin/python
TEN    := 0 1 2 3 4 5 6 7 8 9
FIRST  := /lab/tree/notebooks/00_start_here.ipynb
# Jupyter refuses root unless told so; in a container there is nobody else.
ROOTED := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help setup lab lint test test-colab test-long coverage notebooks reset update bundle preflight class slides sheets data checkpoints front book animation bench claims transfer pins publish
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup:  ## make .venv with everything the course needs, or repair it (GPU=1: with CUDA)
	@$(PYTHON) tools/setup.py

lab: setup  ## open the course in JupyterLab (ARGS="--no-browser --port 9999")
	$(PY) -m jupyterlab --notebook-dir=. --LabApp.default_url=$(FIRST) $(ROOTED) $(ARGS)

lint: setup  ## what can be seen without running: mistakes, layout, the layers of helpers/
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports --no-logo --no-cache

test: setup  ## run every test and every committed notebook (ARGS="-k art")
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

test-colab:  ## what can differ, with the versions that Google Colab has
	@$(PYTHON) tools/setup.py --colab
	$(COLAB) -m pytest --colab -n 2 --dist loadfile $(ARGS)

test-long: setup  ## every section of every page by itself, those that train included; every generator in a browser
	$(PY) -m pytest --long tests/test_notebooks.py tests/browser/test_page.py -k "test_a_section or test_every_generator" $(ARGS)

coverage: setup  ## which lines of helpers/ no test and no page reaches (as long as `make test`)
	$(PY) -m pytest --cov=helpers --cov-report=term-missing:skip-covered $(ARGS)

notebooks: setup  ## execute and clean the pages in place (N=05: one lesson)
	$(PY) -m tools.notebooks $(N)

reset:  ## give back the committed page of a lesson (N=05); yours is kept in my_art/
	@$(PYTHON) -m tools.reset $(N)

update:  ## go to the newest release; changed pages are kept in my_art/pages/
	@$(PYTHON) -m tools.update
	@$(PYTHON) tools/setup.py

bundle: book  ## the course, all it installs, and the site to read, as one folder for a room without a network (TO=zh: Chinese too)
	@$(PY) -m tools.bundle $(ARGS)

preflight: setup  ## is this machine ready for a class? a minute; asks the internet for the course's address
	@$(PY) -m tools.preflight

class: setup  ## a table of the lines that learners handed in (FILE=lines.txt)
	@$(PY) -m tools.class_table "$(FILE)" $(ARGS)

slides: setup  ## slides of the pages and of their questions, HTML and PDF, in build_cache/teach/ (N=03: one lesson)
	@$(PY) -m tools.slides $(N)

sheets: setup  ## sheets to print: what one learns, questions, replies, the pages of teach/ (N=03: one lesson)
	@$(PY) -m tools.sheets $(N)

data: setup  ## make the art again from its source packages and compare checksums
	$(PY) -m data.build $(ARGS)

checkpoints: setup  ## train the shipped generators again (about four hours on 2 cores)
	$(PY) -m helpers.train heroes --width 48 --batch 16 --learning-rate 0.0015 --r1 0.1 --steps 24000 --overwrite --output build_cache/heroes
	$(PY) -m helpers.train city_day --size 64 --width 48 --batch 16 --learning-rate 0.0015 --augment edge_translation --r1 0.1 --steps 9000 --overwrite --output build_cache/city_day
	$(PY) -m helpers.train city_day --size 32 --width 48 --batch 16 --learning-rate 0.0015 --augment edge_translation --r1 0.1 --steps 9000 --overwrite --output build_cache/city_day_32
	$(PY) -c "from helpers import checkpoints as c; [c.ship(f'build_cache/{n}', n) for n in ('heroes', 'city_day', 'city_day_32')]"
	$(PY) -m helpers.train creatures --init heroes --learning-rate 0.002 --batch 16 --augment translation,color --r1 0.1 --steps 8000 --overwrite --output build_cache/creatures_start
	$(PY) -m helpers.train creatures --init build_cache/creatures_start --learning-rate 0.0007 --batch 16 --augment translation --r1 0.1 --steps 4000 --overwrite --output build_cache/creatures
	$(PY) -m helpers.train city_sunset --init city_day --repaint --learning-rate 0.002 --batch 16 --augment edge_translation --r1 0.1 --steps 2000 --overwrite --output build_cache/city_sunset
	$(PY) -m helpers.train city_neon --init city_day --repaint --learning-rate 0.002 --batch 16 --augment edge_translation --r1 0.1 --steps 3000 --overwrite --output build_cache/city_neon
	$(PY) -m helpers.train city_ink --init city_day --repaint --learning-rate 0.002 --batch 16 --augment edge_translation --r1 0.1 --steps 3000 --overwrite --output build_cache/city_ink
	$(PY) -m helpers.records emoji_fluent3d emoji_fluentflat emoji_noto emoji_twemoji creatures items city_day --size 32 --output build_cache/general_shards
	$(PY) -m helpers.train --data build_cache/general_shards --width 48 --discriminator projected --batch 16 --augment edge_translation --steps 12000 --overwrite --output build_cache/general
	$(PY) -m helpers.records emoji_fluent3d emoji_fluentflat emoji_noto emoji_twemoji city_day --size 64 --output build_cache/general_64_shards
	$(PY) -m helpers.train --data build_cache/general_64_shards --size 64 --width 32 --discriminator projected --batch 16 --augment edge_translation --steps 8000 --overwrite --output build_cache/general_64
	$(PY) -c "from helpers import checkpoints as c; [c.ship(f'build_cache/{n}', n) for n in ('creatures', 'city_sunset', 'city_neon', 'city_ink', 'general', 'general_64')]"

front: setup  ## the front page of the site, with generators to steer: build_cache/site/index.html
	$(PY) -m tools.front_page $(ARGS)

book: setup  ## the site: the front page, and the whole course as HTML: build_cache/site/book/index.html (TO=zh: Chinese too)
	@$(PYTHON) tools/setup.py --book
	$(PY) -m tools.front_page --book
	$(if $(TO),$(PY) -m tools.translate $(TO) --book)
	$(BOOK) -m tools.book $(TO)

animation: setup  ## the moving picture that README opens with: data/gallery/course.webp (three minutes)
	$(PY) -m tools.animation

bench: setup  ## KID after 10, 30, 60 s of training, ours beside others (ARGS="--seeds 0 1 2")
	$(PY) -m experiments.speed $(ARGS)

claims: setup  ## hold what the lessons claim with chance in it over ten seeds, and say what changed (an hour)
	$(PY) -m experiments.claims_01
	$(PY) -m experiments.claims_words
	$(PY) -m experiments.lambda_sweep
	$(PY) -m experiments.ring_modes
	$(PY) -m experiments.failures
	$(PY) -m experiments.start
	$(PY) -m experiments.response
	$(PY) -m experiments.palette
	$(PY) -m experiments.mixture
	$(PY) -m experiments.claims_05
	$(PY) -m experiments.claims_06
	$(PY) -m experiments.claims_deeper
	$(PY) -m experiments.claims

transfer: setup  ## lesson 05's table: fifteen arms, seven pairs, three to ten seeds (3 to 4 hours on 2 cores)
	$(PY) -m experiments.style_transfer --keep --pairs creatures_100
	$(PY) -m experiments.style_transfer --keep --pairs creatures --arms scratch both --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs creatures_cities --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs creatures_100 --arms scratch generator discriminator both --seeds $(TEN) --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs creatures creatures_100 --arms scratch_fast --seeds $(TEN) --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs creatures creatures_100 --arms fast --seeds $(TEN) --steps 100 150
	$(PY) -m experiments.style_transfer --keep --pairs creatures --arms fast --seeds $(TEN) --steps 200
	$(PY) -m experiments.style_transfer --keep --pairs creatures --arms scratch_fast --seeds $(TEN) --steps 1200
	$(PY) -m experiments.style_transfer --keep --pairs ink_200
	$(PY) -m experiments.style_transfer --keep --pairs neon_200
	$(PY) -m experiments.style_transfer --keep --pairs ink_50 neon_50 --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs ink_200 --arms scratch both --seeds $(TEN) --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs ink_200 neon_200 --arms repaint calm --seeds $(TEN) --steps 100
	$(PY) -m experiments.style_transfer --keep --pairs ink_200 neon_200 --arms scratch_calm --seeds $(TEN) --steps 600
	$(PY) -m experiments.style_transfer --keep --pairs neon_200 --arms both repaint
	$(PY) -m experiments.style_transfer --keep --pairs ink_200 --arms repaint --seeds $(TEN) --steps 200
	$(PY) -m experiments.style_transfer --keep --pairs ink_200 --arms scratch_calm --seeds $(TEN) --steps 1200
	$(PY) -m experiments.style_transfer --keep --pairs ink_200 --arms scratch --seeds 5 6 7 8 --steps 1200
	$(PY) -m experiments.style_transfer --keep --name 05_six_arms --pairs creatures_100 --arms scratch generator discriminator both replay projected
	$(PY) -m experiments.style_transfer --keep --name 05_six_arms --pairs creatures_100 --arms scratch generator discriminator both replay projected --seeds $(TEN) --steps 600
	$(PY) -m experiments.style_transfer --keep --name 05_shuffled_d --pairs creatures_100 --arms shuffled_d --seeds $(TEN) --steps 600
	$(PY) -m experiments.style_clock

pins:  ## resolve requirements.in into requirements.txt for every platform (needs uv)
	$(PYTHON) -m tools.pins

publish:  ## make a release: its address into all pages, a commit, a tag (REPO=owner/name TAG=v1.0)
	@$(PYTHON) -m tools.publish "$(REPO)" "$(TAG)"
