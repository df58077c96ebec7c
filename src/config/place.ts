import type { Place } from "../problem.ts";

/** Where in the user's files something was written; read from a stack trace only when a problem needs it. */
export type Caller = () => Place | undefined;

/**
 * Remembers who called `callee`. Taking the trace is cheap; its text is made on the first read.
 *
 * The place has the file as the runtime names it: a `file:` URL or an absolute path.
 */
export function callerOf(callee: (...args: never[]) => unknown): Caller {
  const trace: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, callee);
  Error.stackTraceLimit = limit;
  return () => placeOfFrame(trace.stack?.split("\n")[1] ?? "");
}

/** Frames of this library, which say nothing to those who write configurations. */
const library = new URL("../", import.meta.url).href;

/** The place in the user's files where an error was thrown or led to one, from its stack trace. */
export function placeOfError({ stack = "" }: Error): Place | undefined {
  const places = stack.split("\n").flatMap((frame) => placeOfFrame(frame) ?? []);
  return places.find(({ file }) => !file.startsWith(library));
}

/** The place a line of a V8 stack trace names, `at name (file:///p/images.config.ts:14:20)`; undefined without one. */
function placeOfFrame(frame: string): Place | undefined {
  const match = /(?:\(|\bat (?:async )?)((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/.exec(frame);
  if (!match?.[1]) return undefined;
  // A configuration that is loaded again goes by another name.
  return { file: match[1].replace(/^(file:[^?]*)\?.*$/, "$1"), line: Number(match[2]), column: Number(match[3]) };
}
