import type { Repository } from "../../../src/ports.ts";
import { type Credentials, serverOf } from "./credentials.ts";

/** Docker's `config.json` with the one login of a repository, for programs that read their logins there. */
export async function dockerConfigFor({ place, name }: Repository, credentials: Credentials): Promise<string> {
  const login = await credentials.find(place.address, name);
  if (!login) return "{}";
  const entry =
    "identityToken" in login
      ? { auth: encoded("<token>", ""), identitytoken: login.identityToken }
      : { auth: encoded(login.username, login.password) };
  return JSON.stringify({ auths: { [serverOf(place.address)]: entry } });
}

function encoded(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString("base64");
}
