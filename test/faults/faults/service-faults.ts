import { Fault } from './fault';
import { ServiceError } from '../../../cli/local-aws';
import { Boundary } from '../container';

const isCall = ({ channel }: Boundary): boolean => channel === 'call';
const isRead = ({ what }: Boundary): boolean => what === 'DescribeSecret' || what === 'GetSecretValue';
const isWrite = (boundary: Boundary): boolean => isCall(boundary) && !isRead(boundary);

function broken(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

function silent(): Error {
  return Object.assign(new Error('the request took too long'), { name: 'TimeoutError' });
}

const throttled = () => new ServiceError('ThrottlingException', 'Rate exceeded');
const failed = () => new ServiceError('InternalServiceError', 'An error occurred on the server side.', 500);

function refuses(name: string, error: () => Error, more: Partial<Fault> = {}): Fault {
  return {
    name,
    applies: isCall,
    async call() {
      throw error();
    },
    ...more,
  };
}

function losesAnswer(name: string, error: () => Error, more: Partial<Fault> = {}): Fault {
  return {
    name,
    applies: isWrite,
    async call({ perform }) {
      await perform();
      throw error();
    },
    ...more,
  };
}

/** What can go wrong between the function and Secrets Manager. */
export const SERVICE_FAULTS: readonly Fault[] = [
  refuses('request lost', broken),
  refuses('requests lost until the step fails', broken, { lasts: true }),
  refuses('throttled once', throttled),
  refuses('throttled until the step fails', throttled, { lasts: true }),
  refuses('error 500 before the effect', failed),
  refuses('errors 500 until the step fails', failed, { lasts: true }),
  refuses('no answer until the step fails', silent, { lasts: true }),
  refuses('action denied', () => new ServiceError('AccessDeniedException', 'not authorized to perform this action'), { lasts: true }),
  refuses('key not usable', () => new ServiceError('DecryptionFailure', 'the key cannot be used'), { lasts: true, applies: ({ what }) => what === 'GetSecretValue' || what === 'PutSecretValue' }),
  losesAnswer('answer lost', broken),
  losesAnswer('answers lost until the step fails', broken, { lasts: true }),
  losesAnswer('error 500 after the effect', failed),
  losesAnswer('errors 500 after the effect until the step fails', failed, { lasts: true }),
  {
    name: 'stale read',
    applies: isRead,
    call: async ({ scene, perform }) => perform(scene.writesBefore),
  },
  {
    name: 'stale reads until the step fails',
    lasts: true,
    applies: isRead,
    call: async ({ scene, perform }) => perform(scene.writesBefore),
  },
];
