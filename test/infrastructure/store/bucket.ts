import { randomBytes } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SharedCache } from "../../../src/model/cache.ts";
import type { TestGarage } from "../../rig/garage.ts";
import type { Name, Subject } from "./conformance.ts";

/** A part of a test's bucket, and what lies in it. */
export interface Bucket extends Pick<Subject, "read" | "write"> {
  readonly place: SharedCache;
}

/** A part of a Garage's bucket that nobody else uses. */
export function bucketOf({ place: { endpoint, ...rest }, variables }: TestGarage): Bucket {
  const place: SharedCache = { ...rest, endpoint, prefix: `${randomBytes(4).toString("hex")}/` };
  const { GARAGE_ACCESS_KEY_ID = "", GARAGE_SECRET_ACCESS_KEY = "" } = variables;
  const credentials = { accessKeyId: GARAGE_ACCESS_KEY_ID, secretAccessKey: GARAGE_SECRET_ACCESS_KEY };
  const client = new S3Client({ endpoint: endpoint ?? "", region: "garage", forcePathStyle: true, credentials });
  const at = (name: Name) => ({
    Bucket: place.bucket,
    Key: `${place.prefix}${"key" in name ? `entries/${name.key}` : `blobs/${name.sha256}`}`,
  });
  return {
    place,
    read: async (name) => {
      const { Body } = await client.send(new GetObjectCommand(at(name)));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    write: async (name, bytes) => {
      await client.send(new PutObjectCommand({ ...at(name), Body: Buffer.from(bytes) }));
    },
  };
}
