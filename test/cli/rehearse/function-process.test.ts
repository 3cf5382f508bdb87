import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { FunctionProcess } from '../../../cli/rehearse/function-process';
import { findNode } from '../../../cli/rehearse/node-runtimes';

const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-function-'));
const processes: FunctionProcess[] = [];

function start(code: string, timeoutMillis: number = 5_000, file: string = 'index.js'): FunctionProcess {
  return started({ [file]: code }, timeoutMillis);
}

function started(files: { [name: string]: string }, timeoutMillis: number = 5_000, node: string = process.execPath): FunctionProcess {
  const own = mkdtempSync(path.join(folder, 'code-'));
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(own, file), text);
  const lambda = new FunctionProcess({ node, code: own, handler: 'index.handler', environment: { GREETING: 'hello' }, timeoutMillis, memoryMegabytes: 256 });
  processes.push(lambda);
  return lambda;
}

afterAll(() => {
  processes.forEach((lambda) => lambda.kill());
  rmSync(folder, { recursive: true });
});

test('runs a handler with the environment and a context, and keeps the process', async () => {
  const lambda = start(`
    let count = 0;
    exports.handler = async (event, context) => ({ ...event, count: ++count, greeting: process.env.GREETING, left: context.getRemainingTimeInMillis() > 4000 });
  `);
  expect(await lambda.invoke({ a: 1 })).toEqual({ payload: { a: 1, count: 1, greeting: 'hello', left: true } });
  expect(await lambda.invoke({ a: 2 })).toEqual({ payload: { a: 2, count: 2, greeting: 'hello', left: true } });
});

test('runs a handler that is a module, and one with a callback', async () => {
  expect(await start('export const handler = async () => 1;', 5_000, 'index.mjs').invoke({})).toEqual({ payload: 1 });
  expect(await started({ 'index.js': 'await null; export const handler = async () => 1;', 'package.json': '{"type":"module"}' }).invoke({})).toEqual({ payload: 1 });
  expect(await start('exports.handler = (event, context, callback) => callback(null, 2);').invoke({})).toEqual({ payload: 2 });
});

test('does not see the environment of this process', async () => {
  process.env.SOMETHING_OF_OURS = 'x';
  expect(await start('exports.handler = async () => process.env.SOMETHING_OF_OURS ?? "nothing";').invoke({})).toEqual({ payload: 'nothing' });
});

test('a thrown error, and what was written', async () => {
  const lambda = start('exports.handler = async () => { console.log("so far"); throw new TypeError("no"); };');
  expect(await lambda.invoke({})).toEqual({ functionError: 'Unhandled', payload: { errorType: 'TypeError', errorMessage: 'no' } });
  expect(lambda.output).toBe('so far\n');
});

test('a handler that does not exist', async () => {
  expect(await start('exports.other = 1;').invoke({})).toEqual({ functionError: 'Unhandled', payload: { errorType: 'Error', errorMessage: 'index.handler is undefined or not exported' } });
});

test('a time-out kills the process; the next invocation has a new one', async () => {
  const lambda = start('exports.handler = (event) => event.hang ? new Promise(() => {}) : Promise.resolve("well");', 300);
  expect(await lambda.invoke({ hang: true })).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'Task timed out after 0.30 seconds' } });
  expect(await lambda.invoke({})).toEqual({ payload: 'well' });
});

test('code that hangs while it is loaded is ended, too', async () => {
  const lambda = start('while (true);', 300);
  expect(await lambda.invoke({})).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'Task timed out after 0.30 seconds' } });
});

test('a killed process is told as Lambda tells it', async () => {
  const lambda = start('exports.handler = () => new Promise(() => {});');
  const answer = lambda.invoke({});
  setTimeout(() => lambda.kill(), 150);
  expect(await answer).toEqual({ functionError: 'Unhandled', payload: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' } });
});

test('a program that cannot be started is an answer too', async () => {
  const lambda = started({}, 5_000, '/nowhere/node');
  expect(await lambda.invoke({})).toMatchObject({ functionError: 'Unhandled', payload: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 127' } });
  expect(lambda.output).toContain('ENOENT');
});

test('finds the Node.js of an npm package of the project', () => {
  const bin = path.join(mkdtempSync(path.join(folder, 'project-')), 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\necho v98.1.0\n', { mode: 0o755 });
  expect(findNode('nodejs98.x', path.join(bin, '..', '..', '..', 'deep', 'inside'))).toEqual({ program: path.join(bin, 'node'), version: 'v98.1.0', exact: true });
});

test('finds the Node.js of a runtime, or says that it is another one', () => {
  const major = /^v(\d+)/.exec(process.version)![1];
  expect(findNode(`nodejs${major}.x`, folder)).toEqual({ program: process.execPath, version: process.version, exact: true });
  expect(findNode('nodejs99.x', folder)).toEqual({ program: process.execPath, version: process.version, exact: false });
});
