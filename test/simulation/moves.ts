import { Outcome, PendingEffect } from './scheduler';
import { World } from './world';

/** One thing that happens. A schedule is a list of these, as data that can be played again, also against real servers. */
export type Move =
  /** The process goes on, until its effect with this name waits to happen, or until it ends. */
  | { readonly run: string; readonly until: string }
  /** The effect happens, or what else becomes of it. The n-th effect with the same name of a process has its number behind the name. */
  | { readonly process: string; readonly effect: string; readonly outcome: Outcome }
  /** Something happens around the processes. */
  | { readonly event: string };

export function moveOf(effect: PendingEffect, outcome: Outcome): Move {
  return { process: effect.process.name, effect: effect.name, outcome };
}

/**
 * The same schedule in fewer moves.
 *
 * @param pending what waits to happen after it
 */
export function compress(moves: readonly Move[], pending: readonly PendingEffect[]): Move[] {
  const ahead = [...moves, ...pending.map((effect) => moveOf(effect, 'done'))];
  const short: Move[] = [];
  moves.forEach((move, index) => {
    const last = short.at(-1);
    if (!('process' in move) || move.outcome !== 'done') return short.push(move);
    const later = ahead.slice(index + 1).find((each) => 'process' in each && each.process === move.process) as { effect: string } | undefined;
    const run = { run: move.process, until: later?.effect ?? 'end' };
    if (last && 'run' in last && last.run === move.process) short.pop();
    return short.push(run);
  });
  return short;
}

/** Does what a move says. */
export async function play(world: World, move: Move, event: (name: string) => Promise<void>): Promise<void> {
  if ('event' in move) return event(move.event);
  if ('process' in move) return world.scheduler.perform(find(world, move.process, move.effect), move.outcome);
  for (;;) {
    const next = world.scheduler.pending.find(({ process, ready }) => process.name === move.run && ready());
    if (next === undefined || next.name === move.until) return;
    await world.scheduler.perform(next, 'done');
  }
}

function find(world: World, process: string, name: string): PendingEffect {
  const effect = world.scheduler.pending.find((each) => each.process.name === process && each.name === name);
  if (effect) return effect;
  throw new Error(`the schedule does not fit: ${process} does not wait for ${name}, but for ${world.scheduler.pending.map((each) => `${each.process.name} ${each.name}`).join(', ')}`);
}
