import * as assert from "uvu/assert";
import { junit } from "../../../infrastructure/report/junit.ts";
import type { Target } from "../../../src/model/target.ts";
import type { Report } from "../../../src/report/document.ts";
import type { Fact } from "../../../src/report/fact.ts";
import { imagesAfter } from "../../../src/report/report.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { result } from "./sample.ts";

const test = suite("junit");

function report(...facts: readonly Fact[]): Report {
  const tests = [{} as Target["tests"][number]];
  const images = imagesAfter(project([target("node:24", { tests }), target("base:1")]), { facts, boms: new Map() }, []);
  const run = { at: "2026-07-03T14:22:10.000Z", duration: 1, ran: [], cached: [], failed: [], skipped: [] };
  return { schema: 1, run, changes: null, images };
}

const here = { target: "node:24", platform: "linux/amd64" } as const;
const built: Fact = { of: "build", ...here, digest: "sha256:1", layers: [] };

test("junit() has a suite for each target and platform, and a case for each test", () => {
  const results = [
    result("node runs", { duration: 1234, stdout: "v24.21.0\n" }),
    result('a "quoted" <name> & more', {
      file: "test-1.yml",
      errors: ["stdout does not match /^11/", "exit code 1 instead of 0"],
      stderr: "\u001b[31mred\u001b[0m \0 ]]> <b>",
    }),
  ];
  assert.is(
    junit(report(built, { of: "tests", ...here, results })),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" time="1.354">
<testsuite name="node:24 linux/amd64" tests="2" failures="1" errors="0" time="1.354" skipped="0" timestamp="2026-07-03T14:22:10">
<testcase classname="node:24 linux/amd64" name="node runs" file="test.yml" time="1.234">
<system-out>v24.21.0
</system-out>
</testcase>
<testcase classname="node:24 linux/amd64" name="a &quot;quoted&quot; &lt;name&gt; &amp; more" file="test-1.yml" time="0.120">
<failure message="stdout does not match /^11/">stdout does not match /^11/
exit code 1 instead of 0</failure>
<system-err>\ufffd[31mred\ufffd[0m \ufffd ]]&gt; &lt;b&gt;</system-err>
</testcase>
</testsuite>
</testsuites>
`,
  );
});

test("junit() has what kept tests from running as errors", () => {
  const failure = {
    task: "build base:1 linux/amd64",
    message: "RUN make failed",
    details: ["Dockerfile:3", "make: no"],
  };
  const push = { task: "push base:1", message: "refused", details: [] };
  const facts: readonly Fact[] = [
    { of: "failure", target: "base:1", platform: "linux/amd64", failure },
    { of: "failure", target: "base:1", platform: null, failure: push },
  ];
  assert.is(
    junit(report(...facts)),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="0" errors="2" time="0.000">
<testsuite name="base:1 linux/amd64" tests="1" failures="0" errors="1" time="0.000" skipped="0" timestamp="2026-07-03T14:22:10">
<testcase classname="base:1 linux/amd64" name="build base:1 linux/amd64" time="0.000">
<error message="RUN make failed">RUN make failed
Dockerfile:3
make: no</error>
</testcase>
</testsuite>
<testsuite name="base:1" tests="1" failures="0" errors="1" time="0.000" skipped="0" timestamp="2026-07-03T14:22:10">
<testcase classname="base:1" name="push base:1" time="0.000">
<error message="refused">refused</error>
</testcase>
</testsuite>
</testsuites>
`,
  );
});

test("junit() has no suite for targets without tests", () => {
  assert.is(
    junit(report()),
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="0" failures="0" errors="0" time="0.000">\n</testsuites>\n',
  );
});
