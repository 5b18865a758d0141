# shellcheck shell=bash
# shellcheck disable=SC2034 # variables for the scripts that source this
# What demo, bench and tune share. To be sourced from the repository's root.

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$(basename "$0"): $*"
  exit 1
}

# The stock program, without questions and without chatter.
ff() { ffmpeg -nostdin -hide_banner -v error -y "$@"; }

# Builds the release binary and sets `reelnode` to its path; $REELNODE names one that is there already.
build_reelnode() {
  if [[ ${REELNODE:-} ]]; then
    reelnode=$REELNODE
    return
  fi
  say "building reelnode (release) …"
  swift build -c release --product reelnode </dev/null >&2
  reelnode=$(swift build -c release --show-bin-path </dev/null)/reelnode
}

# clean_on_exit FILE… : removes files when the script ends, however it ends.
temporaries=()
clean_on_exit() { temporaries+=("$@"); }
trap '((${#temporaries[@]} == 0)) || rm -rf "${temporaries[@]}"' EXIT
