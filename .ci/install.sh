# Shell functions that install what is missing; sourced by ./run and ./test.
# Works as root or as a user with sudo, on Debian 12 and 13 and on Ubuntu 24.04.

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# GLib has another name since the 64-bit time_t of Debian 13 and Ubuntu 24.04.
glib_package() {
  local VERSION_CODENAME=''
  . /etc/os-release
  case $VERSION_CODENAME in bookworm | jammy) printf libglib2.0-0 ;; *) printf libglib2.0-0t64 ;; esac
}

missing_packages() {
  local name known
  known=$'\n'$(dpkg-query -W -f='${Package} ${Status}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    case $known in *$'\n'"$name install ok installed"*) ;; *) printf '%s ' "$name" ;; esac
  done
}

# install_debian NAME...: says what it will install, then installs it without starting any service of the system.
install_debian() {
  local missing policy=/usr/sbin/policy-rc.d ours=''
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || { say "Thiếu các gói: $missing— hệ này không có apt-get, hãy cài chúng bằng tay."; exit 1; }
  say "Sẽ cài các gói Debian còn thiếu: $missing"
  if [ ! -e "$policy" ]; then
    ours=1
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  local status=0
  { as_root apt-get -qq update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null; } || status=$?
  [ -z "$ours" ] || as_root rm -f "$policy"
  [ "$status" -eq 0 ] || { say "Cài gói Debian không thành công (apt-get trả về $status)."; exit 1; }
}

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"; return
    fi
  done
  say 'Cần Python 3.11 trở lên (gói python3 và python3-venv).'
  exit 1
}

# install_python LOCK: the locked packages, with hashes, and the project itself, into .venv; does nothing the second time.
install_python() {
  local lock=$1 stamp
  stamp=.venv/.installed-$(sha256sum "$lock" pyproject.toml | sha256sum | cut -c1-16)
  [ ! -e "$stamp" ] || return 0
  say "Sẽ cài các gói Python đã khóa trong $lock ($(grep -c '==' "$lock") gói) vào .venv"
  [ -x .venv/bin/python ] || "$(find_python)" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  touch "$stamp"
}

# Liberation 2 is the one with all Vietnamese letters; only Debian 12 has it under a name of its own.
serif_package() {
  local VERSION_CODENAME=''
  . /etc/os-release
  case $VERSION_CODENAME in bookworm) printf fonts-liberation2 ;; *) printf fonts-liberation ;; esac
}

# What the service needs to run.
run_packages() {
  printf '%s ' python3-venv tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd redis-server libgl1 "$(glib_package)" \
    "$(serif_package)" fonts-dejavu-core fonts-texgyre fonts-dancingscript
}

# What the tests need besides: servers, validators, a browser.
test_packages() {
  printf '%s ' postgresql ceph-mon ceph-osd radosgw chromium poppler-utils qpdf openssl softhsm2 docker-compose \
    default-jdk-headless libjaxb-java libactivation-java curl jq
}
