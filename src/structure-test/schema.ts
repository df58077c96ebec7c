import * as z from "zod/mini";
import { either, type Form, line, list, object } from "../config/forms.ts";
import type { patternProblem } from "./pattern.ts";

const text = z.string('text, as in "1.10"');
const filled = line("text that is not empty", /./s);
const yesNo = z.boolean("true or false");
const id = z.int("a whole number").check(z.gte(0, "a whole number from 0 on"));
const name = line("the name of the test", /\S/);
const path = line('a path in the image, as in "/etc/os-release"', /\S/);
const texts = list(text, 'a list of texts, as in ["--version"]');
const words = list(text, 'a list of words, as in ["apt-get", "update"]').check(
  z.minLength(1, "a program and its arguments"),
);
const commands = list(words, 'a list of commands, as in [["apt-get", "update"]]');

/** As Go writes modes, which the original compares with: special bits are letters in front. */
const permissions = line(
  'a mode, as in "-rwxr-xr-x"; with set-uid "urwxr-xr-x", set-gid "grwxr-xr-x", sticky "dtrwxrwxrwx", a link "Lrwxrwxrwx"',
  /^$|^(-|(?!r|-)d?a?l?T?L?D?p?S?u?g?c?t?\??)([r-][w-][x-]){3}$/,
);

/** `isRegex` has no meaning for what is only set, but the original takes it. */
const variable = (value: Form) =>
  object({ key: filled, value, isRegex: z.optional(yesNo) }, '{ key: "NAME", value: "text" }');

/** The sections of a test file. What is wrong with a pattern is said by `problemOf`, null when nothing is. */
export function sectionsSchema(problemOf: typeof patternProblem): Readonly<Record<string, Form>> {
  const pattern = z.string("a regular expression").check(({ value, issues }) => {
    const why = problemOf(value);
    if (why === null) return;
    issues.push({ code: "custom", input: value, path: [], message: `a regular expression; RE2 says: ${why}` });
  });
  const patterns = z.optional(list(pattern, 'a list of regular expressions, as in ["^1[.]2"]'));
  const keyValues = z.optional(list(keyValue(pattern), "a list of keys and values"));
  return sections({ patterns, keyValues });
}

function keyValue(pattern: Form): Form {
  return either((given) => {
    const { isRegex } = Object(given) as { readonly isRegex?: unknown };
    return variable(z.optional(isRegex === true ? pattern : text));
  });
}

function sections({ patterns, keyValues }: Readonly<Record<"patterns" | "keyValues", Form>>) {
  const commandTest = object(
    {
      name,
      setup: z.optional(commands),
      teardown: z.optional(commands),
      envVars: z.optional(list(variable(filled), "a list of keys and values")),
      command: line("the program to run", /\S/),
      args: z.optional(texts),
      exitCode: z.optional(z.int("a whole number")),
      expectedOutput: patterns,
      excludedOutput: patterns,
      expectedError: patterns,
      excludedError: patterns,
    },
    '{ name: "…", command: "…" }',
  );
  const fileExistenceTest = object(
    {
      name,
      path,
      shouldExist: z.optional(yesNo),
      permissions: z.optional(permissions),
      uid: z.optional(id),
      gid: z.optional(id),
      isExecutableBy: z.optional(z.enum(["any", "owner", "group", "other"], '"any", "owner", "group" or "other"')),
    },
    '{ name: "…", path: "…" }',
  );
  const fileContentTest = object(
    { name, path, expectedContents: patterns, excludedContents: patterns },
    '{ name: "…", path: "…" }',
  );
  return {
    globalEnvVars: z.optional(list(variable(z.optional(text)), "a list of keys and values")),
    commandTests: z.optional(list(commandTest, "a list of tests")),
    fileExistenceTests: z.optional(list(fileExistenceTest, "a list of tests")),
    fileContentTests: z.optional(list(fileContentTest, "a list of tests")),
    metadataTest: z.optional(metadataTest(keyValues)),
    licenseTests: z.optional(
      list(
        object({ debian: z.optional(yesNo), files: z.optional(list(path, "a list of paths")) }, "{ debian: true }"),
        "a list of tests",
      ),
    ),
    containerRunOptions: z.optional(containerRunOptions),
  };
}

const filledTexts = z.optional(list(filled, "a list of texts"));

const metadataTest = (keyValues: Form) =>
  object(
    {
      envVars: keyValues,
      unboundEnvVars: z.optional(list(variable(z.optional(text)), "a list of keys")),
      labels: keyValues,
      exposedPorts: filledTexts,
      unexposedPorts: filledTexts,
      volumes: filledTexts,
      unmountedVolumes: filledTexts,
      entrypoint: z.optional(texts),
      cmd: z.optional(texts),
      workdir: z.optional(text),
      user: z.optional(text),
    },
    "what the image's configuration says",
  );

const containerRunOptions = object(
  {
    user: z.optional(text),
    privileged: z.optional(yesNo),
    allocateTty: z.optional(yesNo),
    envFile: z.optional(text),
    envVars: filledTexts,
    capabilities: filledTexts,
    bindMounts: filledTexts,
  },
  "how containers are run",
);

/** The only version of the form that there is. */
export const schemaVersion = "2.0.0";

/** A test file. Of another version only that is said: its sections are others. */
export function testFileSchema(sections: Readonly<Record<string, Form>>): Form {
  const version = line(`"${schemaVersion}", the only version there is a schema of`, /^2\.0\.0$/);
  const known = object({ schemaVersion: version, ...sections }, `{ schemaVersion: "${schemaVersion}", … }`);
  const other = z.object({ schemaVersion: version });
  return either((value) => {
    const said = (Object(value) as { readonly schemaVersion?: unknown }).schemaVersion;
    return said === undefined || said === schemaVersion ? known : other;
  });
}
