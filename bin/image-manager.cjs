#!/usr/bin/env node
// CommonJS, because that is what Node loads fastest, and old syntax, so that an old Node gets as far as the message.
const { join } = require("node:path");

const wanted = 24;
const found = Number(process.versions.node.split(".")[0]);
const [first] = process.argv.slice(2);

if (first === "--version" || first === "-V") {
  console.log(require("../package.json").version);
} else if (found < wanted) {
  console.error(`Error: image-manager needs Node ${wanted} or newer, and this is Node ${process.versions.node}`);
  console.error(`Install Node ${wanted} or newer, and see that it comes first on PATH.`);
  process.exitCode = 2;
} else {
  start();
}

/** Node strips no types under node_modules: a package has compiled code, a clone has none. */
function start() {
  const { existsSync } = require("node:fs");
  keepCompiled();
  const compiled = join(__dirname, "../lib/bin/main.js");
  const installed = __dirname.split(/[\\/]/).includes("node_modules");
  const main = installed || !existsSync(join(__dirname, "main.ts")) ? import(compiled) : import("./main.ts");
  main
    .then((module) => module.main(process.argv.slice(2), process.env))
    .then((status) => {
      process.exitCode = status;
    });
}

/** In a folder of the user's own: in the shared one that is Node's default, others could put code for us. */
function keepCompiled() {
  const { enableCompileCache } = require("node:module");
  const { homedir } = require("node:os");
  const { IMAGE_MANAGER_CACHE, XDG_CACHE_HOME } = process.env;
  const cache = IMAGE_MANAGER_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "image-manager");
  enableCompileCache?.(join(cache, "compiled"));
}
