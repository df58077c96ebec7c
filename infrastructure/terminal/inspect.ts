import pc from "picocolors";
import type { InspectedImage, InspectedPlatform, InspectedTag, Inspection } from "../../src/report/inspection.ts";
import { bytes, count, cut, oneLine, pad, table } from "./text.ts";
import type { Colors } from "./wording.ts";

/** Columns of an instruction that are shown: a heredoc may be a page. */
const instructionWidth = 90;

/** What is known of targets, one below the other. No final newline. */
export function formatInspections(inspections: readonly Inspection[], { color }: { readonly color: boolean }): string {
  const colors = pc.createColors(color);
  return inspections.map((inspection) => linesOf(inspection, colors).join("\n")).join("\n\n");
}

/** A fact with a name; further lines stand below the first. */
type Fact = readonly [name: string, lines: readonly string[]];

function linesOf(inspection: Inspection, colors: Colors): readonly string[] {
  const { id, repository, digest, aliases, parents, tags, platforms } = inspection;
  const facts: readonly Fact[] = [
    ["image", [digest === null ? `${repository}, no index yet` : `${repository}@${digest}`]],
    ["aliases", listOf(aliases)],
    ["built on", listOf(parents)],
    ["tags", table(tags.map((tag) => tagCells(tag, colors)))],
  ];
  return [colors.bold(id), ...factLines(facts, 2, colors), ...platforms.flatMap((it) => platformLines(it, id, colors))];
}

function listOf(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.join(", ")];
}

function tagCells({ reference, state }: InspectedTag, { green, yellow, dim }: Colors): readonly string[] {
  const said = { here: green("published"), elsewhere: yellow("on another digest"), absent: dim("not published") };
  return [reference, said[state]];
}

/** Facts without a line are left out. */
function factLines(facts: readonly Fact[], indent: number, { dim }: Colors): readonly string[] {
  return facts.flatMap(([name, lines]) =>
    lines.map((line, i) => `${" ".repeat(indent)}${dim(pad(i === 0 ? name : "", 12))}${line}`.trimEnd()),
  );
}

function platformLines({ platform, image, reason }: InspectedPlatform, id: string, colors: Colors): readonly string[] {
  if (image === null) {
    const command = `image-manager build ${id} --platform ${platform}`;
    return ["", `  ${colors.bold(platform)}  not built: ${oneLine(reason)}`, `    ${command}`];
  }
  const title = `  ${colors.bold(platform)}  ${image.digest}  ${bytes(image.size)}`;
  return ["", title, ...factLines(imageFacts(image, colors), 4, colors)];
}

function imageFacts(image: InspectedImage, colors: Colors): readonly Fact[] {
  const { created, layers, config, packages, attached } = image;
  const { entrypoint, cmd, user, workdir, env, labels, ports, volumes } = config;
  return [
    ["created", created === null ? [] : [created]],
    ["layers", table(layers.map((layer) => [bytes(layer.size), layer.from, shown(layer.instruction)]))],
    ["entrypoint", words(entrypoint)],
    ["cmd", words(cmd)],
    ["user", user === "" ? [] : [user]],
    ["workdir", workdir === "" ? [] : [workdir]],
    ["ports", listOf(ports)],
    ["volumes", listOf(volumes)],
    ["env", pairs(env)],
    ["labels", pairs(labels)],
    ["tests", [testLine(image.tests, colors)]],
    ["packages", [packages === null ? colors.dim("not listed") : String(packages)]],
    ["attached", table(attached.map(({ type, digest, size }) => [type, digest, bytes(size)]))],
  ];
}

function shown(instruction: string | null): string {
  return instruction === null ? "" : cut(oneLine(instruction), instructionWidth);
}

/** As a Dockerfile writes them. */
function words(command: readonly string[]): readonly string[] {
  return command.length === 0 ? [] : [oneLine(JSON.stringify(command))];
}

function pairs(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => oneLine(`${name}=${value}`));
}

function testLine({ state, passed, failed }: InspectedImage["tests"], { green, red, yellow, dim }: Colors): string {
  switch (state) {
    case "passed":
      return green(`${passed} passed`);
    case "failed":
      return red(`${failed} of ${count(passed + failed, "test")} failed`);
    case "not run":
      return yellow("not run");
    case "none":
      return dim("none");
  }
}
