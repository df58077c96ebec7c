import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { ServicePaths } from "../services/service.ts";

/** The variables that hold the secrets of a Garage. */
export interface GarageSecrets {
  readonly GARAGE_RPC_SECRET: string;
  readonly GARAGE_ADMIN_TOKEN: string;
  /** `GK` and 24 hexadecimal digits. */
  readonly GARAGE_ACCESS_KEY_ID: string;
  readonly GARAGE_SECRET_ACCESS_KEY: string;
}

/** What docker-compose.yml gives a Garage for local development, which listens on loopback only. No secrets at all. */
export const composeSecrets: Omit<GarageSecrets, "GARAGE_RPC_SECRET"> = {
  GARAGE_ADMIN_TOKEN: "image-manager-local-development",
  GARAGE_ACCESS_KEY_ID: "GK696d6167652d6d616e616765",
  GARAGE_SECRET_ACCESS_KEY: "696d6167652d6d616e61676572206c6f63616c20646576656c6f706d656e7421",
};

/** Where a natively started Garage has its data and its secrets. */
export function garageFolder({ state }: ServicePaths): string {
  return join(state, "garage");
}

/** The secrets of the Garage that is started in a folder; undefined before it was started there. */
export async function readSecrets(folder: string): Promise<GarageSecrets | undefined> {
  try {
    return parseEnv(await readFile(fileOf(folder), "utf8")) as unknown as GarageSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The same, made up the first time; whoever calls it holds the service's lock. */
export async function ensureSecrets(folder: string): Promise<GarageSecrets> {
  const known = await readSecrets(folder);
  if (known !== undefined) return known;
  const hex = (bytes: number) => randomBytes(bytes).toString("hex");
  const secrets = {
    GARAGE_RPC_SECRET: hex(32),
    GARAGE_ADMIN_TOKEN: hex(32),
    GARAGE_ACCESS_KEY_ID: `GK${hex(12)}`,
    GARAGE_SECRET_ACCESS_KEY: hex(32),
  };
  const file = fileOf(folder);
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, lines.join(""), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}

function fileOf(folder: string): string {
  return join(folder, "secrets.env");
}
