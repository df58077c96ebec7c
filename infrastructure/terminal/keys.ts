import type { ReadStream } from "node:tty";

/** Calls back for each key that is pressed, without waiting for the end of a line; disposing gives the lines back. */
export function readKeys(input: ReadStream, pressed: (key: string) => void): Disposable {
  const take = (keys: Buffer): void => {
    for (const key of keys.toString("utf8")) pressed(key);
  };
  input.setRawMode(true);
  input.on("data", take);
  input.resume();
  return {
    [Symbol.dispose]: () => {
      input.off("data", take);
      input.setRawMode(false);
      input.pause();
    },
  };
}
