#!/usr/bin/env bash
# A real S3 server for tests: OpenStack Swift with its S3 interface, from Debian's packages. Everything it keeps
# lies in a temporary folder and goes away with it.
#
#   object-store.sh install        installs what is missing, and says nothing when all is there
#   object-store.sh run            starts a server, prints its address and keys, and stops it when standard
#                                  input ends: it never outlives who started it
#   object-store.sh start FOLDER   starts a server that lives on; FOLDER is empty or not there yet
#   object-store.sh stop FOLDER    stops it and deletes the folder
#
# What is printed are lines `name=value`: endpoint, region, access_key, secret_key.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Python of Debian, which the packages are written for; there may be another one in PATH.
python=/usr/bin/python3
kinds=(account container object)

say() { printf 'object-store: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# Four ports of this machine that nobody listens on.
free_ports() {
  "$python" - <<'PY'
import socket
sockets = [socket.socket() for _ in range(4)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))
PY
}

# Swift notes what it knows of a file in attributes of the file.
has_attributes() {
  "$python" - "$1" <<'PY'
import os, sys
try: os.setxattr(sys.argv[1], "user.swift", b"1")
except OSError: sys.exit(1)
PY
}

# write_settings FOLDER PORTS…: one file for each server, and the rings that name the servers.
write_settings() {
  local folder=$1 kind user
  shift
  local -a ports=("$@")
  user=$(id -un)
  mkdir -p "$folder"/{etc,srv/d1,cache,log,run}
  printf '[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n' >"$folder/etc/swift.conf"
  cat >"$folder/etc/proxy-server.conf" <<EOF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${ports[0]}
workers = 0
user = $user
swift_dir = $folder/etc
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# There are no daemons here that a first answer could be waited for.
node_timeout = 60
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
max_upload_part_num = 10000
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
EOF
  for kind in catch_errors gatekeeper healthcheck listing_formats bulk copy slo dlo symlink; do
    printf '[filter:%s]\nuse = egg:swift#%s\n' $kind $kind >>"$folder/etc/proxy-server.conf"
  done
  for kind in "${kinds[@]}"; do
    ports=("${ports[@]:1}")
    cat >"$folder/etc/$kind-server.conf" <<EOF
[DEFAULT]
devices = $folder/srv
mount_check = false
bind_ip = 127.0.0.1
bind_port = ${ports[0]}
workers = 0
user = $user
swift_dir = $folder/etc
recon_cache_path = $folder/cache
disable_fallocate = true
fallocate_reserve = 0
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$kind
EOF
  done
  write_rings "$folder/etc" "${@:2}" >"$folder/log/rings.log"
}

# write_rings FOLDER PORT PORT PORT: one process for all three; the command line tool would take a second each.
write_rings() {
  local folder=$1
  shift
  ports=$* "$python" - "$folder" <<'PY'
import os, sys
from swift.common.ring.builder import RingBuilder
PORTS = [int(p) for p in os.environ["ports"].split()]
for kind, port in zip(("account", "container", "object"), PORTS):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1.0,
                     "replication_ip": "127.0.0.1", "replication_port": port, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(os.path.join(sys.argv[1], kind + ".ring.gz"))
PY
}

# They keep nothing that is worth a goodbye; and who was started by a thread that blocks signals does not hear others.
stop_servers() {
  local file
  for file in "$1"/run/*.pid; do
    [[ -e $file ]] && kill -KILL "$(<"$file")" 2>/dev/null || true
  done
  wait 2>/dev/null || true
}

# start_servers FOLDER: prints address and keys when the server answers.
start_servers() {
  local folder=$1 attempt kind ports
  for attempt in 1 2 3; do
    read -r -a ports < <(free_ports)
    write_settings "$folder" "${ports[@]}"
    for kind in "${kinds[@]}" proxy; do
      "swift-$kind-server" "$folder/etc/$kind-server.conf" </dev/null >"$folder/log/$kind.log" 2>&1 &
      echo $! >"$folder/run/$kind.pid"
    done
    if answers "$folder" "${ports[@]}"; then
      printf 'endpoint=http://127.0.0.1:%s\nregion=us-east-1\naccess_key=test:tester\nsecret_key=testing\n' "${ports[0]}"
      return 0
    fi
    # Somebody else may have taken a port in between.
    stop_servers "$folder"
    sleep 0.3
  done
  tail -n 5 "$folder"/log/*.log >&2
  fail "the server does not start; above are the ends of its logs"
}

# answers FOLDER PORT…: waits until all four servers listen and the proxy is well; false when one has ended.
answers() {
  local folder=$1 file
  shift
  for _ in $(seq 1200); do
    for file in "$folder"/run/*.pid; do kill -0 "$(<"$file")" 2>/dev/null || return 1; done
    if listening "$@" && curl -fsS -m 10 "http://127.0.0.1:$1/healthcheck" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

listening() {
  local port
  for port; do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 1; done
}

install() {
  if [[ ! -x /usr/bin/swift-proxy-server || ! -x /usr/bin/swift-object-server ||
    ! -x /usr/bin/swift-account-server || ! -x /usr/bin/swift-container-server ]]; then
    "$root/Scripts/setup" swift-proxy swift-account swift-container swift-object
  fi
  command -v curl >/dev/null || "$root/Scripts/setup" curl
}

# Sets `folder` to a new one on a disk that can keep attributes of files.
make_folder() {
  local base
  for base in "${TMPDIR:-/tmp}" /var/tmp "$HOME"; do
    folder=$(mktemp -d "$base/reelnode-object-store.XXXXXX" 2>/dev/null) || continue
    if has_attributes "$folder"; then return 0; fi
    rmdir "$folder"
  done
  fail "no folder for temporary files keeps extended attributes → set TMPDIR to one on ext4, xfs or btrfs"
}

case ${1-} in
install) install ;;
run)
  install
  make_folder
  trap 'stop_servers "$folder"; rm -rf "$folder"' EXIT
  trap 'exit 143' TERM INT HUP
  start_servers "$folder"
  # Whoever started this holds the other end; when it is gone, this ends.
  cat >/dev/null
  ;;
start)
  folder=$(realpath -m "${2:?the folder is missing}")
  install
  mkdir -p "$folder"
  [[ -z $(ls -A "$folder") ]] || fail "'$folder' is not empty"
  has_attributes "$folder" || fail "'$folder' is on a disk without extended attributes → choose one on ext4, xfs or btrfs"
  start_servers "$folder"
  ;;
stop)
  folder=${2:?the folder is missing}
  [[ -f $folder/etc/swift.conf ]] || fail "'$folder' is no folder of a server"
  stop_servers "$folder"
  rm -rf "$folder"
  ;;
*) fail "usage: object-store.sh install | run | start FOLDER | stop FOLDER" ;;
esac
