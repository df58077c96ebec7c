import { spawnSync } from "node:child_process";
import { suite } from "../../rig/suite.ts";
import { conformance } from "./conformance.ts";
import { dockerRegistry, startDockerRegistry } from "./processes.ts";

const test = suite("docker-registry");

/** Of docker-registry 2.8.2, which was made to distribution-spec 1.0. */
const failures: Readonly<Record<string, readonly string[]>> = {
  "answers with the sha256 digest": [
    "a sha512 blob is pushed and pulled",
    "POST and PUT upload a sha512 blob",
    "chunks upload a blob whose sha512 digest comes at the end",
  ],
  "knows manifests by sha256 only": ["a manifest is pushed by its sha512 digest"],
  "breaks the connection off": [
    "a range after the end cannot be satisfied",
    "a range that ends before it begins gives no part",
  ],
  "does not look at the order of chunks": [
    "a chunk that leaves a gap is refused",
    "a chunk that comes twice is refused",
    "a first chunk that does not begin at 0 is refused",
    "a last chunk out of order is refused with PUT",
    "an upload goes on after a chunk that was refused",
  ],
  "wants every layer but those with addresses": ["a nondistributable layer may lie elsewhere"],
  "has no ?tag= yet": [
    "?tag= sets tags on a manifest that is pushed by digest",
    "?tag= sets tags on a manifest that is pushed by its sha512 digest",
    "?tag= may come ten times",
  ],
  "answers 500": ["a blob is no manifest", "a digest that is none is refused", "a name of 256 characters is refused"],
  "lists tags as the folder has them, and knows no pages of them": [
    "tags are listed in order",
    "n= limits the list",
    "n= greater than the list gives all, and no next page",
    "n=0 gives an empty list",
    "last= goes on after a tag",
    "last= may name a tag that is not there",
    "n= and last= together give a page",
    "Link leads through all pages",
  ],
  "does not know a repository without tags": ["a manifest without tags gives an empty list"],
  "has no referrers": [
    "nothing refers to an unknown digest",
    "referrers of a malformed digest are refused",
    "an artifact with a subject is listed with its type and annotations",
    "an image with a subject is listed with its config's type",
    "an empty artifactType counts as none",
    "an index with a subject is listed",
    "an index without a type is listed without one",
    "several referrers are all listed",
    "artifactType= filters, and it is said",
    "a filter that nothing meets gives an empty list",
    "a subject may be pushed after what refers to it",
    "a referrer that was deleted is not listed",
    "a subject that was deleted leaves what refers to it",
    "referrers are those of one repository",
  ],
  "deletes by digest only": ["DELETE of a tag leaves other tags and the manifest", "an unknown tag cannot be deleted"],
  "takes a first part in capitals for a host": ["the name Upper/case is refused"],
};

const known = Object.entries(failures).flatMap(([reason, titles]) => titles.map((title) => [title, reason] as const));

if (spawnSync(dockerRegistry, ["--version"]).status === 0) {
  conformance(test, {
    name: "conformance",
    start: async (t) => t.use(await startDockerRegistry(await t.folder())),
    known: Object.fromEntries(known),
  });
} else test.skip("conformance", `${dockerRegistry} is not installed`);
