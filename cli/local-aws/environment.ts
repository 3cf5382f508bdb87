import { randomInt, randomUUID } from 'crypto';

/** Time, injected so that a simulation can own it. */
export interface Clock {
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** Chance, injected so that a run can be repeated. */
export interface Random {
  /** A whole number from 0 to just below the limit. */
  below(limit: number): number;
  uuid(): string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (millis, signal) => new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(end, millis);
    function end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
    signal?.addEventListener('abort', end);
  }),
};

export const systemRandom: Random = { below: (limit) => randomInt(limit), uuid: () => randomUUID() };

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function randomText(random: Random, length: number, alphabet: string = LETTERS_AND_DIGITS): string {
  return Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');
}
