#!/bin/sh
# Print a Python 3.13 that works. A `python3.13` on the PATH may be a shim with nothing behind it,
# so each candidate is run, and asked for what a virtual environment needs.
works() {
  [ -n "$1" ] && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

for candidate in "${PYTHON:-}" python3.13 python3 python "$(uv python find 3.13 2>/dev/null)" \
  "$(pyenv prefix 3.13 2>/dev/null)/bin/python" /usr/local/bin/python3.13 /opt/homebrew/bin/python3.13; do
  if works "$candidate"; then
    "$candidate" -c 'import sys; print(sys.executable)'
    exit 0
  fi
done

cat >&2 <<'MESSAGE'
Ledgerlink needs Python 3.13, and none was found that works. Get it in one of these ways:

  pyenv install 3.13
  uv python install 3.13
  from your system, for example: apt install python3.13 python3.13-venv, or brew install python@3.13

If it stands somewhere else: make PYTHON=/path/to/python3.13 ...
MESSAGE
exit 1
