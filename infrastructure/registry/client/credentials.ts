import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../../../src/problem.ts";
import { run } from "../../process/run.ts";
import { isDockerHub } from "./address.ts";
import { remembered } from "./remember.ts";

/** Who to be at a registry. An identity token is exchanged for tokens by the registry's token service. */
export type Login = { readonly username: string; readonly password: string } | { readonly identityToken: string };

/** Where logins come from. */
export interface Credentials {
  /** The login for a repository, if there is one. @throws ImagesError `credentials-unreadable`, `credential-helper-failed`. */
  find(address: string, repository: string): Promise<Login | undefined>;
}

/** Where Docker and Podman keep logins on this machine. */
export interface CredentialSettings {
  /** Docker's configuration folder, mostly `~/.docker`. */
  readonly dockerConfig: string;
  /** Podman's file of logins, looked into when Docker's has none: `$XDG_RUNTIME_DIR/containers/auth.json`. */
  readonly podmanAuth?: string;
  /** Environment of credential helpers; absent: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The parts of Docker's config.json and of containers-auth.json(5) that matter here. */
interface AuthFile {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** Logins as `docker login` and `podman login` keep them. Files and helpers are asked only when a registry asks. */
export function createCredentials({ dockerConfig, podmanAuth, env }: CredentialSettings): Credentials {
  const files = [join(dockerConfig, "config.json"), ...(podmanAuth === undefined ? [] : [podmanAuth])];
  const read = new Map<string, Promise<AuthFile>>();
  const helped = new Map<string, Promise<Login | undefined>>();
  return {
    find: async (address, repository) => {
      for (const path of files) {
        const file = await remembered(read, path, () => readAuthFile(path));
        const helper = helperOf(file, address);
        const ask = () => askHelper(helper ?? "", serverOf(address), env);
        const login = helper ? await remembered(helped, `${helper} ${address}`, ask) : undefined;
        const found = login ?? storedLogin(file, path, address, repository);
        if (found) return found;
      }
      return undefined;
    },
  };
}

async function readAuthFile(path: string): Promise<AuthFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    return error.code === "ENOENT" || error.code === "ENOTDIR" ? "{}" : unreadable(path, error.message);
  });
  try {
    return JSON.parse(text) as AuthFile;
  } catch (error) {
    return unreadable(path, (error as Error).message);
  }
}

function unreadable(path: string, found: string): never {
  const message = `Cannot read the registry logins in ${path}`;
  return fail({ code: "credentials-unreadable", kind: "config", message, place: { file: path }, found });
}

/** The name under which Docker keeps a login: for Docker Hub the address of its first version. */
export function serverOf(address: string): string {
  return isDockerHub(address) ? "https://index.docker.io/v1/" : address;
}

function helperOf({ credHelpers, credsStore }: AuthFile, address: string): string | undefined {
  const own = credHelpers?.[serverOf(address)] ?? credHelpers?.[address];
  return own || credsStore || undefined;
}

/** Podman keeps logins for parts of a registry, too: the nearest one is taken. */
function storedLogin({ auths = {} }: AuthFile, path: string, address: string, repository: string): Login | undefined {
  const logins = Object.entries(auths).map(([key, entry]) => [bareKey(key), entry] as const);
  for (const name of nearest(isDockerHub(address) ? "docker.io" : address, repository)) {
    const entry = logins.find(([key]) => key === name)?.[1];
    if (entry?.identitytoken) return { identityToken: entry.identitytoken };
    if (entry?.auth) return decoded(entry.auth, path);
  }
  return undefined;
}

/** `https://index.docker.io/v1/` is `docker.io`, `https://ghcr.io` is `ghcr.io`. */
function bareKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  return isDockerHub(bare) ? "docker.io" : bare;
}

/** `ghcr.io/team/node`, `ghcr.io/team`, `ghcr.io`. */
function nearest(address: string, repository: string): readonly string[] {
  const parts = [address, ...repository.split("/")];
  return parts.map((_, left) => parts.slice(0, parts.length - left).join("/"));
}

function decoded(auth: string, path: string): Login {
  const [username = "", ...password] = Buffer.from(auth, "base64").toString("utf8").split(":");
  if (password.length === 0) unreadable(path, "an auth that is not USER:PASSWORD in base64");
  return { username, password: password.join(":") };
}

/** The protocol of Docker's credential helpers: the server on standard input, its login as JSON on standard output. */
async function askHelper(name: string, server: string, env: CredentialSettings["env"]): Promise<Login | undefined> {
  const command = [`docker-credential-${name}`, "get"];
  const { code, stdout, stderr } = await run(command, {
    input: server,
    timeout: 30_000,
    ...(env && { env: env as Record<string, string> }),
  });
  if (code !== 0 && /credentials not found/i.test(stdout + stderr)) return undefined;
  if (code !== 0) return helperFailed(name, server, `exit status ${code}`, stdout + stderr);
  const { Username, Secret } = parsed(stdout) ?? helperFailed(name, server, "an answer that is not JSON", "");
  if (!Secret) return undefined;
  return Username === "<token>" ? { identityToken: Secret } : { username: Username ?? "", password: Secret };
}

function parsed(text: string): { readonly Username?: string; readonly Secret?: string } | undefined {
  try {
    return JSON.parse(text) as { Username?: string; Secret?: string };
  } catch {
    return undefined;
  }
}

function helperFailed(name: string, server: string, found: string, output: string): never {
  return fail({
    code: "credential-helper-failed",
    kind: "config",
    message: `Credential helper docker-credential-${name} has no login for ${server}`,
    found,
    log: output.trim().split("\n").slice(-5),
  });
}
