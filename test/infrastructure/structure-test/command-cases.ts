import type { CaseFile } from "./cases.ts";

/** The file that is named as `envFile`. */
export const envFile = `FROM_FILE=from a file
# a comment
QUOTED="a b" # and another
export EXPORTED=yes
NAMING=<\${FROM_FILE}>
SINGLE='$FROM_FILE'
LINES="a\\nb"
NOTHING=
`;

/** What is run in containers, and an image without anything but a program. */
export const commands: readonly CaseFile[] = [
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
  - {name: nothing to read, command: cat, expectedOutput: ["^$"]}
  - {name: the home of the user, command: env, expectedOutput: ["(?m)^HOME=/app$"]}
  - {name: a program relative to the working directory, command: ../bin/echo, args: [hi], expectedOutput: [hi]}
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
  - {key: TWICE, value: "<$WHERE>"}
commandTests:
  - {name: a program on the changed path, command: tool, args: [a], expectedOutput: ["^tool a\\n$"]}
  - {name: a global variable, command: variables, expectedOutput: [GLOBAL=</app>]}
  - {name: a global variable in arguments, command: echo, args: [$GLOBAL], expectedOutput: ["^</app>\\n$"]}
  - {name: global variables do not name each other, command: echo, args: ["$TWICE"], expectedOutput: ["^<>\\n$"]}
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
  - {name: tear-down that ends with 1 decides nothing, teardown: [["false"]], command: "true"}
`,
  },
  {
    name: "volume.yml",
    image: "rich",
    text: `
commandTests:
  - {name: set-up in a volume, setup: [[touch, /data/x]], command: test, args: [-f, /data/x]}
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
  - {name: quotes and comments in a file, command: env, expectedOutput: ["(?m)^QUOTED=a b$"]}
  - {name: what a shell would export, command: env, expectedOutput: ["(?m)^EXPORTED=yes$"]}
  - {name: a variable that names another of the file, command: env, expectedOutput: ["(?m)^NAMING=<from a file>$"]}
  - {name: no expansion in single quotes, command: env, expectedOutput: ["(?m)^SINGLE=[$]FROM_FILE$"]}
  - {name: an escaped newline, command: env, expectedOutput: ["(?m)^LINES=a$"]}
  - {name: an empty variable of a file is left out, command: env, excludedOutput: ["(?m)^NOTHING="]}
  - {name: a test's own variables with run options, command: variables, envVars: [{key: LOCAL, value: mine}], expectedOutput: [LOCAL=mine]}
fileExistenceTests:
  - {name: files with run options, path: /app/hello.txt}
`,
  },
  {
    name: "unset.yml",
    image: "rich",
    text: `
containerRunOptions: {envVars: [NOT_SET]}
commandTests:
  - {name: a variable that is not set, command: "true"}
`,
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
  {
    name: "capabilities.yml",
    image: "rich",
    beyondSteps: "capabilities",
    text: `
containerRunOptions: {capabilities: [NET_ADMIN], user: root}
commandTests: [{name: Docker ignores how the original asks for one and it fails, command: cat, args: [/proc/self/status], expectedOutput: ['CapEff:\\s+[0-9a-f]*[13579bdf][0-9a-f]{3}\\n']}]
`,
  },
  {
    name: "mounts.yml",
    image: "rich",
    beyondSteps: "bindMounts",
    text: `
containerRunOptions: {bindMounts: ["/etc:/mnt:ro"]}
commandTests: [{name: a mount, command: test, args: [-s, /mnt/passwd]}]
`,
  },
  {
    name: "terminal.yml",
    image: "rich",
    beyondSteps: "allocateTty",
    text: `
containerRunOptions: {allocateTty: true}
commandTests: [{name: the original cannot read from a terminal and fails, command: tty, expectedOutput: [/dev/]}]
`,
  },
];
