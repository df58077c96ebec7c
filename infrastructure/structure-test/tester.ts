import PQueue from "p-queue";
import type { Progress } from "../../src/events.ts";
import type { TestFile } from "../../src/model/structure-test.ts";
import type { Registry, Tester, TestRequest, TestResult } from "../../src/ports.ts";
import { checkFacts } from "../../src/structure-test/check.ts";
import type { ImageConfig } from "../../src/structure-test/facts.ts";
import { wantedOf } from "../../src/structure-test/wanted.ts";
import type { BuildkitConnection } from "../buildkit/builder.ts";
import { type ChainEnd, runChain } from "../buildkit/chain.ts";
import type { Chain } from "../buildkit/llb.ts";
import { retryLost } from "../buildkit/retry.ts";
import { createImageReader, type ReadImage } from "../image/reader.ts";
import { testCommand } from "./command.ts";
import { handedOn } from "./handed.ts";
import { refuseOptions } from "./refuse.ts";

export interface StepTesterSettings {
  /** Starts or finds the daemon. */
  readonly connect: (signal: AbortSignal) => Promise<BuildkitConnection>;
  readonly registry: Registry;
  /** The project's folder, absolute. */
  readonly project: string;
  /** What buildctl may see. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many commands run at once, of all tests together. */
  readonly concurrency: number;
}

/** Bytes that the steps of one test may print. */
const mostOutput = 8 * 1024 ** 2;

/** Runs structure tests without Docker: files and metadata from the registry, commands as steps of BuildKit. */
export function createStepTester(settings: StepTesterSettings): Tester {
  const { registry, concurrency } = settings;
  const box = { ...settings, read: createImageReader(registry), pool: new PQueue({ concurrency }) };
  return {
    test: async (request, report, signal) => {
      refuseOptions(request.files);
      const stop = new AbortController();
      const job = { ...box, request, report, signal: AbortSignal.any([signal, stop.signal]) };
      const results = resultsOf(job);
      try {
        return (await Promise.all(results)).flat();
      } catch (error) {
        // There will be no result for the image: nothing of it goes on.
        stop.abort(error);
        await Promise.allSettled(results);
        throw error;
      }
    },
  };
}

interface Job extends StepTesterSettings {
  readonly read: ReadImage;
  readonly pool: PQueue;
  readonly request: TestRequest;
  readonly report: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Starts all tests at once; their results are in the order of the files and their sections. */
function resultsOf(job: Job): readonly Promise<readonly TestResult[]>[] {
  const { config, facts } = lookAt(job);
  const tell = teller(job);
  return job.request.files.flatMap((file) => [
    ...file.commandTests.map(async (test, i) => {
      const context = { ...commandContext(job), config: await config, handed: await handedOn(file, job) };
      return [tell(await testCommand({ file, test, at: `commandTests[${i}]` }, context))];
    }),
    facts.then((found) => checkFacts(file, found).map(tell)),
  ]);
}

/** The configuration is known long before the layers are read, and all that commands need. */
function lookAt({ read, request: { image, files }, signal }: Job) {
  const config = Promise.withResolvers<ImageConfig>();
  const facts = read(
    image,
    (found) => {
      config.resolve(found);
      return wantedOf(files, found);
    },
    signal,
  );
  facts.catch(config.reject);
  // Without command tests nobody waits for it.
  config.promise.catch(() => {});
  return { config: config.promise, facts };
}

/** Reports each result as it comes. */
function teller({ request: { files }, report }: Job): (result: TestResult) => TestResult {
  const of = files.reduce((sum, file) => sum + countOf(file), 0);
  let index = 0;
  return (result) => {
    index += 1;
    report({ kind: "step", text: result.name, index, of });
    return result;
  };
}

function countOf(file: TestFile): number {
  const { commandTests, fileExistenceTests, fileContentTests, licenseTests, metadataTest } = file;
  const lists = [commandTests, fileExistenceTests, fileContentTests, licenseTests];
  return lists.reduce((sum, list) => sum + list.length, metadataTest === null ? 0 : 1);
}

function commandContext(job: Job) {
  const { request, report, pool, connect, environment, signal } = job;
  const limits = { timeout: request.timeout, output: mostOutput };
  const log = (line: string) => report({ kind: "log", line });
  const lost = () => log("The connection to buildkitd was lost; running the command once more");
  const once = async (chain: Chain) => {
    signal.throwIfAborted();
    return await runChain(chain, { connection: await connect(signal), environment, ...limits, signal });
  };
  const run = (chain: Chain): Promise<ChainEnd> => pool.add(() => retryLost(() => once(chain), lost, signal));
  return { image: request.image, limits, log, run };
}
