import * as assert from "uvu/assert";
import { suite } from "../../rig/suite.ts";
import { device, file, folder, gzip, hardLink, link } from "./images.ts";
import { pushed, texts } from "./reading.ts";

const test = suite("file system of an image");

test("readImage() finds the root, and nothing in it, when an image has no layers", async (t) => {
  const { files } = await pushed(t, [])({ paths: ["/", "/a/"] });
  assert.equal(files.get("/"), { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0, target: "" });
  assert.equal(files.get("/a/"), { unavailable: "/a/ does not exist" });
});

test("readImage() gives the topmost content when several layers have the file", async (t) => {
  const read = pushed(t, [await gzip(file("a", "1"), file("b", "1")), await gzip(file("a", "2")), await gzip()]);
  assert.equal(await texts(read, ["/a", "/b"]), ["2", "1"]);
});

test("readImage() takes away what whiteouts name, in layers below only", async (t) => {
  const read = pushed(t, [
    await gzip(folder("a"), file("a/x", "1"), file("a/y", "1"), file("b/x", "1"), file("c", "1")),
    await gzip(file("a/.wh.x"), file(".wh.b"), file("b/y", "2"), file("c", "2"), file(".wh.c"), file(".wh..wh.plnk")),
  ]);
  assert.equal(await texts(read, ["/a/x", "/a/y", "/b/x", "/b/y", "/c"]), [
    "/a/x does not exist",
    "1",
    "/b/x does not exist",
    "2",
    "2",
  ]);
  const again = pushed(t, [
    await gzip(file("a/x", "1")),
    await gzip(file(".wh.a")),
    await gzip(folder("a", { mode: 0o700 }), file("a/y", "3")),
  ]);
  assert.equal(await texts(again, ["/a/x", "/a/y"]), ["/a/x does not exist", "3"]);
});

test("readImage() empties folders that are opaque, but for what their own layer has", async (t) => {
  const read = pushed(t, [
    await gzip(folder("a", { mode: 0o700 }), file("a/x", "1"), file("a/sub/x", "1")),
    await gzip(file("a/sub/y", "2"), file("a/.wh..wh..opq")),
  ]);
  assert.equal(await texts(read, ["/a/x", "/a/sub/x", "/a/sub/y"]), [
    "/a/x does not exist",
    "/a/sub/x does not exist",
    "2",
  ]);
  const { files } = await read({ paths: ["/a"] });
  assert.is((files.get("/a") as { mode: number }).mode, 0o700);
});

test("readImage() sees neither a folder below a file that replaced it nor a file below a folder", async (t) => {
  const read = pushed(t, [
    await gzip(file("a/x", "1"), file("b", "1"), link("c", "a")),
    await gzip(file("a", "2"), file("b/x", "2"), file("c/y", "2")),
    await gzip(file("a/y", "3")),
  ]);
  assert.equal(await texts(read, ["/a/x", "/a/y", "/b/x", "/b", "/c/x", "/c/y"]), [
    "/a/x does not exist",
    "3",
    "2",
    "/b is a directory, not a file",
    "/c/x does not exist",
    "2",
  ]);
});

test("readImage() follows links inside the image only when they lead out of it", async (t) => {
  const read = pushed(t, [
    await gzip(
      file("usr/lib/os-release", "ID=debian"),
      link("etc/os-release", "../usr/lib/os-release"),
      link("lib", "usr/lib"),
      link("out", "/../../../../etc/os-release"),
      link("up", "../../../usr/lib/os-release"),
      link("a/b/back", "../../lib/os-release"),
      link("host", "/etc/hostname"),
    ),
  ]);
  const paths = ["/etc/os-release", "/lib/os-release", "/out", "/up", "/a/b/back", "/host"];
  assert.equal(await texts(read, [...paths, "/../../lib/os-release", "usr/lib/../lib//os-release"]), [
    ...Array(5).fill("ID=debian"),
    "/host leads to /etc/hostname, which does not exist",
    "ID=debian",
    "ID=debian",
  ]);
});

test("readImage() says how a path ends when nothing is there", async (t) => {
  const read = pushed(t, [
    await gzip(
      file("file", "1"),
      folder("folder"),
      link("loop", "pool"),
      link("pool", "loop"),
      link("folders", "folder"),
      device("dev/null", "character-device"),
    ),
  ]);
  assert.equal(
    await texts(read, ["/no", "/no/way", "/file/x", "/file/", "/loop", "/folder", "/folders", "/dev/null"]),
    [
      "/no does not exist",
      "/no/way does not exist: there is no /no",
      "/file/x does not exist: /file is no directory",
      "/file/ does not exist: /file is no directory",
      "/loop leads through more than 40 links",
      "/folder is a directory, not a file",
      "/folders leads to /folder, which is a directory, not a file",
      "/dev/null is a character device, not a file",
    ],
  );
});

test("readImage() looks at a link itself unless a slash is behind it", async (t) => {
  const { files } = await pushed(t, [await gzip(folder("usr/bin"), link("bin", "usr/bin"), link("dead", "gone"))])({
    paths: ["/bin", "/bin/", "/dead", "/dead/"],
  });
  const kinds = [...files.values()].map((found) => ("kind" in found ? found.kind : found.unavailable));
  assert.equal(kinds, ["link", "directory", "link", "/dead/ leads to /gone, which does not exist"]);
});

test("readImage() gives a hard link the file it was linked to, whatever became of that", async (t) => {
  const read = pushed(t, [
    await gzip(
      file("bin/perl5.36", "perl", { mode: 0o755 }),
      hardLink("bin/perl", "bin/perl5.36"),
      hardLink("p", "/bin/perl"),
    ),
    await gzip(hardLink("later", "bin/perl5.36"), hardLink("lost", "nowhere")),
    await gzip(file("bin/perl5.36", "other"), file("bin/.wh.perl")),
  ]);
  const paths = ["/p", "/bin/perl5.36", "/bin/perl", "/later", "/lost"];
  assert.equal(await texts(read, paths), ["perl", "other", "/bin/perl does not exist", "perl", "/lost does not exist"]);
  const { files } = await read({ paths: ["/p"] });
  assert.equal(files.get("/p"), { kind: "file", mode: 0o755, uid: 0, gid: 0, size: 4, target: "" });
});
