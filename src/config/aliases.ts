import type { Alias } from "../model/target.ts";
import type { Aliases, AliasStrategy, Tagged } from "../tags/strategy.ts";
import type { Families } from "./bases.ts";
import { type CellPlan, type CheckedImage, isTag, repositoryOf } from "./cells.ts";
import { check } from "./check.ts";
import { describe, listNames, suggestion, writePath } from "./describe.ts";
import { type Finding, type Report, toThrown } from "./report.ts";
import { aliasesSchema } from "./schema.ts";

/** Aliases by target id, and what is worth saying of tags that got none. */
export interface Named {
  readonly aliases: ReadonlyMap<string, readonly Alias[]>;
  readonly notices: readonly string[];
}

interface Proposal extends Alias {
  readonly plan: CellPlan;
}

/** Asks the strategy of each image for aliases. It is shown the whole family; the image keeps what is for its own. */
export function nameAliases(families: Families, fallback: AliasStrategy | undefined, report: Report): Named {
  const notices: string[] = [];
  const proposals = [...families.values()].flatMap((family) =>
    [...Map.groupBy(family, ({ image }) => image)].flatMap(([image, own]) => {
      const { aliases, skipped } = propose(image, fallback, family, report);
      const unread = skipped.filter(({ reference }) => own.some((plan) => plan.reference === reference));
      notices.push(...unread.map(({ reference, why }) => `${image.name}:${reference} gets no alias: ${why}`));
      return aliases.flatMap((alias) => accept(alias, own, family, report));
    }),
  );
  tellClashes(proposals, [...families.values()].flat(), report);
  const byTarget = Map.groupBy(proposals, ({ plan }) => plan.id);
  const aliases = [...byTarget].map(([id, list]) => [id, list.map(({ name, origin }) => ({ name, origin }))] as const);
  return { aliases: new Map(aliases), notices };
}

/** What the strategy says, as far as it is right; it is code of the user's, whatever its type says. */
function propose(
  { name, spec, caller }: CheckedImage,
  fallback: AliasStrategy | undefined,
  family: readonly CellPlan[],
  report: Report,
): Aliases {
  const none: Aliases = { aliases: [], skipped: [] };
  const strategy = spec.aliases ?? fallback;
  const path = [name, "aliases"];
  if (!strategy) return none;
  try {
    const said = check<Aliases>(aliasesSchema, { value: strategy(family.map(toTagged)), path, caller }, report);
    return said.right ?? none;
  } catch (error) {
    report({ path, caller, ...toThrown(error, writePath(path)) });
    return none;
  }
}

function toTagged({ tag, variant, suffix, reference }: CellPlan): Tagged {
  return { tag, variant, suffix, reference };
}

/** The proposal if it is right and for one of the image's own targets. */
function accept(
  { name, reference, origin }: Aliases["aliases"][number],
  own: readonly CellPlan[],
  family: readonly CellPlan[],
  report: Report,
): readonly Proposal[] {
  const known = family.map((plan) => plan.reference);
  const at = aliasesOf(own[0]);
  if (!known.includes(reference)) {
    const wanted = `a tag of the family; it has ${listNames(known)}`;
    report({
      ...at,
      code: "unknown-tag",
      found: `${name} for ${describe(reference)}`,
      wanted,
      ...suggestion(reference, known),
    });
  } else if (!isTag(name)) {
    report({ ...at, code: "invalid-tag", found: describe(name), wanted: "a tag, as OCI allows it" });
  }
  return own.filter((plan) => plan.reference === reference).map((plan) => ({ name, origin, plan }));
}

/** An alias may be no tag and may point at one target only, within the repository they share. */
function tellClashes(proposals: readonly Proposal[], plans: readonly CellPlan[], report: Report): void {
  const tags = new Map(plans.map((plan) => [`${repositoryOf(plan.image)}:${plan.reference}`, plan]));
  const byName = Map.groupBy(proposals, ({ plan, name }) => `${repositoryOf(plan.image)}:${name}`);
  for (const [alias, [first, ...others]] of byName) {
    if (first === undefined) continue;
    const real = tags.get(alias);
    const other = others.find(({ plan }) => plan.id !== first.plan.id);
    const found = `the alias ${first.name} of ${first.plan.id}`;
    const at = { ...aliasesOf(first.plan), code: "alias-clash" };
    if (real) report({ ...at, found, wanted: `a name that is no tag; ${real.id} is one` });
    else if (other) report({ ...at, found: `${found} and of ${other.plan.id}`, wanted: "one target for one alias" });
  }
}

function aliasesOf(plan: CellPlan | undefined): Pick<Finding, "path" | "caller"> {
  return { path: [plan?.image.name ?? "", "aliases"], caller: plan?.image.caller };
}
