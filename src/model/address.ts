/** Whether a registry's address (`host[:port]`) is this machine's own: plain http, and safe to publish to unasked. */
export function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(address);
}
