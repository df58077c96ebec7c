import * as z from "zod/mini";
import { either, line, object, variableName, yesNo } from "./forms.ts";

const nullOr = (form: z.core.$ZodType) => either((value) => (value === null ? z.null() : form));

const wantedEndpoint = 'scheme, host and port, as in "http://localhost:3900"';
const endpoint = line(wantedEndpoint, /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/).check(
  z.refine((text) => URL.canParse(text), wantedEndpoint),
);

const wantedCredentials =
  '{ accessKeyId: "NAME_OF_A_VARIABLE", secretAccessKey: "NAME_OF_ANOTHER" }, { profile: "name" } or "default"';
const keys = { accessKeyId: variableName, secretAccessKey: variableName, sessionToken: nullOr(variableName) };
const credentials = either((value) => {
  if (typeof value !== "object") return z.literal("default", wantedCredentials);
  const hasProfile = value !== null && "profile" in value;
  return hasProfile ? object({ profile: line("a name", /./) }, wantedCredentials) : object(keys, wantedCredentials);
});

/** The form of a shared cache, as `garage()` and `s3()` make it. */
export const cacheSchema = object(
  {
    endpoint: nullOr(endpoint),
    builderEndpoint: nullOr(endpoint),
    region: line('a region, as in "eu-west-1"', /^[\w-]+$/),
    bucket: line(
      'a bucket of 3 to 63 lower-case letters, digits, . and -, as in "team-cache"',
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    ),
    prefix: line('a path, as in "main" or "team/main"', /^((?!\.\.?\/)[\w.-]+\/)*$/),
    pathStyle: yesNo,
    credentials,
    write: yesNo,
    layers: yesNo,
    admin: nullOr(object({ endpoint, token: variableName }, "{ endpoint, token }")),
  },
  'a cache, as in garage() or s3({ bucket: "team-cache", region: "eu-west-1" })',
);
