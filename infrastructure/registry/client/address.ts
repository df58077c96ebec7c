const dockerHub = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** Whether `host[:port]` is this machine: localhost, 127.0.0.0/8 or [::1]. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(`http://${address}`);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** Where a registry is spoken to: `http:` on this machine, `https:` anywhere else; docker.io's API has a host of its own. */
export function originOf(address: string): string {
  if (isDockerHub(address)) return "https://registry-1.docker.io";
  return new URL(`${isLoopback(address) ? "http" : "https"}://${address}`).origin;
}

/** Docker Hub goes by several names. */
export function isDockerHub(address: string): boolean {
  return dockerHub.has(address);
}
