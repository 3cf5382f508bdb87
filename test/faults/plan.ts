import { Case, Start, Then } from './case';
import { Boundary } from './container';
import { KEYS, Random } from '../random';
import { Fault } from './faults/fault';
import { PEOPLE } from './faults/people';
import { PROCESS_FAULTS } from './faults/process-faults';
import { SERVICE_FAULTS } from './faults/service-faults';
import { Setting } from './targets/target';

export const FAULTS: readonly Fault[] = [...SERVICE_FAULTS, ...PROCESS_FAULTS, ...PEOPLE];

export const STARTS: readonly Start[] = ['first rotation', 'later rotation', 'after a rotation that died in the middle'];

const THENS: readonly Then[] = ['the service tries again', 'an operator cancels and rotates anew'];

/** One in so many cases has a client that logs in all the time; it takes as much time as the rotation. */
const WATCHED = 10;

/** The boundaries of a rotation, by what was before it; from a recording. */
export type Recording = { readonly [start in Start]: readonly Boundary[] };

/** Every fault at every boundary from every start, in random order. */
export function singleFaults(recording: Recording, setting: Setting, random: Random): Case[] {
  const cases = STARTS.flatMap((start) => recording[start].flatMap((boundary) => FAULTS
    .filter(({ applies }) => applies?.(boundary, setting) ?? true)
    .flatMap((fault) => THENS.map((then): Case => ({ start, fault, boundary: boundary.key, then, watched: false })))));
  return random.shuffle(cases, describeCase).map((planned) => ({ ...planned, watched: random.of(describeCase(planned)).below(WATCHED) === 0 }));
}

/** The cases, one in so many followed by itself with another fault in the attempt that follows. */
export function withDoubleFaults(singles: readonly Case[], oneIn: number, random: Random): Case[] {
  const keys = singles.map((single) => random.of(describeCase(single)).below(KEYS));
  return singles.flatMap((single) => {
    const own = random.of(`second fault of ${describeCase(single)}`);
    if (own.below(oneIn) !== 0) return [single];
    const wanted = own.below(KEYS);
    const nearest = keys.reduce((best, key, index) => (Math.abs(key - wanted) < Math.abs(keys[best] - wanted) ? index : best), 0);
    const { fault, boundary } = singles[nearest];
    return [single, { ...single, second: { fault, boundary } }];
  });
}

export function describeCase({ start, fault, boundary, then, second }: Case): string {
  return [start, `${fault.name} at ${boundary}`, then, ...second ? [`${second.fault.name} at ${second.boundary}`] : []].join('; ');
}

/** The opposite of `describeCase`, to repeat one. */
export function parseCase(text: string, faults: readonly Fault[] = FAULTS): Case {
  const [start, first, then, second] = text.split('; ');
  const strike = (part: string): Pick<Case, 'fault' | 'boundary'> => {
    const [name, boundary] = part.split(' at ');
    const fault = faults.find((each) => each.name === name);
    if (!fault) throw new Error(`${JSON.stringify(name)} is not one of the faults: ${faults.map((each) => each.name).join(', ')}`);
    return { fault, boundary };
  };
  return { start: start as Start, ...strike(first), then: then as Then, ...second !== undefined && { second: strike(second) }, watched: true };
}
