import type { CaseFile } from "./cases.ts";

/** What is looked at without a container. */
export const facts: readonly CaseFile[] = [
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
  - {name: what containers have and the image has not, path: /etc/hosts, shouldExist: false}
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
  - {name: through a link to itself fails, path: /app/loop}
`,
  },
  ...metadata({
    all: `
  envVars: [{key: PATH, value: /bin}, {key: EQUATION, value: "^a=", isRegex: true}, {key: EMPTY, value: ""}]
  unboundEnvVars: [{key: NOBODY}]
  labels: [{key: org.opencontainers.image.version, value: "^1\\\\.", isRegex: true}, {key: empty, value: ""}]
  exposedPorts: ["8080", 53]
  unexposedPorts: ["80", "53/tcp"]
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
    "port with its protocol": '{exposedPorts: ["8080/tcp"]}',
    "port with another protocol fails": '{exposedPorts: ["8080/udp"]}',
    "exposed port with its protocol fails": '{unexposedPorts: ["8080/tcp"]}',
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
