import * as assert from "uvu/assert";
import { expect, location } from "./expect.ts";
import { type Cases, digestOf, octets, type Repository, withQuery } from "./repository.ts";

function mount({ ask }: Repository, query: Readonly<Record<string, string>>) {
  return ask("POST", withQuery("blobs/uploads/", query));
}

async function pulls({ ask }: Repository, path: string, content: string): Promise<void> {
  const answer = await ask("GET", path);
  expect(answer, 200);
  assert.equal(answer.body.toString(), content);
}

/** Mounting blobs of other repositories: end-11. */
export const mounts: Cases = {
  "mount= with from= takes the blob of another repository": async (repository) => {
    const source = repository.sibling();
    const { digest } = await source.push("to mount");
    const answer = await mount(repository, { mount: digest, from: source.name });
    expect(answer, 201);
    await pulls(repository, location(answer), "to mount");
    await pulls(repository, `blobs/${digest}`, "to mount");
  },
  "mount= of an unknown blob begins an upload": async (repository) => {
    const digest = digestOf("not there yet");
    const answer = await mount(repository, { mount: digest, from: repository.sibling().name });
    expect(answer, 202);
    const ask = { body: Buffer.from("not there yet"), headers: { "content-type": octets } };
    expect(await repository.ask("PUT", withQuery(location(answer), { digest }), ask), 201);
    await pulls(repository, `blobs/${digest}`, "not there yet");
  },
  // The specification lets registries choose whether they look for it; either answer must work.
  "mount= without from= takes the blob or begins an upload": async (repository) => {
    const { digest } = await repository.sibling().push("to mount from anywhere");
    const answer = await mount(repository, { mount: digest });
    expect(answer, 201, 202);
    if (answer.status === 201) return pulls(repository, `blobs/${digest}`, "to mount from anywhere");
    expect(await repository.ask("DELETE", location(answer)), 204);
  },
  "a blob that was deleted at its source stays where it was mounted": async (repository) => {
    const source = repository.sibling();
    const { digest } = await source.push("mounted, then deleted");
    expect(await mount(repository, { mount: digest, from: source.name }), 201);
    expect(await source.ask("DELETE", `blobs/${digest}`), 202);
    await pulls(repository, `blobs/${digest}`, "mounted, then deleted");
  },
};
