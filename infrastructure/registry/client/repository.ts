import type { Repository } from "../../../src/ports.ts";
import { originOf } from "./address.ts";
import type { Access } from "./transport.ts";

/** An end point of a repository: `manifests/24`, `blobs/sha256:…`. */
export function urlOf({ place, name }: Repository, path: string): URL {
  return new URL(`/v2/${name}/${path}`, originOf(place.address));
}

/** The right to do something in a repository, and to read another one that blobs are mounted from. */
export function accessTo({ place, name }: Repository, actions: "pull" | "pull,push", mountFrom?: Repository): Access {
  const also = mountFrom ? [`repository:${mountFrom.name}:pull`] : [];
  return { address: place.address, repository: name, scopes: [`repository:${name}:${actions}`, ...also] };
}

/** `localhost:5050/node:24`, `localhost:5050/node@sha256:…`. */
export function referenceOf({ place, name }: Repository, reference: string): string {
  return `${place.address}/${name}${reference.includes(":") ? "@" : ":"}${reference}`;
}
