/**
 * Rules for the public API, checked on the assembly that jsii writes: what users of every language see.
 */
import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as library from '../../src';
import { Json } from '../src/vocabulary';

const ROOT = path.join(__dirname, '..', '..');
const ASSEMBLY = path.join(ROOT, '.jsii');

function readAssembly(): Json {
  if (!existsSync(ASSEMBLY)) throw new Error('there is no .jsii yet; run `npx projen compile` first, `npm test` does');
  return JSON.parse(readFileSync(ASSEMBLY, 'utf8'));
}

const types: Json[] = Object.values(readAssembly().types);
const members: [string, Json][] = types.flatMap((type) => [...type.properties ?? [], ...type.methods ?? []]
  .map((member): [string, Json] => [`${type.name}.${member.name}`, member]));

/** The members that implement or override something that is documented elsewhere. */
function isInherited([, member]: [string, Json]): boolean {
  return member.overrides !== undefined;
}

function names(found: [string, Json][]): string[] {
  return found.map(([name]) => name);
}

test('the assembly is that of the sources', () => {
  const exported = Object.entries(library).filter(([, value]) => typeof value === 'function').map(([name]) => name);
  expect(types.filter(({ kind }) => kind === 'class').map(({ name }) => name).sort()).toEqual(exported.sort());
});

test('every type is documented', () => {
  expect(types.filter(({ docs }) => !docs?.summary).map(({ name }) => name)).toEqual([]);
});

test('every member is documented', () => {
  expect(names(members.filter((member) => !isInherited(member) && !member[1].docs?.summary))).toEqual([]);
});

test('every summary is a whole sentence', () => {
  const all: [string, Json][] = [...types.map((type): [string, Json] => [type.name, type]), ...members];
  const documented = all.filter(([, { docs }]) => docs?.summary);
  expect(names(documented.filter(([, { docs }]) => !docs.summary.endsWith('.') || /^[a-z]/.test(docs.remarks ?? '')))).toEqual([]);
});

test('every optional property says what happens without it', () => {
  const optional = members.filter(([, member]) => member.optional && member.abstract);
  expect(optional.length).toBeGreaterThan(20);
  expect(names(optional.filter(([, { docs }]) => !docs?.default || /undefined/.test(docs.default)))).toEqual([]);
});

test('no type is a union, any, or a type of CloudFormation', () => {
  expect(types.filter((type) => /"union"|"primitive":"any"|\.Cfn[A-Z]/.test(JSON.stringify(type))).map(({ name }) => name)).toEqual([]);
});

test('only interfaces with behaviour begin with I', () => {
  const interfaces = types.filter(({ kind }) => kind === 'interface');
  expect(interfaces.filter(({ name, datatype }) => Boolean(datatype) === /^I[A-Z]/.test(name)).map(({ name }) => name)).toEqual([]);
});

test('every construct has scope, id and properties of its own', () => {
  const constructs = types.filter(({ base, initializer }) => base === 'constructs.Construct' && initializer);
  expect(constructs.length).toBeGreaterThan(3);
  for (const { name, initializer } of constructs) {
    expect(initializer.parameters.map((parameter: Json) => [parameter.name, parameter.type.fqn ?? parameter.type.primitive]))
      .toEqual([['scope', 'constructs.Construct'], ['id', 'string'], ['props', `cdk-guarded-secrets.${name}Props`]]);
  }
});

test('every name that an error or a warning gives between backquotes is one of the API', () => {
  const api = new Set([...names(members).map((name) => name.split('.')[1]), 'vpc.addInterfaceEndpoint', 'dedicatedKey: true', 'mutable: false', 'rightsManagedElsewhere: true', 'defaultPort', 'overrideLogicalId']);
  const quoted = sources(path.join(ROOT, 'src')).flatMap((text) => [...text.matchAll(/\\`([A-Za-z.: ]+)\\`/g)].map(([, name]) => name));
  expect(quoted.length).toBeGreaterThan(10);
  expect(quoted.filter((name) => !api.has(name))).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(path.join(folder, file), 'utf8'));
}
