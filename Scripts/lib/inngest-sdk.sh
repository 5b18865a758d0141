#!/usr/bin/env bash
# Installs the official Inngest SDK for Python, for the tests of apps that use it, where it is missing.
#
# It goes into a virtual environment outside the repository, whose path is printed: ~/.cache/reelnode, or
# $REELNODE_CACHE. Without PyPI nothing is printed.
set -euo pipefail

sdk=inngest==0.5.19
folder=${REELNODE_CACHE:-${HOME:-${TMPDIR:-/tmp}}/.cache/reelnode}/$sdk
if [[ ! -e $folder/ready ]]; then
  if ! { python3 -m venv --clear "$folder" &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$sdk" flask; } </dev/null >&2; then
    echo "setup: $sdk cannot be installed: is PyPI within reach, and python3-venv installed?" >&2
    exit 0
  fi
  touch "$folder/ready"
fi
printf '%s\n' "$folder"
