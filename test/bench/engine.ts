import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Contestant, contestants, openStand, removeOutputs, type Stand } from "./engine/contestants.ts";
import { peakMemory } from "./engine/memory.ts";
import { changeLast } from "./engine/project.ts";
import { type Effort, interleaved, medianOf, type Rounds, timed } from "./measure.ts";
import type { BenchTable } from "./table.ts";

/** What is measured, in the order of a round, and what it may take of turbo's time by the number of images. */
const steps = ["nothing to do", "one file changed", "outputs deleted", "plan as JSON"] as const;
type Step = (typeof steps)[number];

const wanted: Readonly<Record<number, Readonly<Record<Step, number>>>> = {
  100: { "nothing to do": 0.8, "one file changed": 0.8, "outputs deleted": 0.7, "plan as JSON": 0.8 },
  1000: { "nothing to do": 0.5, "one file changed": 0.8, "outputs deleted": 0.7, "plan as JSON": 0.8 },
};

/** The engine on three small jobs an image, beside other task runners with the same jobs; whole processes. */
export async function engineBench(effort: Effort): Promise<readonly BenchTable[]> {
  const folder = await mkdtemp(join(tmpdir(), "image-manager-engine-"));
  try {
    const stand = openStand(folder);
    const small = await besides(stand, 100, { rounds: effort.rounds * 5 });
    const middle = await besides(stand, 1000, { rounds: effort.rounds * 2 });
    const large = await alone(stand, 10_000, effort);
    return [small.table, middle.table, growth(middle.own, large)];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function besides(stand: Stand, images: number, effort: Effort) {
  const all = contestants(stand, images);
  for (const one of all) await measure(one, images)();
  const rounds = await interleaved(
    effort,
    all.map((one) => measure(one, images)),
  );
  const memory = await Promise.all(all.map((one) => peakMemory(one.run, surroundings(one))));
  const rows = steps.map((step, i) => [
    step,
    ...rounds.map((of) => cell(medianOf(of, i))),
    ratio(rounds, i).toFixed(2),
    `≤ ${wanted[images]?.[step].toFixed(2)}`,
  ]);
  const table: BenchTable = {
    title: `${images} images, three jobs each, ms`,
    columns: ["", ...all.map(({ name }) => name), "of turbo", "wanted"],
    rows: [...rows, ["memory, MB", ...memory.map((bytes) => cell(bytes / 1e6)), "", ""]],
    notes: [
      `Medians of ${effort.rounds} interleaved rounds; the ratio is the median of the rounds'`,
      "turbo 2.11.11 without npm, wireit 0.14.13 without npm; after 'outputs deleted' ninja and make do the jobs again",
    ],
  };
  return { table, own: rounds[0] ?? [] };
}

/** Ten times as much, for this tool only: turbo's and wireit's projects would take minutes to fill. */
async function alone(stand: Stand, images: number, effort: Effort) {
  const [own] = contestants(stand, images, ["image-manager"]) as [Contestant];
  await measure(own, images)();
  const [rounds = []] = await interleaved(effort, [measure(own, images)]);
  return { rounds, memory: await peakMemory(own.run, surroundings(own)) };
}

function growth(before: Rounds, { rounds, memory }: { readonly rounds: Rounds; readonly memory: number }): BenchTable {
  const times = (i: number) => (medianOf(rounds, i) / medianOf(before, i)).toFixed(1);
  const limits = ["≤ 11, < 3000 ms", "≤ 11", "≤ 11", "≤ 11"];
  return {
    title: "From 1000 to 10,000 images, three jobs each, ms",
    columns: ["", "1000", "10,000", "times", "wanted"],
    rows: [
      ...steps.map((step, i) => [
        step,
        cell(medianOf(before, i)),
        cell(medianOf(rounds, i)),
        times(i),
        limits[i] ?? "",
      ]),
      ["memory, MB", "", cell(memory / 1e6), "", "< 400"],
    ],
    notes: [`Medians of ${rounds.length} rounds`],
  };
}

/** One round: the milliseconds of every step. What a tool cannot say is NaN. */
function measure(one: Contestant, images: number): () => Promise<readonly number[]> {
  const once = (command: readonly string[]) => timed(command, surroundings(one));
  return async () => {
    // What was written a moment ago is read again; that is not what 'nothing to do' is about.
    await sleep(2100);
    await once(one.run);
    const nothing = await once(one.run);
    changeLast(one.folder, images, `Changed at ${performance.now()}`);
    const changed = await once(one.run);
    removeOutputs(one);
    const restored = await once(one.run);
    return [nothing, changed, restored, one.plan ? await once(one.plan) : Number.NaN];
  };
}

function surroundings({ folder, env }: Contestant) {
  return { cwd: folder, env, log: `${folder}.log` };
}

function ratio([own = [], turbo = []]: readonly Rounds[], i: number): number {
  const ratios = own.map((round, n) => (round[i] ?? Number.NaN) / (turbo[n]?.[i] ?? Number.NaN));
  return ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? Number.NaN;
}

function cell(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(0);
}
