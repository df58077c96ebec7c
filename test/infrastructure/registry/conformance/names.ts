import { accepting, image } from "./documents.ts";
import { expect } from "./expect.ts";
import type { Case, Cases } from "./repository.ts";
import type { Answer } from "./wire.ts";

/** Names a repository must not have, as they stand in a path. */
const invalid = ["Upper/case", "under_/score", "-dash", "a/-b", "a..b", "dot.", "a%20b"];

/** Names that would lead out of a folder of repositories. */
const outside = ["../outside", "a/../../outside", "%2e%2e/outside", "a/%2e%2e%2foutside", "a%2f..%2f..%2foutside"];

function beginIn(name: string, check: (answer: Answer) => void): Case {
  return async ({ raw }) => check(await raw("POST", `/v2/${name}/blobs/uploads/`));
}

/** Repository names (distribution-spec §Pulling manifests), paths made to break out, and what leads to no endpoint. */
export const names: Cases = {
  ...Object.fromEntries(
    invalid.map((name) => [`the name ${name} is refused`, beginIn(name, (answer) => expect(answer, 400, 404))]),
  ),
  ...Object.fromEntries(
    outside.map((name) => [`the name ${name} leads nowhere`, beginIn(name, (answer) => expect(answer, 301, 400, 404))]),
  ),
  "a name of 256 characters is refused": beginIn("a".repeat(256), (answer) => expect(answer, 400, 404)),
  "a method that an endpoint does not have is refused": async ({ ask }) => {
    expect(await ask("PUT", "tags/list"), 405);
  },
  "an endpoint that is not there answers 404": async ({ ask }) => expect(await ask("GET", "nothing/here"), 404),
  "names of many forms are taken": async ({ raw }) => {
    for (const name of ["a", "0", "a/b/c/d", "a.b", "a_b", "a__b", "a---b", "a.b-c_d/e"]) {
      expect(await raw("POST", `/v2/${name}/blobs/uploads/`), 202);
    }
  },
  "a part of a name may be called as an endpoint is": async (repository) => {
    const inner = repository.within("tags/blobs");
    expect(await inner.put("one", await image(inner)), 201);
    expect(await inner.ask("HEAD", "manifests/one", accepting), 200);
    expect(await inner.ask("GET", "tags/list"), 200);
  },
};
