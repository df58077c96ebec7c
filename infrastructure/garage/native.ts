import { readFile } from "node:fs/promises";

/** The addresses of a Garage, `http://localhost:3900` and `http://localhost:3903`. */
export interface GarageAddresses {
  readonly s3: string;
  readonly admin: string;
}

/**
 * `garage.toml` as it is started natively: at its own addresses only, for other nodes at any free port, and with its
 * data in the folder that it is started in.
 */
export async function nativeConfiguration({ s3, admin }: GarageAddresses): Promise<string> {
  const text = await readFile(new URL("garage.toml", import.meta.url), "utf8");
  return text
    .replaceAll('"/var/lib/garage/', '"')
    .replaceAll('"127.0.0.1:3901"', '"127.0.0.1:0"')
    .replace('"0.0.0.0:3900"', `"${bindable(s3)}"`)
    .replace('"0.0.0.0:3903"', `"${bindable(admin)}"`);
}

/** Garage listens at addresses, not at names. */
function bindable(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname === "localhost" ? "127.0.0.1" : hostname}:${port || 80}`;
}
