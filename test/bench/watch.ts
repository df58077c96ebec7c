import { performance } from "node:perf_hooks";
import { start } from "../../infrastructure/process/start.ts";
import { clone, Machine, type Project } from "../rig/cli.ts";

// How long it takes from a saved file to the start of the first task: `bin/node test/bench/watch.ts [images]`.

const images = Number(process.argv[2] ?? 10);
const rounds = 15;

const declarations = (version: number): string =>
  Array.from(
    { length: images },
    (_, i) => `const app${i} = image("app${i}", { versions: { made: "${version}" }, tags: { "1": {} } });`,
  ).join("\n");
const names = Array.from({ length: images }, (_, i) => `app${i}`).join(", ");

await using machine = await Machine.create();
const project = await machine.project(
  Object.fromEntries(
    Array.from({ length: images }, (_, i) => [
      `images/app${i}/Dockerfile.jinja2`,
      "FROM scratch\nCOPY a /\n# {{ versions.made }}\n",
    ]),
  ),
);
await project.write(Object.fromEntries(Array.from({ length: images }, (_, i) => [`images/app${i}/a`, `${i}\n`])));
await project.write(
  Object.fromEntries(Array.from({ length: images }, (_, i) => [`images/app${i}/rootfs/a`, `${i}\n`])),
);
await project.configure(declarations(0), names);

await measure("render", "a file of an overlay", (i) => project.write({ "images/app0/rootfs/a": `changed ${i}\n` }));
await measure("render", "a template", (i) =>
  project.write({ "images/app0/Dockerfile.jinja2": `FROM scratch\nCOPY a /\n# Edit ${i}\n` }),
);
await measure("render", "the configuration", (i) => project.configure(declarations(i + 1), names));
await measure("build", "a file of the context", (i) => project.write({ "images/app0/a": `changed ${i}\n` }));

/** Prints the delays in milliseconds: the shortest, the middle one and the longest. */
async function measure(kind: string, what: string, save: (round: number) => Promise<void>): Promise<void> {
  await using watch = watching(project, kind);
  await watch.next("round-finished");
  const delays: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const saved = performance.now();
    await save(i);
    delays.push((await watch.next("task-started")) - saved);
    await watch.next("round-finished");
  }
  delays.sort((a, b) => a - b);
  const [least, middle, most] = [0, Math.floor(rounds / 2), rounds - 1].map((i) => Math.round(delays[i] ?? 0));
  console.log(`${kind}, ${images} images, ${what}: ${least} / ${middle} / ${most} ms`);
}

/** A watch whose events are waited for by type, each after the one before; gives when it came. */
function watching({ folder }: Project, kind: string) {
  const seen: { readonly type: string; readonly at: number }[] = [];
  const running = start([...clone, "watch", kind, "--json"], {
    cwd: folder,
    env: machine.environment(),
    onLine: (_, line) => seen.push({ type: /^\{"type":"([^"]+)"/.exec(line)?.[1] ?? "", at: performance.now() }),
  });
  return {
    next: async (type: string): Promise<number> => {
      for (;;) {
        const event = seen.shift();
        if (event?.type === type) return event.at;
        if (!event) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [Symbol.asyncDispose]: async () => {
      process.kill(running.pid ?? 0, "SIGINT");
      await running.done;
    },
  };
}
