#!/usr/bin/env bash
# Installs Schemathesis, which makes requests from an OpenAPI description, for Scripts/fuzz-api, where it is missing.
#
# It goes into a virtual environment outside the repository, whose path is printed: ~/.cache/reelnode, or
# $REELNODE_CACHE. Without PyPI nothing is printed.
set -euo pipefail

tool=schemathesis==4.32.5
folder=${REELNODE_CACHE:-${HOME:-${TMPDIR:-/tmp}}/.cache/reelnode}/$tool
if [[ ! -e $folder/ready ]]; then
  if ! { python3 -m venv --clear "$folder" &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$tool"; } </dev/null >&2; then
    echo "setup: $tool cannot be installed: is PyPI within reach, and python3-venv installed?" >&2
    exit 0
  fi
  touch "$folder/ready"
fi
printf '%s\n' "$folder"
