/** A file of tests on an image, each of which is a case: its name says what it is about and how it should end. */
export interface CaseFile {
  readonly name: string;
  readonly image: "rich" | "bare";
  /** YAML below `schemaVersion`. A test whose name ends in `fails` is expected to. */
  readonly text: string;
  /** Sections without names of their own that are expected to fail: `metadataTest`. */
  readonly failing?: readonly string[];
}

/** Every section and key of the schema, once passing and once failing. */
export const files: readonly CaseFile[] = [
  {
    name: "commands.yml",
    image: "rich",
    text: `
commandTests:
  - {name: a command without arguments, command: "true"}
  - {name: exit status 1 fails, command: "false"}
  - {name: the wanted exit status, command: "false", exitCode: 1}
  - {name: 0 where 2 is wanted fails, command: "true", exitCode: 2}
  - {name: a program by its path, command: /bin/echo, args: [hi], expectedOutput: [hi]}
  - {name: a program that is not there fails, command: nowhere}
  - {name: a program that is not there and 127 wanted fails, command: nowhere, exitCode: 127}
  - {name: a program killed by a signal, command: killed, exitCode: 137}
  - name: all of output, error and status
    command: both
    exitCode: 3
    expectedOutput: ["^to the output\\n$"]
    excludedOutput: [error]
    expectedError: ["^to the error\\n$"]
    excludedError: [output]
  - {name: expected output that is missing fails, command: both, exitCode: 3, expectedOutput: [error]}
  - {name: excluded output that is there fails, command: both, exitCode: 3, excludedOutput: [output]}
  - {name: expected error that is missing fails, command: both, exitCode: 3, expectedError: [output]}
  - {name: excluded error that is there fails, command: both, exitCode: 3, excludedError: [error]}
  - {name: one of two patterns that is missing fails, command: echo, args: [hi], expectedOutput: [h, o]}
  - {name: the image's user, command: id, expectedOutput: ["uid=1000\\\\(app\\\\) gid=1000\\\\(app\\\\)"]}
  - {name: the image's working directory, command: pwd, expectedOutput: ["^/app\\n$"]}
  - {name: not its entrypoint, command: echo, args: [not false]}
  - {name: no shell takes words apart, command: echo, args: ["a  b", "; false", "*"], expectedOutput: ["^a  b ; false \\\\*\\n$"]}
  - {name: an empty argument, command: count, args: [""], expectedOutput: ["^1\\n$"]}
  - {name: numbers are text, command: echo, args: [1.10, true], expectedOutput: ["^1.10 true\\n$"]}
  - {name: lines, command: cat, args: [/etc/passwd], expectedOutput: ["(?m)^app:.*:1000:"], excludedOutput: ["^app"]}
  - {name: flags and classes of RE2, command: echo, args: [Grüße 42], expectedOutput: ["(?i)GRÜSSE|grüße", "\\\\pL+ [[:digit:]]{2}\\n\\\\z"]}
  - {name: no newline at the end, command: cat, args: [/dev/null], expectedOutput: ["^$"]}
`,
  },
  {
    name: "variables.yml",
    image: "rich",
    text: `
commandTests:
  - {name: the image's variables in arguments, command: echo, args: ["$HOME_OF_APP/\${EQUATION}x"], expectedOutput: ["^/app/a=bx\\n$"]}
  - {name: and in the command, command: $HOME_OF_APP/../bin/echo, args: [hi], expectedOutput: [hi]}
  - {name: unknown ones are empty, command: echo, args: ["<$NOBODY>"], expectedOutput: ["^<>\\n$"]}
  - {name: two dollars are nothing, command: echo, args: ["<$$>"], expectedOutput: ["^<>\\n$"]}
  - {name: a test's own variables, command: variables, envVars: [{key: LOCAL, value: mine}], expectedOutput: [LOCAL=mine]}
  - {name: a test's own variables not in arguments, command: echo, args: ["<$LOCAL>"], envVars: [{key: LOCAL, value: mine}], expectedOutput: ["^<>\\n$"]}
  - {name: a test's own variables name the image's, command: variables, envVars: [{key: LOCAL, value: "$HOME_OF_APP"}], expectedOutput: [LOCAL=/app]}
`,
  },
  {
    name: "globals.yml",
    image: "rich",
    text: `
globalEnvVars:
  - {key: PATH, value: "/opt/tools:$PATH"}
  - {key: GLOBAL, value: "<$HOME_OF_APP>"}
  - {key: WHERE, value: etc}
commandTests:
  - {name: a program on the changed path, command: tool, args: [a], expectedOutput: ["^tool a\\n$"]}
  - {name: a global variable, command: variables, expectedOutput: [GLOBAL=</app>]}
  - {name: a global variable in arguments, command: echo, args: [$GLOBAL], expectedOutput: ["^</app>\\n$"]}
  - {name: a test's own goes before, command: variables, envVars: [{key: GLOBAL, value: mine}], expectedOutput: [GLOBAL=mine]}
fileExistenceTests:
  - {name: a variable in a path, path: /$WHERE/passwd}
fileContentTests:
  - {name: no variable in a path of contents fails, path: /$WHERE/passwd}
`,
  },
  {
    name: "setup.yml",
    image: "rich",
    text: `
commandTests:
  - {name: set-up is seen, setup: [[touch, /tmp/a], [sh, -c, "echo more > /tmp/b"]], command: ls, args: [/tmp], expectedOutput: ["^a\\nb\\n$"]}
  - {name: another test's is not, command: ls, args: [/tmp], expectedOutput: ["^$"]}
  - {name: set-up that is no program fails, setup: [[nowhere]], command: "true"}
  - {name: set-up that ends with 1 fails, setup: [["false"]], command: "true"}
  - {name: variables in set-up, setup: [[sh, -c, "env > /tmp/env"]], envVars: [{key: LOCAL, value: "$HOME_OF_APP"}], command: cat, args: [/tmp/env], expectedOutput: [LOCAL=/app]}
  - {name: set-up replaces nothing in its words, setup: [[sh, -c, 'echo "<$HOME_OF_APP>" > /tmp/x']], command: cat, args: [/tmp/x], expectedOutput: ["^</app>\\n$"]}
  - {name: tear-down, teardown: [["true"]], command: "true"}
  - {name: tear-down that ends with 1 fails, teardown: [["false"]], command: "true"}
`,
  },
  {
    name: "run-options.yml",
    image: "rich",
    text: `
containerRunOptions: {user: guest, envFile: test.env, envVars: [HANDED_ON]}
commandTests:
  - {name: another user, command: id, expectedOutput: ["uid=2000\\\\(guest\\\\)"]}
  - {name: another user in set-up, setup: [[touch, /tmp/mine]], command: ls, args: [-l, /tmp/mine], expectedOutput: [guest]}
  - {name: a variable handed on, command: env, expectedOutput: ["(?m)^HANDED_ON=from here$"]}
  - {name: a variable of a file, command: env, expectedOutput: ["(?m)^FROM_FILE=from a file$"]}
  - {name: a test's own variables with run options, command: variables, envVars: [{key: LOCAL, value: mine}], expectedOutput: [LOCAL=mine]}
fileExistenceTests:
  - {name: files with run options, path: /app/hello.txt}
`,
  },
  {
    name: "files.yml",
    image: "rich",
    text: `
fileExistenceTests:
  - {name: a file, path: /app/hello.txt, shouldExist: true, permissions: "-rw-r-----", uid: 1000, gid: 1001}
  - {name: a file that is not there fails, path: /app/nothing}
  - {name: a file that should not be, path: /app/nothing, shouldExist: false}
  - {name: a file that should not be and is fails, path: /app/hello.txt, shouldExist: false}
  - {name: other permissions fails, path: /app/hello.txt, permissions: "-rw-r--r--"}
  - {name: another owner fails, path: /app/hello.txt, uid: 0}
  - {name: another group fails, path: /app/hello.txt, gid: 1000}
  - {name: root's, path: /etc/passwd, uid: 0, gid: 0}
  - {name: a folder, path: /app, permissions: drwxr-xr-x}
  - {name: a folder with a slash, path: /app/}
  - {name: a file as a folder fails, path: /etc/passwd/}
  - {name: the root, path: /}
  - {name: a sticky folder, path: /tmp, permissions: dtrwxrwxrwx}
  - {name: set-uid, path: /app/setuid, permissions: urwxr-xr-x}
  - {name: executable by any, path: /bin/both, isExecutableBy: any}
  - {name: executable by its owner, path: /bin/both, isExecutableBy: owner}
  - {name: executable by its group, path: /bin/both, isExecutableBy: group}
  - {name: executable by others, path: /bin/both, isExecutableBy: other}
  - {name: not executable by any fails, path: /etc/passwd, isExecutableBy: any}
  - {name: not executable by others fails, path: /etc/passwd, isExecutableBy: other}
  - {name: a link, path: /app/absolute, permissions: Lrwxrwxrwx}
  - {name: a link to nothing, path: /app/dangling}
  - {name: a hard link, path: /app/hard, permissions: "-rw-r-----", uid: 1000}
  - {name: through a linked folder, path: /app/folder/hello.txt}
  - {name: above the root, path: /../../etc/passwd}
  - {name: without a slash at the beginning, path: etc/passwd}
  - {name: a variable of the image in a path, path: $HOME_OF_APP/hello.txt}
  - {name: removed by a later layer, path: /etc/removed, shouldExist: false}
  - {name: of a folder that a later layer emptied, path: /etc/emptied/old, shouldExist: false}
  - {name: new in a folder that a later layer emptied, path: /etc/emptied/new}
  - {name: a whiteout's own name, path: /etc/.wh.removed, shouldExist: false}
  - {name: a pipe, path: /run/pipe}
fileContentTests:
  - {name: contents, path: /app/hello.txt, expectedContents: ["^Hello,\\nworld\\n$", "(?m)^world$"], excludedContents: ["^world"]}
  - {name: contents that are missing fails, path: /app/hello.txt, expectedContents: [hello]}
  - {name: contents that are there fails, path: /app/hello.txt, excludedContents: [world]}
  - {name: an empty file, path: /app/empty, expectedContents: ["^$"]}
  - {name: of a file that is not there fails, path: /app/nothing, excludedContents: [x]}
  - {name: of a folder fails, path: /app}
  - {name: of the later layer, path: /etc/os-release, expectedContents: [new], excludedContents: [old]}
  - {name: through a link, path: /app/absolute, expectedContents: [Hello]}
  - {name: through a relative link, path: /app/relative, expectedContents: [Hello]}
  - {name: through a link that climbs, path: /app/outside, expectedContents: ["app:x:1000"], excludedContents: [daemon]}
  - {name: through a linked folder, path: /app/folder/hello.txt, expectedContents: [Hello]}
  - {name: of a hard link, path: /app/hard, expectedContents: [Hello]}
  - {name: through a link to nothing fails, path: /app/dangling}
`,
  },
  ...metadata({
    all: `
  envVars: [{key: PATH, value: /bin}, {key: EQUATION, value: "^a=", isRegex: true}, {key: EMPTY, value: ""}]
  unboundEnvVars: [{key: NOBODY}]
  labels: [{key: org.opencontainers.image.version, value: "^1\\\\.", isRegex: true}, {key: empty, value: ""}]
  exposedPorts: ["8080", 53]
  unexposedPorts: ["80", "8080/tcp"]
  volumes: [/data]
  unmountedVolumes: [/dat]
  entrypoint: [/bin/false]
  cmd: [serve, --port, 80]
  workdir: /app
  user: app`,
    "variable fails": "{envVars: [{key: PATH, value: /}]}",
    "missing variable fails": '{envVars: [{key: NOBODY, value: ""}]}',
    "bound variable fails": "{unboundEnvVars: [{key: EMPTY}]}",
    "label fails": "{labels: [{key: empty, value: x}]}",
    "missing label fails": '{labels: [{key: nothing, value: ""}]}',
    "pattern fails": '{labels: [{key: org.opencontainers.image.version, value: "^2", isRegex: true}]}',
    "text is no pattern fails": '{labels: [{key: org.opencontainers.image.version, value: "1.2.*"}]}',
    "port fails": '{exposedPorts: ["80"]}',
    "port with its protocol fails": '{exposedPorts: ["8080/tcp"]}',
    "exposed port fails": '{unexposedPorts: ["8080"]}',
    "volume fails": "{volumes: [/app]}",
    "mounted volume fails": "{unmountedVolumes: [/data]}",
    "entrypoint fails": "{entrypoint: []}",
    "longer entrypoint fails": "{entrypoint: [/bin/false, x]}",
    "cmd fails": "{cmd: [serve, --port, 81]}",
    "workdir fails": "{workdir: /}",
    "user fails": '{user: "1000"}',
  }),
  {
    name: "licenses.yml",
    image: "rich",
    text: `
licenseTests:
  - {debian: true}
  - {debian: true, files: [/usr/share/doc/one/copyright, /app/hello.txt]}
  - {files: [/nowhere]}
  - {files: [/usr/share/doc/libgnutls30/copyright]}
`,
    failing: ["licenseTests[2]", "licenseTests[3]"],
  },
  {
    name: "bare.yml",
    image: "bare",
    text: `
commandTests:
  - {name: a program without a shell, command: /bin/busybox, args: [echo, hi], expectedOutput: ["^hi\\n$"]}
  - {name: root by default, command: /bin/busybox, args: [id, -u], expectedOutput: ["^0\\n$"]}
  - {name: the root folder by default, command: /bin/busybox, args: [pwd], expectedOutput: ["^/\\n$"]}
  - {name: a shell that is not there fails, command: sh, args: [-c, "true"]}
  - {name: the usual path where the image has none, command: busybox, args: [echo, hi]}
metadataTest: {entrypoint: [], cmd: [], unboundEnvVars: [{key: PATH}]}
licenseTests:
  - {debian: true}
  - {files: [/LICENSE]}
`,
    failing: ["licenseTests[0]", "licenseTests[1]"],
  },
];

/** Metadata has no name of its own, and a file has one such test: a file for each. */
function metadata(tests: Readonly<Record<string, string>>): readonly CaseFile[] {
  return Object.entries(tests).map(([name, text]) => ({
    name: `metadata: ${name}.yml`,
    image: "rich",
    text: `metadataTest: ${text}\n`,
    failing: name.endsWith("fails") ? ["metadataTest"] : [],
  }));
}

/** How the original's verdict differs from ours, and why: its bugs, which we do not keep. */
export interface Difference {
  /** File and name of the test, or its place when it has none. */
  readonly case: string;
  readonly original: "passes" | "fails";
  readonly ours: "passes" | "fails";
  readonly why: string;
}

/** All known differences. Said in words in docs/testing.md. */
export const differences: readonly Difference[] = [
  {
    case: "variables.yml a test's own variables name the image's",
    original: "fails",
    ours: "passes",
    why: "$NAME in a value is replaced for set-up and global variables, but forgotten for the command itself",
  },
  {
    case: "setup.yml set-up that ends with 1 fails",
    original: "passes",
    ours: "fails",
    why: "the status of set-up commands is asked for and not looked at",
  },
  {
    case: "setup.yml tear-down that ends with 1 fails",
    original: "passes",
    ours: "fails",
    why: "tear-down is never run",
  },
  {
    case: "run-options.yml a test's own variables with run options",
    original: "fails",
    ours: "passes",
    why: "any run option puts its own variables in the place of the test's",
  },
  {
    case: "files.yml a pipe",
    original: "fails",
    ours: "passes",
    why: "pipes, sockets and device files are passed over when a path is looked for",
  },
  {
    case: "files.yml through a relative link",
    original: "fails",
    ours: "passes",
    why: "a link's target is looked for from the root, not from the link's folder",
  },
];
