import * as z from "zod/mini";
import { cacheSchema } from "./cache-schema.ts";
import { either, isFunction, line, list, object, setting, variableName, yesNo } from "./forms.ts";
import { platformNames } from "./platforms.ts";
import { isStructureTests } from "./structure-test.ts";

const text = z.string({
  error: ({ input }) => `text, as in "24.11.0"${typeof input === "number" ? ": a number drops its last zero" : ""}`,
});
const values = z.record(z.string(), text, "text by name");
const path = line("a path within the project, without a leading / and without ..", /^(?!\/)(?!(.*\/)?\.\.(\/|$)).+$/s);

/** Whether it was made by `tag()` or `external()`, and from text: a misspelt `versions.…` gives undefined. */
const isReference = (value: unknown): boolean => {
  const { kind, tag, variant, reference } = Object(value) as Readonly<Record<string, unknown>>;
  if (kind === "external") return typeof reference === "string";
  return kind === "target" && typeof tag === "string" && (variant === null || typeof variant === "string");
};

const argumentName = line("the name of a build argument: letters, digits and _", /^[A-Za-z_][A-Za-z0-9_]*$/);
const secretId = line("an id of letters, digits, _, . and -", /^[A-Za-z0-9_.-]+$/);
const wantedSecret = '{ env: "NAME" } or { file: "path" }, with optional: true if it may be missing';
const secret = either((value) =>
  typeof value === "object" && value !== null && "file" in value
    ? object({ file: z.string("a path"), optional: z.optional(yesNo) }, wantedSecret)
    : object({ env: variableName, optional: z.optional(yesNo) }, wantedSecret),
);

const rootFolder = either((value) =>
  typeof value === "object"
    ? object(
        { folder: path, owner: z.optional(line('an owner as "1000:1000" or "node"', /^[\w.-]+(:[\w.-]+)?$/)) },
        'a folder, { folder: "images/node/rootfs", owner: "1000:1000" }, a list of these, or false',
      )
    : path,
);
const rootfs = either((value) =>
  value === false ? z.literal(false) : Array.isArray(value) ? z.array(rootFolder) : rootFolder,
);

const wantedTests = "structureTest({ … }), a path, a list of these, or false";
const testEntry = either((value) => (typeof value === "string" ? path : z.custom(isStructureTests, wantedTests)));
const tests = either((value) =>
  value === false ? z.literal(false) : Array.isArray(value) ? z.array(testEntry) : testEntry,
);

const dockerfile = either((value) =>
  typeof value === "object"
    ? object({ text: z.string("the text of a Dockerfile") }, 'a path, or { text: "FROM base" }')
    : path,
);

const words = z.array(z.string("text"), "a list of words").check(z.minLength(1, "a program and its arguments"));
const command = object(
  {
    command: words,
    inputs: z.array(z.string("a glob"), "a list of globs"),
    env: z.array(variableName, "a list of names"),
    version: either((value) => (typeof value === "string" ? z.string() : words)),
    refresh: z.optional(line('a time as in "12h", "7d" or "2w"', /^[1-9]\d*[mhdw]$/)),
    mutex: z.optional(line("a name of letters, digits, _, . and -", /^[\w.-]+$/)),
  },
  'command(["program", "argument"])',
);

const reference = z.custom(isReference, 'a tag of an image, as in base.tag("13"), or external("alpine:3.22")');
const platform = z.enum(platformNames, 'a platform, as in "linux/amd64"');

const common = {
  platforms: list(platform, 'a list of platforms, as in ["linux/amd64"]').check(
    z.minLength(1, "at least one platform"),
  ),
  labels: z.record(line("a key without spaces and =", /^[^\s=]+$/), text, "text by name"),
  args: z.record(argumentName, text, "text by name"),
  secrets: z.record(secretId, secret, `${wantedSecret}, by id`),
  ssh: list(secretId, 'a list of names, as in ["default"]'),
  cacheVersion: z.string('text, as in "2"'),
  epoch: yesNo,
  compression: z.enum(["gzip", "zstd"], '"gzip" or "zstd"'),
  sbom: yesNo,
};

/** What each setting has to be, once its function is called. */
export const plain = {
  ...common,
  from: reference,
  dockerfile,
  stage: line("the name of a stage", /^\S+$/),
  rootfs,
  modes: z.record(
    z.string(),
    z.int("a mode, as in 0o755").check(z.gte(0, "a mode, as in 0o755"), z.lte(0o7777, "a mode, as in 0o755")),
    "modes by path, as in 0o755",
  ),
  files: z.record(path, command, 'commands by path, as in { "rootfs.tar": command(["make-rootfs"]) }'),
  tests,
} satisfies Record<string, z.core.$ZodType>;

type Plain = typeof plain;
const eachSetting = <K extends keyof Plain>(keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, setting(plain[key])])) as Record<K, ReturnType<typeof setting>>;

const settings = eachSetting(Object.keys(plain) as (keyof Plain)[]);
const level = { ...settings, versions: z.optional(values), variables: z.optional(values) };

const aliases = z.custom(isFunction, "a strategy, as in semver()");
const suffix = line('what is put behind the tag, as in "-slim"', /^[A-Za-z0-9_.-]{1,100}$/);
const tagSchema = object(level, "the settings of a tag, {} for none");
const variantSchema = object(
  {
    ...level,
    suffix,
    only: z.optional(list(z.string("a tag"), "a list of tags").check(z.minLength(1, "at least one tag"))),
    on: z.optional(z.string("the name of a variant")),
  },
  'the settings of a variant, as in { suffix: "-slim" }',
);

const port = /:(\d+)$/;
const address = line(
  'host[:port], as in "registry.example.org"',
  /^[A-Za-z0-9.-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/,
).check(
  z.refine((text) => {
    const number = Number(port.exec(text)?.[1] ?? 1);
    return number >= 1 && number <= 65535;
  }, "a port from 1 to 65535"),
);
const registry = {
  address,
  prefix: line("a lower-case path, as OCI asks of repositories", /^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*\/)*$/),
  named: yesNo,
};
const wantedPlace = 'a registry, as in oci("registry.example.org/team") or ghcr({ owner: "me" })';
// Unless another is given both addresses are one, and what is wrong with it is told once.
const place = either((value) =>
  object({ ...registry, builderAddress: oneAddress(value) ? z.any() : address }, wantedPlace),
);
const oneAddress = (value: unknown): boolean => {
  const { address, builderAddress } = Object(value) as {
    readonly address?: unknown;
    readonly builderAddress?: unknown;
  };
  return address === builderAddress;
};
const repository = line(
  'a repository in lower case, as in "team/node"',
  /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
);
const places = list(place, "a list of registries");

/** The form of an image's specification. */
export const imageSchema = object(
  {
    ...level,
    bases: z.optional(
      z.record(
        line("a name of lower-case letters, digits, _, . and -", /^[a-z][a-z0-9_.-]*$/),
        setting(reference),
        "references by name",
      ),
    ),
    tags: z.record(z.string(), tagSchema, 'settings by tag, as in { "13": {} }'),
    variants: z.optional(
      z.record(
        line("a name of letters, digits, _, . and -", /^\w[\w.-]*$/),
        variantSchema,
        'settings by variant, as in { slim: { suffix: "-slim" } }',
      ),
    ),
    aliases: z.optional(either((value) => (value === false ? z.literal(false) : aliases))),
    repository: z.optional(repository),
    publish: z.optional(places),
    folder: z.optional(path),
    description: z.optional(text),
    licenses: z.optional(text),
  },
  "the settings of an image",
);

const alias = object(
  { name: text, reference: text, origin: z.enum(["version", "explicit"], '"version" or "explicit"') },
  '{ name: "24", reference: "24.11.0", origin: "version" }',
);
const skipped = object({ reference: text, why: text }, '{ reference: "edge", why: "it is no version" }');

/** The form of what a strategy gives. */
export const aliasesSchema = object(
  { aliases: list(alias, "a list of aliases"), skipped: list(skipped, "a list of references, each with a reason") },
  "{ aliases: [ … ], skipped: [ … ] }",
);

/** The name of an image is its repository unless it says another. */
export const imageName = repository;

const isImage = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "spec" in value && "caller" in value;

const drivers = ["buildkit", "container-structure-test"] as const;
const testing = object(
  {
    driver: z.optional(z.enum(drivers, '"buildkit" or "container-structure-test"')),
    timeout: z.optional(line('a time as in "60s" or "5m"', /^[1-9]\d{0,5}[sm]$/)),
  },
  '{ driver: "buildkit", timeout: "60s" }',
);

const wantedLimit = "a whole number from 1 to 1000";
const limits = z.record(
  z.string(),
  z.int(wantedLimit).check(z.gte(1, wantedLimit), z.lte(1000, wantedLimit)),
  "numbers by queue or kind, as in { build: 4, push: 2 }",
);
const wantedRetries = "a whole number from 0 to 10";
const retry = z.record(
  z.string(),
  z.int(wantedRetries).check(z.gte(0, wantedRetries), z.lte(10, wantedRetries)),
  "numbers by kind, as in { test: 2, push: 1 }",
);

/** The form of the whole configuration. */
export const configurationSchema = object(
  {
    images: list(z.custom(isImage, 'an image, as image("name", { … }) gives it'), "a list of images").check(
      z.minLength(1, "at least one image"),
    ),
    defaults: z.optional(
      object(
        { ...eachSetting(Object.keys(common) as (keyof typeof common)[]), aliases: z.optional(aliases) },
        "settings for all images",
      ),
    ),
    registry: z.optional(place),
    publish: z.optional(places),
    archive: z.optional(yesNo),
    testing: z.optional(testing),
    cache: z.optional(cacheSchema),
    limits: z.optional(limits),
    retry: z.optional(retry),
  },
  "{ images: [ … ] }",
);
