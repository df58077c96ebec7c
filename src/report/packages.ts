import type { Package } from "./document.ts";

/** The packages in a CycloneDX document (1.4 or later), by name and version; its files and the system are none. */
export function packagesOf(document: CycloneDx): readonly Package[] {
  const packages = (document.components ?? []).filter(({ type }) => !notPackages.has(type ?? "")).map(packageOf);
  return packages.sort((a, b) => compared(a.name, b.name) || compared(a.version, b.version));
}

/** As much of a CycloneDX document as is read. */
export interface CycloneDx {
  readonly components?: readonly Component[];
}

interface Component {
  readonly type?: string;
  readonly name?: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly License[];
  readonly properties?: readonly { readonly name: string; readonly value?: string }[];
}

interface License {
  readonly license?: { readonly id?: string; readonly name?: string };
  readonly expression?: string;
}

const notPackages: ReadonlySet<string> = new Set(["file", "operating-system"]);

function packageOf({ name = "", version = "", type = "", purl, licenses = [], properties = [] }: Component): Package {
  const scanner = properties.find((property) => property.name === "syft:package:type")?.value;
  const fromPurl = /^pkg:([^/]+)\//.exec(purl ?? "")?.[1];
  const names = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? "");
  return { name, version, type: scanner ?? fromPurl ?? type, license: [...new Set(names)].sort().join(", ") };
}

/** By code unit: the same on every machine. */
function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
