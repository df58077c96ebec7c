import { run } from "../../../infrastructure/process/run.ts";

/** Runs `skopeo copy` between places of any kind, without TLS. Throws with what it said when it fails. */
export async function skopeoCopy(from: string, to: string): Promise<void> {
  const options = ["--quiet", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false"];
  const { code, stderr } = await run(["skopeo", "copy", ...options, from, to]);
  if (code !== 0) throw new Error(`skopeo copy ${from} ${to}: ${stderr}`);
}
