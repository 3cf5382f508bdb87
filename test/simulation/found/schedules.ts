import { Move } from '../moves';

/** A schedule that was harmful to a function, or to a database, that lacks something. */
export interface NamedSchedule {
  readonly name: string;
  /** What it is harmful without. */
  readonly needs: string;
  readonly moves: readonly Move[];
}

/** A clean rotation up to its finishSecret. The invocations have numbers; setSecret has no effects. */
const UP_TO_FINISH: readonly Move[] = [
  { event: 'rotate 1' },
  { run: '#1 createSecret 1', until: 'end' },
  { run: '#3 testSecret 1', until: 'end' },
];

/** The first rotation is given up by an operator, who starts another one. */
const NEXT: readonly Move[] = [{ event: 'cancel' }, { event: 'rotate 2' }];

/** The next rotation comes to its end, before the first one goes on. */
const OVERTAKEN: readonly Move[] = [
  { run: '#5 createSecret 2', until: 'end' },
  { run: '#7 testSecret 2', until: 'end' },
  { run: '#8 finishSecret 2', until: 'end' },
  { event: 'thaw #4 finishSecret 1' },
];

export const SCHEDULES: readonly NamedSchedule[] = [
  {
    name: 'frozen before the lock, overtaken, thawed',
    needs: 'labels that are read again under the lock',
    moves: [
      ...UP_TO_FINISH,
      { run: '#4 finishSecret 1', until: 'lock' },
      { event: 'freeze #4 finishSecret 1' },
      ...NEXT,
      ...OVERTAKEN,
    ],
  },
  {
    name: 'frozen between fence and change, overtaken, thawed',
    needs: 'a lease: the server ends the session with the lock',
    moves: [
      ...UP_TO_FINISH,
      { run: '#4 finishSecret 1', until: 'apply' },
      { event: 'freeze #4 finishSecret 1' },
      ...NEXT,
      { event: 'lease passes' },
      ...OVERTAKEN,
    ],
  },
  {
    name: 'dead after the change, cancelled, rotated anew',
    needs: 'the journal label: the password is in no other version that has a label',
    moves: [
      ...UP_TO_FINISH,
      { run: '#4 finishSecret 1', until: 'login 2' },
      { process: '#4 finishSecret 1', effect: 'login 2', outcome: 'die' },
      ...NEXT,
    ],
  },
  {
    name: 'edited after the change, the first function frozen, the second one not',
    needs: 'an adopted version that has the edit and the new password',
    moves: [
      ...UP_TO_FINISH,
      { run: '#4 finishSecret 1', until: 'login 2' },
      { event: 'freeze #4 finishSecret 1' },
      { event: 'edit' },
      { event: 'lease passes' },
    ],
  },
  {
    name: 'a createSecret that is dead writes its version after another one was started',
    needs: 'a journal label that moves by compare and swap, not by Put',
    moves: [
      { event: 'rotate 1' },
      { run: '#1 createSecret 1', until: 'PutSecretValue' },
      { process: '#1 createSecret 1', effect: 'PutSecretValue', outcome: 'die-late' },
      ...NEXT,
      { run: '#2 createSecret 2', until: 'end' },
      { process: '#1 createSecret 1', effect: 'PutSecretValue', outcome: 'done' },
    ],
  },
  {
    name: 'the answer to the promotion is lost, and the secret is edited before the next attempt',
    needs: 'a version that is AWSCURRENT, or was, to be the end of its rotation',
    moves: [
      ...UP_TO_FINISH,
      { run: '#4 finishSecret 1', until: 'UpdateSecretVersionStage' },
      { process: '#4 finishSecret 1', effect: 'UpdateSecretVersionStage', outcome: 'lost' },
      { event: 'edit' },
    ],
  },
  {
    name: 'finishSecret is invoked, though createSecret could not write the journal label',
    needs: 'a finishSecret that looks for the journal label under the lock',
    moves: [
      { event: 'rotate 1' },
      { run: '#1 createSecret 1', until: 'UpdateSecretVersionStage' },
      { process: '#1 createSecret 1', effect: 'UpdateSecretVersionStage', outcome: 'failed' },
      { run: '#1 createSecret 1', until: 'end' },
      { event: 'invoke finishSecret 1' },
      { run: '#2 finishSecret 1', until: 'login 2' },
      { event: 'freeze #2 finishSecret 1' },
      ...NEXT,
    ],
  },
  {
    name: 'edited, then changed by hand and stored while the rotation gives way to the edit',
    needs: 'labels that are read again after the old password was set back',
    moves: [
      ...UP_TO_FINISH,
      { event: 'edit' },
      { run: '#4 finishSecret 1', until: 'apply' },
      { event: 'changed by hand' },
      { event: 'stored by hand' },
    ],
  },
];
