import { DatabaseKind, DatabaseProgram } from './databases/stand-in';
import { Plan } from './plan';

/** What of a plan can be carried out with the servers of this machine. */
export interface EquippedPlan extends Plan {
  readonly programs: ReadonlyMap<DatabaseKind, DatabaseProgram>;
}

/** Finds the servers, and leaves out what there is none for. */
export function equip(plan: Plan, projectFolder: string): EquippedPlan {
  const programs = new Map<DatabaseKind, DatabaseProgram>();
  const missing = new Map<DatabaseKind, string>();
  for (const kind of new Set(plan.rotations.map((rotation) => rotation.kind))) {
    try {
      programs.set(kind, kind.find(projectFolder));
    } catch (error) {
      missing.set(kind, (error as Error).message);
    }
  }
  const without = plan.rotations.filter(({ kind }) => missing.has(kind));
  return {
    stacks: plan.stacks,
    rotations: plan.rotations.filter(({ kind }) => programs.has(kind)),
    leftOut: [...plan.leftOut, ...without.map(({ name, kind }) => ({ name, reason: missing.get(kind)! }))],
    programs,
  };
}
