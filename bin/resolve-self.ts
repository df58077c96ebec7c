let done = false;

/**
 * Makes `import … from "image-manager"` in a configuration mean this very program, installed beside it or not.
 *
 * Two copies of the library in one process would not know each other's images. Deno has an import map for this.
 */
export async function resolveSelf(): Promise<void> {
  if ("Deno" in globalThis || done) return;
  done = true;
  const { registerHooks } = await import("node:module");
  const own = import.meta.url.endsWith(".ts") ? ["image-manager-source"] : [];
  registerHooks({
    resolve(specifier, context, next) {
      if (!/^image-manager(?:\/|$)/.test(specifier)) return next(specifier, context);
      // From here the name is a package's reference to itself: its "exports" decide.
      const conditions = [...context.conditions, ...own];
      return next(specifier, { ...context, conditions, parentURL: import.meta.url });
    },
  });
}
