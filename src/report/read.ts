import { z } from "zod";
import type { Report } from "./document.ts";

/** A report from its text; null when it is damaged or of another form: nothing is known then. */
export function readReport(text: string): Report | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const text = z.string();
const texts = z.array(text);
const number = z.number();
const platform = z.templateLiteral([text, "/", text]);
const digest = z.union([z.templateLiteral(["sha256:", text]), z.templateLiteral(["sha512:", text])]);

const failure = z.object({ task: text, message: text, details: texts });
const result = z.object({
  ...{ file: text, at: text, name: text, errors: texts },
  ...{ stdout: text, stderr: text, duration: number },
});
const found = z.object({ name: text, version: text, type: text, license: text });

const platformReport = z.object({
  platform,
  build: z.nullable(
    z.object({ digest, size: number, layers: z.array(z.object({ digest, size: number, from: text })) }),
  ),
  tests: z.object({ state: z.enum(["passed", "failed", "not run", "none"]), results: z.array(result) }),
  packages: z.nullable(z.object({ sbom: text, list: z.array(found) })),
  failures: z.array(failure),
});

const targetReport = z.object({
  ...{ id: text, repository: text, reference: text, aliases: texts, parents: texts },
  labels: z.record(text, text),
  digest: z.nullable(digest),
  published: texts,
  platforms: z.array(platformReport),
  failures: z.array(failure),
});

const changes = z.object({
  added: texts,
  removed: texts,
  targets: z.array(
    z.object({
      target: text,
      builds: z.array(
        z.object({
          platform,
          digest: z.object({ from: digest, to: digest }),
          size: z.object({ from: number, to: number }),
        }),
      ),
      packages: z.array(z.object({ name: text, from: texts, to: texts, platforms: z.array(platform) })),
      tests: z.array(z.object({ name: text, now: z.enum(["passed", "failed"]), platforms: z.array(platform) })),
    }),
  ),
});

/** The compiler checks that it says what the types of the document say. */
const schema: z.ZodType<Report> = z.object({
  schema: z.literal(1),
  run: z.object({ at: text, duration: number, ran: texts, cached: texts, failed: texts, skipped: texts }),
  changes: z.nullable(changes),
  images: z.array(z.object({ name: text, targets: z.array(targetReport) })),
});
