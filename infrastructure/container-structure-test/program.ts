import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestFile } from "../../src/model/structure-test.ts";
import type { TestRequest, TestResult } from "../../src/ports.ts";
import { fail, problemsOf } from "../../src/problem.ts";
import type { Docker } from "../docker/api.ts";
import { run } from "../process/run.ts";
import { type Report, resultsOf } from "./results.ts";

/** How the program is run on the files of a request. */
export interface Job {
  readonly program: string;
  readonly docker: Pick<Docker, "ping" | "running">;
  /** In the notation of DOCKER_HOST. */
  readonly host: string;
  /** What the image is called in the daemon. */
  readonly image: string;
  readonly request: TestRequest;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What the files' own paths are relative to. */
  readonly cwd: string;
  /** For the file and its report. */
  readonly scratch: string;
}

/**
 * Runs the tests of one file.
 *
 * @throws ImagesError `driver-failed` when the program gives no results, `docker-unreachable`, and `test-timeout`: it
 * has no time-out for a command, so only a whole run can be stopped.
 */
export async function testFile(job: Job, file: TestFile, signal: AbortSignal): Promise<readonly TestResult[]> {
  const config = join(job.scratch, file.name);
  const reportFile = `${config}.json`;
  await writeFile(config, file.text);
  const { image, request } = job;
  const command = [
    ...[job.program, "test", "--image", image, "--platform", request.image.platform],
    ...["--config", config, "--output", "json", "--test-report", reportFile],
  ];
  const timeout = limitFor(file, request.timeout);
  const { code, stderr } = await run(command, { cwd: job.cwd, env: job.env, timeout, signal }).catch(
    (error: unknown) =>
      problemsOf(error)[0]?.code === "command-timeout" ? hangs(job, file, timeout) : Promise.reject(error),
  );
  const report = await readReport(reportFile, file);
  const results = report && resultsOf(file, report);
  if (results === undefined) return noResults(file, code, [...stderr.split("\n"), ...errorsIn(report)]);
  const failed = results.some(({ errors }) => errors.length > 0);
  if (failed && !(await job.docker.ping())) return lost(job.host);
  return results;
}

/** As long as the commands may take one after the other, and the time of one for everything else. */
function limitFor({ commandTests }: TestFile, timeout: number): number {
  return timeout * commandTests.reduce((commands, { setup }) => commands + 1 + setup.length, 1);
}

async function hangs({ docker, image }: Job, { name, source }: TestFile, timeout: number): Promise<never> {
  const running = await docker.running(image);
  return fail({
    code: "test-timeout",
    kind: "test",
    message: `Stopped container-structure-test after ${timeout / 1000} s: ${name} had not come to its end`,
    ...(source === null ? {} : { place: { file: source } }),
    ...(running.length > 0 ? { found: `still running: ${running.join(", ")}` } : {}),
    fix: "Mend the command that hangs, or raise testing.timeout: the program stops no command by itself",
  });
}

/** Bytes: more is not a report but what a command printed without end. */
const longestReport = 128 * 1024 * 1024;

/** Undefined when the program came to no results. */
async function readReport(path: string, { name }: TestFile): Promise<Report | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return undefined;
  if (size <= longestReport) return JSON.parse(await readFile(path, "utf8")) as Report;
  return fail({
    code: "report-too-large",
    kind: "test",
    message: `The commands of ${name} print too much: ${Math.round(size / 1e6)} MB`,
    fix: "Let them print less, or use the driver buildkit, which keeps the last part only",
  });
}

/** A file that the program cannot read gives one result without a name. */
function errorsIn(report: Report | undefined): readonly string[] {
  return report?.Results?.flatMap(({ Errors = [] }) => Errors.flatMap((error) => error.split("\n"))) ?? [];
}

function noResults({ name }: TestFile, code: number, log: readonly string[]): never {
  return fail({
    code: "driver-failed",
    kind: "task",
    message: `container-structure-test ended with exit status ${code} and without a result for each test of ${name}`,
    log: log.filter(Boolean).slice(-10),
  });
}

function lost(host: string): never {
  return fail({
    code: "docker-unreachable",
    kind: "service",
    message: `Docker stopped answering at ${host} during tests`,
    fix: "See with 'image-manager status' what runs, and in the daemon's log why it ended",
  });
}
