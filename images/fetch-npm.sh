#!/bin/sh
# Writes an npm package's archive to standard output: fetch-npm.sh PACKAGE VERSION. `{amd64|arm64}` in a name is npm's x64 or arm64.
set -eu
package=$(printf %s "$1" | sed 's/amd64$/x64/')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent "$package@$2" >/dev/null
cat ./*.tgz
