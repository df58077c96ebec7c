import { command, defineImages, image, platforms, semver, structureTest } from "./src/mod.ts";

/** The archive of an npm package, as the registry ships it. */
const npm = (name: string, version: string | undefined) =>
  command(["images/fetch-npm.sh", name, version ?? ""], { inputs: ["images/fetch-npm.sh"], version: "pinned" });

/** A Debian root made from its packages, with nothing of this machine in it. Made again once a week. */
const debian = (suite: string | undefined, ...settings: readonly string[]) =>
  command(
    [
      "mmdebstrap",
      "--format=tar",
      "--variant=essential",
      "--architectures={arch}",
      "--skip=output/dev",
      '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname"',
      ...settings,
      suite ?? "",
      "{out}",
    ],
    { refresh: "7d" },
  );

const withoutDocs = ["doc", "man", "info", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);

const base = image("base", {
  tags: { "12": { versions: { debian: "bookworm" } }, "13": { versions: { debian: "trixie" } } },
  files: ({ versions }) => ({ "rootfs.tar": debian(versions.debian, "--include=ca-certificates,libstdc++6") }),
  variants: {
    slim: {
      suffix: "-slim",
      only: ["13"],
      dockerfile: "images/base/Dockerfile.jinja2",
      files: ({ versions }) => ({ "rootfs.tar": debian(versions.debian, ...withoutDocs) }),
      tests: structureTest({
        fileExistenceTests: [
          { name: "no manual", path: "/usr/share/man/man1", shouldExist: false },
          { name: "no package's documentation", path: "/usr/share/doc/base-files", shouldExist: false },
        ],
        metadataTest: { cmd: ["/bin/sh"], labels: [{ key: "org.opencontainers.image.title", value: "base" }] },
      }),
    },
  },
});

const node = image("node", {
  versions: { debian: "13", npm: "11.19.1" },
  from: ({ versions }) => base.tag(versions.debian),
  tags: {
    "22.23.3": { versions: { node: "22.23.3", debian: "12" } },
    "24.21.0": { versions: { node: "24.21.0" } },
  },
  files: ({ versions }) => ({
    "node.tgz": npm("node-linux-{arch}", versions.node),
    "npm.tgz": npm("npm", versions.npm),
  }),
  variants: {
    pnpm: {
      suffix: "-pnpm",
      only: ["24.21.0"],
      versions: { pnpm: "10.20.0" },
      files: ({ versions }) => ({ "pnpm.tgz": npm("pnpm", versions.pnpm) }),
    },
  },
  aliases: semver({ latest: true }),
});

const imageManager = image("image-manager", {
  from: node.tag("24.21.0"),
  tags: { "0.1.0": {} },
  files: {
    "app.tar": command(["images/image-manager/pack.sh", "{out}"], {
      inputs: ["package*.json", "tsconfig*.json", "{bin,src,tasks,infrastructure}/**", "images/image-manager/pack.sh"],
      // The lock file says what npm installs.
      version: "pinned",
    }),
    buildctl: command(["images/image-manager/buildctl.sh", "{arch}", "{out}"], {
      inputs: ["infrastructure/tools/go/buildkit/*", "images/image-manager/buildctl.sh"],
      version: ["go", "version"],
    }),
  },
  aliases: semver(),
});

export default defineImages(({ env }) => ({
  images: [base, node, imageManager],
  defaults: { platforms: platforms(env.IMAGE_PLATFORMS) },
}));
