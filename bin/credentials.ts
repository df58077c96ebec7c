import { join } from "node:path";
import { type Credentials, createCredentials } from "../infrastructure/registry/client/credentials.ts";
import type { Context } from "./context.ts";
import { defined } from "./environment.ts";

/** The logins of this user, as Docker and Podman keep them. */
export function credentialsOf({ environment }: Context): Credentials {
  const { DOCKER_CONFIG, XDG_RUNTIME_DIR } = environment.variables;
  const podmanAuth = XDG_RUNTIME_DIR ? { podmanAuth: join(XDG_RUNTIME_DIR, "containers/auth.json") } : {};
  return createCredentials({
    dockerConfig: DOCKER_CONFIG || join(environment.home, ".docker"),
    ...podmanAuth,
    env: defined(environment.variables),
  });
}
