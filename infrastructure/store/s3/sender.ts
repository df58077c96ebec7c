import { Readable } from "node:stream";
import { AbortMultipartUploadCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Call } from "../remote.ts";

/** Milliseconds for taking back an upload that failed: nobody waits for more. */
const patience = 1000;

/**
 * The client for one call: its signal ends each request, and each piece of a body that goes out is a sign of life.
 *
 * Whatever uses the client, such as lib-storage, needs to know nothing of either.
 */
export function during(client: S3Client, { signal, alive }: Call): S3Client {
  const send = async (command: Parameters<S3Client["send"]>[0]) => {
    command.middlewareStack.add(
      (next) => async (given) => {
        const request = given.request as { readonly body?: unknown };
        const answer = await next({ ...given, request: { ...request, body: inPieces(request.body, alive) } });
        alive();
        return answer;
      },
      // Next to the connection: a body that is sent again is cut again.
      { name: "signsOfLife", step: "deserialize", priority: "low" },
    );
    const takesBack = command instanceof AbortMultipartUploadCommand;
    return await client.send(command, { abortSignal: takesBack ? AbortSignal.timeout(patience) : signal });
  };
  return Object.create(client, { send: { value: send } }) as S3Client;
}

/** Bytes of a piece, and those up to which a body goes out as a whole. */
const sizes = { piece: 64 * 1024, whole: 256 * 1024 };

function inPieces(body: unknown, alive: () => void): unknown {
  if (!(body instanceof Uint8Array) || body.byteLength <= sizes.whole) return body;
  return Readable.from(cut(body, alive), { objectMode: false, highWaterMark: sizes.piece });
}

function* cut(body: Uint8Array, alive: () => void): Generator<Uint8Array> {
  for (let at = 0; at < body.byteLength; at += sizes.piece) {
    alive();
    yield body.subarray(at, at + sizes.piece);
  }
}
