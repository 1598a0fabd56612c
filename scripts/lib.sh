# Shared by the scripts beside this file (POSIX sh; sourced, not run). What is already set up is
# known by stamps in .cache/stamps, so that doing it again costs nothing.
set -eu
cd "$(dirname -- "$0")/.."
stamps=.cache/stamps
mkdir -p "$stamps"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# Both are looked at before anything is set up, so that one run names all that is missing.
need_python_and_node() {
  lacking=
  find_python || lacking=yes
  check_node || lacking=yes
  [ -z "$lacking" ] || exit 1
}

find_python() {
  for python in "${PYTHON:-}" .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      return 0
    fi
  done
  say "Tandem needs Python 3.11 or newer, and $(python3 --version 2>/dev/null || echo no Python) was found:" \
    "install one (Debian 12, Ubuntu 24.04 and later: apt-get install python3 python3-venv) or name it with PYTHON=."
  return 1
}

check_node() {
  if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
    say "Tandem's web client needs Node.js 20.19 or newer of the 20s, or 22.12 or newer," \
      "and $(node --version 2>/dev/null || echo none) was found: install one with your version manager or from nodejs.org."
    return 1
  fi
  if ! npm --version >/dev/null 2>&1; then
    say "Tandem's web client needs npm, which comes with Node.js or as a package of its own (apt-get install npm)."
    return 1
  fi
}

# fresh NAME KEY: true if the step NAME was done for exactly this KEY; done_for records that it was.
fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
done_for() { printf '%s\n' "$2" >"$stamps/$1"; }

# install_python requirements.txt | requirements-dev.txt (which holds all of the former)
install_python() {
  if [ -d .venv ] && ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf .venv # its Python has moved, or it was never finished
  fi
  if [ ! -d .venv ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
      die "$python cannot make a virtual environment: install what it lacks (Debian, Ubuntu: apt-get install python3-venv)."
    "$python" -m venv .venv
  fi
  key="$(.venv/bin/python -c 'import sys; print(sys.version_info, sys.prefix)') $(cat requirements*.txt | cksum)"
  if fresh python-dev "$key"; then return; fi
  if [ "$1" = requirements.txt ] && fresh python "$key"; then return; fi
  say "Installing the Python packages of $1 …"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$1"
  case $1 in
  requirements.txt) done_for python "$key" ;;
  *) done_for python-dev "$key" ;;
  esac
}

# --include=dev: the build tools are wanted even where NODE_ENV says production.
install_node() {
  key="$(node --version) $(cat webapp/package.json webapp/package-lock.json | cksum)"
  if [ -d webapp/node_modules ] && fresh node "$key"; then return; fi
  say "Installing the web client's packages …"
  (cd webapp && npm ci --include=dev --loglevel=error)
  done_for node "$key"
}

# What `make bench` measures Tandem against.
install_peers() {
  key="$(node --version) $(cat bench/peers/package.json bench/peers/package-lock.json | cksum)"
  if [ -d bench/peers/node_modules ] && fresh peers "$key"; then return; fi
  say "Installing the servers to compare with …"
  (cd bench/peers && npm ci --loglevel=error)
  done_for peers "$key"
}

build_client() {
  install_node
  key="$(find webapp -path webapp/node_modules -prune -o -path webapp/dist -prune -o -path webapp/package -prune -o -type f -print |
    LC_ALL=C sort | while read -r file; do cksum "$file"; done | cksum)"
  if [ -f webapp/dist/index.html ] && fresh client "$key"; then return; fi
  say "Building the web client …"
  (cd webapp && npm run --silent build -- --logLevel warn)
  done_for client "$key"
}

# The grids that `make run` and `make dev` show: one written as a schema, one imported.
# Importing the same file again changes nothing.
prepare_samples() {
  GRIDS="${GRIDS-server.samples.tasks}"
  export GRIDS
  case "${DATABASE_URL:-}" in
    postgres*) .venv/bin/python -m server migrate ;; # SQLite is migrated at each start
  esac
  .venv/bin/python -m server import server/samples/airports.csv --grid airports --title Airports
}

apt_install() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return 1; fi
  say "Installing $* …"
  export DEBIAN_FRONTEND=noninteractive
  # A fresh container has empty lists; an old one has lists that name what is gone.
  { apt-get update && apt-get install --yes --no-install-recommends "$@"; } >.cache/apt.log 2>&1 </dev/null ||
    { tail -n 5 .cache/apt.log >&2; return 1; }
}

# Whether it starts is the question: Ubuntu's package is a stub that needs snap, which containers lack.
limit=$(command -v timeout >/dev/null && echo timeout 60 || true) # macOS has none
starts() {
  [ -n "$1" ] && command -v "$1" >/dev/null &&
    $limit "$1" --headless --no-sandbox --disable-gpu --user-data-dir="$profile" --dump-dom about:blank \
      >/dev/null 2>&1 </dev/null
}

find_chromium() {
  profile=$(mktemp -d)
  downloaded=$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)' || true)
  for browser in "${CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome "$downloaded"; do
    if starts "$browser"; then
      CHROMIUM=$(command -v "$browser")
      export CHROMIUM
      rm -rf "$profile"
      return 0
    fi
  done
  rm -rf "$profile"
  return 1
}

apt_has_chromium() { ! grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; }

# Sets CHROMIUM.
find_or_install_chromium() {
  find_chromium || { apt_has_chromium && apt_install chromium && find_chromium; }
}

need_chromium() {
  find_or_install_chromium ||
    die "No Chromium that starts was found: install it (Debian: apt-get install chromium; elsewhere:" \
      ".venv/bin/python -m playwright install chromium) or name it with CHROMIUM=."
}
