import { PGraph, PGraphError } from 'p-graph';

/** A part of `npm test` that runs as one process. */
export interface Stage {
  readonly name: string;
  /** About how long it takes alone on two cores. The longest chain of stages starts first. */
  readonly seconds: number;
  /** Names of the stages that must pass before. */
  readonly after?: readonly string[];
  /**
   * @returns a detail for the line of the stage
   * @throws an error with the output of what failed
   */
  readonly run: () => Promise<string | void>;
}

export interface Outcome {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'not run';
}

/** Runs stages side by side, each after those that it needs. Prints a line for each one when it ends, and the output of those that fail. */
export async function runStages(stages: readonly Stage[], concurrency: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const nodes = Object.fromEntries(stages.map((stage) => [stage.name, {
    priority: stage.seconds,
    run: async () => {
      const start = Date.now();
      const end = (status: Outcome['status'], detail: string | void): void => {
        const seconds = (Date.now() - start) / 1000;
        outcomes.push({ name: stage.name, status });
        console.log(`${`${seconds.toFixed(1)} s`.padStart(8)}  ${status === 'passed' ? '' : `${status.toUpperCase()}: `}${stage.name}${detail ? `: ${detail}` : ''}`);
      };
      try {
        end('passed', await stage.run());
      } catch (error) {
        end('failed', undefined);
        console.error(error instanceof Error ? error.message : error);
        throw error;
      }
    },
  }]));
  const dependencies = stages.flatMap(({ name, after = [] }) => after.map((needed): [string, string] => [needed, name]));
  await new PGraph(nodes, dependencies).run({ concurrency, continue: true }).catch((error) => {
    if (!(error instanceof PGraphError)) throw error;
  });
  for (const { name, after = [] } of stages.filter((stage) => !outcomes.some((outcome) => outcome.name === stage.name))) {
    console.log(`          NOT RUN: ${name}, which needs: ${after.join('; ')}`);
    outcomes.push({ name, status: 'not run' });
  }
  return outcomes;
}

/** The stages whose name has the text in it, with all that they need. */
export function stagesFor(stages: readonly Stage[], text: string): Stage[] {
  const wanted = new Set(stages.filter(({ name }) => name.includes(text)).map(({ name }) => name));
  if (wanted.size === 0) throw new Error(`no stage has ${JSON.stringify(text)} in its name; there are:\n${stages.map(({ name }) => name).join('\n')}`);
  // A set also yields what is added while it is walked.
  for (const name of wanted) stages.find((stage) => stage.name === name)!.after?.forEach((needed) => wanted.add(needed));
  return stages.filter(({ name }) => wanted.has(name));
}
