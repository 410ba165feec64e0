#!/bin/sh
# What activating an environment does with data that is to be restored, as the modules of projects do it: what it finds
# it keeps, and the plan is done with.
# usage: test-restore PLAN
set -eu
plan=$1 site=$HOME/.local/share/site marker=$HOME/.local/state/hostenv/restored/site
if [ ! -e "$site" ] && [ ! -e "$marker" ]; then
  user=$(id -un) restored=$(mktemp -d)
  RESTIC_REPOSITORY=/run/backups/$user RESTIC_PASSWORD_FILE=/run/backups/$user.password RESTIC_CACHE_DIR=$restored/cache
  export RESTIC_REPOSITORY RESTIC_PASSWORD_FILE RESTIC_CACHE_DIR
  for snapshot in $(grep -oE '"[0-9a-f]{64}"' "$plan" | tr -d '"'); do
    restic restore --quiet "$snapshot" --target "$restored"
  done
  mkdir -p "$site" "${marker%/*}"
  cp -a "$restored$site/." "$site/"
  touch "$marker"
  rm -rf "$restored"
fi
rm "$plan"
