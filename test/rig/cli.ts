import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../../infrastructure/process/start.ts";
import { createRegistry } from "../../infrastructure/registry/client/client.ts";
import { findProgram } from "../../infrastructure/tools/find.ts";
import type { Digest } from "../../src/entry.ts";
import type { Event, Summary } from "../../src/events.ts";
import type { Registry, Repository } from "../../src/ports.ts";
import { processes } from "../infrastructure/process/processes.ts";
import { type PulledImage, pull } from "./image.ts";
import { tool } from "./tools.ts";

/** Text by path, relative to the project. */
export type Files = Readonly<Record<string, string>>;

export interface CliOptions {
  /** Beside the machine's own HOME, XDG folders and PATH; undefined takes one of these away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What runs the tool, instead of `bin/node bin/image-manager.cjs`. */
  readonly program?: readonly string[];
}

/** A finished command line. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `--json`: one a line. */
  readonly events: readonly Event[];
  readonly summary: Summary;
  /** `build base:1 linux/amd64` for each task that was done, in the order of their ends. */
  readonly ran: readonly string[];
}

/** A command line that may be interrupted. */
export interface Started {
  readonly pid: number;
  readonly done: Promise<Finished>;
  /** Resolves when a line of either stream matches; rejects when the command ends before. */
  seen(pattern: RegExp): Promise<void>;
}

/** Listing packages takes seconds for each image: tests that are about it ask for it. */
const quick = "{ defaults: { sbom: false } }";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The command line of a clone. */
export const clone: readonly string[] = [join(root, "bin/node"), join(root, "bin/image-manager.cjs")];

/** A machine of its own: HOME, the tool's folders, a buildkitd and a registry that are stopped with it. */
export class Machine implements AsyncDisposable {
  readonly folder: string;
  /** Of the hosted registry. */
  readonly port: number;
  readonly address: string;
  /** Asks the registry as anybody could. */
  readonly registry: Registry & AsyncDisposable;
  readonly #environment: Readonly<Record<string, string>>;
  #projects = 0;

  private constructor(folder: string, port: number, path: string) {
    this.folder = folder;
    this.port = port;
    this.address = `localhost:${port}`;
    this.registry = createRegistry({ credentials: { find: async () => undefined }, userAgent: "test" });
    this.#environment = { PATH: path, ...this.home("home"), ...foldersOf(folder) };
  }

  static async create(): Promise<Machine> {
    const folder = await mkdtemp(join(tmpdir(), "image-manager-cli-"));
    const tools = await Promise.all((["buildctl", "syft", "container-structure-test"] as const).map(tool));
    const path = [...tools.map(dirname), process.env.PATH].join(":");
    return new Machine(folder, await freePort(), path);
  }

  /** The variables of another user of the same daemons: nothing remembered, nothing cached. */
  home(name: string): Record<string, string> {
    const home = join(this.folder, name);
    return { HOME: home, XDG_CACHE_HOME: join(home, ".cache") };
  }

  /** A new folder with these files. */
  async project(files: Files = {}): Promise<Project> {
    this.#projects += 1;
    const project = new Project(join(this.folder, `project-${this.#projects}`), this);
    await mkdir(project.folder, { recursive: true });
    await project.write(files);
    return project;
  }

  environment(more: CliOptions["env"] = {}): Record<string, string> {
    const all = Object.entries({ ...this.#environment, ...more });
    return Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== undefined));
  }

  repository(name: string): Repository {
    return { place: { address: this.address, builderAddress: this.address }, name };
  }

  /** What `base:12` is in the registry; undefined when there is no such tag. */
  async digest(reference: string): Promise<Digest | undefined> {
    const [name = "", tag = ""] = reference.split(":");
    return (await this.registry.head(this.repository(name), tag))?.digest;
  }

  /** The image of each platform behind `base:12`. */
  pull(reference: string): Promise<readonly PulledImage[]> {
    const [name = "", tag = ""] = reference.split(":");
    return pull(this.registry, this.repository(name), tag);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
    const { code, stderr } = await launch([...clone, "stop"], this.folder, this.environment()).done;
    const left = (await processes()).filter(({ cwd, command }) => `${cwd} ${command}`.includes(this.folder));
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    if (code !== 0) throw new Error(`'stop' ended with ${code}: ${stderr}`);
    if (left.length > 0) throw new Error(`Still running: ${left.map(({ command }) => command).join("\n")}`);
  }
}

function foldersOf(folder: string): Record<string, string> {
  return { XDG_RUNTIME_DIR: join(folder, "run"), XDG_STATE_HOME: join(folder, "state") };
}

/** A folder with a configuration, and the tool in it. */
export class Project {
  readonly folder: string;
  readonly machine: Machine;

  constructor(folder: string, machine: Machine) {
    this.folder = folder;
    this.machine = machine;
  }

  async write(files: Files): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
  }

  /** Writes images.config.ts: declarations, the names of the images, and further settings of the configuration. */
  async configure(declarations: string, images: string, settings = ""): Promise<void> {
    const text = [
      'import { command, defineImages, external, garage, hosted, image, oci, s3, semver } from "image-manager";',
      declarations,
      `export default defineImages({ images: [${images}], registry: hosted({ port: ${this.machine.port} }), ...${quick}, ${settings} });`,
    ];
    await this.write({ "images.config.ts": text.join("\n") });
  }

  /** Puts a static busybox into the folder of an image: the one program that runs in a toy image. */
  async busybox(...images: readonly string[]): Promise<void> {
    const program = await findProgram("busybox", process.env.PATH ?? "");
    if (!program) throw new Error("No busybox: apt-get install busybox-static");
    for (const name of images) await cp(program, join(this.folder, "images", name, "busybox"));
  }

  /** Runs a command line to its end. */
  run(args: string, options?: CliOptions): Promise<Finished> {
    return this.start(args, options).done;
  }

  /** Runs a command line, given with blanks between its words, that the test may interrupt. */
  start(args: string, { env, program = clone }: CliOptions = {}): Started {
    return launch([...program, ...args.split(" ")], this.folder, this.machine.environment(env));
  }
}

function launch(command: readonly string[], cwd: string, env: Record<string, string>): Started {
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const watchers = new Set<(line: string) => void>();
  const running = start(command, {
    cwd,
    env,
    onLine: (stream, line) => {
      lines[stream].push(line);
      for (const watch of watchers) watch(line);
    },
  });
  const done = running.done.then(({ code }) => finished(code, lines.stdout.join("\n"), lines.stderr.join("\n")));
  const seen = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      watchers.add((line) => pattern.test(line) && resolve());
      if ([...lines.stdout, ...lines.stderr].some((line) => pattern.test(line))) resolve();
      done.then(({ stdout, stderr }) => reject(new Error(`Ended without ${pattern}:\n${stdout}\n${stderr}`)), reject);
    });
  return { pid: running.pid ?? 0, done, seen };
}

function finished(code: number | null, stdout: string, stderr: string): Finished {
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith('{"type":'))
    .map((line) => JSON.parse(line) as Event);
  const ran = events.flatMap((event) =>
    event.type === "task-finished" && event.outcome.state === "ran" ? [event.task.id] : [],
  );
  return { code, stdout, stderr, events, ran, summary: events.at(-1) as Summary };
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
