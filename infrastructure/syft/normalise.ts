import { createHash } from "node:crypto";

/** The parts of CycloneDX 1.6 (JSON) that matter here. */
export interface CycloneDx {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string };
  readonly components?: readonly { readonly type: string }[];
}

/** The parts of SPDX 2.3 (JSON) that matter here. */
export interface Spdx {
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string };
}

/** The second that all files of images have: a document is as old as what it describes. */
const time = "1980-01-01T00:00:00Z";

/** The document without a clock and chance: its serial number is made from its content. Keeps the order of members. */
export function normaliseCycloneDx(document: CycloneDx): CycloneDx {
  const timeless = { ...document, serialNumber: "", metadata: { ...document.metadata, timestamp: time } };
  return { ...timeless, serialNumber: `urn:uuid:${uuidOf(timeless)}` };
}

/** The document without a clock and chance: its namespace ends in a UUID made from its content. Keeps the order of members. */
export function normaliseSpdx(document: Spdx): Spdx {
  const base = document.documentNamespace.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "");
  const timeless = { ...document, documentNamespace: base, creationInfo: { ...document.creationInfo, created: time } };
  return { ...timeless, documentNamespace: `${base}${uuidOf(timeless)}` };
}

/** How many packages an inventory lists. The system as a whole and single files are components as well, but none. */
export function countPackages({ components = [] }: CycloneDx): number {
  return components.filter(({ type }) => type !== "operating-system" && type !== "file").length;
}

/** A UUID of version 8, the one for own ways of making it (RFC 9562 §5.8): here 122 bits of the content's sha256. */
function uuidOf(content: object): string {
  const bytes = createHash("sha256").update(JSON.stringify(content)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
