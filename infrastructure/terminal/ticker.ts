/** Time, and being called again and again until the function given back is called. */
export interface Ticker {
  /** Milliseconds. */
  now(): number;
  every(milliseconds: number, tick: () => void): () => void;
}

/** The process's own clock; its timers do not keep the process alive. */
export const ticker: Ticker = {
  now: () => performance.now(),
  every: (milliseconds, tick) => {
    const timer = setInterval(tick, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
