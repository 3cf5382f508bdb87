import { Scenario } from './exhaustive';
import { Outcome } from './scheduler';
import { Task } from './script';

const BEGIN: Task = { event: 'rotation 1 begins' };
const CREATE: Task = { step: 'createSecret', token: 1 };
const FINISH: Task = { step: 'finishSecret', token: 1 };

/** An operator gives the first rotation up, and starts another one. */
const NEXT_ROTATION: readonly Task[] = [{ event: 'cancel' }, { event: 'rotation 2 begins' }, { step: 'createSecret', token: 2 }, { step: 'finishSecret', token: 2 }];

/** Two actors; with each, the one fault is the death of a process. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'finishSecret twice at once', before: [BEGIN, CREATE], first: [FINISH], second: [FINISH] },
  { name: 'all steps twice at once', before: [BEGIN], first: [CREATE, FINISH], second: [CREATE, FINISH] },
  { name: 'finishSecret, and a new rotation', before: [BEGIN, CREATE], first: [FINISH], second: NEXT_ROTATION },
  { name: 'finishSecret, and an edit of the secret', before: [BEGIN, CREATE], first: [FINISH], second: [{ event: 'edit' }] },
].map((scenario) => ({ ...scenario, faults: ['die'] }));

const FAULTS: readonly Outcome[] = ['die', 'die-late', 'lost', 'resent', 'failed', 'denied'];

/** With more time: more actors, and any one fault. */
export const LONG_SCENARIOS: readonly Scenario[] = [
  ...SCENARIOS,
  { name: 'createSecret, and a new rotation', before: [BEGIN], first: [CREATE], second: NEXT_ROTATION },
  { name: 'finishSecret, silence for longer than the lease, and a new rotation', before: [BEGIN, CREATE], first: [FINISH], second: [{ event: 'lease passes' }, ...NEXT_ROTATION] },
  { name: 'all steps, and an edit of the secret', before: [BEGIN], first: [CREATE, FINISH], second: [{ event: 'edit' }] },
  { name: 'all steps, and a restart of the server', before: [BEGIN], first: [CREATE, FINISH], second: [{ event: 'restart' }] },
].map((scenario) => ({ ...scenario, faults: FAULTS }));
