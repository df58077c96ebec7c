import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { nameOf, writeProject } from "./project.ts";

const versions = { turbo: "2.11.11", wireit: "0.14.13" };

/** A tool with a project of its own, and how it is asked. */
export interface Contestant {
  readonly name: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: readonly string[];
  /** Says as JSON what would be done. */
  readonly plan?: readonly string[];
  /** Folders of outputs below the project. */
  readonly outputs: readonly string[];
}

/** Where the peers and the compiled tool lie; made once for all sizes. */
export interface Stand {
  readonly folder: string;
  readonly program: readonly string[];
}

/** Compiles the tool as its package has it, with the benchmark's kinds beside it, and gets the peers from npm. */
export function openStand(folder: string): Stand {
  const tool = join(folder, "tool");
  mkdirSync(join(tool, "bin"), { recursive: true });
  cpSync(resolve("package.json"), join(tool, "package.json"));
  cpSync(resolve("bin/image-manager.cjs"), join(tool, "bin/image-manager.cjs"));
  symlinkSync(resolve("node_modules"), join(tool, "node_modules"));
  writeFileSync(join(tool, "tsconfig.json"), JSON.stringify(compilation(join(tool, "lib"))));
  execFileSync(resolve("node_modules/.bin/tsc"), ["-p", join(tool, "tsconfig.json")], { stdio: "inherit" });
  const peers = join(folder, "peers");
  mkdirSync(join(peers, "bin"), { recursive: true });
  writeFileSync(join(peers, "package.json"), "{}");
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...wanted], { cwd: peers });
  // turbo starts every job by 'npm run', half a second each; what is compared is turbo, so this does it at once.
  writeFileSync(join(peers, "bin/npm"), npmInShort, { mode: 0o755 });
  const register = join(tool, "lib/test/bench/engine/register.js");
  return { folder, program: [process.execPath, "--import", register, join(tool, "bin/image-manager.cjs")] };
}

const npmInShort = `#!/bin/sh
command=$(sed -n 's/.*"'"$2"'":"\\([^"]*\\)".*/\\1/p' package.json)
eval "$command"
`;

function compilation(outDir: string): object {
  const include = [
    "src",
    "tasks",
    "infrastructure",
    "bin",
    "test/bench/engine/register.ts",
    "test/bench/engine/kinds.ts",
  ];
  return {
    extends: resolve("tsconfig.build.json"),
    compilerOptions: { outDir, rootDir: resolve("."), typeRoots: [resolve("node_modules/@types")] },
    include: include.map((path) => resolve(path)),
    exclude: [],
  };
}

/** Writes the projects for a number of images and gives who takes part. */
export function contestants(stand: Stand, images: number, names = Object.keys(commands)): readonly Contestant[] {
  const each = Array.from({ length: images }, (_, i) => `images/${nameOf(i)}/dist`);
  return names.map((name) => {
    const folder = join(stand.folder, `${name}-${images}`);
    writeProject(folder, name, images);
    if (name === "turbo") commit(folder);
    const { env, ...command } = commands[name]?.(stand, folder) ?? { run: [] };
    const common = { PATH: `${join(stand.folder, "peers/bin")}:${process.env.PATH}`, HOME: join(stand.folder, "home") };
    return {
      name,
      folder,
      outputs: name === "image-manager" ? ["dist"] : each,
      ...command,
      env: { ...common, ...env },
    };
  });
}

type Command = Pick<Contestant, "run" | "plan"> & Partial<Pick<Contestant, "env">>;

/** How each tool is asked, given its project. */
const commands: Readonly<Record<string, (stand: Stand, project: string) => Command>> = {
  "image-manager": ({ program }, project) => ({
    env: { IMAGE_MANAGER_CACHE: `${project}.cache` },
    run: [...program, "pack"],
    plan: [...program, "pack", "--dry-run", "--json"],
  }),
  turbo: ({ folder }) => {
    const program = nativeTurbo(join(folder, "peers"));
    return {
      env: { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
      run: [program, "run", "pack", "--output-logs=errors-only", "--ui=stream"],
      plan: [program, "run", "pack", "--dry=json"],
    };
  },
  ninja: () => ({ run: ["ninja", "--quiet"] }),
  make: () => ({ run: ["make", "-rR", "-s", "-j2"] }),
  wireit: ({ folder }, project) => ({
    // What 'npm run pack' tells it.
    env: {
      npm_lifecycle_event: "pack",
      npm_package_json: join(project, "package.json"),
      npm_config_user_agent: "npm/10.9.0",
      npm_execpath: "npm-cli.js",
      WIREIT_LOGGER: "quiet",
    },
    run: [process.execPath, join(folder, "peers/node_modules/wireit/bin/wireit.js")],
  }),
};

/** The program itself: the script that npm installs starts a Node first. */
function nativeTurbo(peers: string): string {
  const architecture = process.arch === "x64" ? "64" : process.arch;
  const native = join(peers, `node_modules/@turbo/${process.platform}-${architecture}/bin/turbo`);
  return existsSync(native) ? native : join(peers, "node_modules/.bin/turbo");
}

/** turbo asks git's index which files are there and what is in them. */
function commit(folder: string): void {
  if (existsSync(join(folder, ".git"))) return;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@b", ...args], { cwd: folder });
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "bench");
}

/** Takes the outputs of every image away. */
export function removeOutputs({ folder, outputs }: Contestant): void {
  for (const path of outputs) rmSync(join(folder, path), { recursive: true, force: true });
}
