#!/bin/sh
# Writes this tool, compiled and with its dependencies, to a tar whose bytes depend on nothing but its content.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/app/bin" "$folder/app/lib"
cp package.json package-lock.json "$folder/app/"
cp bin/image-manager.cjs "$folder/app/bin/"
bin/node node_modules/typescript/bin/tsc -p tsconfig.build.json --outDir "$folder/app/lib"
find infrastructure -type f ! -name '*.ts' -exec cp --parents {} "$folder/app/lib" ';'
(cd "$folder/app" && npm install --omit=dev --no-save --no-audit --no-fund --ignore-scripts --silent)
rm -f "$folder/app/node_modules/.package-lock.json"
tar -C "$folder/app" -cf "$1" --sort=name --format=gnu --mtime=@315532800 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w .
