import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("reading tests");

test("the YAML parser is loaded for tests, and the parser of patterns for patterns that need it", async () => {
  assert.equal(await loadedFor("valid-family"), []);
  assert.equal(await loadedFor("valid-tests"), ["yaml"]);
  assert.equal(await loadedFor("invalid-test-values"), ["re2js", "yaml"]);
});

/** Those of the two packages that resolving a configuration loads. */
async function loadedFor(fixture: string): Promise<readonly string[]> {
  const script = `
    const { registerHooks } = await import("node:module");
    const loaded = new Set();
    registerHooks({ load: (url, context, next) => { loaded.add(url); return next(url, context); } });
    const { loadProject } = await import("./infrastructure/config/load.ts");
    const folder = "test/fixtures/config/${fixture}";
    await loadProject({ folder, environment: {}, platform: "linux/amd64" }).catch(() => {});
    console.log(JSON.stringify(["re2js", "yaml"].filter((name) => [...loaded].some((url) => url.includes(\`/\${name}/\`)))));
  `;
  const { stdout } = await run([process.execPath, "--input-type=module", "--eval", script]);
  return JSON.parse(stdout) as readonly string[];
}
