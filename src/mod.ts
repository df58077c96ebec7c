/** The public API: what images.config.ts imports. */
export {
  type Cache,
  type CacheOptions,
  type Credentials,
  type GarageOptions,
  garage,
  type S3Options,
  s3,
} from "./config/caches.ts";
export { type Command, command, type Staleness } from "./config/command.ts";
export { type Configuration, type Definition, defineImages, type Environment } from "./config/define.ts";
export { type Image, image } from "./config/image.ts";
export { type PlatformName, platforms } from "./config/platforms.ts";
export { external, type Reference } from "./config/reference.ts";
export { acr, ecr, ghcr, hosted, oci, type Place } from "./config/registries.ts";
export { type StructureTests, structureTest } from "./config/structure-test.ts";
export type {
  AnyCell,
  Cell,
  Defaults,
  Labels,
  RootFolder,
  SecretSource,
  TestEntry,
  Testing,
  Values,
} from "./config/types.ts";
export type { MetadataTestSpec, StructureTestSpec } from "./structure-test/spec.ts";
export { type SemverOptions, semver } from "./tags/semver.ts";
export type { Aliases, AliasProposal, AliasStrategy, Tagged } from "./tags/strategy.ts";
