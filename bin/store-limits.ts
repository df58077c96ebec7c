import { parseLimit, type StoreLimits } from "../infrastructure/store/limits.ts";
import type { Environment } from "./environment.ts";

const names = { size: "IMAGE_MANAGER_CACHE_SIZE", age: "IMAGE_MANAGER_CACHE_AGE" };

/** How much this machine's store may hold. @throws ImagesError `invalid-limit` */
export function storeLimits({ [names.size]: size, [names.age]: age }: Environment["variables"]): StoreLimits {
  return {
    size: parseLimit("size", size || "20GB", names.size),
    age: parseLimit("age", age || "30d", names.age),
  };
}
