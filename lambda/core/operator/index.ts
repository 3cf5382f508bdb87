import { abort } from './abort';
import { adoptVersion } from './adopt-version';
import { inspect } from './inspect';
import { Answer, Operation } from './operation';
import { reset } from './reset';
import { OperationName } from '../event';

const OPERATIONS: { readonly [name in OperationName]: (operation: Operation) => Promise<Answer> } = {
  inspect,
  adopt: adoptVersion,
  abort,
  reset,
};

/** Does what an operator asks for. All of it can be done again at any time, and tells no value. */
export async function operate(operation: Operation): Promise<Answer> {
  return OPERATIONS[operation.event.operation](operation);
}
