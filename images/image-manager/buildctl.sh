#!/bin/sh
# Builds buildctl for an architecture from the module that pins it: buildctl.sh ARCHITECTURE OUT
set -eu
cd infrastructure/tools/go/buildkit
CGO_ENABLED=0 GOOS=linux GOARCH="$1" GOTOOLCHAIN=local go build -trimpath -buildvcs=false \
  -ldflags "-s -w -X github.com/moby/buildkit/version.Version=v0.26.3" -o "$2" github.com/moby/buildkit/cmd/buildctl
